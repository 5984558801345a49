"""``python -m supermarket.demo``: make the demo county once, then serve it."""

import os
import secrets
import sqlite3
import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random

import click
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from supermarket import clock, create_app
from supermarket.cards import queries as cards
from supermarket.database import db, transaction
from supermarket.demo.service import history, month, setting_up, settling
from supermarket.demo.service.places import CALLED
from supermarket.demo.service.setting_up import PASSWORD, SIGN_INS
from supermarket.demo.service.village import PIN, told_card
from supermarket.reports.commands import fold_all
from supermarket.settings import ROOT, Settings

FOLDER = ROOT / "instance" / "demo"
#: The same seed makes the same county.
SEED = 20261122


@click.command()
@click.option("--port", default=8000, envvar="PORT", show_default=True, help="Port to serve on.")
@click.option("--load-only", is_flag=True, help="Make the county, and do not serve it.")
def main(port: int, load_only: bool) -> None:
    """Make the demo county 汝州 once, print its sign-ins, and serve it."""
    settings = _settings(port)
    database = FOLDER / "demo.db"
    if not database.exists():
        _make(settings, database)
    _print_sign_ins(port)
    _print_household_page(settings)
    if not load_only:
        _serve(settings, port)


def _settings(port: int) -> Settings:
    """Return the demo's settings; its secret is made once and kept beside its database."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    secret = FOLDER / "secret"
    if not secret.exists():
        secret.write_text(secrets.token_hex(32))
        secret.chmod(0o600)
    return Settings(
        SECRET_KEY=secret.read_text(),
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{FOLDER / 'demo.db'}",
        PUBLIC_URL=f"http://127.0.0.1:{port}",
    )


def _make(settings: Settings, database: Path) -> None:
    """Make the county beside its place and move it there when it is whole."""
    unfinished = database.with_suffix(".unfinished")
    for leftover in FOLDER.glob(f"{unfinished.name}*"):
        leftover.unlink()
    app = create_app(
        Settings(
            SECRET_KEY=settings.SECRET_KEY,
            SQLALCHEMY_DATABASE_URI=f"sqlite:///{unfinished}",
            PUBLIC_URL=settings.PUBLIC_URL,
        )
    )
    with app.app_context():
        event.listen(db.engine, "connect", _without_waiting_for_the_disk)
        upgrade()
        load(app)
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    unfinished.rename(database)
    for leftover in FOLDER.glob(f"{unfinished.name}*"):
        leftover.unlink()


def load(app: Flask, *, days: int = history.DAYS) -> None:
    """Fill an empty database with the demo county, through the real services.

    ``days`` of the county's history; the home village's last weeks are always whole.
    """
    chance = Random(SEED)  # noqa: S311 - people and dates, no secrets
    until = clock.today() - timedelta(days=1)
    began = until - timedelta(days=max(days, month.BEGINS))
    morning = datetime.combine(began, time(7), clock.VILLAGE)
    with clock.at(morning), transaction():
        setting = setting_up.set_up(
            morning.date(), chance, memory_kib=app.config["ARGON2_MEMORY_KIB"]
        )
    moving_in = click.progressbar(length=settling.HOUSEHOLDS, label="农户迁入", show_pos=True)
    with clock.at(morning), transaction(), moving_in as bar:
        settling.move_in(setting, chance, bar.update)
    with click.progressbar(settling.villages_of(setting), label="发放积分卡", show_pos=True) as bar:
        for village in bar:
            with clock.at(morning), transaction():
                settling.fetch_cards(setting, village, chance)
    with clock.at(morning), transaction():
        weeks = month.Month(until, Random(SEED + 1), app.config["ARGON2_MEMORY_KIB"])  # noqa: S311 - as above
    weeks.until(until - timedelta(days=days + 1))
    county = history.County(setting, chance)
    past = click.progressbar(length=days + 1, label="两年的加分、入库和兑换", show_pos=True)
    with past as bar:
        for number, events in enumerate(history.days(county, until, count=days)):
            history.happen(events)
            weeks.until(until - timedelta(days=days - number))
            bar.update(1)
    fold_all()


def _without_waiting_for_the_disk(connection: sqlite3.Connection, _record: object) -> None:
    """A half-made county is thrown away, so nothing is lost by a power cut."""
    connection.execute("PRAGMA synchronous = OFF")


def _print_sign_ins(port: int) -> None:
    click.echo(f"\n演示县：汝州市   http://127.0.0.1:{port}   密码都是 {PASSWORD}\n")
    for username, name, role, region in SIGN_INS:
        click.echo(f"  {username:<12}{role.label}　{name}　{CALLED[region]}")
    click.echo("")


def _print_household_page(settings: Settings) -> None:
    """Tell the address behind one household's card, and its PIN."""
    app = create_app(settings)
    with app.app_context():
        if (card := told_card()) is not None:
            secret = app.config["CARD_KEY"]
            issued = cards.code_of(card, secret=secret, public_url=settings.PUBLIC_URL)
            click.echo(f"  农户扫卡看到的页面　{issued.url}　密码 {PIN}\n")
        db.session.remove()
        db.engine.dispose()


def _serve(settings: Settings, port: int) -> None:
    """Replace this process by the server."""
    environment = {
        **os.environ,
        "SUPERMARKET_SECRET_KEY": settings.SECRET_KEY,
        "SUPERMARKET_DATABASE_URL": settings.SQLALCHEMY_DATABASE_URI,
        "SUPERMARKET_PUBLIC_URL": settings.PUBLIC_URL,
    }
    granian = Path(sys.executable).with_name("granian")
    arguments = [
        str(granian), "app:app", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "2", "--blocking-threads", "1",
        "--no-ws",
    ]  # fmt: skip
    os.chdir(ROOT)
    os.execve(granian, arguments, environment)  # noqa: S606 - our own server, fixed arguments
