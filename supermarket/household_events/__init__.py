"""Households that move, split, merge, lose somebody, leave."""
