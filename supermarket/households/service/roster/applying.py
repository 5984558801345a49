"""Writing a compared roster into the books, thousands of rows a statement."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from supermarket import statements
from supermarket.clock import now, today
from supermarket.households.errors import VillageFullError
from supermarket.households.models import HouseholdState, TagKind
from supermarket.households.queries import roster as books
from supermarket.households.service import details as check
from supermarket.households.service.roster.bulk import Table, insert
from supermarket.households.service.roster.planning import Changed, Plan
from supermarket.households.service.roster.reading import Listed, Person
from supermarket.households.service.tags import last_day
from supermarket.households.service.terms import terms_of
from supermarket.households.service.writing import LAST_NUMBER
from supermarket.ledger.models import AccountKind
from supermarket.regions.models import after

ACCOUNTS = Table(
    "account", {"kind": "text", "owner_code": "text", "balance": "int", "last_place": "int"}
)
HOUSEHOLDS = Table(
    "household",
    {
        "code": "text", "village_code": "text", "group_name": "text", "head": "text",
        "phone": "text", "helper": "text", "identity_tail": "text", "state": "text",
        "account_id": "bigint", "created_at": "timestamptz",
    },
)  # fmt: skip
MEMBERS = Table(
    "household_member",
    {"household_id": "bigint", "name": "text", "relation": "text", "present": "bool"},
)
TAGS = Table("household_tag", {"household_id": "bigint", "kind": "text", "since": "date"})
TERMS = Table("household_term", {"household_id": "bigint", "term": "text", "village_code": "text"})
AUDIT = Table(
    "audit_event",
    {
        "at": "timestamptz", "staff_id": "bigint", "action": "text", "subject": "text",
        "before": "json", "after": "json",
    },
)  # fmt: skip
#: Households written between two reports of progress.
STEP = 2000


def apply(plan: Plan, by: int | None, progress: Callable[[int], None] | None = None) -> None:
    """Write what ``plan`` would change; report the households written to ``progress``.

    Raises:
        VillageFullError: a village has no number left.
    """
    moment = now()
    added = list(_numbered(one.listed for one in plan.added))
    for start in range(0, len(added), STEP):
        piece = added[start : start + STEP]
        _add(piece, by, moment)
        _report(progress, len(piece))
    for start in range(0, len(plan.changed), STEP):
        changed = plan.changed[start : start + STEP]
        _change(changed, by, moment)
        _report(progress, len(changed))


def _report(progress: Callable[[int], None] | None, count: int) -> None:
    if progress is not None:
        progress(count)


def _numbered(listed: Iterable[Listed]) -> Iterator[Listed]:
    """Yield new households, each with the next free number of its village as its code."""
    wanted = list(listed)
    used: dict[str, set[int]] = {}
    last: dict[str, int] = {}
    for village in {one.village_code for one in wanted}:
        used[village] = books.numbers(village)
        last[village] = max(used[village], default=0)
    for one in wanted:
        number = _next(used[one.village_code], last[one.village_code])
        used[one.village_code].add(number)
        last[one.village_code] = number
        one.code = f"{one.village_code}{number:04}"
        yield one


def _next(used: set[int], last: int) -> int:
    """Return the first free number after ``last``, or else the first gap."""
    for start in (last + 1, 1):
        for number in range(start, LAST_NUMBER + 1):
            if number not in used:
                return number
    raise VillageFullError


def _add(added: list[Listed], by: int | None, moment: datetime) -> None:
    kind = AccountKind.HOUSEHOLD.value
    insert(ACCOUNTS, [(kind, one.code, 0, 0) for one in added])
    accounts = _ids("SELECT owner_code, id FROM account WHERE kind = 'household' AND", added)
    state = HouseholdState.ACTIVE.value
    insert(
        HOUSEHOLDS,
        [
            (one.code, one.village_code, one.group, one.head, one.phone, one.helper,
             one.identity_tail, state, accounts[one.code], moment)
            for one in added
        ],
    )  # fmt: skip
    ids = _ids("SELECT code, id FROM household WHERE", added)
    for one in added:
        _put_head_first(one)
    insert(
        MEMBERS,
        [
            (ids[one.code], name, person.relation, True)
            for one in added
            for name, person in one.people.items()
        ],
    )
    day = today()
    insert(TAGS, [(ids[one.code], kind.value, day) for one in added for kind in one.tags])
    _index((ids[one.code], one.village_code, _terms(one)) for one in added)
    insert(AUDIT, [(moment, by, "household.add", one.code, None, _facts(one)) for one in added])


def _put_head_first(one: Listed) -> None:
    if one.head not in one.people:
        one.people = {one.head: Person(one.row, check.HEAD), **one.people}


def _ids(sql: str, added: list[Listed]) -> dict[str, int]:
    """Return the row numbers of what was just written, by code: one range a village."""
    column = "owner_code" if "owner_code" in sql else "code"
    rows = statements.run_together(
        [
            (f"{sql} {column} >= :low AND {column} < :high", {"low": low, "high": after(low)})
            for low in sorted({one.village_code for one in added})
        ]
    )
    return {code: found for piece in rows for code, found in piece}


def _terms(one: Listed) -> set[str]:
    return terms_of(one.code, one.group, one.phone, one.people)


def _index(households: Iterable[tuple[int, str, set[str]]]) -> None:
    insert(
        TERMS,
        [
            (household_id, term, village)
            for household_id, village, terms in households
            for term in sorted(terms)
        ],
    )


def _facts(one: Listed) -> str:
    facts: dict[str, Any] = {
        "head": one.head,
        "group": one.group,
        "phone": one.phone,
        "helper": one.helper,
        "identity_tail": one.identity_tail,
        "members": [[name, person.relation] for name, person in one.people.items()],
        "tags": [kind.value for kind in one.tags],
    }
    return json.dumps(facts)


def _change(changed: list[Changed], by: int | None, moment: datetime) -> None:
    statements.run_many(
        "UPDATE household SET head = :head, group_name = :group, phone = :phone,"
        " helper = :helper, identity_tail = :identity_tail WHERE id = :id",
        [_row(one) for one in changed if one.values],
    )
    _change_people(changed)
    _change_tags(changed)
    found_anew = [one for one in changed if one.people or one.values]
    statements.run_many(
        "DELETE FROM household_term WHERE household_id = :id",
        [{"id": one.kept.id} for one in found_anew],
    )
    _index((one.kept.id, one.kept.village_code, _terms_now(one)) for one in found_anew)
    insert(
        AUDIT,
        [
            (moment, by, "household.update", one.kept.code, *_before_and_after(one))
            for one in changed
        ],
    )


def _row(one: Changed) -> dict[str, Any]:
    kept = one.kept
    values = {
        name: getattr(kept, name) for name in ("head", "group", "phone", "helper", "identity_tail")
    }
    return {"id": kept.id} | values | one.values


def _change_people(changed: list[Changed]) -> None:
    new, known = [], []
    for one in changed:
        for name, person in one.people.items():
            old = one.kept.members.get(name)
            if old is None:
                new.append((one.kept.id, name, person.relation, True))
            else:
                relation = person.relation or old.relation
                known.append({"id": old.id, "relation": relation, "present": True})
    insert(MEMBERS, new)
    statements.run_many(
        "UPDATE household_member SET relation = :relation, present = :present WHERE id = :id",
        known,
    )


def _change_tags(changed: list[Changed]) -> None:
    begun, ended = [], []
    for one in changed:
        if one.tags is None:
            continue
        begun += [
            (one.kept.id, kind.value, today()) for kind in one.tags if kind not in one.kept.tags
        ]
        ended += [
            {"id": one.kept.id, "kind": kind.value, "until": last_day(since)}
            for kind, since in one.kept.tags.items()
            if kind not in one.tags
        ]
    insert(TAGS, begun)
    statements.run_many(
        "UPDATE household_tag SET until = :until"
        " WHERE household_id = :id AND kind = :kind AND until IS NULL",
        ended,
    )


def _terms_now(one: Changed) -> set[str]:
    row = _row(one)
    names = {name for name, member in one.kept.members.items() if member.present}
    return terms_of(
        one.kept.code, row["group"], row["phone"], names | one.people.keys() | {row["head"]}
    )


def _before_and_after(one: Changed) -> tuple[str, str]:
    before: dict[str, Any] = {name: getattr(one.kept, name) for name in one.values}
    after: dict[str, Any] = dict(one.values)
    if one.people:
        old = one.kept.members
        before["members"] = [
            [name, old[name].relation] for name in one.people if name in old and old[name].present
        ]
        after["members"] = [[name, person.relation] for name, person in one.people.items()]
    if one.tags is not None:
        before["tags"] = _values(one.kept.tags)
        after["tags"] = _values(one.tags)
    return json.dumps(before), json.dumps(after)


def _values(kinds: Iterable[TagKind]) -> list[str]:
    return [kind.value for kind in kinds]
