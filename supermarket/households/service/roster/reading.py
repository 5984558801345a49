"""A file's rows become the households it speaks of.

One row for each person or for each household. Rows with the same 户编号 are one household;
without one, rows with the same village, group and head. A row with a relation but no head
belongs to the household above it, an empty village is that of the row above: so look tables
whose cells were merged. An empty cell says nothing and changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from supermarket.errors import DomainError, InvalidError
from supermarket.households.errors import (
    DisagreeingRowsError,
    HouseholdCodeError,
    HouseholdUnclearError,
    RepeatedRowError,
    VillageMissingError,
)
from supermarket.households.models import TagKind
from supermarket.households.queries.villages import Villages
from supermarket.households.queries.words import folded
from supermarket.households.service import details as check
from supermarket.households.service.roster import columns
from supermarket.regions.models import VILLAGE
from supermarket.spreadsheets.columns import Row

#: Rows between two reports of progress.
STEP = 500


class Problem(NamedTuple):
    """What is wrong with one cell."""

    #: As Excel shows it; the first row is 1.
    row: int
    #: The column's heading; empty when the row as a whole is wrong.
    column: str
    value: str
    #: A catalogue sentence, untranslated, and what stands in its braces.
    message: str
    facts: Mapping[str, object]


class Person(NamedTuple):
    """Somebody of a household, as the file says."""

    row: int
    relation: str


@dataclass(slots=True)
class Listed:
    """A household as the file says. Empty texts say nothing."""

    #: Its first row.
    row: int
    village_code: str
    code: str
    group: str
    head: str
    phone: str = ""
    helper: str = ""
    identity_tail: str = ""
    tags: tuple[TagKind, ...] = ()
    #: By name; the head among them if the file lists it.
    people: dict[str, Person] = field(default_factory=dict)
    #: The row that said each of phone, helper and tags.
    said_in: dict[str, int] = field(default_factory=dict)


class _CellError(Exception):
    """A refusal and the column it is about."""

    def __init__(self, column: str, error: DomainError) -> None:
        self.column = column
        self.error = error


class Roster:
    """The households of a file, gathered row by row."""

    def __init__(self, villages: Villages, village_code: str = "") -> None:
        self.households: list[Listed] = []
        self.problems: list[Problem] = []
        #: Filled rows read.
        self.rows = 0
        self._villages = villages
        self._by_key: dict[tuple[str, ...], Listed] = {}
        self._village = village_code
        self._previous: Listed | None = None

    def take(self, rows: Iterable[Row], progress: Callable[[int], None] | None = None) -> None:
        """Take in ``rows``; report every few hundred to ``progress``."""
        for row in rows:
            self.rows += 1
            if row.errors:
                self.problems += (
                    Problem(e.row, e.column, e.value, e.message, {"limit": e.limit})
                    for e in row.errors
                )
            else:
                values: Mapping[str, Any] = row.values
                self._take_row(row.number, values)
            if progress is not None and self.rows % STEP == 0:
                progress(STEP)
        if progress is not None:
            progress(self.rows % STEP)

    def _take_row(self, number: int, values: Mapping[str, str]) -> None:
        try:
            household = self._household(number, values)
            self._previous = household
            self._say(household, number, values)
        except _CellError as wrong:
            self.problems.append(
                Problem(
                    number,
                    columns.HEADERS.get(wrong.column, ""),
                    values.get(wrong.column, ""),
                    wrong.error.message,
                    wrong.error.details,
                )
            )

    def _household(self, number: int, values: Mapping[str, str]) -> Listed:
        """Return the household a row is about, new or begun above."""
        village = self._village_of(values)
        head, name = values["head"], values["name"]
        code = _code(values["code"], village)
        group = _group(values["group"])
        if not head and values["relation"] in columns.HEADS:
            head = name
        if not head and not code:
            return self._continued(village, group, values)
        key = (code,) if code else (village, folded(group), head)
        found = self._by_key.get(key)
        if found is None:
            found = Listed(number, village, code, group, head)
            self._by_key[key] = found
            self.households.append(found)
        elif head and found.head and head != found.head:
            raise _CellError("head", DisagreeingRowsError(row=found.row))
        found.head = found.head or head
        return found

    def _continued(self, village: str, group: str, values: Mapping[str, str]) -> Listed:
        above = self._previous
        belongs = (
            above is not None
            and values["name"]
            and values["relation"]
            and above.village_code == village
            and folded(group) in {"", folded(above.group)}
        )
        if above is None or not belongs:
            raise _CellError("head", HouseholdUnclearError())
        return above

    def _village_of(self, values: Mapping[str, str]) -> str:
        text, code = values["village"], values["code"]
        if not text and len(code) == VILLAGE + 4:
            text = code[:VILLAGE]
        if text:
            self._village = _checked("village", self._villages.find, text)
        if not self._village:
            raise _CellError("village", VillageMissingError())
        return self._village

    def _say(self, household: Listed, number: int, values: Mapping[str, str]) -> None:
        """Note what a row says about its household."""
        name = values["name"] or household.head
        if name in household.people:
            column = "name" if values["name"] else "head"
            raise _CellError(column, RepeatedRowError(row=household.people[name].row))
        is_head = name == household.head
        if name:
            relation = values["relation"] or (check.HEAD if is_head else "")
            household.people[name] = Person(number, relation)
        if values["phone"] and (is_head or not household.phone):
            household.phone = _phone(values["phone"])
        if is_head and values["identity_tail"]:
            tail = _checked("identity_tail", check.identity_tail, values["identity_tail"])
            household.identity_tail = tail
        household.helper = household.helper or values["helper"]
        self._agree(household, "helper", household.helper, values["helper"], number)
        if values["tags"]:
            kinds = _checked("tags", columns.tags, values["tags"])
            household.tags = household.tags or kinds
            self._agree(household, "tags", household.tags, kinds, number)

    def _agree(self, household: Listed, key: str, said: Any, says: Any, number: int) -> None:
        """Refuse a row that contradicts another of its household."""
        if not says:
            return
        row = household.said_in.setdefault(key, number)
        if said != says:
            raise _CellError(key, DisagreeingRowsError(row=row))


def _checked(column: str, ask: Callable[[str], Any], text: str) -> Any:
    try:
        return ask(text)
    except InvalidError as error:
        raise _CellError(column, error) from error


def _phone(text: str) -> str:
    if text.isascii() and text.isdigit() and 7 <= len(text) <= 15:
        return text
    return str(_checked("phone", check.phone, text))


def _code(text: str, village: str) -> str:
    """Return the whole code of which a cell may hold the last digits only."""
    if not text:
        return ""
    if text.isascii() and text.isdigit():
        code = village + text.zfill(4) if len(text) <= 4 else text
        if len(code) == VILLAGE + 4 and code.startswith(village):
            return code
    raise _CellError("code", HouseholdCodeError(code=text[:20], village=village))


def _group(text: str) -> str:
    """Return 3组 for a cell that says 3."""
    return f"{int(text)}组" if text.isascii() and text.isdigit() else text
