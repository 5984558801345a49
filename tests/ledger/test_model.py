"""Any sequence of postings keeps the books; a reference model of 40 lines agrees."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import DomainError
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Account, AccountKind, EntryKind
from supermarket.ledger.queries import verify
from supermarket.ledger.service import PointsMove, taking
from tests.factories import VILLAGE, journal, make_household, the_actor

#: (household 0–2, points, retry the last key?, reverse the n-th posting?)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(-60, 60).filter(bool),
        st.booleans(),
        st.one_of(st.none(), st.integers(0, 5)),
    ),
    max_size=12,
)


class Reference:
    """What the books should hold, in plain Python."""

    def __init__(self, accounts: list[int]) -> None:
        self.balances = dict.fromkeys(accounts, 0)
        self.done: dict[str, tuple[int, int]] = {}
        self.reversed: set[str] = set()

    def post(self, key: str, account: int, points: int) -> bool:
        if key in self.done:
            return self.done[key] == (account, points)
        if self.balances[account] + points < 0:
            return False
        self.balances[account] += points
        self.done[key] = (account, points)
        return True

    def reverse(self, key: str) -> bool:
        account, points = self.done[key]
        if key in self.reversed or self.balances[account] - points < 0:
            return False
        self.balances[account] -= points
        self.reversed.add(key)
        return True


def post(key: str, account: int, points: int, side: int, book: int, actor: int) -> tuple[bool, int]:
    request = ledger.Request(key, ledger.fingerprint("step", [account, points]), actor)
    try:
        with transaction():
            seen = ledger.seen(request)
            if seen is not None:
                return True, seen
            posted = ledger.post(
                book,
                kind=EntryKind.AWARD,
                occurred_on=today(),
                request=request,
                points=[PointsMove(account, points), PointsMove(side, -points)],
            )
            return True, posted.entry_id
    except DomainError:
        return False, 0


def reverse(entry_id: int, actor: int) -> bool:
    request = ledger.Request(uuid4().hex, "reverse", actor)
    try:
        with transaction():
            left = ledger.hold(entry_id)
            ledger.reverse(left, request=request, occurred_on=today(), note="")
    except DomainError:
        return False
    return True


def play(steps: list[tuple[int, int, bool, int | None]], accounts: list[int], **books: int) -> None:
    """Run the steps against the books and against the reference; they must agree throughout."""
    reference, made = Reference(accounts), list[tuple[str, int]]()
    start = {account: db.session.get_one(Account, account).balance for account in accounts}
    db.session.rollback()
    reference.balances.update(start)
    for number, points, retry, back in steps:
        if back is not None and back < len(made):
            key, entry_id = made[back]
            assert reverse(entry_id, books["actor"]) == reference.reverse(key)
        else:
            key = made[-1][0] if retry and made else uuid4().hex
            done, entry_id = post(key, accounts[number], points, **books)
            assert done == reference.post(key, accounts[number], points)
            if done and (key, entry_id) not in made:
                made.append((key, entry_id))
        db.session.expire_all()
        kept = {account: db.session.get_one(Account, account).balance for account in accounts}
        assert kept == reference.balances
    assert list(verify.mistakes()) == []


def books() -> tuple[list[int], dict[str, int]]:
    accounts = [make_household().account_id for _ in range(3)]
    book = journal().id
    with transaction():
        side = ledger.open_system_account(AccountKind.ISSUED, VILLAGE)
    return accounts, {"side": side, "book": book, "actor": the_actor().id}


def test_any_sequence_of_postings_agrees_with_the_reference(app: Flask) -> None:
    accounts, around = books()

    @settings(
        max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(STEPS)
    def run(steps: list[Any]) -> None:
        play(steps, accounts, **around)

    run()


def test_a_canary_bug_is_found(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A posting that takes one point too few must not get past the property."""
    accounts, around = books()
    app.config["BOOKS_SPOILED"] = True
    monkeypatch.setattr(
        taking,
        "TAKE_POINTS",
        taking.TAKE_POINTS.replace("balance + :points,", "balance + :points + 1,"),
    )

    with pytest.raises(AssertionError):
        play([(0, 5, False, None)], accounts, **around)
