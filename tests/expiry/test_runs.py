"""Announced, due, posted: what ends, when, and what never does."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.expiry import queries
from supermarket.expiry import service as expiry
from supermarket.expiry.errors import (
    NobodyResponsibleError,
    NotDueError,
    ReasonNeededError,
    RunClosedError,
)
from supermarket.expiry.models import ExpiryRun, RunState
from supermarket.expiry.queries import Expiring
from supermarket.households.models import Household
from supermarket.ledger.models import Account, AccountKind, ClosedMonth, Entry, PointsLine
from supermarket.schemes.models import Expiry, Scheme
from supermarket.staff.models import Role, Scope, StaffMember
from tests.budgets.makers import EVERYWHERE, give, programme, take_back
from tests.expiry.makers import announce, days, expire, on, rolling, spend, year_end
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    balance,
    make_household,
    make_staff,
    the_actor,
)

DECEMBER, LAST = date(2026, 12, 1), date(2026, 12, 31)


def announced(points: int = 100) -> tuple[Household, ExpiryRun]:
    """A household whose points end with the year, announced on the first of December."""
    year_end()
    household = make_household()
    with on(date(2026, 3, 1)):
        give(household, points)
    with on(DECEMBER):
        (run,) = announce()
    return household, run


def expired_account() -> int:
    return (
        db.session.scalar(
            select(func.sum(PointsLine.points))
            .join(Account, Account.id == PointsLine.account_id)
            .where(Account.kind == AccountKind.EXPIRED, Account.owner_code == VILLAGE)
        )
        or 0
    )


def test_a_year_end_is_announced_thirty_days_before_and_posted_on_its_day(app: Flask) -> None:
    household, run = announced()

    assert (run.code, run.due_on, run.cutoff_on) == (f"{VILLAGE}E1", LAST, LAST)
    with on(LAST):
        done = expire(run.code)

    assert (done.households, done.points, done.state) == (1, 100, RunState.POSTED)
    assert balance(household) == 0
    assert expired_account() == 100


def test_nothing_is_announced_before_its_time_or_twice(app: Flask) -> None:
    household, _run = announced()

    with on(DECEMBER):
        again = announce()
    with on(date(2026, 12, 20)):
        later = announce()

    assert again == later == []
    assert queries.upcoming([household.id], DECEMBER) == {household.id: Expiring(LAST, 100)}


def test_before_november_ends_nothing_is_announced(app: Flask) -> None:
    year_end()
    give(make_household(), 10)

    with on(date(2026, 11, 30)):
        assert announce() == []


def test_points_given_after_the_announcement_never_end_with_it(app: Flask) -> None:
    household, run = announced()
    with on(date(2026, 12, 10)):
        give(household, 50)
        spend(household, 30)

    with on(LAST):
        shown = queries.upcoming([household.id], LAST)
        done = expire(run.code)

    assert shown == {household.id: Expiring(LAST, 70)}
    assert done.points == 70
    assert balance(household) == 50


def test_nobody_loses_more_than_was_announced(app: Flask) -> None:
    year_end()
    household = make_household()
    with on(date(2026, 3, 1)):
        give(household, 100)
        spent = spend(household, 60)
    with on(DECEMBER):
        (run,) = announce()
    with on(date(2026, 12, 5)):
        take_back(spent.entry_id)

    with on(LAST):
        done = expire(run.code)

    assert done.points == 40
    assert balance(household) == 60


def test_too_late_an_announcement_moves_the_day(app: Flask) -> None:
    year_end()
    household = make_household()
    with on(date(2026, 3, 1)):
        give(household, 10)

    with on(date(2027, 1, 20)):
        (run,) = announce()
        give(household, 5)

    assert (run.cutoff_on, run.due_on) == (LAST, date(2027, 2, 19))
    with on(date(2027, 2, 18)), pytest.raises(NotDueError):
        expire(run.code)
    with on(date(2027, 3, 30)):
        assert expire(run.code).points == 10
    assert balance(household) == 5


def test_a_year_end_long_missed_is_let_be(app: Flask) -> None:
    year_end()
    with on(date(2026, 3, 1)):
        give(make_household(), 10)

    with on(date(2027, 6, 1)):
        assert announce() == []


def test_rolling_points_end_at_the_months_end_oldest_used_first(app: Flask) -> None:
    rolling(3)
    household = make_household()
    with on(date(2026, 1, 10)):
        give(household, 30)
    with on(date(2026, 2, 10)):
        give(household, 20)
    with on(date(2026, 3, 20)):
        spend(household, 12)

    with on(date(2026, 3, 31)):
        march, april = announce()
    with on(date(2026, 4, 30)):
        done = expire(april.code)

    assert (march.state, march.cutoff_on) == (RunState.POSTED, date(2025, 12, 31))
    assert (april.cutoff_on, april.due_on) == (date(2026, 1, 30), date(2026, 4, 30))
    assert done.points == 18
    assert balance(household) == 20


def test_a_second_announcement_names_only_what_the_first_did_not(app: Flask) -> None:
    rolling(3, expiry_notice_days=60)
    household = make_household()
    with on(date(2026, 1, 10)):
        give(household, 30)
    with on(date(2026, 2, 10)):
        give(household, 20)

    with on(date(2026, 4, 1)):
        first, second = announce()

    assert (first.due_on, second.due_on) == (date(2026, 5, 31), date(2026, 5, 31))
    assert [line.points_announced for line in queries.lines(first.id)] == [30]
    assert [line.points_announced for line in queries.lines(second.id)] == [20]
    with on(date(2026, 6, 2)):
        assert [expire(run.code).points for run in queries.due(date(2026, 6, 2))] == [30, 20]
    assert balance(household) == 0


def test_what_was_spent_since_the_first_announcement_shields_nothing_from_the_second(
    app: Flask,
) -> None:
    rolling(2, expiry_notice_days=60)
    household = make_household()
    with on(date(2026, 1, 10)):
        give(household, 100)
    with on(date(2026, 2, 10)):
        give(household, 50)
        *_empty, first = announce()
        spend(household, 100)
    with on(date(2026, 3, 1)):
        (second,) = announce()

    assert [line.points_announced for line in first.lines] == [100]
    assert [line.points_announced for line in second.lines] == [50]


def test_run_again_it_posts_nothing_again(app: Flask) -> None:
    household, run = announced()
    with on(LAST):
        expire(run.code)
        give(household, 7)
    with on(LAST + days(1)):
        again = expire(run.code)

    assert (again.replayed, again.households, again.points) == (True, 1, 100)
    assert balance(household) == 7
    assert db.session.scalar(select(func.count()).where(Entry.document == run.code)) == 1


def test_all_spent_leaves_nothing_to_post(app: Flask) -> None:
    household, run = announced()
    with on(DECEMBER):
        spend(household, 100)

    with on(LAST):
        done = expire(run.code)
        again = expire(run.code)

    assert (done.points, done.state, again.replayed) == (0, RunState.POSTED, True)
    assert db.session.get_one(ExpiryRun, run.id).entry_id is None


def test_posted_late_it_is_dated_the_day_it_was_due(app: Flask) -> None:
    _household, run = announced()
    with on(date(2027, 1, 9)):
        expire(run.code)

    entry = db.session.get_one(Entry, db.session.get_one(ExpiryRun, run.id).entry_id)
    assert entry.occurred_on == LAST


def test_in_a_closed_month_it_is_dated_today(app: Flask) -> None:
    _household, run = announced()
    actor = the_actor()
    with transaction():
        db.session.add(
            ClosedMonth(
                county_code=COUNTY,
                month=date(2026, 12, 1),
                closed_at=actor.created_at,
                closed_by=actor.id,
            )
        )

    with on(date(2027, 1, 9)):
        expire(run.code)

    entry = db.session.get_one(Entry, db.session.get_one(ExpiryRun, run.id).entry_id)
    assert entry.occurred_on == date(2027, 1, 9)


def test_a_programme_that_lets_points_live_calls_it_off(app: Flask) -> None:
    household, run = announced()
    with transaction():
        db.session.add(
            Scheme(
                region_code=COUNTY,
                since=date(2026, 12, 15),
                programme_name="爱心超市",
                fen_per_point=100,
                expiry=Expiry.NONE,
                created_at=run.announced_at,
            )
        )

    with on(LAST):
        done = expire(run.code)

    assert (done.state, done.points) == (RunState.CANCELLED, 0)
    assert balance(household) == 100
    assert queries.upcoming([household.id], LAST) == {}


def test_called_off_it_takes_nothing(app: Flask) -> None:
    household, run = announced()
    actor = the_actor().id

    with pytest.raises(ReasonNeededError), transaction():
        expiry.call_off(run.code, reason="", by=actor, scope=EVERYWHERE)
    with pytest.raises(NotFoundError), transaction():
        expiry.call_off(run.code, reason="不对", by=actor, scope=Scope((OTHER_VILLAGE,), ()))
    with transaction():
        expiry.call_off(run.code, reason="县里决定延期", by=actor, scope=EVERYWHERE)

    with on(LAST), pytest.raises(RunClosedError):
        expire(run.code)
    with pytest.raises(RunClosedError), transaction():
        expiry.call_off(run.code, reason="再取消", by=actor, scope=EVERYWHERE)
    assert balance(household) == 100


def test_without_expiry_nothing_ends(app: Flask) -> None:
    programme()
    give(make_household(), 10)

    with on(LAST):
        assert announce() == []


def test_an_end_that_finds_no_points_spares_what_comes_later(app: Flask) -> None:
    year_end()
    household = make_household()
    with on(DECEMBER):
        (run,) = announce()
    with on(date(2026, 12, 10)):
        give(household, 10)
        assert announce() == []

    with on(LAST):
        assert queries.due(LAST) == []

    assert run.state is RunState.POSTED
    assert balance(household) == 10


def test_another_villages_points_are_its_own(app: Flask) -> None:
    year_end()
    here, there = make_household(), make_household(village=OTHER_VILLAGE)
    with on(date(2026, 3, 1)):
        give(here, 10)
        give(there, 20)
    with on(DECEMBER):
        (run,) = announce()
        (other,) = announce(OTHER_VILLAGE)

    with on(LAST):
        expire(run.code)

    assert (balance(here), balance(there)) == (0, 20)
    assert other.code == f"{OTHER_VILLAGE}E1"


def test_a_job_posts_for_the_nearest_office(app: Flask) -> None:
    _household, run = announced()
    township = make_staff(Role.TOWNSHIP, TOWNSHIP)

    with on(LAST), transaction():
        expiry.expire(run.code)

    entry = db.session.get_one(Entry, db.session.get_one(ExpiryRun, run.id).entry_id)
    assert entry.actor_id == township.id


def test_a_job_without_an_office_says_so(app: Flask) -> None:
    _household, run = announced()
    with transaction():
        for member in db.session.scalars(select(StaffMember)):
            member.active = False

    with on(LAST), pytest.raises(NobodyResponsibleError), transaction():
        expiry.expire(run.code)
