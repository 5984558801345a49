"""kill -9 in the middle of work: each redemption and award is there whole, or not at all."""

import multiprocessing
import os
import signal
import time
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket import create_app
from supermarket.awards import service as awards
from supermarket.awards.models import Award, AwardLine
from supermarket.awards.service import AwardAsk
from supermarket.clock import today
from supermarket.counter import service as counter
from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.database import db, once_more
from supermarket.households.models import Household
from supermarket.ledger.models import Entry
from supermarket.ledger.queries import verify
from supermarket.staff.models import Permission, Scope
from supermarket.statements import is_postgres, run
from tests.awards.makers import make_programme
from tests.conftest import settings_for
from tests.counter.stalls import make_stall
from tests.factories import balance, make_goods

KILLS, POINTS, UNITS = 12, 100_000, 100_000


class Work(NamedTuple):
    """What a process needs to redeem and award, as plain values."""

    shop: str
    household: str
    skus: tuple[str, str]
    keeper: int
    keeps: Scope
    scorer: int
    scores: Scope

    def do(self, key: str) -> None:
        """Redeem 2 goods, 8 points together, or award 5 points: the key says which."""
        if key.startswith("redeem"):
            once_more(
                lambda: counter.redeem(
                    key,
                    shop=self.shop,
                    household=self.household,
                    lines=[(sku, 1) for sku in self.skus],
                    by=self.keeper,
                    scope=self.keeps,
                )
            )
            return
        lines = [AwardAsk(self.household)]
        request = awards.asked(key, "L01", today(), lines, "", self.scorer)
        once_more(lambda: awards.award(request, "L01", today(), lines, scope=self.scores))


def work_until_killed(uri: str, work: Work, name: str, diary: str) -> None:
    """Redeem and award in turns, writing each key down before its call and a dot after it."""
    file = os.open(diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with create_app(settings_for(uri)).app_context():
        for number in count():
            key = f"{'redeem' if number % 2 else 'awards'}-{name}-{number:05}"
            os.write(file, f"{key}\n".encode())
            work.do(key)
            os.write(file, b".\n")


def killed_at_work(uri: str, work: Work, name: str, diary: Path, wait: float) -> list[str]:
    """Kill a process ``wait`` seconds after its second call; return what its diary says."""
    process = multiprocessing.get_context("spawn").Process(
        target=work_until_killed, args=(uri, work, name, str(diary))
    )
    process.start()
    deadline = time.monotonic() + 60
    while not (diary.exists() and diary.read_text().count(".") >= 2):
        assert process.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.002)
    time.sleep(wait)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    return diary.read_text().splitlines()


def whole(key: str) -> bool:
    """Whether all of it is there; fails if only a part is."""
    entry = db.session.scalar(select(Entry.id).where(Entry.key == key))
    if entry is None:
        return False
    redemptions = _count(RedemptionLine.entry_id, entry)
    lines = db.session.scalar(
        select(func.count()).select_from(AwardLine).join(Award).where(Award.entry_id == entry)
    )
    assert (redemptions, lines) == ((2, 0) if key.startswith("redeem") else (0, 1))
    return True


def _count(column: object, value: int) -> int:
    return db.session.scalar(select(func.count()).where(column == value)) or 0  # type: ignore[arg-type]


def check_sums(home: Household, keys: list[str]) -> None:
    """Every key that is there counts once: in the balance, in the tables, in the books."""
    held = balance(home)
    there = [key for key in keys if whole(key)]
    redeemed = [key for key in there if key.startswith("redeem")]
    assert held == POINTS - 8 * len(redeemed) + 5 * (len(there) - len(redeemed))
    assert _count(Redemption.household_id, home.id) == len(redeemed)
    assert _count(AwardLine.household_id, home.id) == len(there) - len(redeemed)
    assert list(verify.mistakes()) == []


def wait_for_the_server() -> None:
    """Wait until PostgreSQL has noticed the death; a commit it had received may still happen."""
    others = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    deadline = time.monotonic() + 30
    while is_postgres() and run(others, {}):
        assert time.monotonic() < deadline
        db.session.rollback()
        time.sleep(0.01)


@pytest.mark.long
def test_a_killed_process_leaves_all_or_nothing(
    app: Flask, database_uri: str, tmp_path: Path
) -> None:
    dice = Random(20261122)
    scorer = make_programme()
    stall = make_stall(points_held=POINTS)
    first, second = (make_goods(price=p, shop=stall.shop, on_hand=UNITS) for p in (3, 5))
    home = stall.household
    work = Work(
        shop=stall.shop.code,
        household=home.code,
        skus=(first.sku, second.sku),
        keeper=stall.keeper.id,
        keeps=stall.keeper.scope(Permission.REDEEM),
        scorer=scorer.id,
        scores=scorer.scope(Permission.AWARD),
    )
    keys: list[str] = []
    unfinished = 0
    for kill in range(KILLS):
        db.session.remove()
        db.engine.dispose()  # nothing of ours may hold what the other process wants
        diary = tmp_path / f"diary-{kill}"
        said = killed_at_work(database_uri, work, f"{kill:02}", diary, dice.uniform(0, 0.05))
        started = [line for line in said if line.startswith(("redeem", "awards"))]
        keys += started
        wait_for_the_server()
        check_sums(home, keys)
        if said[-1] == ".":
            continue
        unfinished += not whole(started[-1])
        assert all(whole(key) for key in started[:-1])

    assert unfinished  # else no kill struck in the middle and nothing was proved
    for key in keys:
        work.do(key)
    assert all(whole(key) for key in keys)
    check_sums(home, keys)
