"""Households, their members and tags; the roster; finding one."""
