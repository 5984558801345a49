from datetime import timedelta

import pytest
from sqlalchemy import func, select

from supermarket.audit.models import AuditEvent
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.goods import queries
from supermarket.goods import service as goods
from supermarket.goods.errors import (
    BarcodeInvalidError,
    BarcodeTakenError,
    PriceInPastError,
    PriceInvalidError,
    SkuInvalidError,
    SkuTakenError,
    UnitsInvalidError,
)
from supermarket.goods.models import Barcode, Goods, PointsPrice
from supermarket.goods.service import NewGoods
from tests.factories import make_goods, make_shop

pytestmark = pytest.mark.usefixtures("app")
RICE = NewGoods("G900", "大米", "袋", "粮油食品", has_expiry=True, specification="5 kg")


def add(new: NewGoods = RICE) -> Goods:
    with transaction():
        return goods.add(new, by=None)


def bind(item: Goods, code: str, units: int = 1) -> Barcode:
    with transaction():
        return goods.bind_barcode(item, code, units=units, by=None)


def test_goods_get_their_pinyin_initials_and_an_audit_line() -> None:
    item = add()

    assert item.initials == "dm"
    assert db.session.scalar(select(AuditEvent.action)) == "goods.add"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("味精/鸡精", "wjjj"), ("A4 打印纸", "a4dyz"), ("龘", "d"), ("🍚", ""), ("长" * 60, "c" * 60)],
)
def test_initials_keep_only_letters_and_digits(name: str, expected: str) -> None:
    assert goods.initials(name) == expected


def test_a_number_is_kept_in_capitals_and_found_in_any_case() -> None:
    add(RICE._replace(sku=" g901 "))

    found = queries.goods("g901")

    assert found is not None
    assert found.sku == "G901"


def test_a_number_is_given_once() -> None:
    add()

    with pytest.raises(SkuTakenError, match="“G900”已用于“大米”"):
        add(RICE._replace(name="面粉"))


@pytest.mark.parametrize("sku", ["", " ", "12345678", "大米", "G 1", "G*1", "G" * 21, "-", "G\n1"])
def test_a_number_that_scanners_would_mistake_is_refused(sku: str) -> None:
    with pytest.raises(SkuInvalidError):
        add(RICE._replace(sku=sku))


def test_changing_goods_keeps_what_changed_in_the_audit_log() -> None:
    item = add()

    with transaction():
        goods.update(
            item, name="香米", specification="5 kg", unit="袋", category="粮油食品",
            has_expiry=True, low_stock_at=3, active=False, by=None,
        )  # fmt: skip

    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert event.before == {"name": "大米", "low_stock_at": 0, "active": True}
    assert event.after == {"name": "香米", "low_stock_at": 3, "active": False}
    assert item.initials == "xm"


@pytest.mark.parametrize("points", [0, -1, 100_001, True])
def test_a_price_is_whole_points_above_zero(points: int) -> None:
    item = add()

    with pytest.raises(PriceInvalidError), transaction():
        goods.set_price(item, points, since=today(), by=None)


def test_a_price_never_begins_in_the_past() -> None:
    item = add()

    with pytest.raises(PriceInPastError), transaction():
        goods.set_price(item, 5, since=today() - timedelta(days=1), by=None)


def test_a_price_set_again_for_the_same_day_replaces_the_first() -> None:
    item = add()
    with transaction():
        goods.set_price(item, 5, since=today(), by=None)

    with transaction():
        goods.set_price(item, 6, since=today(), by=None)

    assert [price.points for price in queries.price_history(item.id)] == [6]


def test_the_newest_price_begun_counts_and_a_shops_own_goes_first() -> None:
    shop, other = make_shop(), make_shop()
    item, unpriced = make_goods(price=5), add()
    tomorrow = today() + timedelta(days=1)
    with transaction():
        goods.set_price(item, 7, since=tomorrow, by=None)
        goods.set_price(item, 4, since=today(), by=None, shop_id=shop.id)

    wanted = [item.id, unpriced.id]

    assert queries.prices(other.id, wanted, today()) == {item.id: 5}
    assert queries.prices(other.id, wanted, tomorrow) == {item.id: 7}
    assert queries.prices(shop.id, wanted, tomorrow) == {item.id: 4}
    assert queries.prices(None, wanted, tomorrow) == {item.id: 7}
    assert queries.prices(shop.id, wanted, today() - timedelta(days=1)) == {}
    assert queries.prices(shop.id, [], today()) == {}
    assert queries.own_prices(shop.id, today()) == {item.id}
    assert queries.shops_with_own_price(item.id) == 1
    assert [price.points for price in queries.price_history(item.id, shop_id=shop.id)] == [4]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("6901234567892", "6901234567892"),
        ("６９０１２３４５６７８９２", "6901234567892"),
        (" 690 1234 567892 ", "6901234567892"),
        ("73513537", "73513537"),
        ("036000291452", "0036000291452"),
        ("98412345678908", "98412345678908"),
        ("1234567", "1234567"),
        ("ab-12", "AB-12"),
    ],
)
def test_a_code_is_kept_in_one_form(typed: str, kept: str) -> None:
    barcode = bind(add(), typed)

    assert barcode.code == kept


@pytest.mark.parametrize(
    "code",
    ["", "6901234567891", "690123456789", "69012345678", "1234567890", "73513536",
     "690123456789212345", "大米", "A*1", "ab", "X" * 49, "12 * 6901234567892"],
)  # fmt: skip
def test_a_code_cut_short_or_mistyped_is_refused(code: str) -> None:
    item = add()

    with pytest.raises(BarcodeInvalidError):
        bind(item, code)


@pytest.mark.parametrize("units", [0, -1, 1001, True])
def test_a_pack_holds_a_whole_number_of_units(units: int) -> None:
    item = add()

    with pytest.raises(UnitsInvalidError):
        bind(item, "6901234567892", units)


def test_a_code_means_one_goods_only_and_the_refusal_names_the_other() -> None:
    bind(add(), "6901234567892")
    other = make_goods(name="面粉")

    with pytest.raises(BarcodeTakenError, match="条码 6901234567892 已绑定到“大米”（G900）"):
        bind(other, "6901234567892")
    with pytest.raises(BarcodeTakenError):
        bind(other, "G900")


def test_a_number_that_is_somebodys_barcode_is_taken() -> None:
    bind(add(), "12345")

    with pytest.raises(SkuTakenError):
        add(RICE._replace(sku="12345"))


def test_binding_a_code_again_changes_the_units_of_its_pack() -> None:
    item = add()
    bind(item, "6901234567892")

    bind(item, "6901234567892", units=12)

    assert [(code.code, code.units) for code in item.barcodes] == [("6901234567892", 12)]


def test_a_code_taken_off_means_nothing_any_more() -> None:
    item = add()
    bind(item, "6901234567892")

    with transaction():
        goods.unbind_barcode(item, "6901234567892", by=None)
        goods.unbind_barcode(item, "6901234567892", by=None)

    assert db.session.scalar(select(func.count()).select_from(Barcode)) == 0
    assert item.barcodes == []
    assert db.session.scalar(select(func.count()).select_from(PointsPrice)) == 0
