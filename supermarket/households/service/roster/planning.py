"""What taking a roster in would change: the dry run."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from supermarket.errors import N_, InvalidError
from supermarket.households.errors import (
    LeftHouseholdError,
    MovedHouseholdError,
    NamesakeRowsError,
    RepeatedRowError,
    UnknownHouseholdCodeError,
)
from supermarket.households.models import HouseholdState, TagKind
from supermarket.households.queries import roster as books
from supermarket.households.queries.roster import Kept
from supermarket.households.queries.words import folded
from supermarket.households.service.roster.columns import HEADERS
from supermarket.households.service.roster.reading import Listed, Person, Problem, Roster

#: What may differ of a household itself, and its name, untranslated.
FIELDS = {
    "head": N_("户主"),
    "group": N_("组"),
    "phone": N_("联系电话"),
    "helper": N_("帮扶责任人"),
    "identity_tail": N_("身份证后四位"),
}


class Difference(NamedTuple):
    """One value that would change."""

    #: Untranslated.
    name: str
    old: str
    new: str


class Added(NamedTuple):
    """A household the books do not have."""

    listed: Listed


class Changed(NamedTuple):
    """A household of which the file says something new."""

    kept: Kept
    listed: Listed
    #: New values by attribute of the household.
    values: dict[str, str]
    #: New members, and those whose relation changes or who are back, by name.
    people: dict[str, Person]
    #: None if the file says nothing new about tags.
    tags: tuple[TagKind, ...] | None
    differences: list[Difference]


class Absent(NamedTuple):
    """A household of the same villages that the file does not mention; it stays as it is."""

    code: str
    head: str
    group: str


class Plan(NamedTuple):
    """What a file says, compared with the books."""

    #: Filled rows read.
    rows: int
    #: Households in the file.
    households: int
    added: list[Added]
    changed: list[Changed]
    unchanged: int
    absent: list[Absent]
    problems: list[Problem]
    #: Headings nobody asked for; their columns are not read.
    unknown_headers: tuple[str, ...]
    #: Codes of the villages it speaks of.
    villages: list[str]

    @property
    def digest(self) -> str:
        """A mark of everything that would change: another plan has another."""
        parts = [
            repr([one.listed for one in self.added]),
            repr([(one.kept.code, one.differences) for one in self.changed]),
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def compare(roster: Roster, unknown_headers: tuple[str, ...]) -> Plan:
    """Compare the households of a file with those of the books; read only."""
    villages = sorted({listed.village_code for listed in roster.households})
    matcher = _Matcher(books.kept(villages).values(), roster.households)
    problems = list(roster.problems)
    added: list[Added] = []
    changed: list[Changed] = []
    unchanged = 0
    for listed in roster.households:
        try:
            kept = matcher.match(listed)
        except InvalidError as error:
            column, value = ("code", listed.code) if listed.code else ("head", listed.head)
            problems.append(
                Problem(listed.row, HEADERS[column], value, error.message, error.details)
            )
            continue
        if kept is None:
            added.append(Added(listed))
        elif (change := _change(kept, listed)) is not None:
            changed.append(change)
        else:
            unchanged += 1
    return Plan(
        rows=roster.rows,
        households=len(roster.households),
        added=added,
        changed=changed,
        unchanged=unchanged,
        absent=matcher.absent(),
        problems=sorted(problems, key=lambda problem: problem.row),
        unknown_headers=unknown_headers,
        villages=villages,
    )


class _Matcher:
    """Which household of the books a household of the file is."""

    def __init__(self, kept: Iterable[Kept], listed: list[Listed]) -> None:
        self._by_code = {one.code: one for one in kept}
        self._by_head: dict[tuple[str, str], list[Kept]] = {}
        for one in self._by_code.values():
            self._by_head.setdefault((one.village_code, one.head), []).append(one)
        self._elsewhere = books.taken(
            {one.code for one in listed if one.code} - self._by_code.keys()
        )
        #: The rows that took the households of the books, by id.
        self._taken: dict[int, int] = {}

    def match(self, listed: Listed) -> Kept | None:
        """Return the household of the books that ``listed`` is; None if it is new.

        Raises:
            MovedHouseholdError: its code belongs to another village's household.
            UnknownHouseholdCodeError: its code belongs to no household.
            NamesakeRowsError: several could be meant.
            RepeatedRowError: another row of the file meant it already.
            LeftHouseholdError: it has left.
        """
        kept = self._coded(listed) if listed.code else self._named(listed)
        if kept is None:
            return None
        row = self._taken.setdefault(kept.id, listed.row)
        if row != listed.row:
            raise RepeatedRowError(row=row)
        if kept.state is HouseholdState.LEFT:
            raise LeftHouseholdError
        return kept

    def absent(self) -> list[Absent]:
        """Return the households taking part that no row meant, by code."""
        return [
            Absent(one.code, one.head, one.group)
            for one in sorted(self._by_code.values(), key=lambda one: one.code)
            if one.id not in self._taken and one.state is HouseholdState.ACTIVE
        ]

    def _coded(self, listed: Listed) -> Kept:
        if listed.code in self._elsewhere:
            raise MovedHouseholdError
        if listed.code not in self._by_code:
            raise UnknownHouseholdCodeError
        return self._by_code[listed.code]

    def _named(self, listed: Listed) -> Kept | None:
        """The only one of its head in its group; or in its village, where one says no group."""
        namesakes = self._by_head.get((listed.village_code, listed.head), [])
        group = folded(listed.group)
        candidates = [one for one in namesakes if folded(one.group) == group]
        if not candidates:
            candidates = [one for one in namesakes if not group or not one.group]
        if len(candidates) > 1:
            raise NamesakeRowsError
        return candidates[0] if candidates else None


def _change(kept: Kept, listed: Listed) -> Changed | None:
    values = {
        name: new
        for name in FIELDS
        if (new := getattr(listed, name)) and _differs(name, getattr(kept, name), new)
    }
    differences = [Difference(FIELDS[name], getattr(kept, name), values[name]) for name in values]
    people = {name: p for name, p in listed.people.items() if _is_news(kept, name, p)}
    if listed.head and listed.head not in kept.members and listed.head not in people:
        people[listed.head] = Person(listed.row, "")
    for name, person in people.items():
        old = kept.members.get(name)
        before = f"{name} {old.relation}".strip() if old and old.present else ""
        differences.append(Difference(N_("成员"), before, f"{name} {person.relation}".strip()))
    tags = listed.tags if listed.tags and set(listed.tags) != kept.tags.keys() else None
    if tags is not None:
        before = "、".join(kind.label for kind in kept.tags)
        after = "、".join(kind.label for kind in tags)
        differences.append(Difference(N_("户类别"), before, after))
    if not differences:
        return None
    return Changed(kept, listed, values, people, tags, differences)


def _differs(name: str, old: str, new: str) -> bool:
    return folded(old) != folded(new) if name == "group" else old != new


def _is_news(kept: Kept, name: str, person: Person) -> bool:
    old = kept.members.get(name)
    if old is None or not old.present:
        return True
    return bool(person.relation) and person.relation != old.relation
