"""Form F9 (代领、送货上门台账): what others collected, and what was brought to the door."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.counter.service.collecting import MOST_WORDS
from supermarket.database import db
from supermarket.deliveries.models import Delivery, DeliveryState
from supermarket.errors import N_
from supermarket.goods.models import Goods
from supermarket.households.models import Household, Proxy
from supermarket.regions import queries as regions
from supermarket.shops.models import Shop
from supermarket.staff.models import Scope

#: Somebody who collects, as receipts keep it: 张三（邻居）.
_COLLECTOR = re.compile(r"(?P<name>.+?)（(?P<relation>.*?)）?", re.DOTALL)
#: How a receipt begins that the household's own people collected.
_OWN = "本人（"
#: What a register says of goods on their way; untranslated.
SIGNED, ON_ITS_WAY, BACK = N_("柜台签收"), N_("待送达"), N_("没送到，货在店里")


class F9Row(NamedTuple):
    """One goods of a redemption that the household did not carry home itself."""

    #: 日期: of the redemption.
    occurred_on: date
    #: 户编号.
    household_code: str
    #: 代领人: who collected it, or received it at the door.
    collector: str
    #: 关系: to the head; 帮扶责任人 for the helper, 本人 for the head.
    relation: str
    #: 授权编号: of the proxy's signed agreement; empty if there is none.
    document: str
    #: 物品 and 数量: whole units, those taken back since not counted.
    goods: str
    quantity: int
    #: 送达时间: of the hand-over; None while it is on its way.
    delivered_at: datetime | None
    #: 接收确认: how it was confirmed, untranslated.
    confirmation: str


def f9(scope: Scope, since: date, until: date, *, shop: str = "") -> list[F9Row]:
    """Return the register of redemptions from ``since`` to ``until``, both included, by day.

    Those of households of the scope's villages and of its shops, as F8 has them; with
    ``shop`` of that alone. A redemption that was taken back whole is left out.
    """
    wanted = (
        select(Redemption, Household.code, Delivery)
        .join(Shop, Shop.id == Redemption.shop_id)
        .join(Household, Household.id == Redemption.household_id)
        .outerjoin(Delivery, Delivery.entry_id == Redemption.entry_id)
        .where(
            or_(
                regions.under(Redemption.village_code, scope.regions),
                Shop.code.in_(scope.shops),
            ),
            Redemption.occurred_on.between(since, until),
            Redemption.times == 1,
            or_(Delivery.id.is_not(None), Redemption.collector.contains("（")),
        )
        .order_by(Redemption.occurred_on, Redemption.entry_id)
    )
    if shop:
        wanted = wanted.where(Shop.code == shop)
    found = [
        (redemption, code, delivery)
        for redemption, code, delivery in db.session.execute(wanted)
        if delivery is not None or not redemption.collector.startswith(_OWN)
    ]
    lines = _lines([redemption.entry_id for redemption, _code, _delivery in found])
    proxies = _proxies({redemption.household_id for redemption, _code, _delivery in found})
    rows = []
    for redemption, code, delivery in found:
        collector, relation, document = _who(redemption, delivery, proxies)
        for goods, units in lines.get(redemption.entry_id, ()):
            rows.append(
                F9Row(
                    redemption.occurred_on,
                    code,
                    collector,
                    relation,
                    document,
                    goods,
                    units,
                    delivery.delivered_at if delivery else redemption.posted_at,
                    _confirmation(delivery),
                )
            )
    return rows


def _who(
    redemption: Redemption, delivery: Delivery | None, proxies: dict[int, list[Proxy]]
) -> tuple[str, str, str]:
    """Return name, relation and number of the agreement of whoever took the goods."""
    known = proxies.get(redemption.household_id, [])
    if delivery is not None and delivery.receiver:
        document = next((one.document for one in known if one.id == delivery.proxy_id), "")
        return delivery.receiver, delivery.relation, document
    if redemption.collector.startswith(_OWN):
        return "", "", ""
    parts = _COLLECTOR.fullmatch(redemption.collector)
    if parts is None:
        return "", "", ""
    on = redemption.occurred_on
    named = (
        one.document
        for one in known
        if f"{one.name}（{one.relation}）"[:MOST_WORDS] == redemption.collector
        and one.since <= on <= one.until
    )
    return parts["name"], parts["relation"], next(named, "")


def _confirmation(delivery: Delivery | None) -> str:
    if delivery is None:
        return SIGNED
    if delivery.proof is not None:
        return delivery.proof.label
    return BACK if delivery.state is DeliveryState.UNDELIVERED else ON_ITS_WAY


def _lines(entry_ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """Return goods and the units left of them, by redemption; lines taken back whole are gone."""
    later, line = aliased(Redemption), aliased(RedemptionLine)
    back = (
        select(func.coalesce(func.sum(line.quantity), 0))
        .join(later, later.entry_id == line.entry_id)
        .where(
            later.reverses_id == RedemptionLine.entry_id,
            line.goods_id == RedemptionLine.goods_id,
        )
        .correlate(RedemptionLine)
        .scalar_subquery()
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for chunk in _chunks(entry_ids):
        rows = db.session.execute(
            select(RedemptionLine.entry_id, Goods.name, RedemptionLine.quantity + back)
            .join(Goods, Goods.id == RedemptionLine.goods_id)
            .where(RedemptionLine.entry_id.in_(chunk))
            .order_by(RedemptionLine.entry_id, RedemptionLine.position)
        )
        for entry_id, goods, units in rows:
            if units > 0:
                found.setdefault(entry_id, []).append((goods, int(units)))
    return found


def _proxies(household_ids: Iterable[int]) -> dict[int, list[Proxy]]:
    found: dict[int, list[Proxy]] = {}
    for chunk in _chunks(sorted(household_ids)):
        for one in db.session.scalars(
            select(Proxy).where(Proxy.household_id.in_(chunk)).order_by(Proxy.id)
        ):
            found.setdefault(one.household_id, []).append(one)
    return found


def _chunks(ids: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
