"""What is open without signing in: the page behind a card, the household's own with its PIN."""
