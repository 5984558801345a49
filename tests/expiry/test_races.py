"""The job twice at once, killed half-way, and a till that spends meanwhile."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.database import db, once_more
from supermarket.expiry import queries
from supermarket.expiry import service as expiry
from supermarket.expiry.models import ExpiryRun, RunState
from supermarket.expiry.service import announcing, expiring
from supermarket.ledger.models import Entry, EntryKind
from tests.budgets.makers import give
from tests.expiry.makers import announce, on, spend, year_end
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_household
from tests.ledger.test_races import together

LAST = date(2026, 12, 31)


def entries() -> int:
    db.session.rollback()
    return (
        db.session.scalar(
            select(func.count()).select_from(Entry).where(Entry.kind == EntryKind.EXPIRY)
        )
        or 0
    )


def test_run_by_many_at_once_it_is_posted_once(app: Flask) -> None:
    year_end()
    household = make_household()
    with on(date(2026, 3, 1)):
        give(household, 100)
    with on(date(2026, 12, 1)):
        (run,) = announce()
    code = run.code

    def post(_worker: int) -> str:
        with on(LAST):
            done = once_more(lambda: expiry.expire(code))
        return "replayed" if done.replayed else f"took {done.points}"

    answers = together(app, post, 6)

    assert answers == {"took 100": 1, "replayed": 5}
    assert (balance(household), entries()) == (0, 1)


def test_announced_by_many_at_once_it_is_announced_once(app: Flask) -> None:
    year_end()
    household = make_household()
    with on(date(2026, 3, 1)):
        give(household, 100)

    def tell(_worker: int) -> str:
        with on(date(2026, 12, 1)):
            return str(len(once_more(lambda: expiry.announce(VILLAGE))))

    answers = together(app, tell, 5)

    assert answers == {"1": 1, "0": 4}
    assert db.session.scalars(select(ExpiryRun.code)).all() == [f"{VILLAGE}E1"]


def test_a_till_that_spends_at_the_same_moment_never_overdraws(app: Flask) -> None:
    year_end()
    household = make_household()
    with on(date(2026, 3, 1)):
        give(household, 100)
    with on(date(2026, 12, 1)):
        (run,) = announce()
    code = run.code

    def work(worker: int) -> str:
        with on(LAST):
            if worker == 0:
                once_more(lambda: expiry.expire(code))
                return "expired"
            spend(household, 20)
            return "spent"

    answers = together(app, work, 4)

    spent = answers["spent"]
    (line,) = queries.lines(run.id)
    assert answers["expired"] == 1
    assert balance(household) == 0 or spent == 3
    assert line.points_posted == 100 - 20 * spent


def test_killed_half_way_and_run_again_it_posts_what_was_left(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    year_end()
    here, there = make_household(), make_household(village=OTHER_VILLAGE)
    with on(date(2026, 3, 1)):
        give(here, 10)
        give(there, 20)
    with on(date(2026, 12, 1)):
        announce()
        announce(OTHER_VILLAGE)
    calls: list[str] = []
    close = announcing.close

    def dies(run: ExpiryRun, state: RunState, **more: object) -> None:
        calls.append(run.code)
        if len(calls) == 2:
            raise KeyboardInterrupt
        close(run, state, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(expiring, "close", dies)
    runner = app.test_cli_runner()
    with on(LAST):
        first = runner.invoke(args=["points", "expire"])
    left = entries()
    monkeypatch.undo()
    with on(LAST):
        second = runner.invoke(args=["points", "expire"])

    assert (first.exit_code, left) == (1, 1)
    assert second.exit_code == 0
    assert (balance(here), balance(there), entries()) == (0, 0, 2)
