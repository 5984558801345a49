"""Forms about goods on shelves: bought in (F11), counted (F13)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import String, cast, func, select

from supermarket.clock import local
from supermarket.donors.models import Fund
from supermarket.errors import N_
from supermarket.goods.models import Barcode, Goods
from supermarket.ledger.models import Entry, Journal, Lot, LotSource
from supermarket.movements.queries.naming import lot_codes, names_of
from supermarket.reports.queries.redemptions import goods_conditions
from supermarket.reports.queries.sheets.reading import (
    Made,
    of_shops,
    stream,
    within_days,
    within_moments,
)
from supermarket.reports.queries.sheets.shape import (
    Asked,
    Group,
    Link,
    Narrow,
    Sheet,
    SheetColumn,
    SheetRow,
    register,
)
from supermarket.schemes import queries as schemes
from supermarket.schemes.errors import NoSchemeError
from supermarket.shops.models import GoodsIn, GoodsInLine, Provenance, Shop
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission, StaffMember
from supermarket.stocktakes.models import Stocktake, StocktakeLine, StocktakeState


def _bought(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F11: the lines of purchases, by day."""
    barcode = (
        select(func.min(Barcode.code))
        .where(Barcode.goods_id == Goods.id, Barcode.units == 1)
        .correlate(Goods)
        .scalar_subquery()
    )
    wanted = (
        select(
            (Journal.code + "-" + cast(Entry.number, String)).label("reference"),
            GoodsIn.received_on,
            GoodsIn.partner,
            GoodsIn.document,
            Goods.name,
            Goods.specification,
            barcode.label("barcode"),
            GoodsInLine.lot_id,
            Lot.best_before,
            GoodsInLine.quantity,
            GoodsInLine.unit_cost_fen,
            Fund.name.label("fund"),
            StaffMember.name.label("clerk"),
        )
        .join(GoodsIn, GoodsIn.entry_id == GoodsInLine.entry_id)
        .join(Shop, Shop.id == GoodsIn.shop_id)
        .join(Entry, Entry.id == GoodsIn.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Goods, Goods.id == GoodsInLine.goods_id)
        .join(Lot, Lot.id == GoodsInLine.lot_id)
        .join(StaffMember, StaffMember.id == Entry.actor_id)
        .outerjoin(Provenance, Provenance.entry_id == GoodsIn.entry_id)
        .outerjoin(Fund, Fund.id == Provenance.fund_id)
        .where(
            GoodsIn.source == LotSource.PURCHASE,
            *within_days(GoodsIn.received_on, asked.window),
            *of_shops(asked.window),
            *goods_conditions(asked.window),
        )
    )
    keys = [GoodsIn.received_on, GoodsInLine.entry_id, GoodsInLine.position]
    return stream(wanted, keys, after, _bought_cells)


def _bought_cells(rows: Sequence[Any]) -> Iterable[Made]:
    codes = lot_codes([row.lot_id for row in rows])
    for row in rows:
        cost = row.unit_cost_fen
        yield (
            (
                row.reference,
                row.received_on,
                row.partner,
                row.document,
                row.name,
                row.specification,
                row.barcode or "",
                codes.get(row.lot_id, ""),
                None,
                row.best_before,
                row.quantity,
                None if cost is None else cost / 100,
                None if cost is None else cost * row.quantity / 100,
                row.fund or "",
                row.clerk,
            ),
            Link("goods_in.show", {"reference": row.reference}),
        )


def _counted(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F13: the lots of the stocktakes posted in the window; lots nobody counted have no count."""
    wanted = (
        select(
            Stocktake.code,
            Stocktake.closed_at,
            Stocktake.approved_by,
            Shop.region_code,
            Goods.name,
            Goods.specification,
            StocktakeLine.lot_id,
            StocktakeLine.book_at_count,
            StocktakeLine.counted,
            StocktakeLine.counted_by,
            StocktakeLine.counted_at,
            StocktakeLine.points_price,
            StocktakeLine.note,
        )
        .join(Stocktake, Stocktake.id == StocktakeLine.stocktake_id)
        .join(Shop, Shop.id == Stocktake.shop_id)
        .join(Lot, Lot.id == StocktakeLine.lot_id)
        .join(Goods, Goods.id == Lot.goods_id)
        .where(
            Stocktake.state == StocktakeState.POSTED,
            *within_moments(Stocktake.closed_at, asked.window),
            *of_shops(asked.window),
            *goods_conditions(asked.window),
        )
    )
    keys = [StocktakeLine.stocktake_id, Goods.sku, StocktakeLine.lot_id]
    rates: dict[tuple[str, date], int | None] = {}
    return stream(wanted, keys, after, lambda rows: _counted_cells(rows, rates, asked))


def _counted_cells(
    rows: Sequence[Any], rates: dict[tuple[str, date], int | None], asked: Asked
) -> Iterable[Made]:
    codes = lot_codes([row.lot_id for row in rows])
    names = names_of([person for row in rows for person in (row.counted_by, row.approved_by)])
    for row in rows:
        posted_on = local(row.closed_at).date()
        more = None if row.counted is None else row.counted - row.book_at_count
        rate = _rate(row.region_code, posted_on, rates)
        known = more is not None and row.points_price is not None and rate is not None
        yield (
            (
                local(row.counted_at).date() if row.counted_at else posted_on,
                f"{row.name} {row.specification}".strip(),
                codes.get(row.lot_id, ""),
                row.book_at_count,
                row.counted,
                more,
                more * row.points_price * rate / 100 if known else None,
                row.note if row.counted is not None else asked.say(N_("没有盘，账面不变")),
                names.get(row.counted_by, ""),
                names.get(row.approved_by, ""),
            ),
            Link("stocktakes.show", {"code": row.code}),
        )


def _rate(region: str, on: date, known: dict[tuple[str, date], int | None]) -> int | None:
    """Return the fen of a point in a region on a day; None where no programme ran."""
    if (region, on) not in known:
        try:
            known[region, on] = schemes.scheme(region, on).fen_per_point
        except NoSchemeError:
            known[region, on] = None
    return known[region, on]


NARROWS = frozenset({Narrow.SHOP, Narrow.GOODS})

register(
    Sheet(
        code="F11",
        title=N_("入库单（采购）"),
        group=Group.GOODS,
        needs=Permission.VIEW_STOCK,
        columns=(
            SheetColumn(N_("编号")),
            SheetColumn(N_("日期"), Kind.DATE),
            SheetColumn(N_("供应商")),
            SheetColumn(N_("发票号")),
            SheetColumn(N_("品名")),
            SheetColumn(N_("规格")),
            SheetColumn(N_("条码"), width=15),
            SheetColumn(N_("批次")),
            SheetColumn(N_("生产日期"), Kind.DATE),
            SheetColumn(N_("到期日"), Kind.DATE),
            SheetColumn(N_("数量"), Kind.INT),
            SheetColumn(N_("进价"), Kind.YUAN),
            SheetColumn(N_("金额"), Kind.YUAN),
            SheetColumn(N_("资金来源")),
            SheetColumn(N_("验收人")),
        ),
        rows=_bought,
        keepers=True,
        long=True,
        narrows=NARROWS,
        notes=(N_("按单上的数量，退回的不扣；生产日期系统不记，请照包装手填"),),
        page="goods_in.index",
    ),
    Sheet(
        code="F13",
        title=N_("盘点表"),
        group=Group.GOODS,
        needs=Permission.VIEW_STOCK,
        columns=(
            SheetColumn(N_("日期"), Kind.DATE),
            SheetColumn(N_("品名")),
            SheetColumn(N_("批次")),
            SheetColumn(N_("账存"), Kind.INT),
            SheetColumn(N_("实存"), Kind.INT),
            SheetColumn(N_("盈亏"), Kind.INT),
            SheetColumn(N_("金额"), Kind.YUAN),
            SheetColumn(N_("原因"), width=40),
            SheetColumn(N_("盘点人")),
            SheetColumn(N_("监盘人")),
        ),
        rows=_counted,
        keepers=True,
        long=True,
        narrows=NARROWS,
        notes=(N_("只列已入账的盘点；金额＝盈亏×兑换分值，按入账当天的标准折合成元"),),
        page="stocktakes.index",
    ),
)
