"""The shapes of what programs send and what they are answered."""
