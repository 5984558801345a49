"""Pages of those who watch over the programme."""
