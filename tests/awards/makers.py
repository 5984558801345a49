"""Awards, declarations and reviews, through the real service."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from supermarket.awards import service
from supermarket.awards.models import (
    Declaration,
    DeclarationSource,
    DeclarationState,
    Review,
    Verdict,
)
from supermarket.awards.service import AwardAsk, Awarded, Decided, Judgement, Reversed
from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.households.models import Household
from supermarket.schemes.models import ReviewLevel
from supermarket.schemes.service import RuleText
from supermarket.staff.models import Permission, Role, Scope, StaffMember
from tests.factories import VILLAGE, make_staff
from tests.schemes.makers import LABOUR, make_rules, make_scheme

#: Level B, 15 points; level C, 20 points; level B, 1 to 9 points.
HELP = LABOUR._replace(
    code="L03", title="技术帮工", points_min=15, points_max=15, review_level=ReviewLevel.B
)
HONOUR = LABOUR._replace(
    code="C12", title="乡镇级荣誉", points_min=20, points_max=20, review_level=ReviewLevel.C
)
CARE = LABOUR._replace(
    code="L09", title="帮困难户抢收", points_min=1, points_max=9, review_level=ReviewLevel.B
)


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


# -- declarations and reviews ------------------------------------------------------------------


def declare(
    by: StaffMember | None,
    *lines: AwardAsk | Household,
    rule: str = "L03",
    on: date | None = None,
    key: str | None = None,
    source: DeclarationSource = DeclarationSource.SCORER,
    scope: Scope | None = None,
    **more: Any,
) -> list[Declaration]:
    """Declare something, today unless said otherwise; by None it is the household itself."""
    asks = [line if isinstance(line, AwardAsk) else AwardAsk(line.code) for line in lines]
    reach = scope or (by.scope(Permission.AWARD) if by else Scope((VILLAGE,), ()))
    named = key or uuid4().hex
    return once_more(
        lambda: service.declare(
            named,
            rule,
            on or today(),
            asks,
            by=by.id if by else None,
            source=source if by else DeclarationSource.HOUSEHOLD,
            scope=reach,
            **more,
        )
    )


def make_panel(size: int = 3, village: str = VILLAGE) -> list[StaffMember]:
    """People who review in a village."""
    return [make_staff(Role.REVIEWER, village) for _each in range(size)]


def sit(panel: Sequence[StaffMember], village: str = VILLAGE) -> Review:
    """Open a meeting of these people."""
    with transaction():
        return service.open_review(village, members=[member.id for member in panel], by=panel[0])


def decide(
    review: Review,
    by: StaffMember,
    *judgements: Judgement | Declaration,
    verdict: Verdict = Verdict.ACCEPT,
    reason: str = "",
    key: str | None = None,
) -> Decided:
    """Decide lines: a declaration alone gets ``verdict``."""
    asked = [
        line if isinstance(line, Judgement) else Judgement(line.code, verdict, reason=reason)
        for line in judgements
    ]
    code = review.code
    request = service.asked_decisions(key or uuid4().hex, code, asked, by.id)
    return once_more(lambda: service.decide(request, code, asked, by=by))


def confirm(
    by: StaffMember,
    *declarations: Declaration,
    verdict: Verdict = Verdict.ACCEPT,
    reason: str = "",
) -> Decided:
    """Say the township's word on lines."""
    asked = [Judgement(row.code, verdict, reason=reason) for row in declarations]
    with transaction():
        return service.confirm(asked, by=by)


def state(declaration: Declaration) -> DeclarationState:
    """How far a declaration is now."""
    db.session.rollback()
    return db.session.get_one(Declaration, declaration.id).state
