"""The page behind a card, and what a household does there."""
