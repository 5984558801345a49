"""Funds: gifts come in with a receipt, purchases are paid in the goods' own entry."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.donors import queries
from supermarket.donors import service as donors
from supermarket.donors.errors import (
    AmountError,
    CostsMissingError,
    DonorKnownError,
    FundClosedError,
    FundElsewhereError,
    FundForOtherGoodsError,
    FundNotEmptyError,
    MoneyInFutureError,
    NoFundMoveError,
    SummaryError,
    WishRegionError,
)
from supermarket.donors.models import Donor, DonorKind, Fund, FundSource
from supermarket.donors.service import DonorText
from supermarket.donors.service.funds import Moved
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import (
    AlreadyReversedError,
    InsufficientFundsError,
    KeyReusedError,
    MonthClosedError,
)
from supermarket.ledger.models import LotSource, MoneyAccount
from supermarket.shops.errors import GiftNotForHereError, GiftPaidError
from supermarket.shops.models import Provenance
from supermarket.shops.service import GoodsInAsk, GoodsInRequest
from supermarket.shops.service.provenance import Origin
from supermarket.staff.models import Scope
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_goods,
    make_regions,
    make_shop,
    the_actor,
)
from tests.ledger.test_races import together
from tests.shops.makers import receive, reverse

pytestmark = pytest.mark.usefixtures("app")
EVERYWHERE = Scope((COUNTY,), ())


def make_fund(region: str = COUNTY, *, fen: int = 0, **wish: str) -> Fund:
    """A fund of collective income that holds so much."""
    make_regions()
    actor = the_actor().id
    with transaction():
        fund = donors.open_fund("爱心基金", region, FundSource.COLLECTIVE, by=actor, **wish)
    if fen:
        take_in(fund, fen)
    return fund


def make_donor(name: str = "汝州面粉厂", region: str = COUNTY) -> Donor:
    """A company that may be thanked in public."""
    make_regions()
    actor = the_actor().id
    with transaction():
        return donors.add_donor(DonorText(DonorKind.COMPANY, name, public=True), region, by=actor)


def take_in(fund: Fund, fen: int, **fields: object) -> Moved:
    """Money into a fund today."""
    asked = {"summary": "集体收入", "occurred_on": today(), "key": uuid4().hex} | fields
    actor = the_actor().id
    return once_more(lambda: donors.take_in(fund, fen, by=actor, **asked))  # type: ignore[arg-type]


def spend(fund: Fund, fen: int, **fields: object) -> Moved:
    """Money out of a fund today."""
    asked = {"summary": "运费", "occurred_on": today(), "key": uuid4().hex} | fields
    actor = the_actor().id
    return once_more(lambda: donors.spend(fund, fen, by=actor, **asked))  # type: ignore[arg-type]


def held(fund: Fund) -> int:
    """Fen the fund holds now."""
    db.session.rollback()
    return db.session.get_one(MoneyAccount, fund.account_id, populate_existing=True).balance_fen


def test_a_gift_of_money_gets_a_receipt_number_of_its_year() -> None:
    fund, donor = make_fund(), make_donor()

    first = take_in(fund, 500_00, donor=donor, summary="捐款")
    second = take_in(fund, 1, donor=donor, summary="捐款")

    assert first.receipt_number == f"{COUNTY}-JZ{today().year}-0001"
    assert second.receipt_number == f"{COUNTY}-JZ{today().year}-0002"
    assert held(fund) == 500_01


def test_a_refused_gift_leaves_no_gap_in_the_receipts() -> None:
    fund, donor = make_fund(), make_donor()

    with pytest.raises(SummaryError):
        take_in(fund, 1, donor=donor, summary=" ")
    after = take_in(fund, 1, donor=donor)

    assert after.receipt_number.endswith("-0001")


def test_a_fund_never_spends_what_it_has_not() -> None:
    fund = make_fund(fen=10_00)

    with pytest.raises(InsufficientFundsError):
        spend(fund, 10_01)
    spend(fund, 10_00)

    assert held(fund) == 0


def test_the_same_key_moves_money_once_and_another_body_is_refused() -> None:
    fund = make_fund()

    first = take_in(fund, 5, key="the-same-key")
    again = take_in(fund, 5, key="the-same-key")
    with pytest.raises(KeyReusedError):
        take_in(fund, 6, key="the-same-key")

    assert (first.reference, again.new) == (again.reference, False)
    assert held(fund) == 5


@pytest.mark.parametrize("fen", [0, -1, 10_000_000_01])
def test_an_amount_that_cannot_be_meant_is_refused(fen: int) -> None:
    fund = make_fund()

    with pytest.raises(AmountError):
        take_in(fund, fen)


def test_money_moves_today_or_before_but_not_in_a_closed_month() -> None:
    fund, actor = make_fund(), the_actor().id
    last_month = today().replace(day=1) - timedelta(days=1)
    with transaction():
        ledger.close_month(COUNTY, last_month, actor)

    with pytest.raises(MoneyInFutureError):
        take_in(fund, 1, occurred_on=today() + timedelta(days=1))
    with pytest.raises(MonthClosedError):
        take_in(fund, 1, occurred_on=last_month)

    assert held(fund) == 0


def test_a_movement_is_taken_back_once() -> None:
    fund, actor = make_fund(), the_actor().id
    moved = take_in(fund, 7_00)

    once_more(lambda: donors.reverse_money(moved.entry_id, reason="重复", key="k" * 8, by=actor))
    with pytest.raises(AlreadyReversedError):
        once_more(lambda: donors.reverse_money(moved.entry_id, reason="再", key="l" * 8, by=actor))

    assert held(fund) == 0
    assert [line.fen for line in queries.statement(fund)] == [-7_00, 7_00]


def test_only_an_empty_fund_is_closed_and_a_closed_one_moves_nothing() -> None:
    fund, actor = make_fund(fen=1), the_actor().id

    with pytest.raises(FundNotEmptyError), transaction():
        donors.close_fund(fund, by=actor)
    spend(fund, 1)
    with transaction():
        donors.close_fund(fund, by=actor)

    with pytest.raises(FundClosedError):
        take_in(fund, 1)


def test_money_given_back_opens_a_closed_fund_again() -> None:
    fund, actor = make_fund(fen=5_00), the_actor().id
    moved = spend(fund, 5_00)
    with transaction():
        donors.close_fund(fund, by=actor)

    once_more(lambda: donors.reverse_money(moved.entry_id, reason="没买", key="k" * 8, by=actor))

    assert (fund.active, held(fund)) == (True, 5_00)
    spend(fund, 5_00)


def test_money_does_not_come_into_a_fund_that_somebody_closed_meanwhile(app: Flask) -> None:
    fund_id, actor = make_fund().id, the_actor().id

    def press(number: int) -> str:
        with transaction():
            fund = db.session.get_one(Fund, fund_id)
            if number == 0:
                donors.close_fund(fund, by=actor)
                return "closed"
            donors.take_in(
                fund,
                5_00,
                summary="捐款",
                occurred_on=today(),
                key=f"gift-number-{number}",
                by=actor,
            )
            return "taken"

    answers = together(app, press, 2)

    db.session.rollback()
    fund = db.session.get_one(Fund, fund_id, populate_existing=True)
    assert answers["closed"] + answers["taken"] == 1
    assert (fund.active, held(fund)) in ((True, 5_00), (False, 0))


def test_a_fund_is_bound_to_a_place_inside_its_region_only() -> None:
    with pytest.raises(WishRegionError):
        make_fund(TOWNSHIP, only_region=OTHER_TOWNSHIP)


def test_a_donor_is_registered_once() -> None:
    make_donor()

    with pytest.raises(DonorKnownError):
        make_donor(region=TOWNSHIP)
    with pytest.raises(NotFoundError):
        make_donor("别人", "999999")


def test_of_six_who_register_one_donor_at_once_one_does(app: Flask) -> None:
    make_regions()
    by, text = the_actor().id, DonorText(DonorKind.COMPANY, "汝州面粉厂")

    def register(_place: int) -> str:
        with transaction():
            return "added" if donors.add_donor(text, COUNTY, by=by) else ""

    assert together(app, register, 6) == {"added": 1, "DonorKnownError": 5}


def test_only_what_was_noted_in_a_fund_is_taken_back_there() -> None:
    shop, soap, actor = make_shop(), make_goods(), the_actor().id
    gift = receive(shop, GoodsInRequest(LotSource.DONATION, [GoodsInAsk(soap.sku, 2)]))

    with pytest.raises(NoFundMoveError):
        once_more(lambda: donors.reverse_money(gift.entry_id, reason="错", key="k" * 8, by=actor))


def purchase(fund: Fund, sku: str, cost: int | None, quantity: int = 10) -> GoodsInRequest:
    """A purchase of one line that the fund pays for."""
    line = GoodsInAsk(sku, quantity, unit_cost_fen=cost)
    return GoodsInRequest(LotSource.PURCHASE, [line], origin=Origin(fund=fund.code))


def test_a_purchase_is_paid_in_the_entry_of_its_goods() -> None:
    fund, shop, soap = make_fund(fen=100_00), make_shop(), make_goods()

    received = receive(shop, purchase(fund, soap.sku, 4_50))

    [newest, _first] = queries.statement(fund)
    assert newest.reference == received.reference
    assert (newest.fen, newest.balance_after) == (-45_00, 55_00)


def test_units_taken_back_out_bring_their_money_back() -> None:
    fund, shop, soap = make_fund(fen=100_00), make_shop(), make_goods()
    received = receive(shop, purchase(fund, soap.sku, 4_50))

    reverse(received, {1: 4})
    assert held(fund) == 73_00
    reverse(received)

    assert held(fund) == 100_00


def test_a_purchase_dearer_than_the_fund_brings_no_goods() -> None:
    fund, shop, soap = make_fund(fen=44_99), make_shop(), make_goods()

    with pytest.raises(InsufficientFundsError):
        receive(shop, purchase(fund, soap.sku, 4_50))

    assert db.session.scalar(select(Provenance)) is None
    assert held(fund) == 44_99


def test_what_a_fund_pays_must_have_a_cost() -> None:
    fund, shop, soap = make_fund(fen=1), make_shop(), make_goods()

    with pytest.raises(CostsMissingError):
        receive(shop, purchase(fund, soap.sku, None))


def test_a_bound_gift_of_money_is_spent_on_its_wish_only() -> None:
    here = make_fund(fen=100_00, only_region=VILLAGE, only_category="粮油食品")
    shop, there = make_shop(), make_shop(OTHER_VILLAGE, name="别村店")
    soap, rice = make_goods(name="肥皂"), make_goods(name="大米", category="粮油食品")

    with pytest.raises(FundForOtherGoodsError):
        receive(shop, purchase(here, soap.sku, 1))
    with pytest.raises(FundElsewhereError):
        receive(there, purchase(here, rice.sku, 1))
    receive(shop, purchase(here, rice.sku, 1))

    assert held(here) == 99_90


def test_a_gift_of_goods_is_receipted_and_names_its_donor() -> None:
    donor, shop, rice = make_donor(), make_shop(), make_goods(name="大米")
    gift = GoodsInRequest(
        LotSource.DONATION,
        [GoodsInAsk(rice.sku, 200, unit_cost_fen=35_00)],
        origin=Origin(donor=donor.code, wish="给独居老人", only_region=VILLAGE),
    )

    received = receive(shop, gift)

    [kept] = db.session.scalars(select(Provenance)).all()
    assert (kept.entry_id, kept.donor_id, kept.wish) == (received.entry_id, donor.id, "给独居老人")
    assert kept.receipt_number == f"{COUNTY}-JZ{today().year}-0001"


def test_a_gift_for_another_village_is_not_taken_in_here() -> None:
    donor, shop, rice = make_donor(), make_shop(), make_goods()
    origin = Origin(donor=donor.code, only_region=OTHER_VILLAGE)

    with pytest.raises(GiftNotForHereError):
        receive(shop, GoodsInRequest(LotSource.DONATION, [GoodsInAsk(rice.sku, 1)], origin=origin))


def test_a_gift_is_not_paid_and_a_purchase_has_no_donor() -> None:
    fund, donor, shop, soap = make_fund(fen=1), make_donor(), make_shop(), make_goods()
    lines = [GoodsInAsk(soap.sku, 1, unit_cost_fen=1)]

    for source, origin in (
        (LotSource.DONATION, Origin(fund=fund.code)),
        (LotSource.PURCHASE, Origin(donor=donor.code)),
        (LotSource.DONATION, Origin(donor=donor.code, fund=fund.code)),
    ):
        with pytest.raises(GiftPaidError):
            receive(shop, GoodsInRequest(source, lines, origin=origin))


def test_a_fund_of_another_county_is_not_found() -> None:
    fund, shop, soap = make_fund("411025", fen=1), make_shop(), make_goods()

    with pytest.raises(NotFoundError):
        receive(shop, purchase(fund, soap.sku, 1))


def test_balances_of_a_region_are_added_up() -> None:
    make_fund(COUNTY, fen=1_00)
    make_fund(TOWNSHIP, fen=2_00)
    make_fund("411025", fen=4_00)

    assert queries.fund_balance(COUNTY) == 3_00
    assert queries.fund_balance(TOWNSHIP) == 2_00
    assert queries.fund_balance(VILLAGE) == 0


def test_a_shop_may_be_paid_from_its_own_and_higher_funds() -> None:
    county, township = make_fund(COUNTY), make_fund(TOWNSHIP)
    make_fund(OTHER_TOWNSHIP)
    make_fund(COUNTY, only_region=OTHER_TOWNSHIP)

    found = [row.fund.code for row in queries.spendable_at(VILLAGE)]

    assert found == sorted([county.code, township.code])
