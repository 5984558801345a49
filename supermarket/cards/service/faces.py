"""What is printed on the cards of a village: its words, its phone, its households."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from supermarket.cards.queries import Printable, codes
from supermarket.cards.service import fonts
from supermarket.cards.service.drawing import CardFace
from supermarket.cards.service.printing import MissingGlyphs
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY, TOWNSHIP

#: Where the application keeps the ``WordsOf`` that upper slices offer (app.extensions).
WORDS = "cards.words"

#: As official names end, and as people say it.
_SHORTER = (
    ("村村民委员会", "村"),
    ("村民委员会", "村"),
    ("社区居民委员会", "社区"),
    ("居民委员会", "社区"),
)


class Words(NamedTuple):
    """What all cards of a village say: always Chinese, whatever the operator's language."""

    programme: str
    village: str
    #: Whom to call about a lost card; empty if nobody is known.
    phone: str


WordsOf = Callable[[str], Words]


def default_words(village_code: str) -> Words:
    """Word a village's cards from the official names alone; a blank's have no village."""
    names = {len(crumb.code): crumb.name for crumb in regions.path(village_code, top=COUNTY)}
    if not village_code:
        county = regions.county()
        names[COUNTY] = county.name if county is not None else ""
    place = names.get(TOWNSHIP, "") + spoken(names.get(len(village_code), ""))
    return Words(f"{names.get(COUNTY, '')}爱心超市", place if village_code else "", "")


def spoken(name: str) -> str:
    """Return a village's name as people say it: 安沟村 for 安沟村民委员会."""
    for official, short in _SHORTER:
        if name.endswith(official):
            return name.removesuffix(official) + short
    return name


def faces(
    cards: Iterable[Printable],
    words_of: WordsOf,
    *,
    secret: bytes,
    public_url: str,
    show_name: bool = True,
) -> Iterator[CardFace]:
    """Yield the face of each card; the words are asked for once a village.

    No name stands on the card of a household that did not agree to it, whatever ``show_name``.
    """
    known: dict[str, Words] = {}
    for card in cards:
        if card.village_code not in known:
            known[card.village_code] = words_of(card.village_code)
        words = known[card.village_code]
        yield CardFace(
            card_number=card.card_number,
            url=codes.url(codes.sign(card.token, secret), public_url),
            head=card.head,
            village=words.village,
            programme=words.programme,
            show_name=show_name and card.name_on_card,
            phone=words.phone,
            last_day=card.last_day.isoformat() if card.last_day else "",
        )


def unprintable(cards: Iterable[Printable]) -> list[MissingGlyphs]:
    """List the heads whose names no font can draw whole, and the characters that are missing."""
    found = ((card, fonts.missing_glyphs(card.head)) for card in cards if card.name_on_card)
    return [
        MissingGlyphs(card.card_number, card.head, "".join(missing))
        for card, missing in found
        if missing
    ]
