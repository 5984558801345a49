"""Questions that officials ask: what was redeemed, where, when, by how many."""
