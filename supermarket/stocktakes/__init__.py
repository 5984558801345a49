"""Counting a shop while it trades, closing its day, reading its stock cards."""
