"""Goods brought to the door: sent off, handed over, not handed over, written into form F9."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from supermarket import clock
from supermarket.cards.errors import WrongPinError
from supermarket.cards.service import pins
from supermarket.clock import now, today
from supermarket.counter.errors import VoidTooLateError
from supermarket.counter.service.collecting import Handing
from supermarket.database import db, once_more, transaction
from supermarket.deliveries import queries
from supermarket.deliveries import service as deliveries
from supermarket.deliveries.errors import (
    AlreadyMarkedError,
    CarrierError,
    DueError,
    MovedOnError,
    NotARedemptionError,
    NoteError,
    OwnPinError,
    ReceiverError,
    TakenBackError,
    WordsError,
)
from supermarket.deliveries.models import Delivery, Proof
from supermarket.deliveries.service import Errand, Received
from supermarket.errors import NotFoundError
from supermarket.goods.models import Goods
from supermarket.households import service as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.models import TieKind
from supermarket.households.service import NewProxy
from supermarket.staff.models import Permission, Role, StaffMember
from tests.counter.stalls import EVERYWHERE, Stall, make_stall
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_goods, make_shop, make_staff
from tests.reservations.makers import shelf
from tests.reservations.test_races import together

VOLUNTEER = Errand(name="赵志愿")


@pytest.fixture
def stall(app: Flask) -> Stall:
    return make_stall()


@pytest.fixture
def rice(stall: Stall) -> Goods:
    return make_goods(price=10, shop=stall.shop, on_hand=9, name="大米")


def mark(stall: Stall, reference: str, errand: Errand = VOLUNTEER, **more: Any) -> Delivery:
    by: StaffMember = more.get("by", stall.keeper)
    return once_more(lambda: deliveries.mark(reference, errand, by=by))


def hand(reference: str, by: StaffMember, **received: Any) -> Delivery:
    what = Received(**({"who": "self"} | received))
    return once_more(lambda: deliveries.hand_over(reference, what, by=by))


def fail(
    reference: str, by: StaffMember, reason: str = "家里没有人", take_back: str = ""
) -> Delivery:
    return once_more(lambda: deliveries.fail(reference, reason, by=by, take_back=take_back))


def rows(stall: Stall) -> list[tuple[Any, ...]]:
    """Form F9 of today, without the columns that every row of these tests shares."""
    db.session.rollback()
    found = queries.f9(stall.keeper.scope(Permission.REDEEM), today(), today())
    return [(r.collector, r.relation, r.document, r.quantity, r.confirmation) for r in found]


def test_goods_are_sent_off_and_signed_for_on_paper(stall: Stall, rice: Goods) -> None:
    reference = stall.redeem((rice, 2)).reference

    mark(stall, reference)

    assert rows(stall) == [("", "", "", 2, "待送达")]
    hand(reference, stall.keeper)
    found = queries.found(reference, scope=stall.keeper.scope(Permission.REDEEM))
    assert found is not None
    assert (found.goods, found.carrier, found.receiver, found.relation, found.proof) == (
        "大米×2", "赵志愿", stall.household.head, "本人", "纸单签字",
    )  # fmt: skip
    assert rows(stall) == [(stall.household.head, "本人", "", 2, "纸单签字")]
    assert hand(reference, stall.keeper).id == found.id
    with pytest.raises(MovedOnError, match="王秀英办理过了"):
        hand(reference, stall.keeper, who="", name="李大嫂", relation="邻居")
    with pytest.raises(MovedOnError):
        fail(reference, stall.keeper)
    assert [step.step.value for step in queries.steps(found.id)] == ["make", "hand_over"]


def test_a_helper_brings_it_and_the_household_types_its_pin(stall: Stall, rice: Goods) -> None:
    helper, other = make_staff(Role.HELPER, VILLAGE), make_staff(Role.HELPER, VILLAGE)
    with transaction():
        households.pair(helper, [stall.household], by=stall.keeper.id)
        pins.set_pin(stall.household, "7391", stall.keeper.id, memory_kib=64)
    reference = stall.redeem((rice, 1)).reference
    mark(stall, reference, Errand(username=helper.username))

    for somebody in (other, make_staff(Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE))):
        with pytest.raises(NotFoundError):
            hand(reference, somebody)
        assert queries.found(reference, scope=somebody.scope(Permission.REDEEM)) is None
    with pytest.raises(OwnPinError):
        hand(reference, helper, proof=Proof.PIN)
    wrong = once_more(lambda: deliveries.try_pin(reference, "1357", by=helper))
    with pytest.raises(WrongPinError):
        wrong.refuse()
    fits = once_more(lambda: deliveries.try_pin(reference, "7391", by=helper)).ok
    hand(reference, helper, proof=Proof.PIN, pin_fits=fits)

    assert rows(stall)[0][-1] == "密码核对"
    assert queries.open_for(stall.keeper.scope(Permission.REDEEM)).size == 0


def test_what_nobody_received_is_brought_again_or_goes_back(stall: Stall, rice: Goods) -> None:
    keeper = stall.keeper
    first, second = (stall.redeem((rice, 1)).reference for _ in range(2))
    for reference in (first, second):
        mark(stall, reference)

    fail(first, keeper)
    assert queries.to_take_back(keeper.scope(Permission.REDEEM)).size == 1
    assert rows(stall)[0][-1] == "没送到，货在店里"
    with pytest.raises(MovedOnError):
        hand(first, keeper)
    once_more(lambda: deliveries.bring_again(first, VOLUNTEER, by=keeper))
    hand(first, keeper)
    fail(second, keeper, take_back="take-it-back")

    assert (balance(stall.household), shelf(stall, rice)) == (90, 8)
    assert rows(stall) == [(stall.household.head, "本人", "", 1, "纸单签字")]
    with pytest.raises(TakenBackError):
        once_more(lambda: deliveries.bring_again(second, VOLUNTEER, by=keeper))
    assert queries.to_take_back(keeper.scope(Permission.REDEEM)).size == 0


def test_taking_back_keeps_to_the_rules_of_the_counter(stall: Stall, rice: Goods) -> None:
    reference = stall.redeem((rice, 1)).reference
    mark(stall, reference, Errand(name="赵志愿", due_on=today() + timedelta(days=1)))

    with clock.at(now() + timedelta(days=2)):
        assert queries.open_for(stall.keeper.scope(Permission.REDEEM)).late == 1
        with pytest.raises(VoidTooLateError):
            fail(reference, stall.keeper, take_back="too-late-for-it")
        found = queries.found(reference, scope=stall.keeper.scope(Permission.REDEEM))
        assert found is not None
        assert (found.late, found.state.value) == (True, "to_deliver")
        fail(reference, stall.keeper)
        stall.reverse(reference)
        assert queries.to_take_back(EVERYWHERE).size == 0
    assert balance(stall.household) == 100


def test_what_cannot_be_sent_off_is_refused_in_words(stall: Stall, rice: Goods) -> None:
    reference = stall.redeem((rice, 1)).reference
    back = stall.redeem((rice, 1)).reference
    reversal = stall.reverse(back).reference
    neighbour = make_staff(Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE))
    tied = make_staff(Role.SHOPKEEPER, shop=stall.shop)
    with transaction():
        households.declare_tie(tied, stall.household, TieKind.OWN, "", by=stall.keeper.id)
    late = today() - timedelta(days=1)

    asks: list[tuple[type[Exception], str, Errand, StaffMember]] = [
        (NotFoundError, reference, VOLUNTEER, neighbour),
        (NotFoundError, reference, VOLUNTEER, make_staff(Role.SUPERVISOR, VILLAGE)),
        (NotFoundError, "x-1' OR 1=1", VOLUNTEER, stall.keeper),
        (NotFoundError, reference, Errand(username=neighbour.username), stall.keeper),
        (TiedHouseholdError, reference, VOLUNTEER, tied),
        (NotARedemptionError, back, VOLUNTEER, stall.keeper),
        (NotARedemptionError, reversal, VOLUNTEER, stall.keeper),
        (CarrierError, reference, Errand(name=" \x00 "), stall.keeper),
        (CarrierError, reference, Errand(name="长" * 41), stall.keeper),
        (DueError, reference, Errand(name="赵", due_on=late), stall.keeper),
        (DueError, reference, Errand(name="赵", due_on=today() + timedelta(days=15)), stall.keeper),
        (NoteError, reference, Errand(name="赵", note="长" * 101), stall.keeper),
    ]
    for refusal, number, errand, by in asks:
        with pytest.raises(refusal):
            mark(stall, number, errand, by=by)
    mark(stall, reference)
    with pytest.raises(AlreadyMarkedError, match="赵志愿"):
        mark(stall, reference, Errand(name="钱志愿"))
    for received in ({"who": ""}, {"who": "", "name": "李"}, {"who": "", "relation": "邻居"}):
        with pytest.raises(ReceiverError):
            hand(reference, stall.keeper, **received)
    for who in ("999", "1; DROP", "9" * 30):
        with pytest.raises(NotFoundError):
            hand(reference, stall.keeper, who=who)
    for reason in ("", "x", "长" * 101):
        with pytest.raises(WordsError):
            fail(reference, stall.keeper, reason)


def test_form_f9_holds_proxies_and_the_door_and_nobody_else(stall: Stall, rice: Goods) -> None:
    with transaction():
        proxy = households.add_proxy(
            stall.household,
            NewProxy(
                name="钱二", relation="儿媳", until=today() + timedelta(days=9), document="委2026-7"
            ),
            by=stall.keeper.id,
        )
        number = str(proxy.id)
    stall.redeem((rice, 1))
    collected = stall.redeem((rice, 3), handing=Handing(collector=number)).reference
    brought = stall.redeem((rice, 1)).reference
    mark(stall, brought)
    hand(brought, stall.keeper, who=number)
    stall.reverse(collected, (rice, 1))

    assert rows(stall) == [
        ("钱二", "儿媳", "委2026-7", 2, "柜台签收"),
        ("钱二", "儿媳", "委2026-7", 1, "纸单签字"),
    ]
    first, second = queries.f9(EVERYWHERE, today(), today(), shop=stall.shop.code)
    assert (first.occurred_on, first.household_code, first.goods) == (
        today(), stall.household.code, "大米",
    )  # fmt: skip
    assert first.delivered_at is not None
    assert second.delivered_at is not None
    assert queries.f9(EVERYWHERE, date(2020, 1, 1), today() - timedelta(days=1)) == []
    assert (
        queries.f9(
            make_staff(Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE)).scope(Permission.REDEEM),
            today(),
            today(),
        )
        == []
    )


def test_of_many_who_hand_over_and_fail_at_once_one_is_first(
    app: Flask, stall: Stall, rice: Goods
) -> None:
    reference, keeper = stall.redeem((rice, 1)).reference, stall.keeper.id
    mark(stall, reference)

    def handing() -> Any:
        return hand(reference, db.session.get_one(StaffMember, keeper))

    def failing() -> Any:
        return fail(reference, db.session.get_one(StaffMember, keeper))

    outcomes = together(app, [handing, failing, handing, failing])

    assert set(outcomes) <= {"done", "delivery_moved_on"}
    db.session.rollback()
    found = queries.found(reference, scope=EVERYWHERE)
    assert found is not None
    steps = [step.step.value for step in queries.steps(found.id)]
    assert steps in (["make", "hand_over"], ["make", "fail"])


def test_two_who_send_it_off_at_once_send_it_once(app: Flask, stall: Stall, rice: Goods) -> None:
    reference, keeper = stall.redeem((rice, 1)).reference, stall.keeper.id

    def sending() -> Any:
        by = db.session.get_one(StaffMember, keeper)
        return once_more(lambda: deliveries.mark(reference, VOLUNTEER, by=by))

    assert together(app, [sending] * 4) == {"done": 4}
    assert len(queries.listed(EVERYWHERE, limit=9)) == 1
