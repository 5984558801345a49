from collections.abc import Callable

import pytest

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.ledger.models import AccountKind, EntryKind, Journal
from supermarket.ledger.service import open_system_account
from supermarket.shops import queries
from supermarket.shops import service as shops
from supermarket.shops.errors import TooManyShopsError
from supermarket.shops.models import Shop
from supermarket.shops.service import GoodsInAsk
from supermarket.staff.models import Scope
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    add_lot,
    make_goods,
    make_regions,
    make_shop,
)
from tests.shops.makers import (
    begin_reading,
    days,
    delivery,
    hand_out,
    lots,
    make_rice,
    receive,
    reverse,
)

pytestmark = pytest.mark.usefixtures("app")
COUNTY_SCOPE = Scope((COUNTY,), ())


def open_shop(region_code: str = VILLAGE, name: str = "爱心超市") -> Shop:
    make_regions()
    with transaction():
        return shops.add_shop(name, region_code, by=None)


@pytest.mark.parametrize("region_code", [COUNTY, TOWNSHIP, VILLAGE])
def test_a_shop_opens_at_any_level_with_its_own_books(region_code: str) -> None:
    shop = open_shop(region_code)

    assert shop.code == f"{region_code}S01"
    assert db.session.get_one(Journal, shop.journal_id).code == shop.code
    assert open_system_account(AccountKind.REDEEMED, shop.code) == shop.redeemed_account_id < 0


def test_shops_of_a_place_are_numbered_on() -> None:
    codes = [open_shop().code for _ in range(3)] + [open_shop(TOWNSHIP).code]

    assert codes == [f"{VILLAGE}S01", f"{VILLAGE}S02", f"{VILLAGE}S03", f"{TOWNSHIP}S01"]


def test_the_hundredth_shop_of_a_place_is_refused() -> None:
    shop = open_shop()
    shop.code = f"{VILLAGE}S99"
    db.session.commit()

    with pytest.raises(TooManyShopsError):
        open_shop()


def test_a_shop_does_not_open_in_a_place_that_is_not_there() -> None:
    with pytest.raises(NotFoundError):
        open_shop("999999999999")


def test_people_see_the_shops_of_their_regions_and_their_own() -> None:
    mine, township, other = open_shop(), open_shop(TOWNSHIP), open_shop(OTHER_VILLAGE)

    def seen(scope: Scope) -> list[str]:
        return [shop.code for shop in db.session.scalars(queries.shops_in(scope))]

    assert seen(COUNTY_SCOPE) == [township.code, mine.code, other.code]
    assert seen(Scope((VILLAGE,), ())) == [mine.code]
    assert seen(Scope((), (other.code,))) == [other.code]
    assert seen(Scope((VILLAGE,), (other.code,))) == [mine.code, other.code]
    assert seen(Scope((OTHER_COUNTY,), ())) == []
    assert seen(Scope((), ())) == []
    assert queries.shop(mine.code, Scope((OTHER_VILLAGE,), ())) is None
    with pytest.raises(NotFoundError):
        queries.shop_or_404(mine.code, Scope((OTHER_VILLAGE,), ()))


def test_the_only_open_shop_of_a_keeper_needs_no_choice() -> None:
    shop, second = open_shop(), open_shop()

    assert queries.the_only_shop(Scope((VILLAGE,), ())) is None
    with transaction():
        shops.update_shop(second, name="旧店", address="", phone="", active=False, by=None)
    found = queries.the_only_shop(Scope((VILLAGE,), ()))
    assert found is not None
    assert found.code == shop.code


def test_a_village_is_served_by_the_nearest_shop_first() -> None:
    county, village, township = open_shop(COUNTY), open_shop(VILLAGE), open_shop(TOWNSHIP)
    open_shop(OTHER_VILLAGE)

    assert list(queries.serving(VILLAGE)) == [village, township, county]


def test_stock_tells_usable_from_expired_and_what_goes_soon() -> None:
    shop, rice = make_shop(), make_rice()
    for units, day in ((1, -1), (2, 0), (4, 30), (8, 31), (16, 60), (32, 61)):
        add_lot(shop, rice, units, best_before=days(day))
    add_lot(shop, rice, 64)

    row = queries.stock(shop.id, today())[0]

    assert (row.on_hand, row.usable, row.expired) == (127, 126, 1)
    assert (row.within(30), row.within(60)) == (6, 30)
    assert not row.low
    assert [lot.on_hand for lot in row.lots] == [1, 2, 4, 8, 16, 32, 64]
    assert row.lots[0].expired
    assert row.lots[-1].days_left is None


def test_goods_run_out_stay_in_the_list_and_are_low() -> None:
    shop, rice = make_shop(), make_rice()
    lot = add_lot(shop, rice, 3, best_before=days(9))
    make_goods(name="从没进过")
    hand_out(shop, lot.id, 3)

    rows = queries.stock(shop.id, today())

    assert [(row.name, row.on_hand, row.low, row.lots) for row in rows] == [("大米", 0, True, [])]


def test_expired_units_do_not_keep_goods_from_being_low() -> None:
    shop, rice = make_shop(), make_rice()
    add_lot(shop, rice, 500, best_before=days(-1))

    assert queries.stock(shop.id, today())[0].low


def test_a_stock_list_takes_one_statement_however_long(statements: Callable[[], int]) -> None:
    shop = make_shop()
    for number in range(6):
        goods = make_goods(shop=shop, on_hand=3, name=f"商品{number}")
        add_lot(shop, goods, 2)
    shop_id = shop.id
    begin_reading()
    before = statements()

    rows = queries.stock(shop_id, today())

    assert [row.on_hand for row in rows] == [5] * 6
    assert statements() - before == 1


def test_the_overview_counts_every_shop_of_the_scope_in_one_statement(
    statements: Callable[[], int],
) -> None:
    first, second, rice = open_shop(), open_shop(TOWNSHIP, "镇上的店"), make_rice()
    for units, day in ((1, -1), (2, 30), (4, 60)):
        add_lot(first, rice, units, best_before=days(day))
    begin_reading()
    before = statements()

    rows = queries.overview(COUNTY_SCOPE, today())

    assert statements() - before == 1
    assert [(row.code, row.name) for row in rows] == [
        (second.code, "镇上的店"), (first.code, "爱心超市"),
    ]  # fmt: skip
    assert rows[0][4:] == (0, 0, 0, 0, 0)
    assert rows[1][4:] == (7, 1, 2, 6, 1)


def test_a_lots_card_lists_every_movement_and_what_was_left() -> None:
    shop, rice = make_shop(), make_rice()
    received = receive(shop, delivery(GoodsInAsk(rice.sku, 20, days(90))))
    hand_out(shop, lots()[0].id, 8)
    reverse(received, {1: 5})

    card = queries.lot(f"{received.reference}-1", Scope((), (shop.code,)), today())

    assert card is not None
    assert (card.name, card.row.on_hand, card.row.code) == ("大米", 7, f"{received.reference}-1")
    moved = queries.movements(card.row.lot_id)
    assert [(line.kind, line.quantity, line.on_hand_after) for line in moved] == [
        (EntryKind.REVERSAL, -5, 7), (EntryKind.WRITE_OFF, -8, 12), (EntryKind.GOODS_IN, 20, 20),
    ]  # fmt: skip
    assert moved[0].reverses == received.reference
    assert moved[0].note == "录错了"
    assert [line.place for line in queries.movements(card.row.lot_id, before=3, limit=1)] == [2]


@pytest.mark.parametrize(
    "code", ["", "-", "x-1-1", "410482100203S01-1", "410482100203S01-1-2", "--", "a-b-c", "1-²-1",
             "410482100203S01-9999999999999999999-1", "\x00-1-1"],
)  # fmt: skip
def test_a_lot_that_is_not_there_is_not_found(code: str) -> None:
    make_goods(shop=open_shop(), on_hand=5)

    assert queries.lot(code, COUNTY_SCOPE, today()) is None


def test_a_lot_of_somebody_elses_shop_is_not_found() -> None:
    shop = open_shop()
    make_goods(shop=shop, on_hand=5)

    assert queries.lot(f"{shop.code}-1-1", Scope((VILLAGE,), ()), today()) is not None
    assert queries.lot(f"{shop.code}-1-1", Scope((OTHER_VILLAGE,), ()), today()) is None


def test_deliveries_are_listed_newest_first_by_page(statements: Callable[[], int]) -> None:
    shop, soap = make_shop(), make_goods()
    made = [
        receive(shop, delivery(GoodsInAsk(soap.sku, units, None, 10), GoodsInAsk(soap.sku, 1)))
        for units in (1, 2, 3)
    ]
    reverse(made[1])
    begin_reading()
    before = statements()

    rows = queries.goods_ins(shop, limit=2)

    assert statements() - before <= 2
    assert [row.reference for row in rows] == [made[2].reference, made[1].reference]
    assert [(row.lines, row.units, row.amount_fen) for row in rows] == [(2, 4, 30), (2, 3, 20)]
    assert [row.taken_back for row in rows] == [False, True]
    rest = queries.goods_ins(shop, before=rows[-1].number)
    assert [row.reference for row in rest] == [made[0].reference]
