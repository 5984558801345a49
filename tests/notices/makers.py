"""A village that announces: its programme, its people, accepted declarations, notices."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import select

from supermarket import clock
from supermarket.awards.models import (
    Decision,
    Declaration,
    DeclarationSource,
    DeclarationState,
    Verdict,
)
from supermarket.clock import now, today
from supermarket.database import db, once_more, transaction
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.notices import service as notices
from supermarket.notices.models import Notice, Objection, ObjectionChannel, ObjectionState
from supermarket.notices.service import Closed
from supermarket.schemes.models import Category, ReviewLevel, RuleVersion
from supermarket.staff.models import Role, Scope, StaffMember
from tests.factories import VILLAGE, make_household, make_staff
from tests.schemes.makers import LABOUR, make_rules, make_scheme

PHONE = "0375-6881234"
#: 1 to 10 points; and always 5.
OPEN_RULE = LABOUR._replace(
    code="C01",
    category=Category.CONDUCT,
    title="月度庭院检查清洁户",
    points_min=1,
    points_max=10,
    review_level=ReviewLevel.B,
)
FIXED_RULE = LABOUR._replace(code="L02", title="村集体修路一天", review_level=ReviewLevel.B)


class People(NamedTuple):
    """Who has which job in the village."""

    scorer: StaffMember
    reviewer: StaffMember
    supervisor: StaffMember
    township: StaffMember


def make_people() -> People:
    """The programme with two rules of level B, and one of each job."""
    make_scheme()
    make_rules(OPEN_RULE, FIXED_RULE)
    return People(
        make_staff(Role.SCORER, VILLAGE),
        make_staff(Role.REVIEWER, VILLAGE),
        make_staff(Role.SUPERVISOR, VILLAGE),
        make_staff(Role.TOWNSHIP, VILLAGE[:9]),
    )


def make_accepted(
    people: People,
    household: Household | None = None,
    *,
    points: int = 5,
    rule: str = "C01",
    on: date | None = None,
    village: str = VILLAGE,
    state: DeclarationState = DeclarationState.ACCEPTED,
    judge: StaffMember | None = None,
) -> Declaration:
    """What the panel accepted, as the book has it."""
    household = household or make_household(village=village)
    version = db.session.scalar(select(RuleVersion).join(RuleVersion.rule).filter_by(code=rule))
    assert version is not None
    with transaction():
        number = ledger.number(village, "declaration")
        made = Declaration(
            code=f"{village}D{number}",
            village_code=village,
            household_id=household.id,
            rule_version_id=version.id,
            rule_id=version.rule_id,
            occurred_on=on or today(),
            points_asked=points,
            points=points,
            state=state,
            source=DeclarationSource.SCORER,
            declared_by=people.scorer.id,
            key=uuid4().hex,
            position=1,
            submitted_at=now(),
            due_on=today(),
        )
        db.session.add(made)
        db.session.flush()
        db.session.add(
            Decision(
                declaration_id=made.id,
                verdict=Verdict.ACCEPT,
                state=state,
                points_before=points,
                points_after=points,
                actor_id=(judge or people.reviewer).id,
                decided_at=now(),
            )
        )
    return made


def open_notice(
    by: StaffMember, *, village: str = VILLAGE, key: str | None = None, phone: str = PHONE
) -> Notice:
    """Announce what is accepted."""
    name = key or uuid4().hex
    return once_more(lambda: notices.open_notice(village, by=by, key=name, phone=phone))


def close(notice: Notice | str, *, days: int = 4) -> Closed:
    """Post what nobody objected to, some days from now."""
    reference = notice if isinstance(notice, str) else notice.reference
    with clock.at(later(days)):
        return once_more(lambda: notices.close(reference))


def later(days: int) -> datetime:
    """This time of day, in some days."""
    return datetime.now(UTC) + timedelta(days=days)  # noqa: TID251 - counts from the real day


def object_to(
    declaration: Declaration,
    by: StaffMember | None,
    *,
    text: str = "那天他不在村里",
    key: str | None = None,
    name: str = "",
    contact: str = "",
) -> Objection:
    """Somebody calls about a line."""
    code, recorder, chosen = declaration.code, by.id if by else None, key or uuid4().hex
    return once_more(
        lambda: notices.raise_objection(
            chosen,
            code,
            text=text,
            channel=ObjectionChannel.PHONE,
            by=recorder,
            scope=Scope((VILLAGE,), ()),
            name=name,
            contact=contact,
        )
    )


def decide(
    objection: Objection,
    verdict: ObjectionState,
    by: StaffMember,
    *,
    points: int | None = None,
    reason: str = "已向组长核实",
) -> Objection:
    """What becomes of it."""
    code = objection.code
    return once_more(lambda: notices.decide(code, verdict, by=by, reason=reason, points=points))


def state_of(declaration: Declaration) -> DeclarationState:
    """How a declaration stands now."""
    db.session.rollback()
    return db.session.get_one(Declaration, declaration.id, populate_existing=True).state
