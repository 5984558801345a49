"""Writing households down and changing them."""

import json
import re
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.households.errors import (
    HouseholdChangedError,
    HouseholdCodeError,
    HouseholdCodeTakenError,
    NamesakeError,
    NotAVillageError,
    VillageFullError,
)
from supermarket.households.models import (
    Household,
    HouseholdMember,
    HouseholdState,
    HouseholdTag,
)
from supermarket.households.service import details as check
from supermarket.households.service import terms
from supermarket.households.service.details import (
    HouseholdDetails,
    MemberDetails,
    NewHousehold,
)
from supermarket.ledger import service as ledger
from supermarket.regions import queries as regions
from supermarket.regions.models import VILLAGE, after
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Scope

#: The last number of a village.
LAST_NUMBER = 9999


def add(
    new: NewHousehold, by: int | None, *, scope: Scope | None = None, namesake: bool = False
) -> Household:
    """Write a household down, with its members and tags, and open its account.

    ``by`` is a staff member's id. ``scope``, if given, must cover the village.
    ``namesake`` says that a household of the same head and group is another one.

    Raises:
        OutOfScopeError: the village lies outside ``scope``.
        NotAVillageError: there is no such village.
        HouseholdCodeError: the code is not one of the village.
        HouseholdCodeTakenError: the code is another household's.
        NamesakeError: the group has a household of this head, and nobody said it is another.
        InvalidError: a name, telephone number or identity tail cannot be meant.
    """
    _check_village(new.village_code, scope)
    head = check.name(new.head)
    group = check.line(new.group, check.GROUP_LENGTH)
    if not namesake:
        _refuse_namesake(new.village_code, group, head)
    code = free_code(new.village_code) if new.code is None else _checked_code(new)
    household = Household(
        code=code,
        village_code=new.village_code,
        group=group,
        head=head,
        phone=check.phone(new.phone),
        helper=check.line(new.helper),
        identity_tail=check.identity_tail(new.identity_tail),
        name_on_card=new.name_on_card,
        state=HouseholdState.ACTIVE,
        account_id=ledger.open_household_account(code).id,
        created_at=now(),
    )
    household.members = [
        HouseholdMember(name=member.name, relation=member.relation, present=member.present)
        for member in check.members(head, new.members)
    ]
    household.tags = [HouseholdTag(kind=kind, since=today()) for kind in dict.fromkeys(new.tags)]
    db.session.add(household)
    db.session.flush()
    terms.index(household)
    audit.record("household.add", code, by=by, after=_facts(household))
    return household


def update(
    household: Household, wanted: HouseholdDetails, by: int | None, *, shown: str | None = None
) -> Household:
    """Change what is known about a household, and its members.

    Members that are not named stay in the books, for the entries that name them, but are
    not present any more. ``shown`` is the ``version`` that the change was made from, if known.

    Raises:
        HouseholdChangedError: it is not ``shown`` any more.
        InvalidError: a name, telephone number or identity tail cannot be meant.
    """
    if shown is not None:
        _refuse_changed(household, shown)
    before = _facts(household)
    household.head = check.name(wanted.head)
    household.group = check.line(wanted.group, check.GROUP_LENGTH)
    household.phone = check.phone(wanted.phone)
    household.helper = check.line(wanted.helper)
    household.identity_tail = check.identity_tail(wanted.identity_tail)
    if wanted.state is not None:
        household.state = wanted.state
    if wanted.name_on_card is not None:
        household.name_on_card = wanted.name_on_card
    if wanted.members is not None:
        _set_members(household, check.members(household.head, wanted.members))
    db.session.flush()
    terms.index(household)
    facts = _facts(household)
    changed = [name for name, value in facts.items() if before[name] != value]
    if changed:
        audit.record(
            "household.update",
            household.code,
            by=by,
            before={name: before[name] for name in changed},
            after={name: facts[name] for name in changed},
        )
    return household


def version(household: Household) -> str:
    """Return what tells whether a household is still as a form showed it."""
    facts = {**_facts(household), "tags": []}
    facts["members"] = [[m.id, m.name, m.relation] for m in household.members if m.present]
    return sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()[:32]


def _refuse_changed(household: Household, shown: str) -> None:
    """Hold the household, and refuse unless it is as it was shown."""
    db.session.execute(
        select(Household)
        .where(Household.id == household.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    db.session.refresh(household, ["members"])
    if version(household) != shown:
        raise HouseholdChangedError


def _set_members(household: Household, wanted: list[MemberDetails]) -> None:
    """Make the members those that are wanted; ids of other households count for nothing."""
    there = {member.id: member for member in household.members}
    named = {member.id for member in wanted}
    by_name = {m.name: m for m in household.members if m.id not in named}
    for details in wanted:
        member = there.get(details.id or 0) or by_name.pop(details.name, None)
        if member is None:
            member = HouseholdMember()
            household.members.append(member)
        there.pop(member.id, None)
        member.name, member.relation, member.present = (
            details.name,
            details.relation,
            details.present,
        )
    for member in there.values():
        member.present = False


def _check_village(code: str, scope: Scope | None) -> None:
    if scope is not None and not scope.covers_region(code):
        raise OutOfScopeError(what=code[:20])
    if len(code) != VILLAGE or regions.region(code) is None:
        raise NotAVillageError(code=code[:20])


def _refuse_namesake(village_code: str, group: str, head: str) -> None:
    code = db.session.scalar(
        select(Household.code).where(
            Household.village_code == village_code,
            Household.group == group,
            Household.head == head,
        )
    )
    if code is not None:
        raise NamesakeError(group=group, head=head, code=code)


def _checked_code(new: NewHousehold) -> str:
    code = (new.code or "").strip()
    if not re.fullmatch(rf"{new.village_code}[0-9]{{4}}", code) or not code.isascii():
        raise HouseholdCodeError(code=code[:20], village=new.village_code)
    head = db.session.scalar(select(Household.head).where(Household.code == code))
    if head is not None:
        raise HouseholdCodeTakenError(code=code, head=head)
    return code


def free_code(village_code: str) -> str:
    """Return the number after the village's last, or the first gap once 9999 is taken."""
    of_village = (Household.code >= village_code, Household.code < after(village_code))
    last = db.session.scalar(select(func.max(Household.code)).where(*of_village))
    number = int(last[VILLAGE:]) if last else 0
    if number < LAST_NUMBER:
        return f"{village_code}{number + 1:04}"
    taken = set(db.session.scalars(select(Household.code).where(*of_village)))
    for number in range(1, LAST_NUMBER):
        if (code := f"{village_code}{number:04}") not in taken:
            return code
    raise VillageFullError


def _facts(household: Household) -> dict[str, Any]:
    """Return what the audit log keeps of a household."""
    return {
        "head": household.head,
        "group": household.group,
        "phone": household.phone,
        "helper": household.helper,
        "identity_tail": household.identity_tail,
        "name_on_card": household.name_on_card,
        "state": household.state.value,
        "members": [
            [member.name, member.relation] for member in household.members if member.present
        ],
        "tags": [tag.kind.value for tag in household.tags if tag.until is None],
    }
