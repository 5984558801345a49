"""What people choose and type about oversight."""
