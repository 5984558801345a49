"""The code in a receipt's QR, with which anybody may check that the receipt is real.

Like a card's it is Crockford's base 32: the entry's number in the books, then 10 characters of
HMAC-SHA256, so that nobody can find the receipts of others by counting upwards.
"""

import hmac
import re
import unicodedata
from typing import NamedTuple
from urllib.parse import urlsplit

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from supermarket.cards.queries.codes import ALPHABET, SIGNATURE_LENGTH
from supermarket.counter.errors import ReceiptNotRecognisedError

#: Characters of an entry's number: journals to come in a hundred years fit.
_NUMBER_LENGTH = (4, 12)
_AS_PRINTED = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CODE = re.compile(rf"[{ALPHABET}]+")
#: Modules of white round a QR code.
_QUIET = 4
#: Trying all eight masks takes most of the time, and any of them reads.
_MASK = 2


class ReceiptCheck(NamedTuple):
    """What a receipt carries to be checked with."""

    code: str
    #: Where the code is checked.
    url: str
    #: The QR as the path of an SVG of ``side`` × ``side`` units.
    path: str
    side: int


def check_of(entry_id: int, *, secret: bytes, public_url: str) -> ReceiptCheck:
    """Return what the receipt of an entry carries to be checked with."""
    code = sign(entry_id, secret)
    address = urlsplit(public_url)
    if address.path.strip("/"):
        url = f"{public_url.rstrip('/')}/r/{code}"
    else:  # all upper case, which scheme and host allow and the QR thanks by staying small
        url = f"{address.scheme}://{address.netloc}/r/{code}".upper()
    path, side = _drawn(url)
    return ReceiptCheck(code, url, path, side)


def sign(entry_id: int, secret: bytes) -> str:
    """Make the code of an entry's receipt."""
    digits, rest = "", entry_id
    while rest:
        digits = ALPHABET[rest & 31] + digits
        rest >>= 5
    return digits + _signature(digits, secret)


def entry_of(code: str, secret: bytes) -> int:
    """Return the entry whose receipt carries a code; forgives case and full-width characters.

    Raises:
        ReceiptNotRecognisedError: we signed no such code.
    """
    text = unicodedata.normalize("NFKC", code[:100]).upper().translate(_AS_PRINTED)
    digits, signature = text[:-SIGNATURE_LENGTH], text[-SIGNATURE_LENGTH:]
    least, most = _NUMBER_LENGTH
    if not (_CODE.fullmatch(text) and least <= len(digits) <= most):
        raise ReceiptNotRecognisedError
    if not hmac.compare_digest(signature, _signature(digits, secret)):
        raise ReceiptNotRecognisedError
    number = 0
    for digit in digits:
        number = number << 5 | ALPHABET.index(digit)
    return number


def _signature(digits: str, secret: bytes) -> str:
    """Sign an entry's number for receipts only."""
    digest = hmac.digest(secret, b"receipt " + digits.encode(), "sha256")
    number = int.from_bytes(digest)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(SIGNATURE_LENGTH))


def _drawn(text: str) -> tuple[str, int]:
    """Draw a QR code as an SVG path, runs of dark modules as one bar each; return its side."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_MASK)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    bars = []
    for y, row in enumerate(code.get_matrix()):
        for bar in re.finditer("1+", "".join("1" if dark else "0" for dark in row)):
            wide = bar.end() - bar.start()
            bars.append(f"M{bar.start() + _QUIET} {y + _QUIET}h{wide}v1h-{wide}z")
    return "".join(bars), len(code.get_matrix()) + 2 * _QUIET
