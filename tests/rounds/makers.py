"""Rounds, through the real services."""

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

from supermarket.awards.models import Declaration
from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.households.models import Household, TieKind
from supermarket.households.service import ties
from supermarket.rounds import queries, service
from supermarket.rounds.models import Round, RoundKind
from supermarket.rounds.queries import Submitted
from supermarket.rounds.service import GradeAsk, RoundAsk
from supermarket.schemes.models import CapPeriod, Category, Evidence, ReviewLevel
from supermarket.staff.models import Permission, Role, StaffMember
from tests.factories import VILLAGE, make_household, make_staff
from tests.schemes.makers import LABOUR, make_rules, make_scheme

#: The monthly yard inspection, as data/rules.csv has it, and an event at level A.
CLEAN = LABOUR._replace(
    code="C01",
    category=Category.CONDUCT,
    title="月度庭院检查“清洁户”",
    cap_times=1,
    cap_period=CapPeriod.MONTH,
    evidence=Evidence.OBSERVATION,
    review_level=ReviewLevel.B,
)
CLEANER = CLEAN._replace(code="C02", title="月度庭院检查“较清洁”", points_min=2, points_max=2)
MEETING = LABOUR._replace(
    code="C07", category=Category.CONDUCT, title="参加村民会议", points_min=2, points_max=2
)
YARDS = (GradeAsk("清洁", "C01"), GradeAsk("较清洁", "C02"), GradeAsk("不清洁"))
SIGN_IN = (GradeAsk("到场", "C07"),)


def make_village(*heads: str) -> tuple[StaffMember, list[Household]]:
    """A programme with the rules of rounds, the village's scorer and its households."""
    make_scheme()
    make_rules(CLEAN, CLEANER, MEETING, LABOUR)
    return make_staff(Role.SCORER, VILLAGE), [make_household(head=head) for head in heads]


def open_round(
    by: StaffMember,
    *,
    kind: RoundKind = RoundKind.INSPECTION,
    grades: Sequence[GradeAsk] | None = None,
    on: date | None = None,
    group: str = "",
    key: str | None = None,
    title: str = "十一月庭院检查",
    village: str = VILLAGE,
) -> Round:
    """A round of the village, today unless said otherwise."""
    usual = YARDS if kind is RoundKind.INSPECTION else SIGN_IN
    ask = RoundAsk(title, on or today(), usual if grades is None else grades, group)
    scope = by.scope(Permission.AWARD)
    with transaction():
        return service.open_round(
            key or uuid4().hex, village, kind, ask, scope=scope, by=by.id
        ).round


def mark(round_: Round, by: StaffMember, grade: int | None, *households: Household) -> None:
    """Give households a grade."""
    marks = {household.code: grade for household in households}
    with transaction():
        service.mark(round_, marks, scope=by.scope(Permission.AWARD), by=by.id)


def sign_in(round_: Round, by: StaffMember, *households: Household) -> list[bool]:
    """Let households sign in; return which of them had already."""
    again = []
    for household in households:
        with transaction():
            signed = service.sign_in(
                round_, household.code, scope=by.scope(Permission.AWARD), by=by.id
            )
        again.append(signed.again)
    return again


def submit(round_: Round, by: StaffMember, *leave_out: Household) -> Submitted:
    """Submit a round."""
    codes = [household.code for household in leave_out]
    return once_more(
        lambda: service.submit_round(
            round_, leave_out=codes, scope=by.scope(Permission.AWARD), by=by.id
        )
    )


def grades(round_: Round) -> dict[str, int | None]:
    """Map the heads of a round's households to their grades."""
    db.session.rollback()
    return {row.head: row.grade for row in queries.sheet(round_)}


def declared() -> list[Declaration]:
    """Everything that was declared, oldest first."""
    db.session.rollback()
    return list(db.session.query(Declaration).order_by(Declaration.id))


def tie(member: StaffMember, household: Household) -> None:
    """Let somebody be a relative of a household."""
    with transaction():
        ties.declare_tie(member, household, TieKind.RELATIVE, "弟弟", by=member.id)
