"""Money moves in the same entries as points and goods, and is held by the same proofs."""

import pytest
from flask import Flask
from sqlalchemy import text

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import InsufficientFundsError
from supermarket.ledger.models import EntryKind, MoneyAccount, MoneyKind
from supermarket.ledger.queries import verify
from tests.factories import VILLAGE, journal, request_for

pytestmark = pytest.mark.usefixtures("app")


def make_fund(fen: int) -> MoneyAccount:
    """A fund that holds so much, given once."""
    book = journal()
    with transaction():
        fund = ledger.open_fund_account(f"{VILLAGE}F1")
    move(book.id, fund, fen, MoneyKind.INCOME)
    return fund


def move(
    journal_id: int, fund: MoneyAccount, fen: int, side: MoneyKind = MoneyKind.SPENDING
) -> ledger.Posted:
    """Post ``fen`` into the fund, or out of it if negative."""
    request = request_for("money")
    with transaction():
        return ledger.post(
            journal_id,
            kind=EntryKind.FUND,
            occurred_on=today(),
            request=request,
            money=[
                ledger.MoneyMove(fund.id, fen),
                ledger.MoneyMove(ledger.open_money_side(side, VILLAGE), -fen),
            ],
        )


def held(fund: MoneyAccount) -> int:
    """What the fund holds now, in fen."""
    db.session.rollback()
    return db.session.get_one(MoneyAccount, fund.id, populate_existing=True).balance_fen


def test_money_comes_in_and_goes_out_and_the_books_verify() -> None:
    fund = make_fund(100_00)

    posted = move(journal().id, fund, -35_50)

    assert held(fund) == 64_50
    assert [line.balance_after for line in posted.money] == [None, 64_50]
    assert list(verify.mistakes()) == []


def test_a_fund_never_spends_what_it_does_not_hold() -> None:
    fund = make_fund(10_00)

    with pytest.raises(InsufficientFundsError) as refused:
        move(journal().id, fund, -10_01)

    assert refused.value.details["balance"] == "10.00"
    assert held(fund) == 10_00


def test_money_must_sum_to_zero() -> None:
    fund = make_fund(1)
    book, request = journal(), request_for("one side")

    with pytest.raises(ValueError, match="sum to zero"), transaction():
        ledger.post(
            book.id,
            kind=EntryKind.FUND,
            occurred_on=today(),
            request=request,
            money=[ledger.MoneyMove(fund.id, 5)],
        )


def test_a_reversal_gives_the_money_back_once() -> None:
    fund = make_fund(50_00)
    posted = move(journal().id, fund, -20_00)
    request = request_for("back")

    with transaction():
        left = ledger.hold(posted.entry_id)
        ledger.reverse(left, request=request, occurred_on=today(), note="记错了")

    assert held(fund) == 50_00


def test_verify_names_the_entry_whose_money_was_touched(app: Flask) -> None:
    app.config["BOOKS_SPOILED"] = True
    fund = make_fund(50_00)
    posted = move(journal().id, fund, -20_00)
    on = " ON money_line" if db.engine.dialect.name == "postgresql" else ""
    with transaction():
        db.session.execute(text(f"DROP TRIGGER money_line_no_update{on}"))
        db.session.execute(
            text("UPDATE money_line SET fen = fen - 1, balance_after = balance_after - 1 "
                 "WHERE entry_id = :entry AND account_id > 0"),
            {"entry": posted.entry_id},
        )  # fmt: skip

    found = list(verify.mistakes())

    assert any(mistake.where == posted.reference and "hashed" in mistake.what for mistake in found)
    assert any(mistake.where == f"fund {fund.owner_code}" for mistake in found)
