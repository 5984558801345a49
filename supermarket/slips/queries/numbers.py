"""The number of a slip: the shop's, the slip's own among the shop's, and a check digit.

All digits, so that it is typed on any phone's number pad; ten of them, so that it is no card's
number. The check digit is Damm's over the whole, which catches every single wrong digit and
every swap of neighbours.
"""

import unicodedata
from typing import NamedTuple

from stdnum import damm

from supermarket.slips.errors import SlipMistypedError, SlipNumberError

#: Digits of the slip's own number, and so the last of a shop's slips.
OWN_DIGITS = 5
LAST = 10**OWN_DIGITS - 1
#: Digits of the shop's number; more if there are more shops.
SHOP_DIGITS = 4
LENGTH = SHOP_DIGITS + OWN_DIGITS + 1
_LONGEST = 18


class SlipNumber(NamedTuple):
    """A slip, as its number says."""

    shop_id: int
    #: From 1.
    own: int

    @property
    def digits(self) -> str:
        """The number without spaces, as it is kept with a redemption."""
        body = f"{self.shop_id:0{SHOP_DIGITS}}{self.own:0{OWN_DIGITS}}"
        return f"{body}{damm.calc_check_digit(body)}"

    @property
    def shown(self) -> str:
        """The number as it is printed: ``0001 00017 4``."""
        return spaced(self.digits)


def parse(text: str) -> SlipNumber:
    """Read a typed or scanned number; spaces, dashes and full-width digits are welcome.

    Raises:
        SlipNumberError: not as many digits as a slip has.
        SlipMistypedError: a digit is wrong, or two are swapped.
    """
    plain = unicodedata.normalize("NFKC", text[:200])
    typed = "".join(c for c in plain if unicodedata.category(c) not in {"Zs", "Cc", "Cf", "Pd"})
    proper = typed.isascii() and typed.isdigit() and LENGTH <= len(typed) <= _LONGEST
    if not proper:
        raise SlipNumberError(typed="".join(c for c in text.strip() if c.isprintable())[:20])
    if not damm.is_valid(typed):
        raise SlipMistypedError(number=spaced(typed))
    number = SlipNumber(int(typed[: -OWN_DIGITS - 1]), int(typed[-OWN_DIGITS - 1 : -1]))
    if number.digits != typed:  # a shop's number is written in one way only
        raise SlipNumberError(typed=typed)
    return number


def spaced(digits: str) -> str:
    """Group the digits of a number as it is printed; what is no slip's stays as it is."""
    if not (digits.isascii() and digits.isdigit() and len(digits) >= LENGTH):
        return digits
    return f"{digits[: -OWN_DIGITS - 1]} {digits[-OWN_DIGITS - 1 : -1]} {digits[-1]}"
