"""Moved to supermarket.cards.queries.codes; kept until nothing imports it from here."""

from supermarket.cards.queries.codes import (
    ALPHABET,
    SIGNATURE_LENGTH,
    TOKEN_LENGTH,
    new_token,
    sign,
    token_of,
    url,
)

__all__ = ["ALPHABET", "SIGNATURE_LENGTH", "TOKEN_LENGTH", "new_token", "sign", "token_of", "url"]
