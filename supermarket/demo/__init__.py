"""The demo county: 汝州, its real places, made-up people, two years made through the services."""
