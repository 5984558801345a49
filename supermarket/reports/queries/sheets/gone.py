"""The form about goods that left by other ways than the counter (F12)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.database import db
from supermarket.errors import N_
from supermarket.goods.models import Goods
from supermarket.ledger.models import Entry, EntryKind, Journal, Lot, StockLine
from supermarket.movements.models import Transfer, TransferDecision, WriteOff
from supermarket.movements.queries.naming import lot_codes, names_of
from supermarket.reports.queries.redemptions import goods_conditions
from supermarket.reports.queries.sheets.reading import (
    Made,
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
from supermarket.shops.models import Shop
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission
from supermarket.stocktakes.models import Stocktake

REVERSED = aliased(Entry)
#: Ways out of a shop that are no redemption.
OUT = (EntryKind.WRITE_OFF, EntryKind.TRANSFER, EntryKind.STOCKTAKE)


class _Paper(NamedTuple):
    """What is behind units that left."""

    number: str
    reason: str
    disposal: str
    asked_by: int | None
    agreed_by: int | None
    link: Link


def _gone(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F12: units written off, sent to another shop, or missing when counted, by day.

    What was taken back stands there with a minus on the day it came back.
    """
    wanted = (
        select(
            StockLine.entry_id,
            func.coalesce(Entry.reverses_id, Entry.id).label("origin_id"),
            (Journal.code + "-" + cast(Entry.number, String)).label("reference"),
            Entry.occurred_on,
            Entry.note,
            func.coalesce(REVERSED.kind, Entry.kind).label("way"),
            Entry.reverses_id,
            Goods.name,
            Goods.specification,
            StockLine.lot_id,
            StockLine.quantity,
        )
        .join(Entry, Entry.id == StockLine.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .outerjoin(REVERSED, REVERSED.id == Entry.reverses_id)
        .join(Lot, Lot.id == StockLine.lot_id)
        .join(Shop, Shop.id == Lot.shop_id)
        .join(Goods, Goods.id == Lot.goods_id)
        .where(
            or_(
                Entry.kind.in_(OUT) & (StockLine.quantity < 0),
                REVERSED.kind.in_(OUT) & (StockLine.quantity > 0),
            ),
            *within_days(Entry.occurred_on, asked.window),
            *of_shops(asked.window),
            *goods_conditions(asked.window),
        )
    )
    keys = [Entry.occurred_on, StockLine.entry_id, StockLine.position]
    return stream(wanted, keys, after, lambda rows: _gone_cells(rows, asked))


def _gone_cells(rows: Sequence[Any], asked: Asked) -> Iterable[Made]:
    codes = lot_codes([row.lot_id for row in rows])
    papers = _papers({row.origin_id for row in rows}, asked)
    names = names_of(
        [person for paper in papers.values() for person in (paper.asked_by, paper.agreed_by)]
    )
    for row in rows:
        paper = papers.get(row.origin_id)
        reason = paper.reason if paper else asked.say(EntryKind(row.way).label)
        if row.reverses_id is not None:
            reason = asked.say(N_("%(reason)s（已退回）"), reason=reason)
        yield (
            (
                paper.number if paper else row.reference,
                row.occurred_on,
                f"{row.name} {row.specification}".strip(),
                codes.get(row.lot_id, ""),
                -row.quantity,
                reason,
                paper.disposal if paper else row.note,
                names.get(paper.asked_by, "") if paper else "",
                names.get(paper.agreed_by, "") if paper else "",
                "",
            ),
            paper.link if paper else None,
        )


def _papers(entry_ids: Collection[int], asked: Asked) -> dict[int, _Paper]:
    """Return the papers behind entries: write-offs, transfers, stocktakes."""
    found: dict[int, _Paper] = {}
    for write_off in db.session.scalars(select(WriteOff).where(WriteOff.entry_id.in_(entry_ids))):
        found[write_off.entry_id or 0] = _Paper(
            write_off.code,
            " ".join(filter(None, (asked.say(write_off.kind.label), write_off.words))),
            write_off.disposal,
            write_off.proposed_by,
            write_off.decided_by,
            Link("write_offs.show", {"code": write_off.code}),
        )
    for transfer, name in db.session.execute(
        select(Transfer, Shop.name)
        .join(Shop, Shop.id == Transfer.to_shop_id)
        .where(Transfer.entry_id.in_(entry_ids))
    ):
        found[transfer.entry_id] = _transfer(transfer, name, asked)
    for transfer, name, entry_id in db.session.execute(
        select(Transfer, Shop.name, TransferDecision.entry_id)
        .join(Shop, Shop.id == Transfer.to_shop_id)
        .join(TransferDecision, TransferDecision.transfer_id == Transfer.id)
        .where(TransferDecision.entry_id.in_(entry_ids))
    ):
        found[entry_id or 0] = _transfer(transfer, name, asked)
    for count in db.session.scalars(select(Stocktake).where(Stocktake.entry_id.in_(entry_ids))):
        found[count.entry_id or 0] = _Paper(
            count.code,
            asked.say(N_("盘亏")),
            "",
            count.handed_in_by or count.opened_by,
            count.approved_by,
            Link("stocktakes.show", {"code": count.code}),
        )
    return found


def _transfer(transfer: Transfer, to_shop: str, asked: Asked) -> _Paper:
    return _Paper(
        transfer.code,
        asked.say(N_("调拨")),
        asked.say(N_("调往%(shop)s"), shop=to_shop),
        transfer.sent_by,
        transfer.received_by,
        Link("transfers.show", {"code": transfer.code}),
    )


register(
    Sheet(
        code="F12",
        title=N_("出库/报损单"),
        group=Group.GOODS,
        needs=Permission.VIEW_STOCK,
        columns=(
            SheetColumn(N_("编号")),
            SheetColumn(N_("日期"), Kind.DATE),
            SheetColumn(N_("品名")),
            SheetColumn(N_("批次")),
            SheetColumn(N_("数量"), Kind.INT),
            SheetColumn(N_("原因(过期/破损/盘亏/调拨)"), width=40),
            SheetColumn(N_("处理方式")),
            SheetColumn(N_("申请人")),
            SheetColumn(N_("审批人")),
            SheetColumn(N_("监督人"), width=10),
        ),
        rows=_gone,
        keepers=True,
        long=True,
        narrows=frozenset({Narrow.SHOP, Narrow.GOODS}),
        notes=(N_("兑换不在内；撤回的记在撤回那天，数量为负"),),
        page="write_offs.index",
    ),
)
