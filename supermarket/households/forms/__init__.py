"""What people type about households, their rosters, and the people round them."""
