"""Sign-in, home and the guard of every view."""
