"""The code in a card's QR: a random token and our signature, never a name or an id.

A code is 22 characters of Crockford's base 32, which has no I, L, O or U to misread:
12 of token (60 random bits) and 10 of HMAC-SHA256 (50 bits). Upper case and digits only,
so that a QR holds it in its compact alphanumeric mode.
"""

import hmac
import re
import secrets
import unicodedata
from urllib.parse import urlsplit

from supermarket.cards.errors import CardNotRecognisedError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKEN_LENGTH = 12
SIGNATURE_LENGTH = 10

#: Longer than any card's address; a scan of something else is refused before it is parsed.
_LONGEST_SCAN = 500
#: What people type for what is printed: letters outside the alphabet, and the marks
#: that a Chinese input method puts where a scanner pressed "/" and ".".
_AS_PRINTED = str.maketrans({"O": "0", "I": "1", "L": "1", "、": "/", "。": "."})
_CODE = re.compile(rf"[{ALPHABET}]{{{TOKEN_LENGTH + SIGNATURE_LENGTH}}}")
_IN_ADDRESS = re.compile(r"/C/([^/?#]*)", re.IGNORECASE)


def new_token() -> str:
    """Draw the token of a new card: unguessable, and unrelated to whose it will be."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


def sign(token: str, secret: bytes) -> str:
    """Make the code of ``token``: the token followed by our signature."""
    return token + _signature(token, secret)


def url(code: str, public_url: str) -> str:
    """Build the address printed in the QR, where a phone finds the household's page.

    All upper case, which scheme and host allow and the QR thanks by staying small;
    a ``public_url`` with a path of its own keeps its case, for paths have one.
    """
    address = urlsplit(public_url)
    if address.path.strip("/"):
        return f"{public_url.rstrip('/')}/c/{code}"
    return f"{address.scheme}://{address.netloc}/c/{code}".upper()


def token_of(scanned: str, secret: bytes) -> str:
    """Find the token in what a scanner, a camera or a keyboard sent, if we signed it.

    Takes a bare code or the whole address; forgives case, spaces and hyphens, full-width
    characters, O for 0 and I for 1, and whatever follows the code in an address.

    Raises:
        CardNotRecognisedError: not a code, or signed with another secret.
    """
    code = _code_in(scanned)
    if not _CODE.fullmatch(code):
        raise CardNotRecognisedError
    token, signature = code[:TOKEN_LENGTH], code[TOKEN_LENGTH:]
    if not hmac.compare_digest(signature, _signature(token, secret)):
        raise CardNotRecognisedError
    return token


def is_ours(scanned: str, secret: bytes) -> bool:
    """Tell whether ``token_of`` would find a token: whether the code is one we signed."""
    try:
        token_of(scanned, secret)
    except CardNotRecognisedError:
        return False
    return True


def _code_in(scanned: str) -> str:
    """Cut what may be a code out of ``scanned`` and write it as it was printed."""
    if len(scanned) > _LONGEST_SCAN:
        return ""
    text = unicodedata.normalize("NFKC", scanned).translate(_AS_PRINTED)
    in_addresses = _IN_ADDRESS.findall(text)
    code = in_addresses[-1] if in_addresses else text
    return re.sub(r"[\s\-]", "", code).upper().translate(_AS_PRINTED)


def _signature(token: str, secret: bytes) -> str:
    """Sign ``token`` for cards only; the same secret may sign other things elsewhere."""
    digest = hmac.digest(secret, b"member card " + token.encode(), "sha256")
    number = int.from_bytes(digest)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(SIGNATURE_LENGTH))
