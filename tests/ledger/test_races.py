"""Real threads, real transactions, both databases: one winner, clean refusals."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.database import db, once_more
from supermarket.errors import ConflictError, DomainError
from supermarket.ledger import service as ledger
from supermarket.ledger.models import AccountKind, EntryKind
from supermarket.ledger.service import PointsMove, taking
from tests.factories import VILLAGE, balance, journal, make_household, the_actor

TILLS = 20


def together(app: Flask, work: Callable[[int], str], tills: int = TILLS) -> Counter[str]:
    """Run ``work`` in as many threads at once, each with its own session; count the answers."""
    start = Barrier(tills)

    def press(till: int) -> str:
        with app.app_context():
            start.wait()
            try:
                return work(till)
            except DomainError as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(tills) as pool:
        return Counter(pool.map(press, range(tills)))


def spender(household_account: int, points: int) -> Callable[[int, str], str]:
    """A posting of ``points`` out of an account, under a given key."""
    actor, book = the_actor().id, journal().id
    with_side = open_side()

    def spend(_till: int, key: str) -> str:
        request = ledger.Request(key, ledger.fingerprint("spend", points), actor)

        def post() -> str:
            seen = ledger.seen(request)
            if seen is not None:
                return f"replayed {seen}"
            posted = ledger.post(
                book,
                kind=EntryKind.DEDUCTION,
                occurred_on=today(),
                request=request,
                points=[PointsMove(household_account, -points), PointsMove(with_side, points)],
            )
            return f"posted {posted.entry_id}"

        return once_more(post)

    return spend


def open_side() -> int:
    journal()
    return once_more(lambda: ledger.open_system_account(AccountKind.DEDUCTED, VILLAGE))


def spends_of_100_from_100(app: Flask) -> tuple[int, Counter[str]]:
    """Return what is left and the answers of 20 parallel spends of 100 from 100 points."""
    household = make_household(points_held=100)
    spend = spender(household.account_id, 100)
    answers = together(app, lambda till: spend(till, f"attempt-{till:04}").split()[0])
    return balance(household), answers


def test_twenty_spends_of_100_from_100_points_make_one_success(app: Flask) -> None:
    left, answers = spends_of_100_from_100(app)

    assert answers == {"posted": 1, "InsufficientPointsError": 19}
    assert left == 0


def test_the_same_without_the_guard_fails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: if this passed unguarded, the test above would prove nothing."""
    unguarded = taking.TAKE_POINTS.replace("AND balance + :points >= 0", "")
    assert unguarded != taking.TAKE_POINTS
    monkeypatch.setattr(taking, "TAKE_POINTS", unguarded)

    _left, answers = spends_of_100_from_100(app)

    assert answers != {"posted": 1, "InsufficientPointsError": 19}


def test_one_key_pressed_ten_times_at_once_posts_once(app: Flask) -> None:
    household = make_household(points_held=100)
    spend = spender(household.account_id, 10)

    answers = together(app, lambda till: spend(till, "the-same-key"), tills=10)

    made = [answer.split()[1] for answer in answers]
    assert sum(count for answer, count in answers.items() if answer.startswith("posted")) == 1
    assert len(set(made)) == 1
    assert balance(household) == 90


def test_one_entry_reversed_by_ten_at_once_is_reversed_once(app: Flask) -> None:
    household = make_household(points_held=100)
    entry_id = int(spender(household.account_id, 60)(0, "the-original").split()[1])
    actor = the_actor().id

    def take_back(till: int) -> str:
        request = ledger.Request(f"reversal-{till:02}", "reversal", actor)

        def reverse() -> str:
            left = ledger.hold(entry_id)
            ledger.reverse(left, request=request, occurred_on=today(), note="")
            return "reversed"

        return once_more(reverse)

    answers = together(app, take_back, tills=10)

    assert answers == {"reversed": 1, "AlreadyReversedError": 9}
    assert balance(household) == 100


def test_four_writers_make_one_unforked_chain(app: Flask) -> None:
    households = [make_household(points_held=50) for _ in range(4)]
    spends = [spender(household.account_id, 1) for household in households]

    def write(till: int) -> str:
        for attempt in range(8):
            spends[till](till, f"writer-{till}-{attempt}")
        return "written"

    answers = together(app, write, tills=4)

    assert answers == {"written": 4}
    assert journal().last_number == 4 + 4 * 8


def test_a_lost_race_is_told_in_words() -> None:
    assert str(ConflictError()) == "数据刚刚被他人修改，请刷新后重试"
