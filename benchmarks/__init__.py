"""Measurements against the same work in the raw driver, on the same database, in one run."""
