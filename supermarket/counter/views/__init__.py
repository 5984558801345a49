"""The counter's pages: the till, receipts and the day's list."""
