"""What people type: to sign in, about people, tables of them, to look into the log."""
