"""Goods held for a household until a date (C7)."""
