"""Who gave a delivery or which fund pays for it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from supermarket.database import db
from supermarket.donors import queries as donor_queries
from supermarket.donors import service as donors
from supermarket.donors.models import Donor, Fund
from supermarket.donors.service.funds import Bought
from supermarket.errors import NotFoundError
from supermarket.ledger.models import LotSource
from supermarket.ledger.service import MoneyMove
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY, within
from supermarket.shops.errors import GiftNotForHereError, GiftPaidError
from supermarket.shops.models import Provenance, Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope


class Origin(NamedTuple):
    """Where a delivery is said to come from."""

    #: Code of the donor; empty for a purchase, or if nobody said.
    donor: str = ""
    #: Code of the fund that pays; empty for a gift, or if nobody said.
    fund: str = ""
    #: What the donor wishes, in words.
    wish: str = ""
    #: The region whose shops alone may have the goods; empty where they are free.
    only_region: str = ""


class Traced(NamedTuple):
    """The origin of a delivery, found and checked."""

    donor: Donor | None
    fund: Fund | None
    wish: str
    only_region: str
    #: Fen the fund pays; 0 without one.
    fen: int


def trace(origin: Origin, shop: Shop, source: LotSource, lines: Sequence[Bought]) -> Traced | None:
    """Return the donor or fund of a delivery, checked; None if neither is named.

    Raises:
        NotFoundError: there is no such donor, fund or region in the shop's county.
        GiftPaidError: a gift is not paid for, a purchase has no donor.
        GiftNotForHereError: the gift is bound to another place.
        FundClosedError, FundElsewhereError, FundForOtherGoodsError, CostsMissingError: the
            fund may not pay for this.
    """
    if origin == Origin():
        return None
    if bool(origin.donor) and (bool(origin.fund) or source is not LotSource.DONATION):
        raise GiftPaidError
    if bool(origin.fund) and source is not LotSource.PURCHASE:
        raise GiftPaidError
    county = Scope((shop.region_code[:COUNTY],), ())
    donor = donor_queries.donor(origin.donor, county) if origin.donor else None
    fund = donor_queries.fund(origin.fund, county) if origin.fund else None
    if (origin.donor and donor is None) or (origin.fund and fund is None):
        raise NotFoundError(what=cleaned(origin.donor or origin.fund)[:40])
    if origin.only_region:
        if regions.region(origin.only_region) is None:
            raise NotFoundError(what=cleaned(origin.only_region)[:40])
        if not (
            within(shop.region_code, origin.only_region)
            or within(origin.only_region, shop.region_code)
        ):
            raise GiftNotForHereError
    fen = donors.cost_of(fund, shop.region_code, lines) if fund else 0
    return Traced(donor, fund, cleaned(origin.wish)[:200], origin.only_region, fen)


def money(traced: Traced | None) -> list[MoneyMove]:
    """Return what the fund pays, both sides; nothing without one."""
    return donors.paid(traced.fund, traced.fen) if traced and traced.fund else []


def receipt_for(traced: Traced | None, shop: Shop, on: date) -> str:
    """Number the receipt of a gift; must run before anything is posted. Empty for a purchase."""
    if traced is None or traced.donor is None:
        return ""
    return donors.receipt_number(shop.region_code[:COUNTY], on)


def record(entry_id: int, traced: Traced | None, receipt: str) -> None:
    """Write the origin of a delivery beside its paper."""
    if traced is None:
        return
    db.session.add(
        Provenance(
            entry_id=entry_id,
            donor_id=traced.donor.id if traced.donor else None,
            fund_id=traced.fund.id if traced.fund else None,
            wish=traced.wish,
            only_region=traced.only_region,
            receipt_number=receipt,
        )
    )
    db.session.flush()
