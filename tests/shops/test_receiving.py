from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.errors import ConflictError, DomainError
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError
from supermarket.ledger.models import Entry, EntryKind, Lot, LotSource, StockLine
from supermarket.shops import service as shops
from supermarket.shops.errors import (
    BestBeforeMissingError,
    BestBeforeTooFarError,
    CostInvalidError,
    DuplicateDeliveryError,
    ExpiredOnArrivalError,
    GoodsStoppedError,
    LineError,
    NoLinesError,
    QuantityInvalidError,
    ReceivedInFutureError,
    ShopClosedError,
    TooManyLinesError,
    UnknownGoodsError,
)
from supermarket.shops.models import GoodsIn, GoodsInLine, Shop
from supermarket.shops.service import GoodsInAsk, GoodsInRequest
from tests.factories import make_goods, make_shop, the_actor
from tests.shops.makers import days, delivery, lots, make_rice, receive, reverse

pytestmark = pytest.mark.usefixtures("app")


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_delivery_makes_a_lot_a_line_and_is_one_entry() -> None:
    shop, rice, soap = make_shop(), make_rice(), make_goods()
    asked = delivery(
        GoodsInAsk(rice.sku, 20, days(90), 4550),
        GoodsInAsk(soap.sku, 50),
        GoodsInAsk(rice.sku, 5, days(30)),
        partner="汝州粮油批发部",
        document="NO.00123",
        received_on=days(-2),
    )

    received = receive(shop, asked)

    assert received.reference == f"{shop.code}-1"
    assert received.new
    assert [(lot.goods_id, lot.on_hand, lot.best_before) for lot in lots()] == [
        (rice.id, 20, days(90)), (soap.id, 50, None), (rice.id, 5, days(30)),
    ]  # fmt: skip
    assert {lot.received_on for lot in lots()} == {days(-2)}
    entry = db.session.scalars(select(Entry)).one()
    assert (entry.kind, entry.occurred_on, entry.document) == (
        EntryKind.GOODS_IN, days(-2), "NO.00123",
    )  # fmt: skip
    paper = db.session.scalars(select(GoodsIn)).one()
    assert (paper.entry_id, paper.partner, paper.source) == (
        entry.id, "汝州粮油批发部", LotSource.PURCHASE,
    )  # fmt: skip
    lines = db.session.scalars(select(GoodsInLine).order_by(GoodsInLine.position)).all()
    assert [(line.position, line.quantity, line.unit_cost_fen) for line in lines] == [
        (1, 20, 4550), (2, 50, None), (3, 5, None),
    ]  # fmt: skip


def test_a_gift_comes_in_as_a_donation() -> None:
    shop, soap = make_shop(), make_goods()

    receive(shop, GoodsInRequest(LotSource.DONATION, [GoodsInAsk(soap.sku, 3)], partner="张先生"))

    assert lots()[0].source is LotSource.DONATION


def test_the_same_key_takes_a_delivery_in_once_and_answers_the_same() -> None:
    shop, soap = make_shop(), make_goods()
    asked, key = delivery(GoodsInAsk(soap.sku, 3), document="7"), uuid4().hex
    first = receive(shop, asked, key)

    again = receive(shop, asked, key)

    assert again == first._replace(new=False)
    assert count(Lot) == 1


def test_the_same_key_for_another_delivery_is_refused() -> None:
    shop, soap = make_shop(), make_goods()
    key = uuid4().hex
    receive(shop, delivery(GoodsInAsk(soap.sku, 3)), key)

    with pytest.raises(KeyReusedError):
        receive(shop, delivery(GoodsInAsk(soap.sku, 4)), key)

    assert count(Lot) == 1


@pytest.mark.parametrize("key", ["", "short", "x" * 101, "提交编号提交编号"])
def test_a_key_must_be_one(key: str) -> None:
    shop, soap = make_shop(), make_goods()
    actor = the_actor().id

    with pytest.raises(KeyInvalidError), transaction():
        shops.receive(shop, delivery(GoodsInAsk(soap.sku, 3)), key=key, by=actor)


def _line(name: str) -> GoodsInAsk:
    return {
        "unknown": GoodsInAsk("NOPE", 1),
        "zero": GoodsInAsk("T-SOAP", 0),
        "negative": GoodsInAsk("T-SOAP", -3),
        "enormous": GoodsInAsk("T-SOAP", 100_001),
        "true": GoodsInAsk("T-SOAP", True),
        "no date": GoodsInAsk("T-RICE", 1),
        "expired": GoodsInAsk("T-RICE", 1, days(-1)),
        "expired soap": GoodsInAsk("T-SOAP", 1, days(-1)),
        "year": GoodsInAsk("T-RICE", 1, today().replace(year=today().year + 21, day=1)),
        "cost": GoodsInAsk("T-SOAP", 1, None, -1),
        "high cost": GoodsInAsk("T-SOAP", 1, None, 100_000_01),
    }[name]


@pytest.mark.parametrize(
    ("name", "error", "field", "words"),
    [
        ("unknown", UnknownGoodsError, "sku", "第 2 行：没有编号为“NOPE”的商品"),
        ("zero", QuantityInvalidError, "quantity", "第 2 行“肥皂”：数量应为 1 到 100000 的整数"),
        ("negative", QuantityInvalidError, "quantity", "第 2 行“肥皂”：数量"),
        ("enormous", QuantityInvalidError, "quantity", "第 2 行“肥皂”：数量"),
        ("true", QuantityInvalidError, "quantity", "第 2 行“肥皂”：数量"),
        ("no date", BestBeforeMissingError, "best_before", "第 2 行“大米”：请填写保质期"),
        ("expired", ExpiredOnArrivalError, "best_before", "第 2 行“大米”：保质期至 .*已经过期"),
        ("expired soap", ExpiredOnArrivalError, "best_before", "第 2 行“肥皂”：保质期至"),
        ("year", BestBeforeTooFarError, "best_before", "请核对年份"),
        ("cost", CostInvalidError, "unit_cost", "单价应在 0 到 100000 元之间"),
        ("high cost", CostInvalidError, "unit_cost", "单价应在 0 到 100000 元之间"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_comes_in(
    name: str, error: type[LineError], field: str, words: str
) -> None:
    shop, soap, rice = make_shop(), make_goods(), make_rice()
    soap.sku, rice.sku = "T-SOAP", "T-RICE"
    db.session.commit()

    with pytest.raises(error, match=words) as refused:
        receive(shop, delivery(GoodsInAsk("T-SOAP", 1), _line(name)))

    assert (refused.value.position, refused.value.field) == (2, field)
    assert refused.value.status == 422
    assert count(Lot) == count(Entry) == count(GoodsIn) == 0


def test_goods_good_for_their_last_day_come_in() -> None:
    shop, rice = make_shop(), make_rice()

    receive(shop, delivery(GoodsInAsk(rice.sku, 1, today())))

    assert lots()[0].on_hand == 1


def test_goods_that_expired_since_they_came_are_not_noted_late() -> None:
    shop, rice = make_shop(), make_rice()

    with pytest.raises(ExpiredOnArrivalError):
        receive(shop, delivery(GoodsInAsk(rice.sku, 1, best_before=days(-1)), received_on=days(-9)))


def test_stopped_goods_do_not_come_in() -> None:
    shop, soap = make_shop(), make_goods()
    soap.active = False
    db.session.commit()

    with pytest.raises(GoodsStoppedError, match="“肥皂”已停用"):
        receive(shop, delivery(GoodsInAsk(soap.sku, 1)))


def test_a_delivery_has_lines_and_not_too_many() -> None:
    shop, soap = make_shop(), make_goods()

    with pytest.raises(NoLinesError):
        receive(shop, delivery())
    with pytest.raises(TooManyLinesError, match="最多 200 行"):
        receive(shop, delivery(*[GoodsInAsk(soap.sku, 1)] * 201))


def test_a_delivery_of_tomorrow_has_not_come() -> None:
    shop, soap = make_shop(), make_goods()

    with pytest.raises(ReceivedInFutureError):
        receive(shop, delivery(GoodsInAsk(soap.sku, 1), received_on=days(1)))


def test_a_closed_shop_takes_nothing_in() -> None:
    shop, soap = make_shop(), make_goods()
    shop.active = False
    db.session.commit()

    with pytest.raises(ShopClosedError, match="已停业"):
        receive(shop, delivery(GoodsInAsk(soap.sku, 1)))


def test_a_partners_note_comes_in_once_and_the_refusal_names_the_first() -> None:
    shop, other, soap = make_shop(), make_shop(), make_goods()
    asked = delivery(GoodsInAsk(soap.sku, 1), partner="批发部", document="77")
    first = receive(shop, asked)

    with pytest.raises(DuplicateDeliveryError, match=f"已经入过库（{first.reference}）"):
        receive(shop, asked._replace(lines=[GoodsInAsk(soap.sku, 2)]))

    receive(other, asked)
    receive(shop, asked._replace(partner="另一家"))
    receive(shop, asked._replace(document=""))
    receive(shop, asked._replace(document=""))
    assert count(GoodsIn) == 5


def test_a_note_taken_back_may_come_in_again() -> None:
    shop, soap = make_shop(), make_goods()
    asked = delivery(GoodsInAsk(soap.sku, 1), partner="批发部", document="77")
    reverse(receive(shop, asked))

    receive(shop, asked)

    assert [lot.on_hand for lot in lots()] == [0, 1]


def test_a_note_of_which_a_part_was_taken_back_brings_only_that_again() -> None:
    shop, soap, towel = make_shop(), make_goods(), make_goods()
    asked = delivery(
        GoodsInAsk(soap.sku, 10), GoodsInAsk(towel.sku, 4), partner="批发部", document="77"
    )
    first = receive(shop, asked)
    reverse(first, {1: 10, 2: 1})

    for twice in (asked, asked._replace(lines=[GoodsInAsk(towel.sku, 1)])):
        with pytest.raises(DuplicateDeliveryError):
            receive(shop, twice)
    receive(shop, asked._replace(lines=[GoodsInAsk(soap.sku, 12)]))

    assert [lot.on_hand for lot in lots()] == [0, 3, 12]


def _together(app: Flask, shop: Shop, asks: list[tuple[GoodsInRequest, str]]) -> list[str]:
    shop_id, actor = shop.id, the_actor().id
    barrier = Barrier(len(asks))

    def press(ask: tuple[GoodsInRequest, str]) -> str:
        with app.app_context():
            mine = db.session.get_one(Shop, shop_id)
            barrier.wait()
            try:
                done = once_more(lambda: shops.receive(mine, ask[0], key=ask[1], by=actor))
            except ConflictError:
                return "conflict"
            except DomainError as refused:
                return refused.code
            return f"{done.reference} {'new' if done.new else 'again'}"

    with ThreadPoolExecutor(len(asks)) as pool:
        return sorted(pool.map(press, asks))


def test_a_key_pressed_four_times_at_once_is_one_delivery(app: Flask) -> None:
    shop, soap = make_shop(), make_goods()
    ask = (delivery(GoodsInAsk(soap.sku, 6), document="9"), uuid4().hex)

    results = _together(app, shop, [ask] * 4)

    assert results == [f"{shop.code}-1 again"] * 3 + [f"{shop.code}-1 new"]
    assert count(StockLine) == 1


def test_a_note_entered_by_two_people_at_once_comes_in_once(app: Flask) -> None:
    shop, soap = make_shop(), make_goods()
    asked = delivery(GoodsInAsk(soap.sku, 6), partner="批发部", document="9")

    results = _together(app, shop, [(asked, uuid4().hex), (asked, uuid4().hex)])

    assert results == [f"{shop.code}-1 new", "duplicate_delivery"]
    assert count(Lot) == 1
