"""Points that end: announced, posted, taken back."""
