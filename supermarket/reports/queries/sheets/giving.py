"""Forms about gifts: receipts (F10), what became of them (F21)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    String,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.donors.models import Donor, DonorKind, Fund, FundMove
from supermarket.errors import N_
from supermarket.goods.models import Goods
from supermarket.ledger.models import Entry, Journal, Lot, StockLine
from supermarket.regions.queries import under
from supermarket.reports.queries import donations, gifts
from supermarket.reports.queries.sheets.reading import (
    Made,
    narrowest,
    numbered,
    of_shops,
    stream,
    within_days,
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
from supermarket.shops.models import GoodsIn, GoodsInLine, Provenance, Shop
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission, StaffMember

GOODS, MONEY = 1, 2
BACK = aliased(Entry)


def _receipts(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F10: gifts of goods line by line, and gifts of money, by day."""
    returned = select(BACK.id).where(BACK.reverses_id == Entry.id).correlate(Entry).exists()
    goods = (
        select(
            GoodsIn.received_on.label("received_on"),
            literal(GOODS).label("source"),
            GoodsInLine.entry_id.label("entry_id"),
            GoodsInLine.position.label("position"),
            (Journal.code + "-" + cast(Entry.number, String)).label("reference"),
            Donor.name.label("donor"),
            Donor.region_code.label("register"),
            Donor.contact.label("contact"),
            Donor.phone.label("phone"),
            (Goods.name + " " + Goods.specification).label("what"),
            GoodsInLine.quantity.label("quantity"),
            GoodsInLine.unit_cost_fen.label("unit_fen"),
            (GoodsInLine.quantity * GoodsInLine.unit_cost_fen).label("fen"),
            Provenance.wish.label("wish"),
            Lot.best_before.label("best_before"),
            Provenance.receipt_number.label("receipt"),
            StaffMember.name.label("clerk"),
            returned.label("returned"),
        )
        .join(GoodsIn, GoodsIn.entry_id == GoodsInLine.entry_id)
        .join(Provenance, Provenance.entry_id == GoodsIn.entry_id)
        .join(Donor, Donor.id == Provenance.donor_id)
        .join(Shop, Shop.id == GoodsIn.shop_id)
        .join(Entry, Entry.id == GoodsIn.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Goods, Goods.id == GoodsInLine.goods_id)
        .join(Lot, Lot.id == GoodsInLine.lot_id)
        .join(StaffMember, StaffMember.id == Entry.actor_id)
        .where(*within_days(GoodsIn.received_on, asked.window), *of_shops(asked.window))
    )
    money = (
        select(
            FundMove.occurred_on,
            literal(MONEY),
            FundMove.entry_id,
            literal(0),
            Journal.code + "-" + cast(Entry.number, String),
            Donor.name,
            Donor.region_code,
            Donor.contact,
            Donor.phone,
            Fund.name,
            cast(null(), Integer),
            cast(null(), Integer),
            FundMove.fen,
            FundMove.summary,
            cast(null(), Date),
            FundMove.receipt_number,
            StaffMember.name,
            returned,
        )
        .join(Donor, Donor.id == FundMove.donor_id)
        .join(Fund, Fund.id == FundMove.fund_id)
        .join(Entry, Entry.id == FundMove.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(StaffMember, StaffMember.id == Entry.actor_id)
        .where(
            *within_days(FundMove.occurred_on, asked.window),
            under(Fund.region_code, narrowest(asked.window)),
        )
    )
    if asked.window.shop:
        money = money.where(false())
    both = union_all(goods, money).subquery()
    return stream(
        select(both),
        [both.c.received_on, both.c.source, both.c.entry_id, both.c.position],
        after,
        lambda rows: [_receipt(row, asked) for row in rows],
    )


def _receipt(row: Any, asked: Asked) -> Made:
    kept = asked.reach(Permission.MANAGE_DONORS).covers_region(row.register)
    number = row.receipt or ""
    return (
        row.reference,
        row.received_on,
        row.donor,
        " ".join(filter(None, (row.contact, row.phone))) if kept else "",
        asked.say(N_("物资")) if row.source == GOODS else asked.say(N_("现金")),
        row.what.strip(),
        row.quantity,
        None if row.unit_fen is None else row.unit_fen / 100,
        None if row.fen is None else row.fen / 100,
        row.wish,
        row.best_before,
        asked.say(N_("%(number)s（有退回）"), number=number) if row.returned else number,
        row.clerk,
        "",
    ), Link("donations.receipt", {"number": row.receipt}) if row.receipt else None


def _thanks(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F21: what donors gave in the window and what became of it up to its last day."""
    return numbered(_gifts(asked), after)


def _gifts(asked: Asked) -> Iterator[Made]:
    since, until = asked.window.since, asked.window.until
    for giver in gifts.givers(since, until, narrowest(asked.window)):
        donor = giver.donor
        told = donations.statement(donor, since, until)
        times = _times(donor, since, until)
        link = Link(
            "donations.statement",
            {"code": donor.code, "since": since.isoformat(), "until": until.isoformat()},
        )
        name = donor.name if donor.public else asked.say(_unnamed(donor))
        for goods in told.goods:
            reached = asked.say(
                N_("%(villages)s 个村，%(times)s 人次"),
                villages=goods.villages,
                times=times.get(goods.sku, 0),
            )
            yield (
                (
                    name,
                    f"{goods.name} {goods.given} {goods.unit}",
                    reached,
                    f"{goods.on_shelf + goods.in_transit} {goods.unit}",
                ),
                link,
            )
        for money in told.money:
            amount = asked.say(N_("%(amount)s 元"), amount=f"{money.given / 100:,.2f}")
            left = asked.say(N_("%(amount)s 元"), amount=f"{money.left / 100:,.2f}")
            yield (name, amount, asked.say(N_("入“%(fund)s”"), fund=money.fund.name), left), link


def _unnamed(donor: Donor) -> str:
    return N_("爱心人士") if donor.kind is DonorKind.PERSON else N_("爱心单位")


def _times(donor: Donor, since: date, until: date) -> dict[str, int]:
    """Return by sku in how many redemptions some of a donor's gifts were kept."""
    roots = (
        select(GoodsInLine.lot_id)
        .join(GoodsIn, GoodsIn.entry_id == GoodsInLine.entry_id)
        .join(Provenance, Provenance.entry_id == GoodsIn.entry_id)
        .where(
            Provenance.donor_id == donor.id,
            GoodsIn.received_on >= since,
            GoodsIn.received_on <= until,
        )
    )
    redemption = func.coalesce(Redemption.reverses_id, Redemption.entry_id)
    rows = db.session.execute(
        select(Goods.sku, redemption, func.sum(StockLine.quantity))
        .join(Lot, Lot.goods_id == Goods.id)
        .join(StockLine, StockLine.lot_id == Lot.id)
        .join(Redemption, Redemption.entry_id == StockLine.entry_id)
        .where(or_(Lot.id.in_(roots), Lot.origin_id.in_(roots)), Redemption.occurred_on <= until)
        .group_by(Goods.sku, redemption)
    )
    found: dict[str, int] = defaultdict(int)
    for sku, _redemption, units in rows:
        found[sku] += units < 0
    return found


register(
    Sheet(
        code="F10",
        title=N_("捐赠接收单"),
        group=Group.MONEY,
        needs=Permission.VIEW_REPORTS,
        columns=(
            SheetColumn(N_("编号")),
            SheetColumn(N_("日期"), Kind.DATE),
            SheetColumn(N_("捐赠人")),
            SheetColumn(N_("联系")),
            SheetColumn(N_("现金/物资")),
            SheetColumn(N_("品名规格")),
            SheetColumn(N_("数量"), Kind.INT),
            SheetColumn(N_("单价估值"), Kind.YUAN),
            SheetColumn(N_("金额"), Kind.YUAN),
            SheetColumn(N_("捐赠意愿/定向"), width=40),
            SheetColumn(N_("保质期"), Kind.DATE),
            SheetColumn(N_("收据号")),
            SheetColumn(N_("接收人")),
            SheetColumn(N_("监督人"), width=10),
        ),
        rows=_receipts,
        keepers=True,
        long=True,
        narrows=frozenset({Narrow.SHOP}),
        personal=True,
        notes=(N_("联系方式只有管捐赠的人看得到；内部使用，不公开张贴"),),
        page="donors.index",
    ),
    Sheet(
        code="F21",
        title=N_("捐赠公示"),
        group=Group.MONEY,
        needs=Permission.VIEW_REPORTS,
        columns=(
            SheetColumn(N_("捐赠人")),
            SheetColumn(N_("物资/金额")),
            SheetColumn(N_("去向(村, 人次)"), width=40),
            SheetColumn(N_("余量")),
        ),
        rows=_thanks,
        notes=(N_("没有同意署名的写“爱心人士”或“爱心单位”；去向和余量算到结束日期"),),
        page="donations.honours",
    ),
)
