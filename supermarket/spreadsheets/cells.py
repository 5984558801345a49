"""What a column makes of a cell: texts, numbers and dates out of whatever was typed."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from supermarket.errors import N_
from supermarket.spreadsheets.columns import Cell, Column, Kind, Value, shortened

#: Excel keeps 15 digits of a number; what was typed after them is lost.
EXACT = 10**15
SCIENTIFIC = re.compile(r"[+-]?\d(\.\d+)?[eE]\+?\d+")
DATE = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
CLOCK = re.compile(r"(\d{1,2})[:时](\d{2})(?:[:分](\d{2})秒?|分)?")
#: What Excel shows for a formula that failed.
FAILED = {"#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"}

NUMBER_KINDS = {Kind.INT, Kind.POINTS, Kind.YUAN, Kind.AVERAGE, Kind.PERCENT}


class CellError(Exception):
    """A cell that cannot be meant as it stands; the message is a catalogue sentence."""


LOST_DIGITS = N_("数字太长，Excel 已丢失后面几位。请把这一列设为“文本”格式后重新填写")
SHOWN_AS_POWER = N_("显示成了科学计数法，原来的号码已看不出。请把这一列设为“文本”格式后重新填写")
FORMULA_FAILED = N_("公式出错，请改填结果")
TOO_LONG = N_("内容太长，最多 {limit} 个字")
NOT_WHOLE = N_("应为整数")
NOT_A_NUMBER = N_("应为数字")
NOT_A_DATE = N_("应为日期，例如 2026-03-01")
NOT_A_MOMENT = N_("应为日期和时间，例如 2026-03-01 09:30")


def cleaned(text: str) -> str:
    """``text`` on one line, without control or invisible characters, trimmed."""
    text = text.strip()
    if text.isprintable():
        return text
    kept = (
        " " if character.isspace() else character
        for character in text
        if character.isspace() or not _invisible(character)
    )
    return re.sub(" {2,}", " ", "".join(kept)).strip()


def _invisible(character: str) -> bool:
    """Control, format and surrogate characters, and the two that no XML file may hold."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"} or character in "\ufffe\uffff"


def value(cell: Cell, column: Column) -> Value:
    """What ``cell`` means in ``column``: "" for an empty text, None for anything else empty.

    Raises:
        CellError: it means nothing there; the message may hold ``{limit}``.
    """
    text = cleaned(cell) if isinstance(cell, str) else cell
    if isinstance(text, str) and text in FAILED:
        raise CellError(FORMULA_FAILED)
    if column.kind is Kind.TEXT:
        return _text(text, column)
    if text == "":
        return None
    if column.kind in NUMBER_KINDS:
        return _number(text, column.kind)
    if column.kind is Kind.DATE:
        return _date(text)
    return _moment(text)


def displayed(cell: Cell) -> str:
    """``cell`` as a person would recognise it, short enough for a sentence."""
    if isinstance(cell, str):
        return shortened(cleaned(cell[:200]))
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return shortened(str(cell))


def _text(cell: Cell, column: Column) -> str:
    if isinstance(cell, str):
        if len(cell) > column.max_length:
            raise CellError(TOO_LONG)
        if SCIENTIFIC.fullmatch(cell):
            raise CellError(SHOWN_AS_POWER)
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _digits(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return str(cell)


def _digits(number: int | float) -> str:
    """A number in a text column, without the ".0" that Excel gave it."""
    if not abs(number) < EXACT:  # nor is "nan"
        raise CellError(LOST_DIGITS)
    return _shown(number)


def _shown(number: int | float) -> str:
    """A number in the 15 digits that Excel shows: 0.1 + 0.2 is 0.3."""
    return str(int(number)) if number == int(number) else format(number, ".15g")


def _number(cell: Cell, kind: Kind) -> int | Decimal:
    number = _decimal(cell)
    if kind in {Kind.YUAN, Kind.AVERAGE, Kind.PERCENT}:
        return number
    if number != number.to_integral_value():
        raise CellError(NOT_WHOLE)
    return int(number)


def _decimal(cell: Cell) -> Decimal:
    """A number, typed as one or as a text such as ``１,200``, ``¥3.50``, ``85%`` or ``20分``."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        raise CellError(NOT_A_NUMBER)
    if isinstance(cell, str):
        plain = unicodedata.normalize("NFKC", cell).replace(",", "").strip("¥ 元分")
    else:
        plain = format(cell, ".15g")
    try:
        number = Decimal(plain.removesuffix("%"))
    except InvalidOperation as error:
        raise CellError(NOT_A_NUMBER) from error
    if not number.is_finite():
        raise CellError(NOT_A_NUMBER)
    if abs(number) >= EXACT:
        raise CellError(LOST_DIGITS)
    return number / 100 if plain.endswith("%") else number


def _date(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = DATE.fullmatch(_plain(cell).split(" ")[0])
    if match is None:
        raise CellError(NOT_A_DATE)
    return _calendar_date(match)


def _moment(cell: Cell) -> datetime:
    """A moment without a zone: the village's clock."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    day, _, clock = _plain(cell).partition(" ")
    return datetime.combine(_date(day), _time(clock or "0:00"))


def _time(text: str) -> time:
    match = CLOCK.fullmatch(text)
    if match is None:
        raise CellError(NOT_A_MOMENT)
    try:
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return time(hours, minutes, seconds)
    except ValueError as error:
        raise CellError(NOT_A_MOMENT) from error


def _plain(cell: Cell) -> str:
    if isinstance(cell, timedelta | time | bool):
        raise CellError(NOT_A_DATE)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFKC", str(cell)).replace("T", " ", 1)


def _calendar_date(match: re.Match[str]) -> date:
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise CellError(NOT_A_DATE) from error
