"""Card numbers, for when a code cannot be scanned: nine digits, the last one a check.

The check digit is Damm's, which catches every single wrong digit and every swap of
neighbours, the two mistakes that fingers make.
"""

import unicodedata

from stdnum import damm

from supermarket.cards.errors import CardNumberError, CardNumberMistypedError

LENGTH = 9
FIRST_SERIAL = 10_000_000
LAST_SERIAL = 99_999_999

_LONGEST_SHOWN = 20


def number(serial: int) -> str:
    """Make the card number of the card with this serial (8 digits): its check digit added.

    Raises:
        ValueError: the serial has not eight digits.
    """
    if not FIRST_SERIAL <= serial <= LAST_SERIAL:
        raise ValueError(f"a card serial has eight digits: {serial}")
    return f"{serial}{damm.calc_check_digit(str(serial))}"


def format(card_number: str) -> str:  # read as numbers.format
    """Group a card number as it is printed: ``1000 0017 3``."""
    return f"{card_number[:4]} {card_number[4:8]} {card_number[8:]}"


def parse(text: str) -> str:
    """Read a typed card number; spaces, dashes and full-width digits are welcome.

    Raises:
        CardNumberError: not nine digits.
        CardNumberMistypedError: nine digits, of which one is wrong or two are swapped.
    """
    plain = unicodedata.normalize("NFKC", text[: 10 * _LONGEST_SHOWN])
    typed = "".join(c for c in plain if unicodedata.category(c) not in {"Zs", "Cc", "Cf", "Pd"})
    if len(typed) != LENGTH or not (typed.isascii() and typed.isdigit()):
        raise CardNumberError(typed=text.strip()[:_LONGEST_SHOWN])
    if not damm.is_valid(typed):
        raise CardNumberMistypedError(typed=format(typed))
    return typed
