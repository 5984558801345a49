"""Whatever happens to households in whatever order, no point is lost and none is made."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.database import db
from supermarket.errors import DomainError
from supermarket.household_events.models import EventKind, EventState, HouseholdEvent
from supermarket.households.models import Household, HouseholdState
from supermarket.ledger.models import Account, AccountKind, Entry, PointsLine
from supermarket.ledger.queries import verify
from supermarket.staff.models import Role, StaffMember
from tests.factories import OTHER_VILLAGE, VILLAGE, make_staff
from tests.household_events.makers import approve, make_family, propose

STEPS = 40
Said = dict[str, Any]


def held(*kinds: AccountKind) -> int:
    """The points of all accounts of these kinds, from their lines where no balance is kept."""
    db.session.rollback()
    return (
        db.session.scalar(
            select(func.sum(PointsLine.points))
            .join(Account, Account.id == PointsLine.account_id)
            .where(Account.kind.in_(kinds))
        )
        or 0
    )


def balances() -> list[int]:
    db.session.rollback()
    wanted = select(Account.balance).where(Account.kind == AccountKind.HOUSEHOLD)
    return list(db.session.scalars(wanted))


def something(chance: random.Random) -> tuple[EventKind, Household, Said]:
    """Any event of any household, sensible or not."""
    db.session.rollback()
    db.session.expire_all()
    everybody = db.session.scalars(select(Household).order_by(Household.id)).all()
    household, other = chance.choice(everybody), chance.choice(everybody)
    people = [member.id for member in household.members if member.present] or [0]
    going = chance.sample(people, chance.randint(1, len(people)))
    kind = chance.choice(list(EventKind))
    makers: dict[EventKind, Callable[[], Said]] = {
        EventKind.MOVE: lambda: {"to_village": chance.choice([VILLAGE, OTHER_VILLAGE])},
        EventKind.SPLIT: lambda: {
            "members": tuple(going),
            "head": chance.choice(going),
            "next_head": chance.choice(people),
            "given": chance.choice([None, chance.randint(0, 60)]),
            "kept": chance.choice([None, None, chance.randint(0, 60)]),
        },
        EventKind.MERGE: lambda: {"other_code": other.code},
        EventKind.DEATH: lambda: {
            "member": chance.choice(people),
            "next_head": chance.choice([None, *people]),
            "other_code": chance.choice(["", other.code]),
        },
    }
    return kind, household, makers.get(kind, dict)()


def happens(chance: random.Random, by: StaffMember, officer: StaffMember) -> EventState | None:
    """Let it happen, or be refused in words."""
    kind, household, said = something(chance)
    try:
        event = propose(by, kind, household, **said)
        return approve(event, officer).state
    except DomainError:
        db.session.rollback()
        return None


@pytest.mark.parametrize("seed", range(4))
def test_random_events_keep_every_point(app: Flask, seed: int) -> None:
    chance = random.Random(seed)
    by, officer = make_staff(Role.COUNTY), make_staff(Role.COUNTY)
    for number in range(6):
        village = chance.choice([VILLAGE, OTHER_VILLAGE])
        names = [f"{number}号{one}" for one in ("甲", "乙", "丙")[: chance.randint(1, 3)]]
        make_family(*names, points_held=chance.randint(1, 60), village=village)
    opened = held(AccountKind.OPENING)

    done = [happens(chance, by, officer) for _step in range(STEPS)]

    assert done.count(EventState.APPROVED) > STEPS // 5
    assert min(balances()) >= 0
    assert held(AccountKind.ISSUED) == 0
    assert held(AccountKind.HOUSEHOLD) == sum(balances())
    assert sum(balances()) + held(AccountKind.EXPIRED) == -opened
    gone = select(func.count()).where(
        Household.state == HouseholdState.LEFT,
        Household.account_id == Account.id,
        Account.balance > 0,
    )
    assert db.session.scalar(gone) == 0
    assert list(verify.mistakes()) == []


def test_each_event_posts_at_most_one_entry_under_its_own_key(app: Flask) -> None:
    chance = random.Random(99)
    by, officer = make_staff(Role.COUNTY), make_staff(Role.COUNTY)
    for number in range(4):
        make_family(f"{number}号甲", f"{number}号乙", points_held=30)

    for _step in range(STEPS):
        happens(chance, by, officer)

    events = db.session.scalars(select(HouseholdEvent)).all()
    posted = {e.entry_id: f"household-event:{e.code}" for e in events if e.entry_id is not None}
    keys = dict(
        db.session.execute(
            select(Entry.id, Entry.key).where(Entry.key.startswith("household-event:"))
        ).all()
    )
    assert len(posted) > 3
    assert keys == posted
