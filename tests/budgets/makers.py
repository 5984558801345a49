"""What tests of budgets need: awards as they are really given, budgets, programmes that stop."""

from datetime import date
from uuid import uuid4

from supermarket.budgets import service as budgets
from supermarket.budgets.service import BudgetAsk
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.ledger.models import AccountKind, EntryKind
from supermarket.ledger.service import PointsMove, Posted
from supermarket.schemes.models import Scheme
from supermarket.staff.models import Scope
from tests.factories import COUNTY, VILLAGE, make_scheme, the_actor

EVERYWHERE = Scope(("41",), ())


def year() -> tuple[date, date]:
    """The first and last day of this year."""
    return date(today().year, 1, 1), date(today().year, 12, 31)


def set_budget(points: int | None, village: str = VILLAGE) -> budgets.BudgetsSet:
    """This year's budget of a village."""
    ask, actor = BudgetAsk(village, *year(), points), the_actor().id
    with transaction():
        return budgets.set_budgets([ask], by=actor, scope=EVERYWHERE)


def programme(**settings: object) -> Scheme:
    """The county's programme with some settings of its own."""
    scheme = make_scheme(COUNTY)
    with transaction():
        found = db.session.get_one(Scheme, scheme.id)
        for name, value in settings.items():
            setattr(found, name, value)
    return found


def give(household: Household, points: int, on: date | None = None) -> Posted:
    """Points as an award posts them, without a rule: the household gains, its village issued."""
    actor = the_actor().id
    with transaction():
        return give_within(household.account_id, household.village_code, points, actor, on)


def give_within(
    account_id: int, village: str, points: int, actor: int, on: date | None = None
) -> Posted:
    """The same inside the caller's transaction."""
    issued = ledger.open_system_account(AccountKind.ISSUED, village)
    return ledger.post(
        ledger.open_journal(village).id,
        kind=EntryKind.AWARD,
        occurred_on=on or today(),
        request=ledger.Request(uuid4().hex, "award", actor),
        points=[PointsMove(account_id, points), PointsMove(issued, -points)],
    )


def take_back(entry_id: int) -> Posted:
    """Reverse a whole entry."""
    actor = the_actor().id
    with transaction():
        left = ledger.hold(entry_id)
        request = ledger.Request(uuid4().hex, "reversal", actor)
        return ledger.reverse(left, request=request, occurred_on=today(), note="")
