"""Which households may not redeem, since when, until when."""

import enum
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from supermarket.database import db
from supermarket.errors import N_
from supermarket.households.models import Household, HouseholdFreeze
from supermarket.regions import queries as regions
from supermarket.regions.models import TOWNSHIP
from supermarket.regions.queries import under
from supermarket.staff.models import Scope


class FreezeState(enum.Enum):
    """What a freeze is on a day."""

    PROPOSED = "proposed"
    REFUSED = "refused"
    #: Approved, and its first day is yet to come.
    TO_COME = "to_come"
    IN_FORCE = "in_force"
    LIFTED = "lifted"
    OVER = "over"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            FreezeState.PROPOSED: N_("待第二人审批"),
            FreezeState.REFUSED: N_("未同意"),
            FreezeState.TO_COME: N_("尚未开始"),
            FreezeState.IN_FORCE: N_("暂停兑换中"),
            FreezeState.LIFTED: N_("已提前解除"),
            FreezeState.OVER: N_("已到期"),
        }[self]


class Waiting(NamedTuple):
    """Freezes that wait for their second person."""

    size: int
    since: datetime | None


def state_of(freeze: HouseholdFreeze, on: date) -> FreezeState:
    """Return what a freeze is on a day."""
    if freeze.approved is None:
        return FreezeState.PROPOSED
    if not freeze.approved:
        return FreezeState.REFUSED
    if freeze.lifted_on is not None and freeze.lifted_on <= on:
        return FreezeState.LIFTED
    if on < freeze.starts_on:
        return FreezeState.TO_COME
    return FreezeState.IN_FORCE if on <= freeze.ends_on else FreezeState.OVER


def frozen(household_id: int, on: date) -> HouseholdFreeze | None:
    """Return the freeze under which a household may not redeem on a day; the longest of several."""
    return db.session.scalar(
        select(HouseholdFreeze)
        .where(
            HouseholdFreeze.household_id == household_id,
            HouseholdFreeze.approved.is_(True),
            HouseholdFreeze.starts_on <= on,
            HouseholdFreeze.ends_on >= on,
            or_(HouseholdFreeze.lifted_on.is_(None), HouseholdFreeze.lifted_on > on),
        )
        .order_by(HouseholdFreeze.ends_on.desc())
        .limit(1)
    )


def contact(village_code: str) -> str:
    """Return whom to ask about a freeze: the name of the village's township."""
    township = village_code[:TOWNSHIP]
    return regions.names([township]).get(township, "")


def unsettled(household_id: int, on: date) -> HouseholdFreeze | None:
    """Return a freeze of a household that is proposed, to come or in force, if any."""
    return db.session.scalar(
        select(HouseholdFreeze)
        .where(
            HouseholdFreeze.household_id == household_id,
            or_(HouseholdFreeze.approved.is_(None), HouseholdFreeze.approved.is_(True)),
            HouseholdFreeze.ends_on >= on,
            HouseholdFreeze.lifted_on.is_(None),
        )
        .limit(1)
    )


def freeze(code: str, scope: Scope) -> tuple[HouseholdFreeze, Household] | None:
    """Return a freeze and its household, if the household lies in ``scope``."""
    row = db.session.execute(
        select(HouseholdFreeze, Household)
        .join(Household, Household.id == HouseholdFreeze.household_id)
        .where(HouseholdFreeze.code == code, under(Household.village_code, scope.regions))
    ).first()
    return (row[0], row[1]) if row else None


def of_household(household_id: int) -> Sequence[HouseholdFreeze]:
    """Return every freeze a household ever had, newest first."""
    return db.session.scalars(
        select(HouseholdFreeze)
        .where(HouseholdFreeze.household_id == household_id)
        .order_by(HouseholdFreeze.id.desc())
    ).all()


def listed(
    scope: Scope, on: date, *, all_of_them: bool = False, limit: int
) -> list[tuple[HouseholdFreeze, Household]]:
    """Return the freezes inside ``scope`` that are proposed, to come or in force, newest first.

    ``all_of_them`` includes those that are over, lifted or refused.
    """
    wanted = (
        select(HouseholdFreeze, Household)
        .join(Household, Household.id == HouseholdFreeze.household_id)
        .where(under(Household.village_code, scope.regions))
        .order_by(HouseholdFreeze.approved.is_(None).desc(), HouseholdFreeze.id.desc())
        .limit(limit)
    )
    if not all_of_them:
        wanted = wanted.where(
            or_(HouseholdFreeze.approved.is_(None), HouseholdFreeze.approved.is_(True)),
            HouseholdFreeze.ends_on >= on,
            HouseholdFreeze.lifted_on.is_(None),
        )
    return [(row[0], row[1]) for row in db.session.execute(wanted)]


def waiting(scope: Scope, staff_id: int) -> Waiting:
    """Return how many freezes wait for somebody other than their proposer, and since when."""
    row = db.session.execute(
        select(func.count(), func.min(HouseholdFreeze.proposed_at))
        .join(Household, Household.id == HouseholdFreeze.household_id)
        .where(
            under(Household.village_code, scope.regions),
            HouseholdFreeze.approved.is_(None),
            HouseholdFreeze.proposed_by != staff_id,
        )
    ).one()
    return Waiting(*row)
