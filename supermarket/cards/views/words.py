"""The words on the cards, as far as this application knows them."""

from flask import current_app

from supermarket.cards.service import faces
from supermarket.cards.service.faces import WordsOf


def words_of() -> WordsOf:
    """Return what words a village's cards; an upper slice that knows more has said so."""
    known: WordsOf = current_app.extensions.get(faces.WORDS, faces.default_words)
    return known
