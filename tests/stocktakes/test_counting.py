from functools import partial
from typing import Any

import pytest
from flask import Flask

from supermarket.database import db
from supermarket.errors import DomainError
from supermarket.ledger.models import Entry, EntryKind, StockLine
from supermarket.staff import service as staff
from supermarket.staff.models import Role
from supermarket.stocktakes import queries
from supermarket.stocktakes import service as stocktakes
from supermarket.stocktakes.models import LineDecision, StocktakeLine, StocktakeState
from tests.factories import (
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    add_lot,
    make_goods,
    make_shop,
    make_staff,
)
from tests.stocktakes.makers import Counted, act, held_by


@pytest.fixture
def counted(app: Flask) -> Counted:
    return Counted()


def refused(work: Any) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        work()
    return refusal.value


def test_what_was_missing_when_counted_is_taken_off_what_is_there_now(counted: Counted) -> None:
    counted.count(counted.rice, 18)
    counted.count(counted.soap, 11)
    counted.sell(counted.rice, 3)
    counted.keep(counted.rice)
    counted.hand_in()
    counted.sell(counted.soap, 1)

    posted = counted.approve()

    assert (posted.state, posted.approved_by) == (StocktakeState.POSTED, counted.second.id)
    assert (held_by(counted.rice), held_by(counted.soap)) == (15, 10)
    entry = db.session.get_one(Entry, posted.entry_id)
    moved = db.session.query(StockLine).filter_by(entry_id=entry.id).order_by(StockLine.position)
    assert (entry.kind, entry.document) == (EntryKind.STOCKTAKE, counted.code)
    assert [line.quantity for line in moved] == [-2, 1]
    paper = {row.sku: row for row in counted.lines()}
    rice = paper[counted.rice.sku]
    assert (rice.book, rice.counted, rice.difference, rice.value) == (20, 18, -2, -20)
    assert counted.approve().entry_id == posted.entry_id


def test_a_line_that_moved_must_be_decided_and_a_recount_starts_from_now(counted: Counted) -> None:
    counted.count(counted.rice, 20)
    counted.count(counted.soap, 10)
    counted.sell(counted.rice, 5)
    lot = counted.lot(counted.rice)
    row = next(row for row in counted.lines() if row.lot == lot)

    first = refused(counted.hand_in)
    act(lambda: stocktakes.decide(counted.code, lot, LineDecision.RECOUNT, by=counted.keeper))
    second = refused(counted.hand_in)
    again = counted.count(counted.rice, 15)
    counted.hand_in()

    assert (row.moved, row.on_hand, row.becomes) == (True, 15, 15)
    assert [first.code, second.code] == ["lines_undecided", "lines_undecided"]
    assert "大米" in str(first)
    assert (again.difference, again.times, again.first_counted) == (0, 2, 20)
    assert counted.approve().entry_id is None
    assert held_by(counted.rice) == 15


def test_uncounted_lots_are_named_and_never_taken_as_zero(counted: Counted) -> None:
    nothing = refused(counted.hand_in)
    counted.count(counted.soap, 0)

    named = refused(counted.hand_in)
    counted.hand_in(leaving=1)
    counted.approve()

    assert nothing.code == "not_counted"
    assert (named.code, "大米" in str(named)) == ("lots_uncounted", True)
    assert (held_by(counted.rice), held_by(counted.soap)) == (20, 0)
    rice = next(row for row in counted.lines() if row.sku == counted.rice.sku)
    assert (rice.counted, rice.book, rice.counter) == (None, 20, "")


@pytest.mark.parametrize("units", [41 + 40, 10_000, 100_000])
def test_a_count_far_off_is_asked_about_once_without_telling_the_books(
    counted: Counted, units: int
) -> None:
    asked = refused(lambda: counted.count(counted.rice, units))

    saved = counted.count(counted.rice, units, sure=True)

    assert (asked.code, asked.status) == ("count_unlikely", 422)
    assert "20" not in str(asked).replace(str(units), "")
    assert saved.counted == units


@pytest.mark.parametrize("units", [-1, 100_001, 1.5, "5", None, True])
def test_what_is_no_count_is_refused(counted: Counted, units: Any) -> None:
    refusal = refused(lambda: counted.count(counted.rice, units, sure=True))

    assert refusal.code == "invalid"


def test_scans_add_up_until_something_else_moves_the_lot(counted: Counted) -> None:
    def scan(text: str, key: str) -> Any:
        return act(lambda: stocktakes.add_scanned(counted.code, text, key=key, by=counted.keeper))

    scan(f"12*{counted.rice.sku}", "scan-1")
    again = scan(f"12*{counted.rice.sku}", "scan-1")
    more = scan(counted.rice.sku, "scan-2")
    counted.sell(counted.rice)
    refusal = refused(lambda: scan(counted.rice.sku, "scan-3"))

    assert ([row.counted for row in again], [row.counted for row in more]) == ([12], [13])
    assert (more[0].times, more[0].first_counted) == (1, 13)
    assert refusal.code == "line_moved"


def test_of_several_lots_a_scan_adds_to_none_and_goods_without_a_lot_are_for_goods_in(
    counted: Counted,
) -> None:
    add_lot(counted.shop, counted.rice, 4)
    towel = make_goods(name="毛巾")

    rows = act(
        lambda: stocktakes.add_scanned(
            counted.code, counted.rice.sku, key="scan-key", by=counted.keeper
        )
    )
    refusal = refused(
        lambda: act(
            lambda: stocktakes.add_scanned(
                counted.code, towel.sku, key="scan-key", by=counted.keeper
            )
        )
    )

    assert [(row.counted, row.on_hand) for row in rows] == [(None, 20), (None, 4)]
    assert (refusal.code, "入库" in str(refusal)) == ("no_lot", True)


def test_a_shelf_may_hold_units_of_a_lot_the_books_call_empty(counted: Counted) -> None:
    counted.sell(counted.soap, 10)
    empty = queries.empty_lots(counted.stocktake(), counted.soap.id)[0]

    act(lambda: stocktakes.count(counted.code, empty.lot, 3, by=counted.keeper))
    counted.hand_in(leaving=1)
    counted.approve()

    assert held_by(counted.soap) == 3


def test_a_shop_has_one_stocktake_at_a_time_and_numbers_without_gaps(counted: Counted) -> None:
    lot = counted.lot(counted.rice)
    refusal = refused(
        lambda: act(lambda: stocktakes.open_stocktake(counted.shop, by=counted.helper))
    )
    act(lambda: stocktakes.cancel(counted.code, reason="先入库", by=counted.keeper))
    second = act(lambda: stocktakes.open_stocktake(counted.shop, by=counted.helper))

    assert (refusal.code, counted.code in str(refusal)) == ("stocktake_under_way", True)
    assert second.code == f"{counted.shop.code}P2"
    late = refused(lambda: act(lambda: stocktakes.count(counted.code, lot, 1, by=counted.keeper)))
    assert (late.code, "作废" in str(late)) == ("already_decided", True)


def test_nobody_approves_what_they_counted_and_strangers_find_nothing(counted: Counted) -> None:
    both = make_staff(Role.TOWNSHIP)
    act(lambda: _also_keeper(both, counted))
    counted.count(counted.rice, 19, by=both)
    counted.count(counted.rice, 19, by=counted.keeper)
    counted.hand_in(leaving=1)
    stranger = make_staff(Role.TOWNSHIP, OTHER_TOWNSHIP)
    elsewhere = make_staff(Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE))

    own = refused(lambda: counted.approve(both))
    keeper = refused(lambda: counted.approve(counted.keeper))
    far = refused(lambda: counted.approve(stranger))
    counting = refused(lambda: counted.count(counted.rice, 1, by=elsewhere))

    assert own.code == "same_person"
    assert [keeper.code, far.code, counting.code] == ["not_found"] * 3
    assert held_by(counted.rice) == 20


def _also_keeper(member: Any, counted: Counted) -> None:
    staff.grant(
        member,
        Role.SHOPKEEPER,
        region_code=counted.shop.region_code,
        shop_code=counted.shop.code,
        by=None,
    )


def test_what_is_sent_back_is_counted_again_and_an_old_reading_is_not_approved(
    counted: Counted,
) -> None:
    counted.count(counted.rice, 18)
    counted.count(counted.soap, 10)
    counted.hand_in()
    lot = counted.lot(counted.rice)

    without_reason = refused(
        lambda: act(lambda: stocktakes.send_back(counted.code, reason=" ", by=counted.second))
    )
    act(
        lambda: stocktakes.send_back(
            counted.code, reason="大米再数一遍", by=counted.second, lots=[lot]
        )
    )
    early = refused(lambda: counted.approve())
    waits = refused(counted.hand_in)
    counted.count(counted.rice, 20)
    counted.hand_in()
    stale = refused(lambda: counted.approve(read=1))
    posted = counted.approve(read=2)

    assert without_reason.code == "invalid"
    assert [early.code, waits.code, stale.code] == [
        "already_decided",
        "lines_undecided",
        "conflict",
    ]
    assert (posted.entry_id, held_by(counted.rice)) == (None, 20)


def test_units_sold_meanwhile_that_were_counted_as_missing_refuse_with_the_name(
    counted: Counted,
) -> None:
    counted.count(counted.rice, 2)
    counted.count(counted.soap, 10)
    counted.hand_in()
    counted.sell(counted.rice, 10)

    refusal = refused(counted.approve)

    assert refusal.code == "out_of_stock"
    assert "大米" in str(refusal)
    assert (held_by(counted.rice), counted.stocktake().state) == (10, StocktakeState.COUNTED)


def test_a_lot_of_another_shop_or_none_is_refused(counted: Counted) -> None:
    other = make_shop(OTHER_VILLAGE)
    goods = make_goods(shop=other, on_hand=5)

    for lot in (f"{other.code}-1-1", "", "<b>-1-1", "x" * 500, f"{counted.shop.code}-1-99"):
        assert refused(partial(counted.count_lot, lot, 1)).code == "invalid"
    assert held_by(goods) == 5
    assert db.session.query(StocktakeLine).count() == 0
