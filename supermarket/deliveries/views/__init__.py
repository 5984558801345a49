"""Pages of goods that are brought to the door: the shop's list, one's own errands, one of them."""
