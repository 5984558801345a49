"""The pages of stocktakes, of the day's close and of stock cards."""
