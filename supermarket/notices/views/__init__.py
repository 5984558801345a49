"""The pages of notices: for staff, on paper, and for everybody."""
