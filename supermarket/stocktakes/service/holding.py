"""What every verb does first: hold the stocktake, and refuse what comes too late."""

from collections.abc import Collection

from sqlalchemy import select, update

from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger.models import Lot
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope, StaffMember
from supermarket.stocktakes.errors import (
    AlreadyCancelledError,
    AlreadyPostedError,
    HandedInError,
    NotHandedInError,
    ReasonMissingError,
    StocktakeOverError,
)
from supermarket.stocktakes.models import Stocktake, StocktakeState

#: Most characters of a reason.
WORDS = 200


def held(code: str, scope: Scope) -> Stocktake:
    """Return a stocktake of one of the scope's shops, so that nobody else moves it meanwhile.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    found = db.session.scalar(
        select(Stocktake)
        .join(Shop, Shop.id == Stocktake.shop_id)
        .where(
            Stocktake.code == canonical(code),
            Shop.id.in_(shops.shops_in(scope).with_only_columns(Shop.id).order_by(None)),
        )
        .with_for_update(of=Stocktake)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return found


def canonical(code: str) -> str:
    """Return a stocktake's number as it is kept."""
    return cleaned(code).upper()[:64]


def move(
    stocktake: Stocktake,
    before: Collection[StocktakeState],
    after: StocktakeState,
    **values: object,
) -> None:
    """Move a stocktake from one of some states to the next in one statement.

    Raises:
        StocktakeOverError: it is in none of them; the sentence says who did what.
    """
    moved = db.session.execute(
        update(Stocktake)
        .where(Stocktake.id == stocktake.id, Stocktake.state.in_(before))
        .values(state=after, **values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(stocktake)
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise too_late(stocktake)


def too_late(stocktake: Stocktake) -> StocktakeOverError:
    """Word who has done what with a stocktake that is not as the caller thought."""
    kinds: dict[StocktakeState, tuple[type[StocktakeOverError], int | None]] = {
        StocktakeState.OPEN: (NotHandedInError, stocktake.opened_by),
        StocktakeState.COUNTED: (HandedInError, stocktake.handed_in_by),
        StocktakeState.POSTED: (AlreadyPostedError, stocktake.closed_by),
        StocktakeState.CANCELLED: (AlreadyCancelledError, stocktake.closed_by),
    }
    kind, staff_id = kinds[stocktake.state]
    return kind(stocktake=stocktake.code, name=name_of(staff_id))


def name_of(staff_id: int | None) -> str:
    """Return what somebody on the staff is called."""
    return db.session.scalar(select(StaffMember.name).where(StaffMember.id == staff_id)) or ""


def reason_of(text: str) -> str:
    """Return a reason, trimmed.

    Raises:
        ReasonMissingError: there is none.
    """
    reason = cleaned(text)[:WORDS]
    if not reason:
        raise ReasonMissingError
    return reason


def hold_lots(lot_ids: Collection[int]) -> dict[int, Lot]:
    """Hold lots in ascending id and return them as they are now, by id."""
    found = db.session.scalars(
        select(Lot)
        .where(Lot.id.in_(lot_ids))
        .order_by(Lot.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {lot.id: lot for lot in found}
