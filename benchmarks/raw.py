"""The reference transaction in the bare driver: the floor that everything is measured against.

Take a balance and two stock rows, each guarded; one points row with the balance after, two
movements, one header with a unique key, two lines; durable. No journal, hash or scheme.
"""

import sqlite3
from collections.abc import Callable
from random import Random
from typing import Any, NoReturn

import psycopg

from benchmarks.village import GOODS, HOUSEHOLDS, POINTS, SHOPS, UNITS

TABLES = [
    "CREATE TABLE raw_account (id bigint PRIMARY KEY, balance int NOT NULL CHECK (balance >= 0))",
    "CREATE TABLE raw_points (id {serial}, account_id bigint NOT NULL REFERENCES raw_account (id),"
    " points int NOT NULL, balance_after int NOT NULL)",
    "CREATE INDEX raw_points_account ON raw_points (account_id, id)",
    "CREATE TABLE raw_stock (id bigint PRIMARY KEY, on_hand int NOT NULL CHECK (on_hand >= 0))",
    "CREATE TABLE raw_movement (id {serial}, stock_id bigint NOT NULL REFERENCES raw_stock (id),"
    " quantity int NOT NULL, on_hand_after int NOT NULL)",
    "CREATE INDEX raw_movement_stock ON raw_movement (stock_id, id)",
    "CREATE TABLE raw_redemption (id {serial}, key text NOT NULL UNIQUE, shop_id int NOT NULL,"
    " account_id bigint NOT NULL REFERENCES raw_account (id), points int NOT NULL,"
    " posted_at text NOT NULL)",
    "CREATE INDEX raw_redemption_account ON raw_redemption (account_id, id)",
    "CREATE INDEX raw_redemption_shop ON raw_redemption (shop_id, id)",
    "CREATE TABLE raw_line (redemption_id bigint NOT NULL REFERENCES raw_redemption (id),"
    " position int NOT NULL, goods_id int NOT NULL, quantity int NOT NULL, points int NOT NULL,"
    " PRIMARY KEY (redemption_id, position))",
]

TAKE_POINTS = (
    "UPDATE raw_account SET balance = balance - ? WHERE id = ? AND balance >= ? RETURNING balance"
)
ADD_POINTS = "INSERT INTO raw_points (account_id, points, balance_after) VALUES (?, ?, ?)"
TAKE_STOCK = (
    "UPDATE raw_stock SET on_hand = on_hand - ? WHERE id = ? AND on_hand >= ? RETURNING on_hand"
)
ADD_MOVEMENT = "INSERT INTO raw_movement (stock_id, quantity, on_hand_after) VALUES (?, ?, ?)"
ADD_REDEMPTION = (
    "INSERT INTO raw_redemption (key, shop_id, account_id, points, posted_at)"
    " VALUES (?, ?, ?, ?, ?) RETURNING id"
)
ADD_LINE = "INSERT INTO raw_line VALUES (?, ?, ?, ?, ?)"


def lay_tables(execute: Callable[[str], Any], *, postgres: bool) -> None:
    """Make and fill the tables of the reference transaction."""
    serial = "bigserial PRIMARY KEY" if postgres else "integer PRIMARY KEY"
    for table in TABLES:
        execute(table.format(serial=serial))
    for account in range(HOUSEHOLDS):
        execute(f"INSERT INTO raw_account VALUES ({account}, {POINTS})")
    for stock in range(SHOPS * GOODS):
        execute(f"INSERT INTO raw_stock VALUES ({stock}, {UNITS})")


def sqlite_redeemer(path: str, dice: Random) -> Callable[[str], None]:
    """Return a function that does one reference transaction on SQLite."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON",
                   "busy_timeout = 10000", "wal_autocheckpoint = 10000"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")

    def redeem(key: str) -> None:
        connection.execute("BEGIN IMMEDIATE")
        _steps(lambda sql, row: connection.execute(sql, row).fetchone(), key, dice)
        connection.execute("COMMIT")

    return redeem


def postgres_redeemer(url: str, dice: Random) -> Callable[[str], None]:
    """Return a function that does one reference transaction on PostgreSQL, step by step."""
    connection = psycopg.connect(url)
    cursor = connection.cursor()

    def run(sql: str, row: tuple[Any, ...]) -> Any:
        cursor.execute(sql.replace("?", "%s").encode(), row)
        return cursor.fetchone() if cursor.description else None

    def redeem(key: str) -> None:
        _steps(run, key, dice)
        connection.commit()

    return redeem


def _steps(run: Callable[[str, tuple[Any, ...]], Any], key: str, dice: Random) -> None:
    account, shop = dice.randrange(HOUSEHOLDS), dice.randrange(SHOPS)
    goods = sorted(dice.sample(range(GOODS), 2))
    after = run(TAKE_POINTS, (3, account, 3)) or _refuse()
    run(ADD_POINTS, (account, -3, after[0]))
    for item in goods:
        stock = shop * GOODS + item
        left = run(TAKE_STOCK, (1, stock, 1)) or _refuse()
        run(ADD_MOVEMENT, (stock, -1, left[0]))
    (redemption,) = run(ADD_REDEMPTION, (key, shop, account, 3, "2026-11-22 09:00:00.000000"))
    for position, item in enumerate(goods, start=1):
        run(ADD_LINE, (redemption, position, item, 1, 2))


def _refuse() -> NoReturn:
    raise AssertionError("the reference ran out of points or stock")
