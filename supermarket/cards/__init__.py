"""Member cards: signed codes, printing, reading."""
