"""Pages of what is kept: the shop's list, a helper's households, the wish list."""
