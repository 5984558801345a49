"""Ending reservations: somebody cancels one; the job ends what nobody can collect any more."""

from datetime import date

from sqlalchemy import or_, select, update

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.households.models import Household, HouseholdFreeze, HouseholdState
from supermarket.reservations.errors import ClosedError, ReasonError
from supermarket.reservations.models import Reservation, ReservationState
from supermarket.reservations.queries.holding import live
from supermarket.reservations.queries.listing import by_code
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, StaffMember

#: Most characters of a reason.
MOST_REASON = 100
#: Why the job lets something go before its day.
NOBODY_COMES = "农户已退出或暂停兑换"


def cancel(
    code: str,
    *,
    by: StaffMember | None,
    household: Household | None = None,
    reason: str = "",
) -> Reservation:
    """Keep the goods no longer: by who made it, a keeper of the shop, or the household itself.

    Units that were collected stay collected. ``by`` is None on the household's own page,
    which gives its ``household``.

    Raises:
        NotFoundError: no such reservation of this person's.
        ClosedError: it is kept no more.
        ReasonError: too much was written.
    """
    reason = cleaned(reason)
    if len(reason) > MOST_REASON:
        raise ReasonError(most=MOST_REASON)
    found = by_code(cleaned(code)[:64])
    if found is None or not _may_cancel(found, by, household):
        raise NotFoundError(what=cleaned(code)[:40])
    ended = db.session.execute(
        update(Reservation)
        .where(Reservation.id == found.id, live(today()))
        .values(
            state=ReservationState.CANCELLED,
            closed_by=by.id if by else None,
            closed_at=now(),
            reason=reason,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(found)
    if ended.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise ClosedError(code=found.code)
    if by is not None:
        audit.record("reservation.cancel", found.code, by=by.id, after={"reason": reason})
    return found


def _may_cancel(found: Reservation, by: StaffMember | None, household: Household | None) -> bool:
    if by is None:
        return household is not None and found.household_id == household.id
    if found.made_by == by.id:
        return True
    shop = db.session.scalars(select(Shop).where(Shop.id == found.shop_id)).one()
    return by.scope(Permission.REDEEM).covers_shop(shop.code, shop.region_code)


def expire(on: date) -> int:
    """Mark the reservations whose last day is before ``on``; return how many.

    They keep nothing since that day, marked or not: this is for the lists. Late, twice or
    by two at once it marks each of them once.
    """
    marked = db.session.execute(
        update(Reservation)
        .where(Reservation.state == ReservationState.HELD, Reservation.until < on)
        .values(state=ReservationState.EXPIRED, closed_at=now())
        .execution_options(synchronize_session=False)
    )
    return int(marked.rowcount)  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE


def let_go(on: date) -> int:
    """Cancel what households cannot collect before its day: they left, or are frozen longer.

    Return how many. Late, twice or by two at once it ends each of them once.
    """
    left = select(Household.id).where(
        Household.id == Reservation.household_id, Household.state == HouseholdState.LEFT
    )
    frozen = select(HouseholdFreeze.id).where(
        HouseholdFreeze.household_id == Reservation.household_id,
        HouseholdFreeze.approved.is_(True),
        HouseholdFreeze.starts_on <= on,
        HouseholdFreeze.ends_on >= Reservation.until,
        or_(HouseholdFreeze.lifted_on.is_(None), HouseholdFreeze.lifted_on > on),
    )
    ended = db.session.execute(
        update(Reservation)
        .where(live(on), or_(left.exists(), frozen.exists()))
        .values(state=ReservationState.CANCELLED, closed_at=now(), reason=NOBODY_COMES)
        .execution_options(synchronize_session=False)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
