"""Letting somebody collect for a household, and ending it."""

from calendar import monthrange
from datetime import date
from typing import NamedTuple

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.households.errors import (
    EndReasonError,
    ProxyDaysError,
    ProxyEndedError,
    ProxyPointsError,
    ProxyPresentError,
    ProxyRelationError,
)
from supermarket.households.models import Household, Proxy
from supermarket.households.service import details as check

#: The longest time a proxy holds without being agreed on anew.
MONTHS = 24
#: The largest limit of points a month.
MOST_POINTS = 99_999
DOCUMENT_LENGTH, REASON_LENGTH = 40, 200


class NewProxy(NamedTuple):
    """Somebody who shall collect for a household."""

    name: str
    relation: str
    #: The last day, at most MONTHS months ahead.
    until: date
    phone: str = ""
    identity_tail: str = ""
    #: Most points to be collected in a calendar month; None sets no limit.
    month_points: int | None = None
    #: Number of the signed agreement.
    document: str = ""


def add_proxy(household: Household, new: NewProxy, *, by: int) -> Proxy:
    """Let somebody collect for a household from today on.

    Raises:
        InvalidError: a name, relation, day, limit, telephone number that cannot be meant.
        ProxyPresentError: somebody of the name may already.
    """
    name = check.name(new.name)
    relation = check.line(new.relation, check.RELATION_LENGTH)
    if not relation:
        raise ProxyRelationError
    if not today() <= new.until <= latest(today()):
        raise ProxyDaysError(months=MONTHS)
    if new.month_points is not None and not 1 <= new.month_points <= MOST_POINTS:
        raise ProxyPointsError(most=MOST_POINTS)
    _refuse_present(household, name)
    made = Proxy(
        household_id=household.id,
        name=name,
        relation=relation,
        phone=check.phone(new.phone),
        identity_tail=check.identity_tail(new.identity_tail),
        since=today(),
        until=new.until,
        month_points=new.month_points,
        document=check.line(new.document, DOCUMENT_LENGTH),
        created_by=by,
        created_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record("proxy.add", household.code, by=by, after=_facts(made))
    return made


def end_proxy(proxy: Proxy, reason: str, *, by: int) -> None:
    """End what somebody may collect, from now on.

    Raises:
        EndReasonError: no reason.
        ProxyEndedError: it ended before.
    """
    words = check.line(reason, REASON_LENGTH)
    if not words:
        raise EndReasonError(most=REASON_LENGTH)
    name = proxy.name
    ended = db.session.execute(
        update(Proxy)
        .where(Proxy.id == proxy.id, Proxy.ended_at.is_(None), Proxy.until >= today())
        .values(ended_by=by, ended_at=now(), ended_reason=words)
        .returning(Proxy.household_id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if ended is None:
        raise ProxyEndedError(name=name)
    db.session.refresh(proxy)
    household = db.session.get_one(Household, ended)
    audit.record("proxy.end", household.code, by=by, before=_facts(proxy), after={"reason": words})


def latest(start: date) -> date:
    """Return the last day a proxy may hold who begins on ``start``."""
    years, month = divmod(start.month - 1 + MONTHS, 12)
    year = start.year + years
    return start.replace(
        year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1])
    )


def _refuse_present(household: Household, name: str) -> None:
    # The household is held, so that two people do not add the same proxy at once.
    db.session.execute(select(Household.id).where(Household.id == household.id).with_for_update())
    until = db.session.scalar(
        select(Proxy.until).where(
            Proxy.household_id == household.id,
            Proxy.name == name,
            Proxy.ended_at.is_(None),
            Proxy.until >= today(),
        )
    )
    if until is not None:
        raise ProxyPresentError(name=name, until=until.isoformat())


def _facts(proxy: Proxy) -> dict[str, object]:
    return {
        "name": proxy.name,
        "relation": proxy.relation,
        "phone": proxy.phone,
        "until": proxy.until.isoformat(),
        "month_points": proxy.month_points,
        "document": proxy.document,
    }
