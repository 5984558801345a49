"""Which stocktakes there are, who counted, which wait for whom."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger.models import ENTRIES_PER_JOURNAL
from supermarket.shops.models import Shop
from supermarket.shops.queries import shops_in
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope, StaffMember
from supermarket.stocktakes.models import (
    Stocktake,
    StocktakeCounter,
    StocktakeLine,
    StocktakeState,
)

UNDER_WAY = (StocktakeState.OPEN, StocktakeState.COUNTED)


class StocktakeRow(NamedTuple):
    """A stocktake with its shop and the names of its people."""

    found: Stocktake
    shop: Shop
    opener: str
    #: Who handed it in; empty before.
    presenter: str
    #: Who posted or cancelled it; empty before.
    closer: str
    #: Lots counted.
    counted: int

    @property
    def code(self) -> str:
        """The number people see."""
        return self.found.code

    @property
    def state(self) -> StocktakeState:
        """How far it has come."""
        return self.found.state

    @property
    def open(self) -> bool:
        """Whether it is being counted."""
        return self.found.state is StocktakeState.OPEN

    @property
    def entry(self) -> str:
        """The number of the entry with the differences; empty if there is none."""
        if self.found.entry_id is None:
            return ""
        number = self.found.entry_id - self.shop.journal_id * ENTRIES_PER_JOURNAL
        return f"{self.shop.code}-{number}"


def _rows() -> Select[Any]:
    opener, presenter, closer = aliased(StaffMember), aliased(StaffMember), aliased(StaffMember)
    counted = (
        select(func.count())
        .where(StocktakeLine.stocktake_id == Stocktake.id, StocktakeLine.counted.is_not(None))
        .scalar_subquery()
    )
    return (
        select(Stocktake, Shop, opener.name, presenter.name, closer.name, counted)
        .join(Shop, Shop.id == Stocktake.shop_id)
        .join(opener, opener.id == Stocktake.opened_by)
        .outerjoin(presenter, presenter.id == Stocktake.handed_in_by)
        .outerjoin(closer, closer.id == Stocktake.closed_by)
    )


def _read(
    wanted: Select[Any],
) -> list[StocktakeRow]:
    return [
        StocktakeRow(found, shop, opener, presenter or "", closer or "", counted)
        for found, shop, opener, presenter, closer, counted in db.session.execute(wanted)
    ]


def _inside(scope: Scope) -> ColumnElement[bool]:
    return Shop.id.in_(shops_in(scope).with_only_columns(Shop.id).order_by(None))


def stocktake(code: str, scope: Scope) -> StocktakeRow | None:
    """Return a stocktake of one of the scope's shops by its number."""
    wanted = _rows().where(Stocktake.code == cleaned(code).upper()[:64], _inside(scope))
    return next(iter(_read(wanted)), None)


def stocktake_or_404(code: str, scope: Scope) -> StocktakeRow:
    """Return a stocktake of one of the scope's shops by its number.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    found = stocktake(code, scope)
    if found is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return found


def stocktakes_of(
    shop_id: int, *, before: int | None = None, limit: int = 50
) -> list[StocktakeRow]:
    """Return a shop's stocktakes, newest first, to page by id."""
    wanted = _rows().where(Stocktake.shop_id == shop_id).order_by(Stocktake.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(Stocktake.id < before)
    return _read(wanted)


def under_way(shop_id: int) -> StocktakeRow | None:
    """Return the stocktake of a shop that has not ended, if any."""
    wanted = _rows().where(Stocktake.shop_id == shop_id, Stocktake.state.in_(UNDER_WAY))
    return next(iter(_read(wanted)), None)


class Queue(NamedTuple):
    """Stocktakes that wait for somebody."""

    codes: list[str]
    #: Since when the oldest waits; None if there is none.
    since: datetime | None


def waiting_in(scope: Scope, state: StocktakeState, *, not_counted_by: int | None = None) -> Queue:
    """Return the stocktakes of a scope's shops in a state, oldest first.

    ``not_counted_by`` leaves out those in which this person counted.
    """
    wanted = (
        select(Stocktake.code, func.coalesce(Stocktake.handed_in_at, Stocktake.opened_at))
        .join(Shop, Shop.id == Stocktake.shop_id)
        .where(Stocktake.state == state, _inside(scope))
        .order_by(Stocktake.id)
    )
    if not_counted_by is not None:
        wanted = wanted.where(
            ~select(StocktakeCounter.staff_id)
            .where(
                StocktakeCounter.stocktake_id == Stocktake.id,
                StocktakeCounter.staff_id == not_counted_by,
            )
            .exists()
        )
    rows = db.session.execute(wanted).all()
    return Queue([row[0] for row in rows], min((row[1] for row in rows), default=None))


def counters(stocktake_id: int) -> dict[int, str]:
    """Return the names of those who counted in a stocktake, by id."""
    rows = db.session.execute(
        select(StaffMember.id, StaffMember.name)
        .join(StocktakeCounter, StocktakeCounter.staff_id == StaffMember.id)
        .where(StocktakeCounter.stocktake_id == stocktake_id)
        .order_by(StaffMember.id)
    )
    return {row.id: row.name for row in rows}
