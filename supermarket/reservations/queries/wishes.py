"""What households wish their shops had: counted by goods, never by name."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.clock import now
from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.regions.queries import under
from supermarket.reservations.models import Wish
from supermarket.staff.models import Scope

#: Days after which a wish is no longer counted; the household may note it anew.
COUNTED_DAYS = 90


class Counted(NamedTuple):
    """How many households wish for something."""

    words: str
    #: Number of the goods; empty for something that is not in the catalogue.
    sku: str
    households: int
    #: When the newest was noted.
    newest: datetime


def served(scope: Scope) -> Scope:
    """Return the regions that the shops of a scope serve, those of single shops among them."""
    single = tuple(code.partition("S")[0] for code in scope.shops)
    return Scope((*scope.regions, *single), ())


def counted(scope: Scope, *, limit: int = 100) -> list[Counted]:
    """Return what the households of a scope's villages wish for, the most wanted in front."""
    size = func.count(Wish.household_id.distinct())
    rows = db.session.execute(
        select(Wish.words, func.coalesce(Goods.sku, ""), size, func.max(Wish.noted_at))
        .outerjoin(Goods, Goods.id == Wish.goods_id)
        .where(
            Wish.ended_at.is_(None),
            Wish.noted_at >= now() - timedelta(days=COUNTED_DAYS),
            under(Wish.village_code, scope.regions),
        )
        .group_by(Wish.words, Goods.sku)
        .order_by(size.desc(), Wish.words)
        .limit(limit)
    )
    return [Counted(*row) for row in rows]


def wishes_of(household_id: int, *, over: bool = False) -> list[Wish]:
    """Return what a household wishes for now, newest first; with ``over`` what it ever did."""
    wanted = select(Wish).where(Wish.household_id == household_id).order_by(Wish.id.desc())
    return list(db.session.scalars(wanted if over else wanted.where(Wish.ended_at.is_(None))))
