"""Pages about paper slips."""
