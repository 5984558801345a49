"""Giving a line other points than were announced."""

from sqlalchemy import func, select, update

from supermarket.awards.models import PENDING, Declaration, DeclarationState
from supermarket.awards.service import counting
from supermarket.awards.service.posting import hold_accounts
from supermarket.budgets import service as budgets
from supermarket.clock import today
from supermarket.database import db
from supermarket.errors import ConflictError
from supermarket.households.models import Household
from supermarket.notices.errors import (
    LateRaiseError,
    PointsNotChangeableError,
    PointsOutsideRuleError,
    PointsToSayError,
    PointsUnchangedError,
)
from supermarket.schemes.models import RuleVersion


def checked(declaration: Declaration, points: int | None) -> int:
    """Return the points a line is corrected to, if its rule gives them.

    Raises:
        PointsToSayError: none are said.
        PointsUnchangedError: it has them already.
        PointsNotChangeableError, PointsOutsideRuleError: the rule does not give them.
        LateRaiseError: it is posted, and more cannot be taken back.
    """
    if points is None:
        raise PointsToSayError
    version = db.session.get_one(RuleVersion, declaration.rule_version_id)
    least, most = version.points_min or 1, version.points_max or declaration.points_asked
    if points == declaration.points:
        raise PointsUnchangedError(points=points)
    if least == most == declaration.points:
        raise PointsNotChangeableError(title=version.title, least=least)
    if not least <= points <= most:
        raise PointsOutsideRuleError(title=version.title, least=least, most=most, asked=points)
    if declaration.state is DeclarationState.POSTED and points > declaration.points:
        raise LateRaiseError(points=declaration.points)
    return points


def set_points(declaration: Declaration, points: int) -> None:
    """Let the declaration say what it stands at; its decision says why."""
    db.session.execute(
        update(Declaration)
        .where(Declaration.id == declaration.id)
        .values(points=points)
        .execution_options(synchronize_session="evaluate")
    )


def correct(declaration: Declaration, points: int) -> None:
    """Give a held line other points; more of them must fit under the caps and the budget.

    Raises:
        LimitReachedError: the household would earn too much.
        BudgetSpentError, CoverageStoppedError: the village would issue too much.
        ConflictError: the household was merged into another meanwhile.
    """
    more = points > declaration.points
    village = declaration.village_code
    if not more:
        set_points(declaration, points)
        return
    budgets.hold([village])
    household_id = declaration.household_id
    hold_accounts([db.session.get_one(Household, household_id).account_id])
    db.session.refresh(declaration, ["household_id"])
    if declaration.household_id != household_id:  # a merge gave it to another meanwhile
        raise ConflictError
    set_points(declaration, points)
    counting.count([declaration])
    budgets.check([village], today(), {village: _pending(village)})


def _pending(village_code: str) -> int:
    """Return the points of a village that are accepted and not posted yet."""
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(Declaration.points), 0)).where(
                Declaration.village_code == village_code, Declaration.state.in_(PENDING)
            )
        )
        or 0
    )
