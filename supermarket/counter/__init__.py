"""Redemptions: goods for points at a shop's counter."""
