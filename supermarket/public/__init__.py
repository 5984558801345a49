"""What anybody may open: the page behind a card."""
