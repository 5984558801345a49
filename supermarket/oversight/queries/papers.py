"""Which document an entry rests on."""

from collections.abc import Collection
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from supermarket.awards.models import Award
from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.deductions.models import Deduction
from supermarket.donors.models import Fund, FundMove
from supermarket.expiry.models import ExpiryRun
from supermarket.household_events.models import HouseholdEvent
from supermarket.movements.models import Transfer, TransferDecision, WriteOff
from supermarket.settlements.models import Settlement
from supermarket.shops.models import GoodsIn
from supermarket.stocktakes.models import Stocktake


class PaperKind(Enum):
    """What kind of document it is."""

    AWARD = "award"
    REDEMPTION = "redemption"
    GOODS_IN = "goods_in"
    DEDUCTION = "deduction"
    EXPIRY = "expiry"
    HOUSEHOLD_EVENT = "household_event"
    TRANSFER = "transfer"
    WRITE_OFF = "write_off"
    STOCKTAKE = "stocktake"
    SETTLEMENT = "settlement"
    FUND = "fund"


class Paper(NamedTuple):
    """A document, and what its page is called by; "" where that is the entry's number."""

    kind: PaperKind
    code: str


def papers(entry_ids: Collection[int]) -> dict[int, Paper]:
    """Return the documents of entries, by entry, in one statement; those without have none."""
    if not entry_ids:
        return {}
    settled = select(Fund.code, FundMove.entry_id).join(Fund, Fund.id == FundMove.fund_id)
    found_out = select(Transfer.code, TransferDecision.entry_id).join(
        Transfer, Transfer.id == TransferDecision.transfer_id
    )
    parts = [
        _part(PaperKind.FUND, settled, FundMove.entry_id, entry_ids),
        _part(PaperKind.TRANSFER, found_out, TransferDecision.entry_id, entry_ids),
        *(
            _part(kind, select(code, entry_id), entry_id, entry_ids)
            for kind, entry_id, code in _BY_CODE
        ),
    ]
    found: dict[int, Paper] = {}
    for code, entry_id, kind in db.session.execute(union_all(*parts)):
        found.setdefault(entry_id, Paper(PaperKind(kind), code))
    return found


#: The documents that keep their entry themselves, and what their pages are called by.
_BY_CODE: tuple[tuple[PaperKind, InstrumentedAttribute[Any], Any], ...] = (
    (PaperKind.AWARD, Award.entry_id, literal("")),
    (PaperKind.REDEMPTION, Redemption.entry_id, literal("")),
    (PaperKind.GOODS_IN, GoodsIn.entry_id, literal("")),
    (PaperKind.DEDUCTION, Deduction.entry_id, Deduction.code),
    (PaperKind.EXPIRY, ExpiryRun.entry_id, ExpiryRun.code),
    (PaperKind.HOUSEHOLD_EVENT, HouseholdEvent.entry_id, HouseholdEvent.code),
    (PaperKind.TRANSFER, Transfer.entry_id, Transfer.code),
    (PaperKind.TRANSFER, Transfer.receipt_entry_id, Transfer.code),
    (PaperKind.WRITE_OFF, WriteOff.entry_id, WriteOff.code),
    (PaperKind.STOCKTAKE, Stocktake.entry_id, Stocktake.code),
    (PaperKind.SETTLEMENT, Settlement.entry_id, Settlement.code),
)


def _part(
    kind: PaperKind,
    of: Select[*tuple[Any, ...]],
    entry_id: InstrumentedAttribute[Any],
    entry_ids: Collection[int],
) -> Select[*tuple[Any, ...]]:
    return of.add_columns(literal(kind.value)).where(entry_id.in_(entry_ids))
