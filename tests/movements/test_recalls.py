"""Something is wrong with a delivery: no shop hands it out, and its households are known."""

import pytest

from supermarket.budgets.queries import coverages
from supermarket.clock import today
from supermarket.counter.queries import till
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.households.models import Household
from supermarket.ledger.errors import OutOfStockError
from supermarket.ledger.models import Lot
from supermarket.movements import queries
from supermarket.movements import service as movements
from supermarket.movements.errors import (
    AlreadyRecalledError,
    LiftElsewhereError,
    NotEnoughError,
    NotRecalledError,
    NoUnitsReceivedError,
    RecalledError,
)
from supermarket.movements.models import RecallMark
from supermarket.shops import queries as shops
from supermarket.staff.models import Permission
from tests.counter.stalls import Stall, make_scheme, make_stall
from tests.factories import OTHER_VILLAGE, add_lot, make_goods, make_household
from tests.movements.makers import (
    ask,
    holds,
    lift,
    make_cast,
    on_shelf,
    recall,
    receive,
    receivers,
    send,
)

pytestmark = pytest.mark.usefixtures("app")


def served(cast_shop: Stall, village: str, points: int = 100) -> Stall:
    """The same shop and keeper with another household at the counter."""
    return cast_shop._replace(household=make_household(points_held=points, village=village))


def test_a_recalled_delivery_is_handed_out_nowhere() -> None:
    cast, soap = make_cast(), make_goods()
    make_scheme()
    root = add_lot(cast.depot, soap, 20)
    receive(cast, send(cast, ask(soap, 5)))
    stall = Stall(cast.shop, cast.keeper, make_household(points_held=100))
    stall.redeem((soap, 1))

    found = recall(root, cast.county)

    with pytest.raises(OutOfStockError, match="只有 0 件能兑"):
        stall.redeem((soap, 1))
    assert till.shelf(cast.shop, today()) == {}
    with pytest.raises(NotEnoughError, match="能调出的只有 0 件"):
        send(cast, ask(soap, 1))
    with pytest.raises(RecalledError, match="正在召回"):
        send(cast, ask(soap, 1, root))
    stock = shops.stock(cast.depot.id, today())[0]
    assert (stock.on_hand, stock.usable, stock.recalled, stock.expired) == (15, 0, 15, 0)
    seen = {row.code: row for row in shops.overview(cast.county.scope(Permission.RECALL), today())}
    assert (seen[cast.depot.code].low, seen[cast.depot.code].expired) == (1, 0)
    assert found.code == f"{cast.depot.code}R1"
    village = cast.shop.region_code
    assert coverages([village], today())[village].stock_points == 0


def test_another_delivery_of_the_same_goods_goes_on() -> None:
    stall, soap = make_stall(), make_goods()
    bad = add_lot(stall.shop, soap, 5)
    add_lot(stall.shop, soap, 5)
    cast = make_cast()
    recall(bad, cast.county)

    stall.redeem((soap, 5))

    with pytest.raises(OutOfStockError):
        stall.redeem((soap, 1))
    assert db.session.get_one(Lot, bad.id).on_hand == 5


def test_lifting_lets_it_be_handed_out_again() -> None:
    stall, soap = make_stall(), make_goods()
    lot = add_lot(stall.shop, soap, 5)
    cast = make_cast()
    found = recall(lot, cast.supervisor)
    with pytest.raises(AlreadyRecalledError, match=found.code):
        recall(lot, cast.county)

    lift(found, cast.supervisor)

    stall.redeem((soap, 1))
    with pytest.raises(NotRecalledError):
        lift(found, cast.supervisor)
    assert recall(lot, cast.county).code.endswith("R2")


def test_goods_that_arrive_during_a_recall_are_held_back_too() -> None:
    cast, soap = make_cast(), make_goods()
    root = add_lot(cast.depot, soap, 20)
    transfer = send(cast, ask(soap, 5))
    found = recall(root, cast.county)
    assert queries.recall_paper(found).in_transit == 5

    receive(cast, transfer)

    assert shops.stock(cast.shop.id, today())[0].usable == 0
    paper = queries.recall_paper(found)
    assert (paper.in_transit, paper.on_hand) == (0, 20)
    assert [shelf.shop_code for shelf in paper.shelves] == [cast.depot.code, cast.shop.code]
    holds()


def test_the_households_that_have_it_are_listed_net_of_what_came_back() -> None:
    cast, soap = make_cast(), make_goods()
    make_scheme()
    root = add_lot(cast.depot, soap, 20)
    receive(cast, send(cast, ask(soap, 8)))
    first = Stall(cast.shop, cast.keeper, make_household(points_held=100))
    second, third = served(first, cast.shop.region_code), served(first, cast.shop.region_code)
    away = served(first._replace(shop=cast.depot, keeper=cast.sender), OTHER_VILLAGE)
    first.redeem((soap, 1))
    first.redeem((soap, 2))
    second.reverse(second.redeem((soap, 2)).reference, (soap, 1))
    third.reverse(third.redeem((soap, 1)).reference)
    away.redeem((soap, 4))

    found = recall(root, cast.county)

    here = {first.household.code: 3, second.household.code: 1}
    assert receivers(found, cast.supervisor) == here
    assert receivers(found, cast.county) == here | {away.household.code: 4}
    assert queries.elsewhere(found, cast.supervisor.scope(Permission.RECALL)) == 1
    assert queries.elsewhere(found, cast.county.scope(Permission.RECALL)) == 0
    assert queries.to_tell(cast.supervisor.scope(Permission.RECALL)).size == 2


def test_what_was_done_about_a_household_is_noted_once() -> None:
    stall, soap = make_stall(), make_goods()
    lot = add_lot(stall.shop, soap, 5)
    cast = make_cast()
    stall.redeem((soap, 2))
    found = recall(lot, cast.supervisor)

    def noted(code: str, *, collected: bool) -> RecallMark:
        with transaction():
            return movements.mark(
                found.code, code, told=True, collected=collected, by=cast.supervisor
            )

    told = noted(stall.household.code, collected=False).told_at
    done = noted(stall.household.code, collected=True)

    assert (done.told_at, done.collected_by) == (told, cast.supervisor.id)
    assert queries.to_tell(cast.supervisor.scope(Permission.RECALL)).size == 0
    with pytest.raises(NoUnitsReceivedError):
        noted(make_household().code, collected=False)


def test_only_whoever_answers_for_a_shop_recalls_and_only_the_first_lifts() -> None:
    cast, soap = make_cast(), make_goods()
    root = add_lot(cast.depot, soap, 9)
    receive(cast, send(cast, ask(soap, 5)))
    moved = db.session.query(Lot).filter_by(shop_id=cast.shop.id).one()

    with pytest.raises(NotFoundError):
        recall(root, cast.supervisor)
    with pytest.raises(NotFoundError):
        recall(moved, cast.keeper)
    found = recall(moved, cast.supervisor)  # stops it everywhere

    assert found.lot_id == root.id
    with pytest.raises(LiftElsewhereError, match="寄料镇爱心超市"):
        lift(found, cast.supervisor)
    lift(found, cast.township)
    assert on_shelf(cast.depot) == 4


def test_phones_are_shown_by_their_tail() -> None:
    stall, soap = make_stall(), make_goods()
    lot = add_lot(stall.shop, soap, 5)
    cast, code = make_cast(), stall.household.code
    with transaction():
        household = db.session.query(Household).filter_by(code=code).one()
        household.phone = "13812345678"
    stall.redeem((soap, 1))

    found = recall(lot, cast.supervisor)

    rows = queries.receivers(found, cast.supervisor.scope(Permission.RECALL))
    assert [(row.phone_tail, row.units, row.shops) for row in rows] == [
        ("5678", 1, (stall.shop.name,))
    ]
