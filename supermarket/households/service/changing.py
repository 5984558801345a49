"""What household events do to households: move, divide, join, leave, come back, change heads.

Nothing here asks whether it may; the slice of household events does, and posts the points.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from supermarket.audit import service as audit
from supermarket.clock import now
from supermarket.database import db
from supermarket.households.models import (
    HelperPairing,
    Household,
    HouseholdMember,
    HouseholdState,
    HouseholdTerm,
    Proxy,
    StaffTie,
)
from supermarket.households.service import details as check
from supermarket.households.service import terms
from supermarket.households.service.details import HEAD
from supermarket.households.service.writing import free_code
from supermarket.ledger import service as ledger


def hold(household_ids: Collection[int]) -> dict[int, Household]:
    """Return households by id, held until the transaction ends so that nobody else changes them.

    In ascending order, so that two callers never wait for each other; their members are read
    anew. What merely refers to a household need not wait.
    """
    rows = db.session.scalars(
        select(Household)
        .where(Household.id.in_(household_ids))
        .order_by(Household.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for household in rows:
        db.session.expire(household, ["members", "tags"])
    return {household.id: household for household in rows}


def move_to_village(household: Household, village_code: str, group: str, by: int) -> None:
    """Let a household live in another village; its code stays, a search finds it there only."""
    before = {"region": household.village_code, "group": household.group}
    household.village_code = village_code
    household.group = check.line(group, check.GROUP_LENGTH)
    db.session.flush()
    db.session.execute(delete(HouseholdTerm).where(HouseholdTerm.household_id == household.id))
    terms.index(household)
    after = {"region": village_code, "group": household.group}
    audit.record("household.move", household.code, by=by, before=before, after=after)


def split_off(
    source: Household,
    members: Sequence[HouseholdMember],
    head: HouseholdMember,
    by: int,
    *,
    group: str,
    phone: str,
) -> Household:
    """Make a household of some members of another, in the same village; return it.

    The people keep their rows, so that what each may earn once stays counted.
    """
    code = free_code(source.village_code)
    made = Household(
        code=code,
        village_code=source.village_code,
        group=check.line(group, check.GROUP_LENGTH),
        head=head.name,
        phone=check.phone(phone),
        helper=source.helper,
        identity_tail="",
        state=HouseholdState.ACTIVE,
        account_id=ledger.open_household_account(code).id,
        created_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    facts = {"head": made.head, "group": made.group, "from": source.code}
    audit.record("household.add", code, by=by, after=facts)
    join(members, source, made, by)
    set_head(made, head, by)
    return made


def join(members: Sequence[HouseholdMember], source: Household, target: Household, by: int) -> None:
    """Let people of one household belong to another from now on.

    Who they are to the new head is not known, so it is left open.
    """
    before = _names(target)
    for member in members:
        member.household_id = target.id
        member.relation = ""
    db.session.flush()
    for household in (source, target):
        db.session.expire(household, ["members"])
        terms.index(household)
    _carry_ties(source.id, target.id, by)
    audit.record(
        "household.join",
        target.code,
        by=by,
        before={"members": before},
        after={"members": _names(target), "from": source.code},
    )


def set_head(household: Household, head: HouseholdMember, by: int) -> None:
    """Make a member the head; what the others are to the new head is left open."""
    before = household.head
    household.head = head.name
    if before != head.name:
        household.identity_tail = ""
    for member in household.members:
        if member.present:
            member.relation = HEAD if member is head else ""
    db.session.flush()
    terms.index(household)
    if before != head.name:
        audit.record(
            "household.set_head",
            household.code,
            by=by,
            before={"head": before},
            after={"head": head.name},
        )


def end_member(household: Household, member: HouseholdMember, by: int) -> None:
    """Note that a member is not there any more; the name stays for the entries that say it."""
    member.present = False
    db.session.flush()
    terms.index(household)
    audit.record("household.end_member", household.code, by=by, before={"members": [member.name]})


def leave(household: Household, by: int, on: date, *, reason: str) -> None:
    """Let a household take part no more: telephone and helper are forgotten, proxies end.

    The telephone is not written into the log either: it is deleted, not moved.
    """
    household.state = HouseholdState.LEFT
    household.phone = household.helper = household.identity_tail = ""
    db.session.flush()
    terms.index(household)
    proxies = _end_proxies(household, by, reason)
    helpers = _end_pairing(household, on)
    after: dict[str, Any] = {"state": HouseholdState.LEFT.value, "reason": reason}
    if proxies or helpers:
        after |= {"proxies": proxies, "helpers": helpers}
    before = {"state": HouseholdState.ACTIVE.value}
    audit.record("household.leave", household.code, by=by, before=before, after=after)


def come_back(household: Household, by: int) -> None:
    """Let a household that left take part again."""
    household.state = HouseholdState.ACTIVE
    db.session.flush()
    terms.index(household)
    audit.record(
        "household.come_back",
        household.code,
        by=by,
        before={"state": HouseholdState.LEFT.value},
        after={"state": HouseholdState.ACTIVE.value},
    )


def _names(household: Household) -> list[str]:
    return [member.name for member in household.members if member.present]


def _end_proxies(household: Household, by: int, reason: str) -> int:
    """End who may collect for a household; return how many there were."""
    ended: Any = db.session.execute(
        update(Proxy)
        .where(Proxy.household_id == household.id, Proxy.ended_at.is_(None))
        .values(ended_by=by, ended_at=now(), ended_reason=reason[:200])
    )
    return int(ended.rowcount)


def _end_pairing(household: Household, on: date) -> int:
    """End a household's pairing with its helper the day before; return how many there were."""
    pairing = db.session.scalar(
        select(HelperPairing).where(
            HelperPairing.household_id == household.id, HelperPairing.until.is_(None)
        )
    )
    if pairing is None:
        return 0
    pairing.until = max(pairing.since, on - timedelta(days=1))
    db.session.flush()
    return 1


def _carry_ties(source_id: int, target_id: int, by: int) -> None:
    """Let whoever must keep out of one household keep out of the one its people go to."""
    rows = db.session.scalars(
        select(StaffTie).where(
            StaffTie.household_id.in_([source_id, target_id]), StaffTie.ended_at.is_(None)
        )
    ).all()
    kept_out = {tie.staff_id for tie in rows if tie.household_id == target_id}
    for tie in rows:
        if tie.household_id != target_id and tie.staff_id not in kept_out:
            kept_out.add(tie.staff_id)
            db.session.add(
                StaffTie(
                    staff_id=tie.staff_id,
                    household_id=target_id,
                    kind=tie.kind,
                    relation=tie.relation,
                    declared_by=by,
                    declared_at=now(),
                )
            )
    db.session.flush()
