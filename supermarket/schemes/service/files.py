"""Reading a file of rules: Excel or CSV, with the headings of the template or of people."""

import enum
from typing import TypeVar

from supermarket.errors import N_
from supermarket.schemes.errors import RuleRowsError, RuleWrongError
from supermarket.schemes.models import Ability, CapPeriod, Category, Evidence, ReviewLevel
from supermarket.schemes.service.text import RuleText, check
from supermarket.spreadsheets.columns import Column, Kind, Limits, Row, RowError
from supermarket.spreadsheets.reading import Readable, read_rows

Chosen = TypeVar("Chosen", bound=enum.Enum)

#: Rules in one file; nobody could keep more apart.
MOST_RULES = 2000
COLUMNS = (
    Column("code", "code", ("编号", "细则编号"), required=True, max_length=12),
    Column("category", "category", ("类别",), required=True, max_length=20),
    Column("title", "title", ("细则", "内容", "细则内容", "事项"), required=True, max_length=120),
    Column("points_min", "points_min", ("最低分", "分值"), kind=Kind.INT),
    Column("points_max", "points_max", ("最高分",), kind=Kind.INT),
    Column("cap_times", "cap_times", ("次数上限",), kind=Kind.INT),
    Column("cap_period", "cap_period", ("上限周期", "周期"), max_length=20),
    Column("cap_points", "cap_points", ("分数上限",), kind=Kind.INT),
    Column("evidence", "evidence", ("凭据",), max_length=20),
    Column("review_level", "review_level", ("审核级别", "级别"), required=True, max_length=2),
    Column("ability", "ability", ("劳动强度",), max_length=4),
    Column("enabled", "enabled", ("启用",), max_length=6),
    Column("basis", "basis", ("依据",), max_length=120),
    Column("adjust_min", "adjust_min", ("下级可调最低分",), kind=Kind.INT),
    Column("adjust_max", "adjust_max", ("下级可调最高分",), kind=Kind.INT),
)
_HEADINGS = {column.key: column.header for column in COLUMNS}
_YES, _NO = {"yes", "是", "启用", "1", "true"}, {"no", "否", "停用", "0", "false"}

UNKNOWN_WORD = N_("不认识这个写法，请照模板填写")
TWICE = N_("这个编号在文件里出现了两次")


def read_rules(file: bytes | Readable, filename: str) -> list[RuleText]:
    """Read every rule of a file; the headings may be ours in English or people's in Chinese.

    Raises:
        SpreadsheetError: the file cannot be used at all.
        RuleRowsError: rows of it cannot; it holds every one of their mistakes.
    """
    texts: list[RuleText] = []
    errors: list[RowError] = []
    codes: set[str] = set()
    for row in read_rows(file, filename, headers=COLUMNS, limits=Limits(rows=MOST_RULES)):
        text, mistakes = _text(row)
        if text.code in codes:
            mistakes.append(_error(row, "code", TWICE))
        codes.add(text.code)
        texts.append(text)
        errors += mistakes
    if errors:
        raise RuleRowsError(errors)
    return texts


def _text(row: Row) -> tuple[RuleText, list[RowError]]:
    """Return the rule of a row and what is wrong with it."""
    errors = list(row.errors)
    value = row.values
    least, most = _whole(row, "points_min"), _whole(row, "points_max")
    text = RuleText(
        code=str(value["code"]),
        category=_chosen(row, "category", Category, errors) or Category.LABOUR,
        title=str(value["title"]),
        points_min=least,
        points_max=most if most is not None else least,
        cap_times=_whole(row, "cap_times"),
        cap_period=_chosen(row, "cap_period", CapPeriod, errors),
        cap_points=_whole(row, "cap_points"),
        evidence=_chosen(row, "evidence", Evidence, errors) or Evidence.NONE,
        review_level=_chosen(row, "review_level", ReviewLevel, errors) or ReviewLevel.C,
        ability=_chosen(row, "ability", Ability, errors) or Ability.L0,
        enabled=_switched_on(row, errors),
        basis=str(value["basis"] or ""),
        adjust_min=_whole(row, "adjust_min"),
        adjust_max=_whole(row, "adjust_max"),
    )
    if not errors:
        try:
            check(text)
        except RuleWrongError as error:
            errors.append(_error(row, error.column, str(error)))
    return text, errors


def _whole(row: Row, key: str) -> int | None:
    value = row.values[key]
    return value if isinstance(value, int) else None


def _chosen(row: Row, key: str, kind: type[Chosen], errors: list[RowError]) -> Chosen | None:
    """Return the member a cell names by its value or its Chinese word; None if it is empty."""
    typed = str(row.values[key] or "")
    for member in kind:
        if typed and typed in {member.value, getattr(member, "label", member.value)}:
            return member
    if typed:
        errors.append(_error(row, key, UNKNOWN_WORD))
    return None


def _switched_on(row: Row, errors: list[RowError]) -> bool:
    typed = str(row.values["enabled"] or "yes").lower()
    if typed not in _YES | _NO:
        errors.append(_error(row, "enabled", UNKNOWN_WORD))
    return typed in _YES


def _error(row: Row, key: str, message: str) -> RowError:
    value = row.values[key]
    return RowError(row.number, _HEADINGS[key], message, "" if value is None else str(value))
