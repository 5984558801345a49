"""The card desk's pages: a household's cards, print runs, reading a card."""
