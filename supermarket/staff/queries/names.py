"""What a name to sign in with looks like, and what people make of it."""

import re
import unicodedata

#: Letters and digits; inside also dots, dashes and underscores.
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,30}[a-z0-9]")
#: Names that are words in addresses.
RESERVED = frozenset({"new", "import"})


def normal(typed: str) -> str:
    """Return a username as it is kept: half width, lower case, printable."""
    plain = unicodedata.normalize("NFKC", typed).strip().lower()
    return "".join(letter for letter in plain if letter.isprintable())


def is_username(username: str) -> bool:
    """Whether a normal username may belong to somebody."""
    return USERNAME.fullmatch(username) is not None and username not in RESERVED
