"""What tests of oversight need: awards in bulk, people who watch, findings."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supermarket.awards.models import Award, AwardLine, AwardStatus
from supermarket.clock import now, today
from supermarket.database import db, once_more, transaction
from supermarket.households.models import Household
from supermarket.oversight import service as oversight
from supermarket.oversight.models import Finding, Method
from supermarket.oversight.queries.asked import Asked, asked
from supermarket.oversight.service import Found
from supermarket.schemes.models import RuleVersion
from supermarket.staff.models import Role, Scope, StaffMember
from tests import pages
from tests.factories import COUNTY, VILLAGE, make_household, make_staff


def enter(app: Flask, member: StaffMember) -> FlaskClient:
    """A browser of somebody."""
    browser = app.test_client()
    pages.sign_in(browser, member)
    return browser


def overseer(role: Role = Role.SUPERVISOR, region: str = VILLAGE) -> StaffMember:
    """Somebody who watches over a place."""
    return make_staff(role, region)


def lately(region: str = "", scope: str = COUNTY, days: int = 90) -> Asked:
    """The last days, in a place."""
    return asked(today() - timedelta(days=days - 1), today(), Scope((scope,), ()), region)


def make_households(count: int, village: str = VILLAGE) -> list[Household]:
    """Households without points."""
    return [make_household(village=village, head=f"户{number}") for number in range(count)]


def give(by: StaffMember, gifts: list[tuple[Household, int]], *, on: date | None = None) -> None:
    """Note awards under the rule there is; they stand in no journal, so that many are quick."""
    version = db.session.scalars(select(RuleVersion).order_by(RuleVersion.id)).first()
    assert version is not None
    with transaction():
        for household, points in gifts:
            award = Award(
                status=AwardStatus.POSTED, rule_version_id=version.id,
                region_code=household.village_code, occurred_on=on or today(),
                actor_id=by.id, created_at=now(),
            )  # fmt: skip
            award.lines.append(
                AwardLine(
                    household_id=household.id, points=points, position=1,
                    rule_id=version.rule_id, rule_version_id=version.id,
                    occurred_on=on or today(),
                )
            )  # fmt: skip
            db.session.add(award)


def found(assignee: StaffMember | None = None, **changes: Any) -> Found:
    """What somebody checked; with an assignee something was wrong."""
    told: dict[str, Any] = {
        "region_code": VILLAGE,
        "sample": "兑换 12 号",
        "method": Method.VISIT,
        "result": "户主说没有收到",
    }
    if assignee is not None:
        told |= {
            "problem": "东西没有发到户",
            "assignee": assignee.username,
            "due_on": today() + timedelta(days=7),
        }
    return Found(**(told | changes))


def note(by: StaffMember, what: Found, key: str | None = None) -> Finding:
    """Note a finding."""
    name = key or uuid4().hex
    return once_more(lambda: oversight.note(what, key=name, by=by))


def answer(by: StaffMember, finding: Finding, key: str | None = None) -> Finding:
    """Say that it was put right."""
    name, code = key or uuid4().hex, finding.code
    return once_more(lambda: oversight.answer(code, "已经补发到户", key=name, by=by))


def close(by: StaffMember, finding: Finding, key: str | None = None) -> Finding:
    """Close it."""
    name, code = key or uuid4().hex, finding.code
    return once_more(lambda: oversight.close(code, "复查属实", key=name, by=by))
