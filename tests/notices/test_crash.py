"""kill -9 in the middle of the closing job: run again, each notice is posted once."""

import multiprocessing
import os
import signal
import time
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket import clock, create_app
from supermarket.database import db, once_more
from supermarket.ledger.models import Account
from supermarket.notices import queries
from supermarket.notices import service as notices
from tests.conftest import settings_for
from tests.factories import make_household
from tests.ledger.test_crash import wait_for_the_server
from tests.notices.makers import later, make_accepted, make_people, open_notice

NOTICES, HOMES, KILLS = 60, 3, 3


def close_all(uri: str, diary: str) -> None:
    """The nightly job, in a process of its own; it writes a dot for each notice it closed."""
    file = os.open(diary, os.O_WRONLY | os.O_CREAT)
    with create_app(settings_for(uri)).app_context(), clock.at(later(4)):
        due = [row.reference for row in queries.due(clock.today())]
        for reference in due:
            once_more(lambda name=reference: notices.close(name))  # type: ignore[misc]  # a default in a lambda
            os.write(file, b".")


def held(accounts: list[int]) -> list[int]:
    """What the households' accounts hold now."""
    db.session.rollback()
    rows = db.session.execute(select(Account.id, Account.balance).where(Account.id.in_(accounts)))
    return [row.balance for row in rows]


@pytest.mark.long
def test_the_job_killed_half_way_and_run_again_posts_each_notice_once(
    app: Flask, database_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dice = Random(20261122)
    people = make_people()
    homes = [make_household() for _ in range(HOMES)]
    for _ in range(NOTICES):
        for home in homes:
            make_accepted(people, home)
        open_notice(people.scorer)
    accounts = [home.account_id for home in homes]
    left: list[int] = []
    for kill in range(KILLS):
        db.session.remove()
        db.engine.dispose()  # nothing of ours may hold what the job wants
        diary = tmp_path_factory.mktemp("job") / f"diary-{kill}"
        job = multiprocessing.get_context("spawn").Process(
            target=close_all, args=(database_uri, str(diary))
        )
        job.start()
        deadline = time.monotonic() + 60
        while not (diary.exists() and diary.stat().st_size >= 2):
            assert time.monotonic() < deadline
            time.sleep(0.001)
        time.sleep(dice.uniform(0, 0.02))
        assert job.pid is not None
        os.kill(job.pid, signal.SIGKILL)
        job.join()
        wait_for_the_server()
        with clock.at(later(4)):
            left.append(len(queries.due(clock.today())))
        posted = NOTICES - left[-1]
        assert held(accounts) == [5 * posted] * HOMES

    with clock.at(later(4)):
        for row in queries.due(clock.today()):
            once_more(lambda name=row.reference: notices.close(name))  # type: ignore[misc]  # as above

    assert all(0 < waiting < NOTICES for waiting in left)  # else a kill did not strike half-way
    assert held(accounts) == [5 * NOTICES] * HOMES
