"""From which lots a transfer takes its units: first expired first, and where they may go."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.database import db
from supermarket.donors.models import Donor, Fund
from supermarket.goods.models import Goods
from supermarket.ledger.models import Entry, Journal, Lot, StockLine
from supermarket.regions.models import Region, within
from supermarket.shops.models import GoodsInLine, Provenance, Shop
from supermarket.shops.queries.lots import LotRow, lot_row, root, with_codes


class Wish(NamedTuple):
    """What a donor bound goods to."""

    #: The region whose shops alone may have them, and its name.
    region_code: str
    place: str
    #: Who gave them, or the money for them.
    donor: str
    #: In words; empty if only the place was said.
    words: str


class Shelf(NamedTuple):
    """A lot on the shelf of a shop, with what binds it."""

    row: LotRow
    goods_id: int
    sku: str
    name: str
    #: The id of the lot as it was delivered.
    root_id: int
    #: Fen that one unit cost; None if nobody said.
    unit_cost_fen: int | None
    wish: Wish | None

    def may_go_to(self, region_code: str) -> bool:
        """Whether the donor's wish lets it into a shop of a region."""
        return self.wish is None or within(region_code, self.wish.region_code)


def shelves(
    shop_id: int, goods_ids: Collection[int], on: date, *, hold: bool = False
) -> list[Shelf]:
    """Return the lots of some goods with units left, as they go out: first expired first.

    ``hold`` holds them, in ascending id, until the transaction ends.
    """
    if hold:
        db.session.execute(
            select(Lot.id)
            .where(Lot.shop_id == shop_id, Lot.goods_id.in_(goods_ids), Lot.on_hand > 0)
            .order_by(Lot.id)
            .with_for_update()
        )
    rows = db.session.execute(
        with_codes(
            select(
                Lot,
                Goods.sku,
                Goods.name,
                root().label("root_id"),
                Entry.number,
                StockLine.position,
                Journal.code.label("journal_code"),
            ).join(Goods, Goods.id == Lot.goods_id)
        )
        .where(Lot.shop_id == shop_id, Lot.goods_id.in_(goods_ids), Lot.on_hand > 0)
        .order_by(Lot.best_before.is_(None), Lot.best_before, Lot.id)
        .execution_options(populate_existing=True)
    ).all()
    roots = {row.root_id for row in rows}
    costs, bound = unit_costs(roots), wishes(roots)
    return [
        Shelf(
            row=lot_row(row, on),
            goods_id=row.Lot.goods_id,
            sku=row.sku,
            name=row.name,
            root_id=row.root_id,
            unit_cost_fen=costs.get(row.root_id),
            wish=bound.get(row.root_id),
        )
        for row in rows
    ]


def unit_costs(root_ids: Collection[int]) -> dict[int, int]:
    """Return the fen that a unit of each delivered lot cost, or was valued at, as far as known."""
    rows = db.session.execute(
        select(GoodsInLine.lot_id, GoodsInLine.unit_cost_fen).where(
            GoodsInLine.lot_id.in_(root_ids), GoodsInLine.unit_cost_fen.is_not(None)
        )
    )
    return {row.lot_id: row.unit_cost_fen for row in rows}


def wishes(root_ids: Collection[int]) -> dict[int, Wish]:
    """Return what delivered lots are bound to, by lot; those that are free are left out.

    Goods are bound as their giver wished, or as the fund was that paid for them.
    """
    bound = func.coalesce(func.nullif(Provenance.only_region, ""), Fund.only_region)
    rows = db.session.execute(
        select(
            GoodsInLine.lot_id,
            bound.label("code"),
            Region.name,
            Donor.name.label("donor"),
            Fund.name.label("fund"),
            Provenance.wish,
        )
        .join(Provenance, Provenance.entry_id == GoodsInLine.entry_id)
        .outerjoin(Donor, Donor.id == Provenance.donor_id)
        .outerjoin(Fund, Fund.id == Provenance.fund_id)
        .outerjoin(Region, Region.code == bound)
        .where(GoodsInLine.lot_id.in_(root_ids), bound != "")
    )
    return {
        row.lot_id: Wish(
            row.code, row.name or row.code, row.donor or row.fund or "", row.wish or "—"
        )
        for row in rows
    }


def receiving_shops(shop: Shop) -> list[tuple[Shop, str]]:
    """Return the open shops a shop may send to, and where they are: the nearest places first."""
    county = shop.region_code[:6]
    rows = db.session.execute(
        select(Shop, Region.name)
        .join(Region, Region.code == Shop.region_code)
        .where(
            Shop.region_code.startswith(county, autoescape=True),
            Shop.active,
            Shop.id != shop.id,
        )
        .order_by(Shop.code)
    )
    township = shop.region_code[:9]
    found = [(row.Shop, row.name) for row in rows]
    return sorted(found, key=lambda pair: not pair[0].region_code.startswith(township))
