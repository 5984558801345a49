"""Goods kept for a household: who may, how much, and who gets them."""

from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.errors import DomainError, NotFoundError
from supermarket.households import service as households
from supermarket.households.errors import HouseholdFrozenError, TiedHouseholdError
from supermarket.households.models import HouseholdFreeze, HouseholdState, TieKind
from supermarket.ledger.errors import (
    InsufficientPointsError,
    KeyInvalidError,
    KeyReusedError,
    OutOfStockError,
)
from supermarket.reservations import service as reservations
from supermarket.reservations.errors import (
    ClosedError,
    HeldForOthersError,
    HouseholdLeftError,
    NotAffordableError,
    NotForSaleError,
    NothingFreeError,
    NotServedError,
    TooManyError,
    TooOftenError,
    UnitsError,
    UntilError,
)
from supermarket.reservations.models import Channel, ReservationTaking
from supermarket.staff.models import Role
from tests.counter.stalls import Stall, make_stall
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    add_lot,
    balance,
    make_goods,
    make_household,
    make_shop,
    make_staff,
)
from tests.reservations.makers import held, keep, shelf, state


@pytest.fixture
def stall(app: Flask) -> Stall:
    return make_stall()


def test_what_is_kept_is_handed_to_nobody_else_and_says_so(stall: Stall) -> None:
    rice = make_goods(price=10, shop=stall.shop, on_hand=5, name="大米")
    other = stall._replace(household=make_household(points_held=100))
    keep(stall, rice, 3)

    with pytest.raises(HeldForOthersError) as refused:
        other.redeem((rice, 3))

    assert "这 3 块已为别的农户留着，现在最多可兑 2 块" in str(refused.value)
    assert other.redeem((rice, 2)).points == 20
    assert (shelf(stall, rice), held(stall, rice), balance(stall.household)) == (3, 3, 100)


def test_collecting_ends_the_reservation_in_the_same_breath(stall: Stall) -> None:
    rice = make_goods(price=10, shop=stall.shop, on_hand=3)
    kept = keep(stall, rice, 2)

    first = stall.redeem((rice, 1))

    assert (state(kept), kept.taken, held(stall, rice)) == ("held", 1, 1)
    second = stall.redeem((rice, 2))
    assert (state(kept), kept.taken, held(stall, rice)) == ("fulfilled", 2, 0)
    taken = db.session.scalars(select(ReservationTaking).order_by(ReservationTaking.entry_id))
    assert [(row.entry_id, row.units) for row in taken] == [
        (first.entry_id, 1),
        (second.entry_id, 1),
    ]
    with pytest.raises(ClosedError), transaction():
        reservations.cancel(kept.code, by=stall.keeper)


def test_a_refused_redemption_leaves_the_reservation_as_it_was(stall: Stall) -> None:
    rice = make_goods(price=60, shop=stall.shop, on_hand=2)
    kept = keep(stall, rice, 1)

    with pytest.raises(DomainError):
        stall.redeem((rice, 2))

    assert (state(kept), kept.taken, shelf(stall, rice)) == ("held", 0, 2)


def test_whoever_has_no_business_with_the_household_keeps_nothing_for_it(stall: Stall) -> None:
    rice = make_goods(price=1, shop=stall.shop, on_hand=9)
    far = make_household(points_held=9, village=OTHER_VILLAGE)
    other_shop = make_shop(OTHER_VILLAGE)
    other_keeper = make_staff(Role.SHOPKEEPER, shop=other_shop)
    helper = make_staff(Role.HELPER, VILLAGE)
    asks: list[tuple[type[DomainError], dict[str, Any]]] = [
        (NotFoundError, {"by": other_keeper}),
        (NotFoundError, {"household": far}),
        (NotFoundError, {"channel": Channel.HELPER, "by": helper}),
        (NotServedError, {"channel": Channel.PAGE, "shop": other_shop}),
    ]
    for refusal, ask in asks:
        with pytest.raises(refusal):
            keep(stall, rice, **ask)
    assert held(stall, rice) == 0
    assert keep(stall, rice, household=far, by_card=True).units == 1


def test_a_frozen_a_tied_and_a_departed_household_is_refused(stall: Stall) -> None:
    rice = make_goods(price=1, shop=stall.shop, on_hand=9)
    with transaction():
        db.session.add(
            HouseholdFreeze(
                code="F1", household_id=stall.household.id, basis="办法第九条",
                document_number="1", reason="查实转卖", starts_on=today(), ends_on=today(),
                proposed_by=stall.keeper.id, proposed_at=now(), approved=True,
            )
        )  # fmt: skip
    tied, left = make_household(points_held=9), make_household(points_held=9)
    with transaction():
        households.declare_tie(stall.keeper, tied, TieKind.OWN, "", by=stall.keeper.id)
        db.session.merge(left).state = HouseholdState.LEFT

    with pytest.raises(HouseholdFrozenError):
        keep(stall, rice)
    with pytest.raises(TiedHouseholdError):
        keep(stall, rice, household=tied)
    with pytest.raises(HouseholdLeftError):
        keep(stall, rice, household=left)
    assert held(stall, rice) == 0


@pytest.mark.parametrize("units", [0, -1, 1.5, 100, 10**9, True, "2"])
def test_units_that_nobody_keeps_are_refused(stall: Stall, units: Any) -> None:
    rice = make_goods(price=1, shop=stall.shop, on_hand=9)

    with pytest.raises(UnitsError):
        keep(stall, rice, units)


def test_no_more_is_kept_than_there_is_than_points_buy_and_than_is_fair(stall: Stall) -> None:
    rice = make_goods(price=30, shop=stall.shop, on_hand=4)
    stale, withdrawn = make_goods(price=1), make_goods(price=1, shop=stall.shop, on_hand=4)
    add_lot(stall.shop, stale, 4, best_before=today() - timedelta(days=1))
    with transaction():
        db.session.merge(withdrawn).active = False
    cheap = make_goods(price=1, shop=stall.shop, on_hand=50)

    with pytest.raises(NotAffordableError, match="现有 100 分，已留的要 0 分，这次要 120 分"):
        keep(stall, rice, 4)
    keep(stall, rice, 3)
    with pytest.raises(NotAffordableError, match="已留的要 90 分"):
        keep(stall, cheap, 11)
    with pytest.raises(NothingFreeError, match="还能留 1 "):
        keep(stall, rice, 2, household=make_household(points_held=100))
    with pytest.raises(NothingFreeError, match="还能留 0 "):
        keep(stall, stale)
    with pytest.raises(NotForSaleError):
        keep(stall, withdrawn)
    for day in (today() - timedelta(days=1), today() + timedelta(days=8)):
        with pytest.raises(UntilError):
            keep(stall, cheap, until=day)
    for _ in range(4):
        keep(stall, cheap)
    with pytest.raises(TooManyError):
        keep(stall, cheap)


def test_a_household_does_not_play_with_its_page_all_day(stall: Stall) -> None:
    rice = make_goods(price=1, shop=stall.shop, on_hand=50)
    for _ in range(10):
        made = keep(stall, rice, channel=Channel.PAGE)
        with transaction():
            reservations.cancel(made.code, by=None, household=stall.household)

    with pytest.raises(TooOftenError):
        keep(stall, rice, channel=Channel.PAGE)
    assert held(stall, rice) == 0


def test_a_key_names_one_reservation(stall: Stall) -> None:
    rice = make_goods(price=1, shop=stall.shop, on_hand=50)

    first = keep(stall, rice, 2, key="the-same-key")

    assert keep(stall, rice, 2, key="the-same-key").id == first.id
    with pytest.raises(KeyReusedError):
        keep(stall, rice, 3, key="the-same-key")
    with pytest.raises(KeyInvalidError):
        keep(stall, rice, 3, key="short")
    assert held(stall, rice) == 2


#: What may be refused while many do what they like; a lost race is none of it.
FAIR = (ClosedError, HeldForOthersError, InsufficientPointsError, NotAffordableError,
        NothingFreeError, OutOfStockError, TooManyError)  # fmt: skip


def test_shelf_and_reservations_never_cross_whatever_happens(stall: Stall) -> None:
    dice = Random(7)
    rice = make_goods(price=1, shop=stall.shop, on_hand=12)
    homes = [stall._replace(household=make_household(points_held=40)) for _ in range(4)]
    kept: list[Any] = []
    receipts: list[Any] = []

    for _step in range(80):
        home = dice.choice(homes)
        with suppress(*FAIR):
            match dice.randrange(4):
                case 0:
                    kept.append(keep(home, rice, dice.randint(1, 4)))
                case 1:
                    receipts.append(home.redeem((rice, dice.randint(1, 4))))
                case 2 if kept:
                    with transaction():
                        reservations.cancel(dice.choice(kept).code, by=stall.keeper)
                case 3 if receipts:
                    home.reverse(receipts.pop().reference)
        assert 0 <= held(stall, rice) <= shelf(stall, rice)

    assert {state(one) for one in kept} >= {"fulfilled", "cancelled"}
    with pytest.raises(OutOfStockError):
        homes[0].redeem((rice, 40))
