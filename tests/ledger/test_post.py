import pytest
from flask import Flask
from sqlalchemy import select, text

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import ConflictError
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import (
    AlreadyReversedError,
    InsufficientPointsError,
    KeyInvalidError,
    KeyReusedError,
    NotReversibleError,
    OutOfStockError,
    ReversalTooLargeError,
)
from supermarket.ledger.models import AccountKind, Entry, EntryKind, Lot, PointsLine
from supermarket.ledger.queries import verify
from supermarket.ledger.service import PointsMove, Posted, StockMove
from tests.factories import (
    VILLAGE,
    balance,
    journal,
    make_goods,
    make_household,
    make_shop,
    request_for,
)

pytestmark = pytest.mark.usefixtures("app")


def spend(household_account: int, points: int, key: str | None = None) -> Posted:
    book = journal()
    request = request_for("spend", key)
    with transaction():
        side = ledger.open_system_account(AccountKind.DEDUCTED, VILLAGE)
        return ledger.post(
            book.id,
            kind=EntryKind.DEDUCTION,
            occurred_on=today(),
            request=request,
            points=[PointsMove(household_account, -points), PointsMove(side, points)],
        )


def test_a_posting_moves_points_and_keeps_the_balance_after() -> None:
    household = make_household(points_held=20)

    posted = spend(household.account_id, 15)

    assert posted.balance_of(household.account_id) == 5
    assert balance(household) == 5


def test_spending_more_than_there_is_takes_nothing() -> None:
    household = make_household(points_held=20)

    with pytest.raises(InsufficientPointsError, match="现有 20 分，需要 30 分，还差 10 分"):
        spend(household.account_id, 30)

    assert balance(household) == 20


def test_entries_of_a_journal_are_numbered_without_a_gap_and_chained() -> None:
    household = make_household(points_held=20)

    for points in (1, 2, 3):
        spend(household.account_id, points)
    with pytest.raises(InsufficientPointsError):
        spend(household.account_id, 99)
    spend(household.account_id, 4)

    entries = db.session.scalars(select(Entry).order_by(Entry.id)).all()
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.prev_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]


def test_points_that_do_not_sum_to_zero_are_a_bug() -> None:
    household = make_household(points_held=20)
    book, request = journal(), request_for()

    with pytest.raises(ValueError, match="sum to zero"), transaction():
        ledger.post(
            book.id,
            kind=EntryKind.AWARD,
            occurred_on=today(),
            request=request,
            points=[PointsMove(household.account_id, 5)],
        )

    assert balance(household) == 20


def test_taking_more_units_than_a_lot_holds_is_refused_in_words() -> None:
    shop = make_shop()
    soap = make_goods(shop=shop, on_hand=3, name="肥皂")
    lot = db.session.scalars(select(Lot).where(Lot.goods_id == soap.id)).one()
    request = request_for()

    refusal = "“肥皂”库存不够：只有 3 件能兑，需要 4 件"
    with pytest.raises(OutOfStockError, match=refusal), transaction():
        ledger.post(
            shop.journal_id,
            kind=EntryKind.WRITE_OFF,
            occurred_on=today(),
            request=request,
            stock=[StockMove(lot.id, -4)],
        )


def test_a_key_seen_before_names_its_entry() -> None:
    household = make_household(points_held=20)
    posted = spend(household.account_id, 5, key="key-00000001")

    with transaction():
        assert ledger.seen(request_for("spend", "key-00000001")) == posted.entry_id


def test_a_key_used_for_another_request_is_refused() -> None:
    household = make_household(points_held=20)
    spend(household.account_id, 5, key="key-00000001")

    with pytest.raises(KeyReusedError), transaction():
        ledger.seen(request_for("another", "key-00000001"))


def test_the_same_key_posted_twice_is_a_lost_race() -> None:
    household = make_household(points_held=20)
    spend(household.account_id, 5, key="key-00000001")

    with pytest.raises(ConflictError):
        spend(household.account_id, 5, key="key-00000001")

    assert balance(household) == 15


def reverse(posted: Posted, **part: dict[int, int]) -> Posted:
    request = request_for("reverse")
    with transaction():
        left = ledger.hold(posted.entry_id)
        return ledger.reverse(left, request=request, occurred_on=today(), note="试", **part)


def test_a_reversal_restores_points_once() -> None:
    household = make_household(points_held=20)
    posted = spend(household.account_id, 15)

    reverse(posted)

    assert balance(household) == 20
    with pytest.raises(AlreadyReversedError):
        reverse(posted)
    assert balance(household) == 20


def test_a_part_may_be_reversed_and_then_only_the_rest() -> None:
    household = make_household(points_held=20)
    posted = spend(household.account_id, 15)

    reverse(posted, points={1: 5, 2: 5})
    with pytest.raises(ReversalTooLargeError):
        reverse(posted, points={1: 11, 2: 11})
    reverse(posted)

    assert balance(household) == 20
    with pytest.raises(AlreadyReversedError):
        reverse(posted)


def test_a_reversal_is_never_reversed() -> None:
    household = make_household(points_held=20)
    back = reverse(spend(household.account_id, 15))

    with pytest.raises(NotReversibleError):
        reverse(back)


@pytest.mark.parametrize("table", ["entry", "points_line", "stock_line"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_was_posted(table: str, verb: str) -> None:
    shop = make_shop()
    make_goods(shop=shop, on_hand=3)
    make_household(points_held=5)
    column = {"entry": "note", "points_line": "points", "stock_line": "quantity"}[table]
    value = "'x'" if column == "note" else "9"

    with pytest.raises(Exception, match="append-only"), db.engine.connect() as connection:
        connection.exec_driver_sql(verb.format(table, column, value))


def test_a_row_changed_behind_the_triggers_is_named(app: Flask) -> None:
    household = make_household(points_held=20)
    posted = spend(household.account_id, 15)
    app.config["BOOKS_SPOILED"] = True

    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER points_line_no_update"))
        else:
            connection.execute(text("DROP TRIGGER points_line_no_update ON points_line"))
        connection.execute(
            text("UPDATE points_line SET points = -14 WHERE entry_id = :e AND points = -15"),
            {"e": posted.entry_id},
        )
        connection.commit()
    found = list(verify.mistakes())

    assert found[0].where == posted.reference
    assert any("sum to zero" in mistake.what for mistake in found)
    assert db.session.scalars(select(PointsLine).where(PointsLine.points == -14)).one()


def test_a_client_may_not_use_the_key_of_a_paper_of_the_systems_own(app: Flask) -> None:
    request = ledger.Request("deduction:410482113203J4", "a" * 64, 1)

    with pytest.raises(KeyInvalidError):
        ledger.seen(request)
    assert ledger.seen(request, own=True) is None
