"""Honours: given once, to others only, taken back with a reason."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.audit.models import AuditEvent
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import DomainError, NotFoundError
from supermarket.honours import queries
from supermarket.honours import service as honours
from supermarket.honours.errors import (
    AlreadyHonouredError,
    DocumentNeededError,
    HonourDayError,
    HonourTextError,
    HonourTitleError,
    NotAMemberError,
    RevokedAlreadyError,
    RevokeReasonError,
)
from supermarket.honours.models import Honour, HonourLevel
from supermarket.honours.service import HonourAsk
from supermarket.households import service as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.models import TieKind
from supermarket.staff.models import Permission, Role, Scope, StaffMember
from tests.budgets.makers import EVERYWHERE
from tests.factories import (
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_staff,
)
from tests.honours.makers import make_honour
from tests.ledger.test_races import together


def office() -> StaffMember:
    return make_staff(Role.TOWNSHIP, TOWNSHIP)


def revoke(honour: Honour, by: StaffMember, reason: str = "材料不实") -> Honour:
    scope = by.scope(Permission.HONOUR)
    with transaction():
        return honours.revoke(honour.code, reason=reason, by=by.id, scope=scope)


def test_an_honour_is_noted_numbered_and_audited(app: Flask) -> None:
    by, household = office(), make_household()
    member = household.members[0]

    first = make_honour(household, by, title="  好媳妇 ", member_id=member.id)
    second = make_honour(household, by)

    assert (first.code, second.code) == (f"{VILLAGE}H1", f"{VILLAGE}H2")
    assert first.title == "好媳妇"
    (newest, oldest) = queries.honours(Scope((VILLAGE,), ()), limit=9)
    assert (newest.member, oldest.holder) == ("", member.name)
    actions = db.session.scalars(select(AuditEvent.action)).all()
    assert actions.count("honour.give") == 2


def test_the_same_again_is_refused(app: Flask) -> None:
    by, household = office(), make_household()
    made = make_honour(household, by)

    with pytest.raises(AlreadyHonouredError, match=made.code):
        make_honour(household, by)

    make_honour(household, by, member_id=household.members[0].id)
    make_honour(household, by, level=HonourLevel.TOWNSHIP)
    revoke(made, by)
    make_honour(household, by)


def test_pressed_by_many_at_once_it_is_noted_once(app: Flask) -> None:
    by, household = office(), make_household()
    actor, scope = by.id, by.scope(Permission.HONOUR)
    ask = HonourAsk(household.code, "清洁庭院", HonourLevel.VILLAGE, today())

    def press(_worker: int) -> str:
        with transaction():
            honours.give(ask, by=actor, scope=scope)
        return "noted"

    answers = together(app, press, 5)

    assert answers["noted"] == 1
    assert answers["AlreadyHonouredError"] == 4


def test_nobody_honours_the_own_or_a_relatives_household(app: Flask) -> None:
    by, household = office(), make_household()
    with transaction():
        households.declare_tie(by, household, TieKind.RELATIVE, "表兄", by=by.id)

    with pytest.raises(TiedHouseholdError):
        make_honour(household, by)


def test_nor_revokes_one(app: Flask) -> None:
    by, household = office(), make_household()
    made = make_honour(household, by)
    with transaction():
        households.declare_tie(by, household, TieKind.RELATIVE, "表兄", by=by.id)

    with pytest.raises(TiedHouseholdError):
        revoke(made, by)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title": " "}, HonourTitleError),
        ({"title": "很" * 41}, HonourTitleError),
        ({"awarded_on": today() + timedelta(days=1)}, HonourDayError),
        ({"awarded_on": date(1999, 1, 1)}, HonourDayError),
        ({"member_id": 999_999}, NotAMemberError),
        ({"note": "很" * 201}, HonourTextError),
        ({"document": "很" * 65}, HonourTextError),
        ({"level": HonourLevel.COUNTY}, DocumentNeededError),
    ],
)
def test_what_cannot_be_meant_is_refused(
    app: Flask, changes: dict[str, object], refusal: type[DomainError]
) -> None:
    by, household = office(), make_household()

    with pytest.raises(refusal):
        make_honour(household, by, **changes)

    assert queries.honours(EVERYWHERE, limit=9) == []


def test_a_higher_offices_honour_rests_on_a_paper(app: Flask) -> None:
    by, household = office(), make_household()

    made = make_honour(household, by, level=HonourLevel.COUNTY, document="汝文明办〔2026〕12号")

    assert made.level is HonourLevel.COUNTY
    make_honour(household, make_staff(Role.COUNTY), title="道德模范", level=HonourLevel.COUNTY)


def test_another_townships_household_is_not_found(app: Flask) -> None:
    household = make_household(village=OTHER_VILLAGE)

    with pytest.raises(NotFoundError):
        make_honour(household, make_staff(Role.TOWNSHIP, OTHER_TOWNSHIP))
    with pytest.raises(NotFoundError):
        make_honour(household, make_staff(Role.SCORER, OTHER_VILLAGE))


def test_a_revoked_honour_stays_with_its_reason(app: Flask) -> None:
    by, household = office(), make_household()
    made = make_honour(household, by)

    with pytest.raises(RevokeReasonError):
        revoke(made, by, reason=" ")
    with pytest.raises(NotFoundError):
        revoke(made, make_staff(Role.TOWNSHIP, OTHER_TOWNSHIP))
    revoke(made, by)
    with pytest.raises(RevokedAlreadyError):
        revoke(made, by)

    (row,) = queries.of_household(household.id)
    assert (row.honour.revoked_on, row.honour.revoked_reason) == (today(), "材料不实")
