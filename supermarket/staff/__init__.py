"""People who work here: roles, sign-in, the guard."""
