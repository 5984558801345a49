"""Stopping redemptions for a time: two people, grounds on paper, an end; awards go on."""

from datetime import date, timedelta

import pytest
from flask import Flask

from supermarket.clock import at, now, today
from supermarket.counter.service.redeeming import redeem
from supermarket.database import once_more, transaction
from supermarket.errors import NotFoundError
from supermarket.households import errors, queries
from supermarket.households import service as households
from supermarket.households.models import HouseholdFreeze, HouseholdState, TieKind
from supermarket.households.queries import freezes
from supermarket.households.queries.freezes import FreezeState
from supermarket.staff.models import Permission, Role, StaffMember
from tests import pages
from tests.awards.makers import award
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    balance,
    make_goods,
    make_household,
    make_shop,
    make_staff,
)
from tests.schemes.makers import make_rules, make_scheme


class Place:
    """A household with points, a shop with soap, two people of the township."""

    def __init__(self) -> None:
        make_scheme()
        make_rules()
        self.household = make_household(points_held=50)
        self.shop = make_shop()
        self.soap = make_goods(price=5, shop=self.shop, on_hand=9)
        self.keeper = make_staff(Role.SHOPKEEPER, shop=self.shop)
        self.scorer = make_staff(Role.SCORER, VILLAGE)
        self.first = make_staff(Role.TOWNSHIP, TOWNSHIP)
        self.second = make_staff(Role.TOWNSHIP, TOWNSHIP)


@pytest.fixture
def place(app: Flask) -> Place:
    return Place()


def propose(place: Place, *, by: StaffMember | None = None, **more: object) -> HouseholdFreeze:
    asked: dict[str, object] = {
        "basis": "爱心超市章程第十二条",
        "document_number": "寄政〔2026〕5号",
        "reason": "倒卖兑换的大米，本人承认",
        "starts_on": today(),
        "ends_on": today() + timedelta(days=90),
        **more,
    }
    with transaction():
        return households.propose_freeze(
            place.household.code,
            by=by or place.first,
            **asked,  # type: ignore[arg-type]  # each is one of its fields
        )


def decide(
    place: Place,
    code: str,
    *,
    approved: bool = True,
    by: StaffMember | None = None,
    words: str = "",
) -> HouseholdFreeze:
    with transaction():
        return households.decide_freeze(code, approved=approved, words=words, by=by or place.second)


def lift(place: Place, code: str, reason: str = "已经改正") -> HouseholdFreeze:
    with transaction():
        return households.lift_freeze(code, reason=reason, by=place.first)


def buy(place: Place, on: date | None = None) -> int:
    """One soap by household code; what is left."""
    shop, sku = place.shop.code, place.soap.sku
    receipt = once_more(
        lambda: redeem(
            f"key-{now().timestamp()}",
            shop=shop,
            lines=[(sku, 1)],
            by=place.keeper.id,
            scope=place.keeper.scope(Permission.REDEEM),
            household=place.household.code,
            occurred_on=on,
        )
    )
    return receipt.balance_after


def test_a_proposal_alone_stops_nothing(place: Place) -> None:
    freeze = propose(place)

    assert freeze.code == f"{VILLAGE}F1"
    assert freezes.state_of(freeze, today()) is FreezeState.PROPOSED
    assert buy(place) == 45


def test_an_approved_freeze_stops_redemptions_in_kind_words_and_not_awards(place: Place) -> None:
    freeze = decide(place, propose(place).code)

    with pytest.raises(errors.HouseholdFrozenError) as refused:
        buy(place)

    until = freeze.ends_on
    assert str(refused.value) == (
        f"这户的兑换暂停到{until.year}年{until.month}月{until.day}日，请联系寄料镇"
    )
    assert refused.value.code == "household_frozen"
    award(place.scorer, place.household)
    assert balance(place.household) == 55


def test_it_ends_by_itself_after_its_last_day(place: Place) -> None:
    freeze = decide(place, propose(place).code)

    with at(now() + timedelta(days=90)), pytest.raises(errors.HouseholdFrozenError):
        buy(place)
    with at(now() + timedelta(days=91)):
        assert buy(place) == 45
        assert freezes.state_of(freeze, today()) is FreezeState.OVER
        with pytest.raises(errors.FreezeNotInForceError):
            lift(place, freeze.code)


def test_one_to_come_stops_nothing_before_its_first_day(place: Place) -> None:
    later = today() + timedelta(days=10)
    freeze = decide(place, propose(place, starts_on=later, ends_on=later).code)

    assert freezes.state_of(freeze, today()) is FreezeState.TO_COME
    assert buy(place) == 45
    with at(now() + timedelta(days=10)), pytest.raises(errors.HouseholdFrozenError):
        buy(place)


def test_a_late_approval_starts_today_and_never_backwards(place: Place) -> None:
    freeze = propose(place)

    with at(now() + timedelta(days=5)):
        assert decide(place, freeze.code).starts_on == today()
    other = Place()
    ended = propose(other, ends_on=today())
    with at(now() + timedelta(days=5)), pytest.raises(errors.FreezeDatesError):
        decide(other, ended.code)


def test_lifting_early_wants_a_reason_and_lets_redeem_at_once(place: Place) -> None:
    freeze = decide(place, propose(place).code)
    with pytest.raises(errors.FreezeWordsError):
        lift(place, freeze.code, reason=" ")

    lifted = lift(place, freeze.code)

    assert freezes.state_of(lifted, today()) is FreezeState.LIFTED
    assert queries.frozen(place.household.id, today()) is None
    assert buy(place) == 45
    with pytest.raises(errors.FreezeNotInForceError):
        lift(place, freeze.code)


def test_nobody_freezes_alone_or_a_relative(place: Place) -> None:
    freeze = propose(place)
    with pytest.raises(errors.FreezeSamePersonError):
        decide(place, freeze.code, by=place.first)
    with transaction():
        households.declare_tie(
            place.second, place.household, TieKind.RELATIVE, "表弟", by=place.first.id
        )

    with pytest.raises(errors.TiedHouseholdError):
        decide(place, freeze.code)
    with pytest.raises(errors.FreezePresentError):
        propose(place)
    decide(place, freeze.code, by=make_staff(Role.COUNTY))
    with pytest.raises(errors.TiedHouseholdError):
        propose(place, by=place.second)


def test_a_freeze_is_decided_once(place: Place) -> None:
    freeze = propose(place)
    with pytest.raises(errors.FreezeWordsError):
        decide(place, freeze.code, approved=False)
    decide(place, freeze.code, approved=False, words="证据不足")

    with pytest.raises(errors.FreezeDecidedError) as late:
        decide(place, freeze.code, by=make_staff(Role.TOWNSHIP, TOWNSHIP))
    assert "王秀英" in str(late.value)
    assert buy(place) == 45
    with pytest.raises(errors.FreezeNotInForceError):
        lift(place, freeze.code)


@pytest.mark.parametrize(
    ("since", "until"),
    [(-1, 10), (5, 4), (0, 366), (0, 100_000)],
)
def test_days_that_cannot_be_are_refused(place: Place, since: int, until: int) -> None:
    begin = today() + timedelta(days=since)
    with pytest.raises(errors.FreezeDatesError):
        propose(place, starts_on=begin, ends_on=today() + timedelta(days=until))


def test_the_end_of_the_calendar_is_refused(place: Place) -> None:
    with pytest.raises(errors.FreezeDatesError):
        propose(place, starts_on=date.max, ends_on=date.max)


@pytest.mark.parametrize("field", ["basis", "document_number", "reason"])
@pytest.mark.parametrize("text", ["", "  ", "\u200b", "好" * 201])
def test_grounds_stand_on_paper(place: Place, field: str, text: str) -> None:
    with pytest.raises(errors.FreezeWordsError):
        propose(place, **{field: text})  # type: ignore[arg-type]  # never `by`


def test_only_those_who_may_freeze_there_find_the_household(place: Place) -> None:
    freeze = propose(place)

    for nobody in (place.scorer, make_staff(Role.TOWNSHIP, OTHER_TOWNSHIP)):
        with pytest.raises(NotFoundError):
            propose(place, by=nobody)
        with pytest.raises(NotFoundError):
            decide(place, freeze.code, by=nobody)


def test_a_household_that_left_is_not_frozen(place: Place) -> None:
    with transaction():
        place.household.state = HouseholdState.LEFT

    with pytest.raises(errors.FrozenHouseholdLeftError):
        propose(place)


def test_the_pages_from_proposal_to_lifting(app: Flask, place: Place) -> None:
    first, second, keeper = (app.test_client() for _n in range(3))
    pages.sign_in(first, place.first)
    pages.sign_in(second, place.second)
    pages.sign_in(keeper, place.keeper)
    code = place.household.code
    hostile = "<b>倒卖</b>"
    empty = pages.post(first, f"/households/{code}/freezes", {"basis": hostile}, status=422)
    assert empty.field("basis") == hostile
    page = pages.get(first, f"/households/{code}/freezes")
    data = {
        "basis": "章程第十二条",
        "document_number": "寄政5号",
        "reason": hostile,
        "starts_on": page.field("starts_on"),
        "ends_on": "2999-01-01",
    }
    wrong = pages.post(first, f"/households/{code}/freezes", data, status=422)
    assert "最长 12 个月" in wrong.text
    first.post(f"/households/{code}/freezes", data={**data, "ends_on": page.field("ends_on")})
    freeze = f"{VILLAGE}F1"
    assert "等另一个人审批" in pages.get(first, f"/freezes/{freeze}").text
    assert "待审批的暂停兑换" in pages.get(second, "/").text
    assert f"/freezes/{freeze}" in pages.get(second, "/freezes").links
    pages.post(second, f"/freezes/{freeze}/decision", {}, status=422)
    pages.post(first, f"/freezes/{freeze}/decision", {"verdict": "yes"}, status=409)
    second.post(f"/freezes/{freeze}/decision", data={"verdict": "yes"})
    assert "暂停兑换中" in pages.get(second, f"/freezes/{freeze}").text
    assert "兑换暂停到" in pages.get(second, f"/households/{code}").text

    at_counter = pages.post(
        keeper, f"/counter/{place.shop.code}", {"step": f"household:{code}"}, status=422
    )

    assert "这户的兑换暂停到" in at_counter.text
    assert "请联系寄料镇" in at_counter.text
    pages.post(second, f"/freezes/{freeze}/lifting", {"reason": ""}, status=422)
    second.post(f"/freezes/{freeze}/lifting", data={"reason": "已经改正"})
    assert "已提前解除" in pages.get(second, f"/freezes/{freeze}").text
    assert keeper.get(f"/freezes/{freeze}").status_code == 403
