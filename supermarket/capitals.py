"""Amounts of money in Chinese capitals (大写), as receipts write them against forgery."""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "兆")


def capitals(fen: int) -> str:
    """Return whole fen in capitals: 1234567 is 壹万贰仟叁佰肆拾伍元陆角柒分."""
    sign, fen = ("负" if fen < 0 else ""), abs(fen)
    yuan, rest = divmod(fen, 100)
    jiao, fen = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif fen and yuan:
        words += "零"
    words += f"{DIGITS[fen]}分" if fen else "整"
    return sign + (words if yuan or rest else "零元整")


def _whole(number: int) -> str:
    """Return a whole number above 0, four digits at a time; several zeros are one."""
    words, gap = "", False
    groups = []
    while number:
        number, four = divmod(number, 10_000)
        groups.append(four)
    for level in reversed(range(len(groups))):
        four = groups[level]
        if not four:
            gap = True
            continue
        if words and (gap or four < 1000):
            words += "零"
        words += _four(four) + GROUPS[level]
        gap = False
    return words


def _four(number: int) -> str:
    """Return a number of at most four digits without the zeros at its ends."""
    words, gap = "", False
    for place in reversed(range(4)):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return words
