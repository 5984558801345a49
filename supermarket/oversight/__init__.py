"""Samples, unusual patterns to be checked, findings and the journal reader (R5, F19, F20)."""
