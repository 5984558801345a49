"""The counter's page: server time from a scan to the household, and of a confirmation.

The floor is the bare driver on the same database in the same run: for the scan the four reads that
the page cannot do without, for the confirmation the reference transaction of ``raw``.
"""

import argparse
import sqlite3
import time
from collections.abc import Callable
from random import Random
from secrets import token_hex
from statistics import median, quantiles
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks import raw
from benchmarks.databases import app_on, temporary
from benchmarks.redeem import path_of, prepare, url_of
from benchmarks.village import County
from supermarket.cards.models import Card, CardState
from supermarket.cards.queries import codes, numbers
from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.goods import queries as goods
from supermarket.households.models import Household
from supermarket.staff import service as staff
from supermarket.staff.models import Role

#: Most milliseconds that 95 of 100 may take on the server; the rest of a tenth of a second, in
#: which people feel no waiting, is for the network and the screen.
GOAL_MS = 50
#: Households that come with a card.
COMING = 300
#: Of the transactions asked for: a page is slower than what is under it.
SHARE = 5

READS = (
    "SELECT h.id, h.head, h.village_code, a.balance FROM card c"
    " JOIN household h ON h.id = c.household_id JOIN account a ON a.id = h.account_id"
    " WHERE c.token = ?",
    "SELECT g.sku, g.name, g.unit, sum(l.on_hand) FROM lot l JOIN goods g ON g.id = l.goods_id"
    " WHERE l.shop_id = (SELECT id FROM shop WHERE code = ?) AND l.on_hand > 0"
    " GROUP BY g.id, g.sku, g.name, g.unit",
    "SELECT goods_id, points FROM points_price WHERE since <= ?",
    "SELECT r.entry_id, p.points FROM redemption r"
    " JOIN points_line p ON p.entry_id = r.entry_id AND p.points < 0"
    " WHERE r.household_id = (SELECT household_id FROM card WHERE token = ?)"
    " ORDER BY r.entry_id DESC LIMIT 3",
)


class Stand(NamedTuple):
    """A shop's counter and who comes to it."""

    client: FlaskClient
    shop: str
    #: Id of the keeper who is signed in.
    clerk: int
    #: Tokens of cards, the codes on them, and their numbers.
    cards: list[tuple[str, str, str]]
    #: Points of one unit, by goods number.
    prices: dict[str, int]


def measure(options: argparse.Namespace) -> None:
    """Print, for each database, the median of each repetition's p95."""
    kinds = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    print(
        f"{'counter, p95':<28}{'raw ms':>10}{'ours ms':>11}{'more ms':>8}{'goal':>7}   repetitions"
    )
    for kind in kinds:
        with temporary(kind) as uri:
            county = prepare(uri)
            app = app_on(uri)
            app.config["WTF_CSRF_ENABLED"] = False
            with app.app_context():
                stand = _open(app, county)
            _compare(kind, uri, stand, options)
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def _open(app: Flask, county: County) -> Stand:
    """Give households cards, and sign a keeper in."""
    password = token_hex()
    found = db.session.scalars(
        select(Household).where(Household.code.in_(county.households[:COMING]))
    ).all()
    with transaction():
        keeper = staff.add_member(
            username="keeper", name="陈建国", password=password, by=None, memory_kib=64
        )
        staff.grant(
            keeper, Role.SHOPKEEPER, region_code=county.shops[0][:12], shop_code=county.shops[0],
            by=None,
        )  # fmt: skip
        made = [
            Card(
                card_number=numbers.number(10_000_000 + place),
                token=codes.new_token(),
                household_id=home.id,
                state=CardState.ACTIVE,
                issued_at=now(),
            )
            for place, home in enumerate(found)
        ]
        db.session.add_all(made)
    secret = app.config["CARD_KEY"]
    cards = [(card.token, codes.sign(card.token, secret), card.card_number) for card in made]
    items = goods.by_skus(set(county.skus))
    points = goods.prices(None, [item.id for item in items.values()], today())
    clerk, client = keeper.id, app.test_client()
    client.post("/sign-in", data={"username": "keeper", "password": password})
    prices = {sku: points[item.id] for sku, item in items.items()}
    db.session.remove()
    return Stand(client, county.shops[0], clerk, cards, prices)


def _compare(kind: str, uri: str, stand: Stand, options: argparse.Namespace) -> None:
    rows: dict[str, list[tuple[float, float]]] = {"scan → household": [], "confirm": []}
    number = max(20, options.transactions // SHARE)
    for repetition in range(options.repetitions):
        dice = Random(options.seed + repetition)  # noqa: S311 - the same dice each time
        read, redeem = _bare(uri, stand, dice)
        scan, confirm = _pages(stand, dice)
        for name, floor, ours in (
            ("scan → household", read, scan),
            ("confirm", redeem, confirm),
        ):
            rows[name].append((_p95(floor, number), _p95(ours, number)))
    for name, pairs in rows.items():
        least, most = (median(pair[side] for pair in pairs) for side in (0, 1))
        print(
            f"{kind + ', ' + name:<28}{least:>10.2f}{most:>11.2f}{most - least:>8.2f}"
            f"{GOAL_MS:>7}   " + " ".join(f"{ours:.1f}" for _floor, ours in pairs),
            flush=True,
        )


def _p95(once: Callable[[], None], number: int) -> float:
    """Return the milliseconds that 95 of 100 stay under."""
    for _ in range(5):
        once()
    times = []
    for _ in range(number):
        begin = time.perf_counter()
        once()
        times.append((time.perf_counter() - begin) * 1000)
    return quantiles(times, n=20)[-1]


def _bare(uri: str, stand: Stand, dice: Random) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return the reads of a scan and the reference transaction, in the bare driver."""
    run: Callable[[str, tuple[Any, ...]], Any]
    if uri.startswith("sqlite"):
        connection = sqlite3.connect(path_of(uri))
        redeem = raw.sqlite_redeemer(path_of(uri), dice)

        def run(sql: str, row: tuple[Any, ...]) -> Any:
            return connection.execute(sql, row).fetchall()
    else:
        cursor = psycopg.connect(url_of(uri), autocommit=True).cursor()
        redeem = raw.postgres_redeemer(url_of(uri), dice)

        def run(sql: str, row: tuple[Any, ...]) -> Any:
            return cursor.execute(sql.replace("?", "%s").encode(), row).fetchall()

    def read() -> None:
        token, _code, _number = dice.choice(stand.cards)
        for sql, value in zip(READS, (token, stand.shop, today().isoformat(), token), strict=True):
            run(sql, (value,))

    return read, lambda: redeem(uuid4().hex)


def _pages(stand: Stand, dice: Random) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return a scan of a card, and the confirmation of two goods, as the browser sends them."""
    address = f"/counter/{stand.shop}"

    def scan() -> None:
        _token, code, _number = dice.choice(stand.cards)
        answer = stand.client.post(address, data={"scan": code})
        if answer.status_code != 200:
            raise SystemExit(f"the counter answered a card with {answer.status}")

    def confirm() -> None:
        _token, _code, number = dice.choice(stand.cards)
        skus = dice.sample(sorted(stand.prices), 2)
        sent = {
            "key": uuid4().hex,
            "card": number,
            "clerk": str(stand.clerk),
            "prices": ",".join(f"{sku}={stand.prices[sku]}" for sku in skus),
            "shown": ",".join(f"{sku}=1" for sku in skus),
        }
        for place, sku in enumerate(skus):
            sent |= {f"lines-{place}-sku": sku, f"lines-{place}-quantity": "1"}
        answer = stand.client.post(address, data=sent)
        if answer.status_code != 302:
            raise SystemExit(f"the counter answered a confirmation with {answer.status}")

    return scan, confirm
