"""The list of redemptions and reversals, a page at a time."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.counter.models import Redemption
from supermarket.counter.queries.receipts import visible
from supermarket.database import db
from supermarket.households.models import Household
from supermarket.ledger.models import Entry, Journal
from supermarket.masking import masked
from supermarket.shops.models import Shop
from supermarket.staff.models import Scope

_Later = aliased(Redemption)


class Listed(NamedTuple):
    """One row of the list of redemptions."""

    entry_id: int
    reference: str
    posted_at: datetime
    shop_name: str
    masked_head: str
    household_code: str
    points: int
    reverses: str
    #: Points taken back of it since.
    reversed_points: int


def listed(
    scope: Scope,
    *,
    on: date | None = None,
    shop_code: str | None = None,
    household_id: int | None = None,
    after: int | None = None,
    limit: int,
) -> list[Listed]:
    """Return redemptions and reversals in ``scope``, newest first, from behind entry ``after``.

    Newest means last posted; ``on`` keeps those that happened on that day.
    """
    original, original_journal = aliased(Entry), aliased(Journal)
    taken_back = (
        select(func.coalesce(-func.sum(_Later.points), 0))
        .where(_Later.reverses_id == Redemption.entry_id)
        .scalar_subquery()
    )
    wanted = (
        select(
            Redemption.entry_id,
            Journal.code,
            Entry.number,
            Redemption.posted_at,
            Shop.name,
            Household.head,
            Household.code,
            Redemption.points,
            original_journal.code,
            original.number,
            taken_back,
        )
        .join(Entry, Entry.id == Redemption.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Shop, Shop.id == Redemption.shop_id)
        .join(Household, Household.id == Redemption.household_id)
        .outerjoin(original, original.id == Redemption.reverses_id)
        .outerjoin(original_journal, original_journal.id == original.journal_id)
        .where(visible(scope))
    )
    if on is not None:
        wanted = wanted.where(Redemption.occurred_on == on)
    if shop_code:
        wanted = wanted.where(Shop.code == shop_code)
    if household_id is not None:
        wanted = wanted.where(Redemption.household_id == household_id)
    if after is not None:
        edge = select(Redemption.posted_at).where(Redemption.entry_id == after).scalar_subquery()
        wanted = wanted.where(
            or_(
                Redemption.posted_at < edge,
                and_(Redemption.posted_at == edge, Redemption.entry_id < after),
            )
        )
    rows = db.session.execute(
        wanted.order_by(Redemption.posted_at.desc(), Redemption.entry_id.desc()).limit(limit)
    )
    return [
        Listed(
            entry_id,
            f"{code}-{number}",
            posted_at,
            shop,
            masked(head),
            household,
            points,
            f"{reversed_code}-{reversed_number}" if reversed_code else "",
            reversed_points,
        )
        for (
            entry_id,
            code,
            number,
            posted_at,
            shop,
            head,
            household,
            points,
            reversed_code,
            reversed_number,
            reversed_points,
        ) in rows
    ]
