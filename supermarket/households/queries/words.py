"""The words a household is found by: folded once, the same for what is kept and what is asked."""

import re
import unicodedata

#: Characters of a term, and of each word asked for.
LENGTH = 64
#: Words of one question that are looked at.
MOST_WORDS = 6
_SEPARATORS = re.compile(r"[\s,;、，；/|]+")
_GROUP = re.compile(r"第?([0-9]+|[一二三四五六七八九十]{1,3})(?:村民)?小?组")
_DIGITS = {character: number for number, character in enumerate("一二三四五六七八九", start=1)}


def folded(text: str) -> str:
    """Return ``text`` in half width and lower case, without spaces and invisible characters."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ü", "v")
    kept = (
        character
        for character in plain
        if not character.isspace() and unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )
    return canonical_group("".join(kept)[:LENGTH])


def canonical_group(text: str) -> str:
    """Return 3组 for 第三村民小组, 三组, 第3组 …; any other text as it is."""
    match = _GROUP.fullmatch(text)
    if match is None:
        return text
    number = match[1]
    return f"{int(number) if number.isdigit() else _chinese_number(number)}组"


def split(text: str) -> list[str]:
    """Return the folded words of a question, each once."""
    plain = unicodedata.normalize("NFKC", text[:400])
    words = (folded(word) for word in _SEPARATORS.split(plain))
    return list(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


def _chinese_number(text: str) -> int:
    """Return the number that 一 … 九十九 say."""
    tens, ten, units = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(units, 0)
