"""Settling with merchants: figures, two people, carried slips, races."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from supermarket.clock import VILLAGE, at, today
from supermarket.database import db, transaction
from supermarket.donors import queries as donor_queries
from supermarket.donors import service as donors
from supermarket.donors.errors import SettlesPaperError
from supermarket.errors import NotFoundError
from supermarket.ledger.errors import InsufficientFundsError
from supermarket.settlements import queries
from supermarket.settlements import service as settlements
from supermarket.settlements.errors import (
    MonthOpenError,
    NoMerchantError,
    NothingToPayError,
    NothingToSettleError,
    PaymentUnclearError,
    SamePersonError,
    SettlementChangedError,
    SettlementPaidError,
)
from supermarket.settlements.models import Settlement, SettlementState
from supermarket.shops.models import Shop
from supermarket.staff.models import Scope
from tests.donors.test_funds import held, make_fund
from tests.factories import OTHER_COUNTY, OTHER_TOWNSHIP, make_shop
from tests.ledger.test_races import together
from tests.settlements.makers import EVERYWHERE, clerk, draft, month, partner, pay, sell
from tests.shops.makers import begin_reading

pytestmark = pytest.mark.usefixtures("app")


def test_a_month_is_settled_at_the_schemes_rate_net_of_what_came_back() -> None:
    stall, soap = partner()
    sell(stall, soap, 3, month())
    sell(stall, soap, 9, month(2))
    sell(stall, soap, 7, today())

    made = draft(stall, month(), clerk())

    assert made.code == f"{stall.shop.code}M{month():%Y%m}"
    assert (made.points, made.fen, made.state) == (15, 7_50, SettlementState.DRAFTED)
    assert [(row.day, row.times, row.points, row.fen) for row in queries.days(made)] == [
        (month(), 1, 15, 7_50)
    ]


def test_a_draft_is_counted_anew_until_it_is_paid_and_then_frozen() -> None:
    stall, soap = partner()
    sell(stall, soap, 1, month())
    drafter = clerk()
    first = draft(stall, month(), drafter).fen
    sell(stall, soap, 1, month())
    again = draft(stall, month(), drafter)

    pay(again, clerk(), 5_00)

    assert (first, again.fen) == (2_50, 5_00)
    with pytest.raises(SettlementPaidError):
        draft(stall, month(), drafter)
    with pytest.raises(SettlementPaidError):
        pay(again, clerk(), 5_00)


def test_what_was_not_seen_is_not_paid() -> None:
    stall, soap = partner()
    sell(stall, soap, 1, month())
    made = draft(stall, month(), clerk())
    sell(stall, soap, 1, month())

    with pytest.raises(SettlementChangedError):
        pay(made, clerk(), 2_50)
    paid = pay(made, clerk(), 5_00)

    assert paid.fen == 5_00


def test_a_slip_noted_after_its_month_was_paid_is_carried_over_once() -> None:
    stall, soap = partner()
    drafter = clerk()
    for back in (3, 2, 1):
        sell(stall, soap, back, month(back))
    pay(draft(stall, month(3), drafter), clerk(), 7_50)
    sell(stall, soap, 2, month(3))

    second, third = draft(stall, month(2), drafter), draft(stall, month(), drafter)
    assert (second.carried_fen, second.fen, third.carried_fen) == (5_00, 10_00, 5_00)
    pay(third, clerk(), 7_50)
    pay(second, clerk(), 5_00)

    assert sum(row.settlement.fen for row in queries.settlements(EVERYWHERE)) == 20_00
    assert queries.owed(stall.shop, month(2)).carried_fen == 0


def test_a_month_of_many_merchants_takes_the_same_statements_however_much_was_settled(
    statements: Callable[[], int],
) -> None:
    stall, soap = partner()
    drafter, payer = clerk(), clerk()
    sell(stall, soap, 2, month(3))
    sell(stall, soap, 3, month(2))
    sell(stall, soap, 4, month())
    begin_reading()
    before = statements()
    queries.merchants(EVERYWHERE, month())
    alone = statements() - before
    for back in (3, 2):
        made = draft(stall, month(back), drafter)
        pay(made, payer, made.fen)
    sell(stall, soap, 1, month(3))
    other, towel = partner()
    sell(other, towel, 5, month())
    begin_reading()
    before = statements()

    rows = queries.merchants(EVERYWHERE, month())

    assert statements() - before == alone
    assert [(row.points, row.fen) for row in rows] == [(25, 12_50), (25, 12_50)]


def test_a_reversal_counts_in_the_month_it_is_made() -> None:
    stall, soap = partner()
    receipt = sell(stall, soap, 2, month())
    made = draft(stall, month(), clerk())
    pay(made, clerk(), 5_00)

    stall.reverse(receipt.reference)

    assert queries.owed(stall.shop, month()).points == 10
    assert queries.owed(stall.shop, today().replace(day=1)).fen == -5_00


def test_whoever_drew_it_up_does_not_pay_it() -> None:
    stall, soap = partner()
    sell(stall, soap, 1, month())
    drafter = clerk()

    with pytest.raises(SamePersonError):
        pay(draft(stall, month(), drafter), drafter, 2_50)


def test_a_fund_pays_in_the_same_transaction_and_the_payment_is_not_taken_back() -> None:
    stall, soap = partner()
    sell(stall, soap, 1, month())
    made = draft(stall, month(), clerk())
    fund, poor = make_fund(fen=10_00), make_fund(fen=2_49)

    with pytest.raises(InsufficientFundsError):
        pay(made, clerk(), 2_50, fund_code=poor.code)
    db.session.refresh(made)
    assert made.state is SettlementState.DRAFTED
    paid = pay(made, clerk(), 2_50, fund_code=fund.code)

    assert (held(fund), held(poor), paid.fund_id) == (7_50, 2_49, fund.id)
    assert donor_queries.statement(fund)[0].summary.startswith("好邻居超市")
    entry, by = paid.entry_id or 0, clerk().id
    with pytest.raises(SettlesPaperError), transaction():
        donors.reverse_money(entry, reason="错", key="k" * 8, by=by)


def test_a_bound_or_foreign_fund_does_not_pay() -> None:
    stall, soap = partner()
    sell(stall, soap, 1, month())
    made = draft(stall, month(), clerk())
    bound, foreign = make_fund(fen=9_00, only_category="粮油食品"), make_fund(OTHER_TOWNSHIP)

    for fund in (bound, foreign):
        with pytest.raises(NotFoundError):
            pay(made, clerk(), 2_50, fund_code=fund.code)
    with pytest.raises(PaymentUnclearError):
        pay(made, clerk(), 2_50, document=" ")
    by = clerk().id
    with pytest.raises(NotFoundError), transaction():
        settlements.pay(
            made.code, expected_fen=2_50, document="1", by=by,
            scope=Scope((OTHER_COUNTY,), ()),
        )  # fmt: skip


def test_what_cannot_be_settled_is_refused() -> None:
    stall, _soap = partner()
    own, by = make_shop(), clerk().id

    with pytest.raises(NothingToSettleError):
        draft(stall, month(), clerk())
    with pytest.raises(MonthOpenError):
        draft(stall, today(), clerk())
    with pytest.raises(NoMerchantError), transaction():
        settlements.draft(own, month(), by=by)


def test_what_a_merchant_owes_is_noted_with_the_slip_and_no_fund_pays_it() -> None:
    stall, soap = partner()
    fund = make_fund(fen=9_00)
    receipt = sell(stall, soap, 2, month(3))
    pay(draft(stall, month(3), clerk()), clerk(), 5_00)
    day = month(2) + timedelta(days=3)
    with at(datetime(day.year, day.month, day.day, 10, tzinfo=VILLAGE)):
        stall.reverse(receipt.reference)
    made = draft(stall, month(2), clerk())

    with pytest.raises(NothingToPayError):
        pay(made, clerk(), -5_00, fund_code=fund.code)
    paid = pay(made, clerk(), -5_00, document="商户退款单")

    assert (paid.fen, held(fund)) == (-5_00, 9_00)


def test_of_two_who_pay_at_once_one_does(app: Flask) -> None:
    stall, soap = partner()
    sell(stall, soap, 1, month())
    fund = make_fund(fen=100_00)
    payers = [clerk().id for _ in range(4)]
    code, paying = draft(stall, month(), clerk()).code, fund.code

    def work(number: int) -> str:
        with transaction():
            settlements.pay(
                code, expected_fen=2_50, fund_code=paying, by=payers[number],
                scope=EVERYWHERE,
            )  # fmt: skip
        return "paid"

    answers = together(app, work, 4)

    assert answers["paid"] == 1, answers
    assert set(answers) <= {"paid", "SettlementPaidError", "ConflictError"}
    assert held(fund) == 97_50
    assert db.session.query(Settlement).one().state is SettlementState.PAID
    assert db.session.query(Shop).count() == 1
