"""Typing slips in: once, of the right shop, at the prices of their day."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.audit.models import AuditEvent
from supermarket.clock import today
from supermarket.counter.errors import FutureDateError, MonthCapError
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.goods.models import Goods, PointsPrice
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import InsufficientPointsError, KeyInvalidError, MonthClosedError
from supermarket.slips import queries
from supermarket.slips import service as slips
from supermarket.slips.errors import (
    SlipElsewhereError,
    SlipMistypedError,
    SlipNotYetPrintedError,
    SlipReasonError,
    SlipUnknownError,
    SlipUsedError,
    SlipVoidError,
)
from supermarket.slips.queries.numbers import SlipNumber
from supermarket.staff.models import Role, Scope
from tests.counter.stalls import Stall, make_scheme, make_stall
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    balance,
    make_goods,
    make_household,
    make_shop,
    make_staff,
)
from tests.slips.makers import number, printed, typed_in, voided

YESTERDAY = today() - timedelta(days=1)


@pytest.fixture
def stall(app: Flask) -> Stall:
    stall = make_stall(points_held=100)
    printed(stall.shop, stall.keeper)
    return stall


@pytest.fixture
def soap(stall: Stall) -> Goods:
    goods = make_goods(price=5, shop=stall.shop, on_hand=20)
    with transaction():
        price = db.session.scalars(select(PointsPrice).filter_by(goods_id=goods.id)).one()
        price.since = today() - timedelta(days=90)
    return goods


def test_a_slip_is_a_redemption_of_the_day_and_the_price_written_on_it(
    stall: Stall, soap: Goods
) -> None:
    with transaction():
        db.session.add(
            PointsPrice(
                goods_id=soap.id, since=today(), points=9, created_at=stall.household.created_at
            )
        )

    receipt = typed_in(stall, 3, (soap, 2), day=YESTERDAY)

    assert (receipt.occurred_on, receipt.points, receipt.balance_after) == (YESTERDAY, 10, 90)
    assert receipt.slip == SlipNumber(stall.shop.id, 3).digits
    assert receipt.collector == "纸单签字"
    outcome = queries.outcome(SlipNumber(stall.shop.id, 3))
    assert outcome is not None
    assert (outcome.reference, outcome.occurred_on, outcome.name) == (
        receipt.reference,
        YESTERDAY,
        stall.keeper.name,
    )


def test_sent_again_it_posts_nothing_and_returns_the_first_receipt(
    stall: Stall, soap: Goods
) -> None:
    first = typed_in(stall, 1, (soap, 1))

    again = typed_in(stall, 1, (soap, 1))

    assert again == first
    assert balance(stall.household) == 95


def test_a_slip_is_used_once_and_the_second_person_is_told_who_was_first(
    stall: Stall, soap: Goods
) -> None:
    first = typed_in(stall, 1, (soap, 1))
    colleague = make_staff(Role.SHOPKEEPER, shop=stall.shop)

    with pytest.raises(SlipUsedError) as changed:
        typed_in(stall, 1, (soap, 2))
    with pytest.raises(SlipUsedError) as other:
        typed_in(stall, 1, (soap, 1), by=colleague)

    assert f"已由{stall.keeper.name}录入，单号 {first.reference}" in str(other.value)
    assert changed.value.code == "slip_used"
    assert balance(stall.household) == 95


def test_no_other_shops_no_unprinted_no_mistyped_number(stall: Stall, soap: Goods) -> None:
    other = make_shop(OTHER_VILLAGE, name="北邻村爱心超市")
    printed(other, stall.keeper)
    swapped = number(stall.shop, 12).replace("12", "21")

    for typed, error, words in (
        (number(other, 1), SlipElsewhereError, "是别的店的"),
        (number(stall.shop, 9), SlipUnknownError, "没有印过手写单"),
        (swapped, SlipMistypedError, "两位颠倒了"),
    ):
        with pytest.raises(error, match=words):
            typed_in(stall, typed, (soap, 1))

    assert balance(stall.household) == 100


def test_days_to_come_closed_months_and_days_before_the_printing_are_refused(
    stall: Stall, soap: Goods
) -> None:
    new = printed(stall.shop, stall.keeper, 2, on=today())
    last_month = today().replace(day=1) - timedelta(days=1)
    with transaction():
        ledger.close_month(COUNTY, last_month, stall.keeper.id)

    with pytest.raises(FutureDateError):
        typed_in(stall, 1, (soap, 1), day=today() + timedelta(days=1))
    with pytest.raises(MonthClosedError):
        typed_in(stall, 1, (soap, 1), day=last_month)
    with pytest.raises(SlipNotYetPrintedError, match="才印的"):
        typed_in(stall, new.first_number, (soap, 1), day=YESTERDAY)

    assert queries.missing(Scope((COUNTY,), ())) == {}


def test_too_few_points_are_told_with_the_facts_and_the_slip_stays_free(
    stall: Stall, soap: Goods
) -> None:
    poor = make_household(points_held=7, head="王贵")

    with pytest.raises(InsufficientPointsError) as refused:
        typed_in(stall, 1, (soap, 2), household=poor.code)

    assert "7" in str(refused.value)
    assert queries.outcome(SlipNumber(stall.shop.id, 1)) is None
    assert typed_in(stall, 1, (soap, 1), household=poor.code).balance_after == 2


def test_the_months_cap_is_that_of_the_month_written_on_it(app: Flask) -> None:
    make_scheme(redeem_month_cap=10)
    stall = make_stall(points_held=100)
    printed(stall.shop, stall.keeper)
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)
    last_month = today().replace(day=1) - timedelta(days=1)
    with transaction():
        price = db.session.scalars(select(PointsPrice).filter_by(goods_id=soap.id)).one()
        price.since = last_month
    stall.redeem((soap, 2))

    receipt = typed_in(stall, 1, (soap, 2), day=last_month)
    with pytest.raises(MonthCapError):
        typed_in(stall, 2, (soap, 1), day=last_month)

    assert receipt.balance_after == 80


def test_another_shops_keeper_types_nothing_in(stall: Stall, soap: Goods) -> None:
    stranger = make_staff(Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE))
    scope = Scope((), (stranger.grants[0].shop_code or "",))

    with pytest.raises(NotFoundError):
        typed_in(stall, 1, (soap, 1), by=stranger)
    with pytest.raises(NotFoundError), transaction():
        slips.declare_void(
            stall.shop, number(stall.shop, 1), "", "不要了", by=stranger.id, scope=scope
        )


def test_a_void_slip_is_void_for_good_and_says_why_and_by_whom(stall: Stall, soap: Goods) -> None:
    typed_in(stall, 1, (soap, 1))
    voided(stall, 2, 4, "纸湿了")
    voided(stall, 2, 4, "纸湿了")

    with pytest.raises(SlipVoidError, match=f"{stall.keeper.name}作废（纸湿了）"):
        typed_in(stall, 3, (soap, 1))
    with pytest.raises(SlipUsedError):
        voided(stall, 1)
    with pytest.raises(SlipVoidError):
        voided(stall, 4, 5, "别的原因")
    with pytest.raises(SlipReasonError):
        voided(stall, 5, reason=" \u200b ")

    assert [row.state for row in queries.rows(stall.shop.id, limit=50)] == (
        ["blank"] * 4 + ["void"] * 3 + ["used"]
    )
    noted = db.session.scalars(select(AuditEvent).filter_by(action="slip.void")).all()
    assert len(noted) == 3


def test_what_was_typed_in_is_taken_back_like_any_other(stall: Stall, soap: Goods) -> None:
    receipt = typed_in(stall, 1, (soap, 2), day=YESTERDAY)

    back = stall.reverse(receipt.reference, (soap, 1))

    assert (back.balance_after, back.reverses) == (95, receipt.reference)
    with pytest.raises(SlipUsedError):
        voided(stall, 1)


def test_no_client_takes_the_key_of_a_slip(app: Flask) -> None:
    make_scheme()
    stall = make_stall()

    with pytest.raises(KeyInvalidError):
        stall.redeem((make_goods(shop=stall.shop, on_hand=1), 1), key=f"slip:{stall.shop.code}:1")
