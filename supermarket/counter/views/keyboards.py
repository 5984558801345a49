"""What a scanner meant whose keys the computer read by the keyboard of another country.

A USB scanner presses keys. With a Chinese input method, or another keyboard than the one the
scanner believes in, something else arrives. A guess counts only when it cannot be chance: a
code that we signed; or a card's number or goods, where no digit was left a digit, for a
keyboard that changes digits changes all of them.
"""

import unicodedata
from collections.abc import Callable, Iterator

#: Fewest characters that a scan has.
LEAST = 6
_DIGITS = "1234567890"
#: Digits as they arrive: with Shift held on the keyboard of the USA and of China, and as the
#: upper row of a French or a Czech keyboard gives them.
_DIGIT_ROWS = ("!@#$%^&*()", "&é\"'(-è_çà", "+ěščřžýáíé")
#: Letters that change places on a French and on a German keyboard.
_SWAPPED = (str.maketrans("AQZWaqzw", "QAWZqawz"), str.maketrans("YZyz", "ZYzy"))
_ODD = frozenset("".join(_DIGIT_ROWS)) - frozenset("*-()'\"")


def readings(text: str, pressed: str) -> Iterator[str]:
    """Yield what a scan may have meant, the likeliest first; never ``text`` itself."""
    seen = {text}
    for base in (pressed, text):
        plain = unicodedata.normalize("NFKC", base).strip()
        kept = any(digit in plain for digit in _DIGITS)
        rows = [plain.translate(str.maketrans(row, _DIGITS)) for row in _DIGIT_ROWS if not kept]
        for reading in [plain, *rows]:
            if reading not in seen and len(reading) >= LEAST:
                seen.add(reading)
                yield reading


def meant(
    text: str, pressed: str, *, is_signed: Callable[[str], bool], is_known: Callable[[str], bool]
) -> str:
    """Return the first reading that is a code of ours or known here; empty if none is.

    Letters that changed places are believed of a signed code only: other goods may well
    have the number in which A and Q, or Y and Z, are exchanged.
    """
    if max(len(text), len(pressed)) < LEAST:
        return ""
    for reading in readings(text, pressed):
        if is_signed(reading) or is_known(reading):
            return reading
    swapped = (base.translate(places) for base in (pressed, text) for places in _SWAPPED)
    return next((reading for reading in swapped if is_signed(reading)), "")


def looks_misread(text: str) -> bool:
    """Whether a scan reads as if the keyboard had garbled it."""
    return len(text) >= LEAST and sum(letter in _ODD for letter in text) * 3 >= len(text)
