"""Points given to households."""
