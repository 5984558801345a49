"""Awards, through the real service."""

from datetime import date
from uuid import uuid4

from supermarket.awards import service
from supermarket.awards.service import AwardAsk, Awarded, Reversed
from supermarket.clock import today
from supermarket.database import once_more
from supermarket.households.models import Household
from supermarket.schemes.service import RuleText
from supermarket.staff.models import Permission, Role, StaffMember
from tests.factories import VILLAGE, make_staff
from tests.schemes.makers import make_rules, make_scheme


def make_programme(*rules: RuleText, month_cap: int | None = None) -> StaffMember:
    """A running programme with rules; the scorer of the village."""
    make_scheme(month_cap=month_cap)
    make_rules(*rules)
    return make_staff(Role.SCORER, VILLAGE)


def award(
    by: StaffMember,
    *lines: AwardAsk | Household,
    rule: str = "L01",
    on: date | None = None,
    key: str | None = None,
    note: str = "",
) -> Awarded:
    """Give points, today unless said otherwise; a household alone gets what the rule gives."""
    asks = [line if isinstance(line, AwardAsk) else AwardAsk(line.code) for line in lines]
    request = service.asked(key or uuid4().hex, rule, on or today(), asks, note, by.id)
    scope = by.scope(Permission.AWARD)
    return once_more(
        lambda: service.award(request, rule, on or today(), asks, note=note, scope=scope)
    )


def take_back(
    by: StaffMember,
    reference: str,
    *households: Household,
    reason: str = "记错了户",
    key: str | None = None,
) -> Reversed:
    """Take an award back, from the named households or from all."""
    codes = [household.code for household in households] or None
    request = service.asked_back(key or uuid4().hex, reference, reason, codes, by.id)
    return once_more(
        lambda: service.reverse_award(request, reference, reason=reason, households=codes, by=by)
    )
