"""The pages of transfers, write-offs and recalls, and of what should leave the shelves."""
