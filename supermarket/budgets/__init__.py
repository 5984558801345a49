"""Budgets of villages and the coverage of points by goods: when issuing warns and stops."""
