"""What lots and people are called on papers."""

from collections.abc import Collection

from sqlalchemy import Select, or_, select

from supermarket.database import db
from supermarket.ledger.models import Entry, Journal, StockLine
from supermarket.shops.models import Shop
from supermarket.shops.queries import shops_in
from supermarket.staff.models import Scope, StaffMember


def lot_codes(lot_ids: Collection[int | None]) -> dict[int | None, str]:
    """Return how people name lots: the reference of the entry that made each, and the line."""
    rows = db.session.execute(
        select(StockLine.lot_id, Journal.code, Entry.number, StockLine.position)
        .join(Entry, Entry.id == StockLine.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .where(StockLine.lot_id.in_({lot for lot in lot_ids if lot}), StockLine.place == 1)
    )
    return {lot_id: f"{code}-{number}-{position}" for lot_id, code, number, position in rows}


def names_of(staff_ids: Collection[int | None]) -> dict[int | None, str]:
    """Return the names of members of staff by id; nobody is called nothing."""
    rows = db.session.execute(
        select(StaffMember.id, StaffMember.name).where(
            StaffMember.id.in_({staff_id for staff_id in staff_ids if staff_id})
        )
    )
    found: dict[int | None, str] = {None: ""}
    found.update((staff_id, name) for staff_id, name in rows)
    return found


def shop_ids(scope: Scope) -> Select[int]:
    """Return the ids of the shops of a scope, as a sub-select."""
    return shops_in(scope).with_only_columns(Shop.id).order_by(None)


def own_shop_ids(scope: Scope) -> Select[int]:
    """Return the ids of the shops whose daily work is this person's.

    Those kept, and those that stand in the very region of an office; the shops of the places
    below have people of their own.
    """
    return select(Shop.id).where(
        or_(Shop.code.in_(scope.shops), Shop.region_code.in_(scope.regions))
    )
