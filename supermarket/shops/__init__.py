"""Shops, their lots and what comes in."""
