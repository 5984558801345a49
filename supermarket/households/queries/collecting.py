"""Who may collect goods for a household (代领人)."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from supermarket.database import db
from supermarket.errors import N_
from supermarket.households.models import HelperPairing, Proxy
from supermarket.staff.models import StaffMember

#: What the paired helper is to the household.
HELPER = N_("帮扶责任人")


class Collector(NamedTuple):
    """Somebody who may collect for a household on the day asked about."""

    name: str
    #: To the head, in words; of the helper 帮扶责任人, untranslated.
    relation: str
    #: The last day; None for the helper.
    until: date | None
    #: Most points to be collected in a calendar month; None sets no limit.
    month_points: int | None
    #: Number of the signed agreement; empty if it has none.
    document: str
    #: None for the helper.
    proxy_id: int | None


def proxies(household_id: int, on: date) -> list[Collector]:
    """Return who may collect for a household on a day: its proxies by name, then its helper."""
    named = db.session.scalars(
        select(Proxy)
        .where(
            Proxy.household_id == household_id,
            Proxy.since <= on,
            Proxy.until >= on,
            Proxy.ended_at.is_(None),
        )
        .order_by(Proxy.name, Proxy.id)
    )
    found = [
        Collector(p.name, p.relation, p.until, p.month_points, p.document, p.id) for p in named
    ]
    helper = db.session.scalar(
        select(StaffMember.name)
        .join(HelperPairing, HelperPairing.staff_id == StaffMember.id)
        .where(
            HelperPairing.household_id == household_id,
            HelperPairing.until.is_(None),
            StaffMember.active,
        )
    )
    if helper is not None:
        found.append(Collector(helper, HELPER, None, None, "", None))
    return found


def proxies_of(household_id: int) -> list[Proxy]:
    """Return all proxies a household has or had, the newest first."""
    return list(
        db.session.scalars(
            select(Proxy)
            .where(Proxy.household_id == household_id)
            .order_by(Proxy.ended_at.is_not(None), Proxy.until.desc(), Proxy.id.desc())
        )
    )


def proxy(proxy_id: int, household_id: int) -> Proxy | None:
    """Return a proxy of a household."""
    return db.session.scalar(
        select(Proxy).where(Proxy.id == proxy_id, Proxy.household_id == household_id)
    )
