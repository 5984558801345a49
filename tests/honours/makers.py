"""What tests of honours and scores need."""

from datetime import date, datetime
from typing import Any

from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.deductions.models import Deduction, DeductionState
from supermarket.honours import service as honours
from supermarket.honours.models import Honour, HonourLevel
from supermarket.honours.service import HonourAsk
from supermarket.households.models import Household
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import Category
from supermarket.staff.models import Permission, StaffMember
from tests.factories import the_actor
from tests.schemes.makers import LABOUR, make_rules

DEDUCTION = LABOUR._replace(
    code="D01",
    category=Category.DEDUCTION,
    title="乱倒垃圾",
    points_min=-10,
    points_max=-10,
    basis="安沟村村规民约第三条",
)


def make_honour(household: Household, by: StaffMember, **changes: Any) -> Honour:
    """An honour of the village, given today unless said otherwise."""
    plain = HonourAsk(household.code, "清洁庭院", HonourLevel.VILLAGE, today())
    ask = plain._replace(**changes)
    with transaction():
        return honours.give(ask, by=by.id, scope=by.scope(Permission.HONOUR))


def deducted(
    household: Household,
    points: int,
    *,
    taken: int | None = None,
    back: int = 0,
    state: DeductionState = DeductionState.POSTED,
    settled_at: datetime | None = None,
) -> None:
    """A deduction of a household; ``taken`` is what it found to take."""
    if not schemes.rule_ids("D01", [household.village_code]):
        make_rules(DEDUCTION)
    version = schemes.rule("D01", household.village_code, today())
    actor, number = the_actor().id, len(db.session.query(Deduction).all()) * 2 + 1
    with transaction():
        common: dict[str, Any] = {
            "village_code": household.village_code,
            "household_id": household.id,
            "rule_version_id": version.id,
            "rule_id": version.rule_id,
            "occurred_on": date(today().year, 1, 2),
            "note": "看到了",
            "proposed_by": actor,
            "proposed_at": now(),
        }
        reminder = Deduction(
            code=f"{household.village_code}J{number}",
            key=f"reminder-{number}",
            points_asked=0,
            points=0,
            state=DeductionState.REMINDED,
            **common,
        )
        db.session.add(reminder)
        db.session.flush()
        db.session.add(
            Deduction(
                code=f"{household.village_code}J{number + 1}",
                key=f"deduction-{number}",
                reminder_id=reminder.id,
                points_asked=points,
                points=points,
                state=state,
                points_posted=points if taken is None else taken,
                reversed_points=back,
                settled_at=settled_at or now(),
                **common,
            )
        )
