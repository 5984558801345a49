"""Goods from shop to shop: what leaves one is in transit until the other has it."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.clock import at, now, today
from supermarket.database import db, once_more, transaction
from supermarket.donors import service as donors
from supermarket.donors.models import DonorKind
from supermarket.donors.service import DonorText
from supermarket.errors import ForbiddenError, InvalidError, NotFoundError
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyReusedError, MonthClosedError
from supermarket.ledger.models import Entry, EntryKind, Lot, LotSource
from supermarket.movements import service as movements
from supermarket.movements.errors import (
    BoundError,
    ExpiredError,
    LotTooSmallError,
    MoreThanSentError,
    NotEnoughError,
    NotMissingError,
    NotYoursToCancelError,
    SamePersonError,
    SameShopError,
    ShopClosedError,
    TransferOverError,
    WrongShopError,
)
from supermarket.movements.models import Outcome, TransferState
from supermarket.movements.service import MoveAsk
from supermarket.shops.service import GoodsInAsk, GoodsInRequest
from supermarket.shops.service.provenance import Origin
from supermarket.staff.models import Role
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    add_lot,
    make_goods,
    make_shop,
    make_staff,
    the_actor,
)
from tests.movements.makers import (
    ask,
    cancel,
    code_of,
    find_out,
    holds,
    lines_of,
    make_cast,
    on_shelf,
    receive,
    send,
)
from tests.shops.makers import days, make_rice
from tests.shops.makers import receive as take_in

pytestmark = pytest.mark.usefixtures("app")


def entries(kind: EntryKind) -> list[Entry]:
    """Entries of a kind, oldest first."""
    return list(db.session.scalars(select(Entry).where(Entry.kind == kind).order_by(Entry.id)))


def test_what_is_sent_leaves_the_shelf_and_is_on_its_way() -> None:
    cast, rice = make_cast(), make_rice()
    late = add_lot(cast.depot, rice, 5, best_before=days(60))
    soon = add_lot(cast.depot, rice, 4, best_before=days(5))

    transfer = send(cast, ask(rice, 6), note="老张带去")

    assert transfer.code == f"{cast.depot.code}T1"
    assert transfer.state is TransferState.SENT
    assert lines_of(transfer) == [(4, 0, 0, 0, 4), (2, 0, 0, 0, 2)]
    assert (on_shelf(cast.depot), on_shelf(cast.shop)) == (3, 0)
    assert [db.session.get_one(Lot, lot.id).on_hand for lot in (soon, late)] == [0, 3]
    entry = entries(EntryKind.TRANSFER)[0]
    assert (entry.document, entry.note) == (transfer.code, "安沟村爱心超市：老张带去")
    assert entry.actor_id == cast.sender.id
    holds()


def test_what_is_received_is_a_lot_with_the_same_day_and_source() -> None:
    cast, rice = make_cast(), make_rice()
    lot = add_lot(cast.depot, rice, 5, best_before=days(60))
    lot_id, transfer = lot.id, send(cast, ask(rice, 5))

    done = receive(cast, transfer)

    got = db.session.scalars(select(Lot).where(Lot.shop_id == cast.shop.id)).one()
    assert (got.on_hand, got.best_before, got.received_on) == (5, days(60), today())
    assert (got.source, got.origin_id) == (LotSource.PURCHASE, lot_id)
    assert (done.state, done.missing, done.received_by) == (
        TransferState.RECEIVED,
        0,
        cast.keeper.id,
    )
    holds()


def test_a_lot_moved_twice_still_names_the_first() -> None:
    cast, soap = make_cast(), make_goods()
    root = add_lot(cast.depot, soap, 9).id
    receive(cast, send(cast, ask(soap, 9)))

    receive(cast, send(cast, ask(soap, 4), shop=cast.shop, to=cast.other), by=cast.other_keeper)

    found = db.session.scalars(select(Lot).where(Lot.shop_id == cast.other.id)).one()
    assert (found.on_hand, found.origin_id) == (4, root)


def test_a_chosen_lot_is_taken_before_the_first_to_expire() -> None:
    cast, rice = make_cast(), make_rice()
    add_lot(cast.depot, rice, 5, best_before=days(5))
    late = add_lot(cast.depot, rice, 5, best_before=days(60))

    transfer = send(cast, ask(rice, 2, late), ask(rice, 1))

    assert lines_of(transfer) == [(1, 0, 0, 0, 1), (2, 0, 0, 0, 2)]
    assert db.session.get_one(Lot, late.id).on_hand == 3


def test_more_than_the_shelf_holds_is_refused() -> None:
    cast, rice = make_cast(), make_rice()
    lot = add_lot(cast.depot, rice, 5, best_before=days(5))
    add_lot(cast.depot, rice, 9, best_before=days(-1))

    with pytest.raises(NotEnoughError, match="能调出的只有 5 件，要调 6 件"):
        send(cast, ask(rice, 6))
    with pytest.raises(LotTooSmallError, match="只有 5 件，填了 7 件"):
        send(cast, ask(rice, 7, lot))
    assert on_shelf(cast.depot) == 14


def test_expired_goods_stay_for_the_write_off() -> None:
    cast, rice = make_cast(), make_rice()
    old = add_lot(cast.depot, rice, 5, best_before=days(-1))

    with pytest.raises(ExpiredError, match="已经过期，不能调拨，请在本店报损"):
        send(cast, ask(rice, 1, old))


@pytest.mark.parametrize("quantity", [0, -1, 1.5, True, 10**9, "3"])
def test_units_are_whole_and_some(quantity: object) -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 5)

    with pytest.raises(InvalidError, match="整数"):
        send(cast, MoveAsk(soap.sku, quantity))  # type: ignore[arg-type]  # that is the test


def test_nothing_goes_nowhere() -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 5)
    abroad = make_shop(OTHER_COUNTY)
    closed = make_shop(OTHER_VILLAGE, name="停业店")
    with transaction():
        closed.active = False

    with pytest.raises(InvalidError, match="还没有商品"):
        send(cast)
    with pytest.raises(SameShopError):
        send(cast, ask(soap, 1), to=cast.depot)
    with pytest.raises(NotFoundError):
        send(cast, ask(soap, 1), to=abroad)
    with pytest.raises(ShopClosedError, match="停业店"):
        send(cast, ask(soap, 1), to=closed)
    with pytest.raises(NotFoundError, match="<b>"):
        send(cast, MoveAsk("<b>", 1))
    with pytest.raises(NotFoundError):
        send(cast, MoveAsk(soap.sku, 1, "410482100S01-99-1"))
    lot = db.session.scalars(select(Lot).where(Lot.goods_id == soap.id)).one()
    with pytest.raises(InvalidError, match="同一批次写了两行"):
        send(cast, ask(soap, 1, lot), ask(soap, 1, lot))


def test_a_key_sends_and_receives_once() -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 5)

    first = send(cast, ask(soap, 2), key="the-same-key")
    again = send(cast, ask(soap, 2), key="the-same-key")
    receive(cast, first, {1: 1}, key="another-key")
    receive(cast, first, {1: 1}, key="another-key")

    assert first.id == again.id
    assert (on_shelf(cast.depot), on_shelf(cast.shop)) == (3, 1)
    with pytest.raises(KeyReusedError):
        send(cast, ask(soap, 3), key="the-same-key")
    with pytest.raises(KeyReusedError):
        receive(cast, first, {1: 2}, key="another-key")


def test_only_the_shop_it_was_sent_to_receives() -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 5)
    transfer = send(cast, ask(soap, 2))

    with pytest.raises(WrongShopError, match="是发给“安沟村爱心超市”的"):
        receive(cast, transfer, by=cast.sender)
    with pytest.raises(NotFoundError):
        receive(cast, transfer, by=cast.other_keeper)
    with pytest.raises(ForbiddenError):
        receive(cast, transfer, by=cast.supervisor)
    assert on_shelf(cast.shop) == 0


def test_a_received_transfer_is_neither_received_nor_taken_back_again() -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 5)
    transfer = receive(cast, send(cast, ask(soap, 2)))

    with pytest.raises(TransferOverError, match=r"已由王秀英在 .* 办理（已收货）"):
        receive(cast, transfer)
    with pytest.raises(TransferOverError):
        cancel(transfer, cast.sender)
    assert on_shelf(cast.shop) == 2


def test_the_sender_takes_back_what_nobody_received() -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 5)
    transfer = send(cast, ask(soap, 2))

    with pytest.raises(NotYoursToCancelError, match="只能由发货店撤回"):
        cancel(transfer, cast.keeper)
    cancel(transfer, cast.sender, key="cancel-once")
    cancel(transfer, cast.sender, key="cancel-once")

    assert lines_of(transfer) == [(2, 0, 2, 0, 0)]
    assert on_shelf(cast.depot) == 5
    assert len(entries(EntryKind.REVERSAL)) == 1
    with pytest.raises(TransferOverError, match="已撤回"):
        receive(cast, transfer)
    holds()


def test_what_did_not_arrive_stays_in_transit_until_somebody_else_decides() -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 10)
    transfer = receive(cast, send(cast, ask(soap, 10)), {1: 4}, notes={1: "破了一箱"})
    assert (transfer.missing, lines_of(transfer)) == (6, [(10, 4, 0, 0, 6)])

    find_out(transfer, Outcome.BACK, 2, cast.township)
    find_out(transfer, Outcome.ARRIVED, 1, cast.supervisor)
    done = find_out(transfer, Outcome.LOST, 3, cast.township)

    assert lines_of(transfer) == [(10, 5, 2, 3, 0)]
    assert done.missing == 0
    assert (on_shelf(cast.depot), on_shelf(cast.shop)) == (2, 5)
    with pytest.raises(NotMissingError, match="还差 0 件"):
        find_out(transfer, Outcome.BACK, 1, cast.township)
    holds()


def test_nothing_arrived_and_all_of_it_came_later() -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 10)
    transfer = receive(cast, send(cast, ask(soap, 10)), {1: 0}, key="nothing-came")
    again = receive(cast, transfer, {1: 0}, key="nothing-came")
    assert (again.missing, on_shelf(cast.shop)) == (10, 0)

    find_out(transfer, Outcome.ARRIVED, 10, cast.supervisor)

    assert on_shelf(cast.shop) == 10
    holds()


def test_neither_sender_nor_receiver_nor_a_stranger_decides_about_missing_units() -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 10)
    by_office = send(cast, ask(soap, 5))
    receive(cast, by_office, {1: 1}, by=cast.township)

    with pytest.raises(SamePersonError, match="要由另一个人办理"):
        find_out(by_office, Outcome.LOST, 1, cast.township)
    with pytest.raises(NotFoundError):
        find_out(by_office, Outcome.LOST, 1, cast.supervisor)  # the sender's loss, not theirs
    with pytest.raises(NotFoundError):
        find_out(by_office, Outcome.ARRIVED, 1, cast.keeper)
    find_out(by_office, Outcome.LOST, 1, cast.county)


def test_one_decision_counts_once() -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 10)
    transfer = receive(cast, send(cast, ask(soap, 5)), {1: 1})

    find_out(transfer, Outcome.LOST, 2, cast.county, key="lost-once")
    find_out(transfer, Outcome.LOST, 2, cast.county, key="lost-once")
    find_out(transfer, Outcome.BACK, 1, cast.county, key="back-once")
    find_out(transfer, Outcome.BACK, 1, cast.county, key="back-once")

    assert lines_of(transfer) == [(5, 1, 1, 2, 1)]
    with pytest.raises(KeyReusedError):
        find_out(transfer, Outcome.LOST, 1, cast.county, key="lost-once")
    with pytest.raises(KeyReusedError):
        find_out(transfer, Outcome.ARRIVED, 1, cast.county, key="back-once")


@pytest.mark.parametrize("arrived", [{1: 6}, {1: -1}, {2: 1}, {1: 1.5}])
def test_no_more_arrives_than_was_sent(arrived: dict[int, int]) -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 5)
    transfer = send(cast, ask(soap, 5))

    with pytest.raises(InvalidError, match=r"发来 5 件|单上没有第"):
        receive(cast, transfer, arrived)
    assert MoreThanSentError.status == 422


def test_a_gift_bound_to_a_place_does_not_leave_it() -> None:
    cast, rice, actor = make_cast(), make_rice(), the_actor().id
    with transaction():
        text = DonorText(DonorKind.COMPANY, "汝州面粉厂", public=True)
        donor = donors.add_donor(text, COUNTY, by=actor)
    gift = GoodsInRequest(
        LotSource.DONATION,
        [GoodsInAsk(rice.sku, 20, days(90), 5000)],
        origin=Origin(donor=donor.code, wish="给安沟村老人", only_region=VILLAGE),
    )
    take_in(cast.depot, gift)
    bound = db.session.scalars(select(Lot)).one()
    free = add_lot(cast.depot, rice, 3, best_before=days(120))

    with pytest.raises(BoundError, match=r"汝州面粉厂定向捐赠的，只能给安沟村.*给安沟村老人"):
        send(cast, ask(rice, 4), to=cast.other)
    with pytest.raises(BoundError, match="不能调到“北邻村爱心超市”"):
        send(cast, ask(rice, 1, bound), to=cast.other)
    past_it = send(cast, ask(rice, 3), to=cast.other)  # the free ones, although they expire later
    there = receive(cast, send(cast, ask(rice, 5)))

    assert db.session.get_one(Lot, free.id).on_hand == 0
    assert lines_of(past_it) == [(3, 0, 0, 0, 3)]
    assert there.state is TransferState.RECEIVED
    with pytest.raises(BoundError):  # bound still, after it was moved
        send(cast, ask(rice, 1), shop=cast.shop, to=cast.depot)


def test_a_closed_month_takes_no_transfer() -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 5)
    last_month = today().replace(day=1) - timedelta(days=1)
    by = cast.sender.id

    def sent(on: date) -> str:
        return once_more(
            lambda: movements.send(
                cast.depot, cast.shop, [ask(soap, 1)], key=uuid4().hex, by=by, sent_on=on
            )
        ).code

    assert sent(last_month).endswith("T1")
    with transaction():
        ledger.close_month(COUNTY, last_month, by)
    with pytest.raises(MonthClosedError):
        sent(last_month)
    with pytest.raises(InvalidError, match="不能晚于今天"):
        sent(today() + timedelta(days=1))


def test_a_transfer_number_leaves_no_gap_when_one_is_refused() -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 5)
    send(cast, ask(soap, 1))

    with pytest.raises(NotEnoughError):
        send(cast, ask(soap, 9))

    assert send(cast, ask(soap, 1)).code == f"{cast.depot.code}T2"


def test_goods_that_expired_on_the_way_still_arrive(app: Flask) -> None:
    cast, rice = make_cast(), make_rice()
    add_lot(cast.depot, rice, 5, best_before=today())
    transfer = send(cast, ask(rice, 5))

    with at(now() + timedelta(days=3)):
        receive(cast, transfer)

    lot = db.session.scalars(select(Lot).where(Lot.shop_id == cast.shop.id)).one()
    assert (lot.on_hand, lot.best_before) == (5, today())
    assert re.fullmatch(rf"{cast.shop.code}-1-1", code_of(lot))


def test_whoever_sent_the_goods_does_not_confirm_that_they_arrived() -> None:
    cast, soap, officer = make_cast(), make_goods(), make_staff(Role.TOWNSHIP, TOWNSHIP)
    add_lot(cast.depot, soap, 9)
    transfer = send(cast._replace(sender=officer), ask(soap, 5))

    with pytest.raises(SamePersonError):
        receive(cast, transfer, by=officer)

    assert receive(cast, transfer).state is TransferState.RECEIVED
