"""The demo county: whole, deterministic, clean in its books."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, union_all

from supermarket.awards.models import (
    Award,
)
from supermarket.cards.models import Card
from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.demo import commands as demo
from supermarket.demo.service import settling
from supermarket.demo.service.setting_up import PASSWORD, SIGN_INS
from supermarket.households.models import Household
from supermarket.ledger.models import Entry, Journal, Lot, PointsLine, StockLine
from supermarket.ledger.queries import verify
from supermarket.shops.models import Shop
from supermarket.staff.models import StaffMember
from tests.demo.conftest import DAYS, county, number_of

#: Seconds that `make demo` may take on a quiet machine, and how much slower a busy one is.
LIMIT, BUSY = 60, 4


def test_the_county_has_its_shops_households_cards_and_goods(app: Flask) -> None:
    homes = number_of(Household)

    assert number_of(Shop) == 68
    assert homes == settling.HOUSEHOLDS == 3_000
    assert 0.9 * homes < number_of(Card) < homes
    assert number_of(Lot) > 68 * 20
    assert number_of(Award) > 10
    assert number_of(Redemption) > 0


def test_nothing_about_any_person_is_real(app: Flask) -> None:
    phones = set(db.session.scalars(select(Household.phone)))

    assert {phone[:3] for phone in phones if phone} == {"100"}


def test_the_books_of_the_county_add_up(app: Flask) -> None:
    assert verify.size() > 68
    assert list(verify.mistakes()) == []


@pytest.mark.parametrize("username", [username for username, *_rest in SIGN_INS])
def test_every_sign_in_that_is_told_opens_its_home(app: Flask, username: str) -> None:
    client = app.test_client()

    signed_in = client.post("/sign-in", data={"username": username, "password": PASSWORD})

    assert signed_in.status_code == 302
    name = next(row[1] for row in SIGN_INS if row[0] == username)
    assert name in client.get("/").get_data(as_text=True)


def test_nobody_else_has_the_password_that_is_told(app: Flask) -> None:
    other = db.session.scalar(select(StaffMember.username).where(StaffMember.username > "scorer-"))
    assert other is not None

    refused = app.test_client().post("/sign-in", data={"username": other, "password": PASSWORD})

    assert refused.status_code != 302


def test_the_same_seed_makes_the_same_county(
    app: Flask, migrated_sqlite: Path, tmp_path: Path
) -> None:
    first = what_happened()
    copy = tmp_path / "again.db"
    shutil.copyfile(migrated_sqlite, copy)

    with county(copy, days=DAYS):
        again = what_happened()

    assert again == first
    assert len(first) > 500


def what_happened() -> list[tuple[object, ...]]:
    """Every line of the books: when, in which book, whose, how much.

    The hashes differ: they seal card numbers too, which the service draws so that nobody
    can guess them, in a demo as well.
    """
    lines = db.session.execute(
        union_all(
            select(PointsLine.entry_id, PointsLine.account_id.label("what"), PointsLine.points),
            select(StockLine.entry_id, StockLine.lot_id, StockLine.quantity),
        ).order_by("entry_id", "what")
    )
    entries = db.session.execute(
        select(Journal.code, Entry.number, Entry.kind, Entry.posted_at, Entry.key, Entry.actor_id)
        .join(Entry, Entry.journal_id == Journal.id)
        .order_by(Entry.id)
    )
    homes = db.session.execute(
        select(Household.code, Household.head, Household.phone).order_by(Household.code)
    )
    return [tuple(row) for row in [*homes, *entries, *lines]]


def test_the_command_makes_the_county_once_and_tells_the_sign_ins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, invoke: Callable[..., str]
) -> None:
    monkeypatch.setattr(demo, "FOLDER", tmp_path)
    made: list[Flask] = []
    monkeypatch.setattr(demo, "load", made.append)

    first = invoke("--load-only", "--port", "9000")
    invoke("--load-only")

    assert len(made) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo.db", "secret"]
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert "http://127.0.0.1:9000" in first
    for username, *_rest in SIGN_INS:
        assert f"  {username} " in first


@pytest.fixture
def invoke() -> Callable[..., str]:
    """Run `python -m supermarket.demo` and return what it says."""

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(demo.main, arguments)
        assert result.exit_code == 0, result.output
        return result.output

    return run


@pytest.mark.long
def test_two_years_are_made_in_a_minute_and_add_up(
    migrated_sqlite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "demo.db"
    shutil.copyfile(migrated_sqlite, copy)
    began, worked = time.monotonic(), time.process_time()

    with county(copy, days=730):
        seconds, busy = time.monotonic() - began, time.process_time() - worked
        redemptions = db.session.scalar(
            select(func.count()).where(Redemption.reverses_id.is_(None))
        )
        entries = number_of(Entry)
        assert list(verify.mistakes()) == []

    with capsys.disabled():
        click.echo(
            f"\n  demo county: {seconds:.1f} s ({busy:.1f} s of work), "
            f"{entries} entries, {redemptions} redemptions"
        )
    assert redemptions is not None
    assert 11_000 < redemptions < 13_500
    assert busy < LIMIT
    assert seconds < LIMIT * BUSY
