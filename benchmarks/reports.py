"""S4: county figures by month × township at 400,000 and ten times as many redemptions."""

import argparse
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import event

from benchmarks import village
from benchmarks.databases import app_on, temporary
from supermarket.clock import now
from supermarket.database import db, once_more, transaction
from supermarket.ledger.models import ENTRIES_PER_JOURNAL
from supermarket.reports import service as reports
from supermarket.reports.queries import monthly_flows, rollups, rollups_volumes
from supermarket.statements import is_postgres, run, run_many

#: Redemptions at first and in the end.
SMALL, LARGE = 400_000, 4_000_000
TOWNSHIPS, VILLAGES, HOUSEHOLDS, SHOPS, GOODS = 20, 20, 28_000, 110, 45
MONTHS = 24
FIRST = date(2024, 11, 1)
#: A hundred thousand numbers from ``low`` on.
NUMBERS = """
WITH RECURSIVE digit(d) AS (SELECT 0 UNION ALL SELECT d + 1 FROM digit WHERE d < 9),
number(n) AS (SELECT :low + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d
              FROM digit a, digit b, digit c, digit e, digit f)
"""


def measure(options: argparse.Namespace) -> None:
    """Fill a county twice and time the same questions at both sizes."""
    kinds = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    for kind in kinds:
        with temporary(kind) as uri:
            app = app_on(uri)
            with app.app_context():
                _measure(kind, options.repetitions)
                db.session.remove()
                db.engine.dispose()


def _measure(kind: str, repetitions: int) -> None:
    print(f"\nS4 reports, {kind}: county volumes by month × township, households counted once")
    _county()
    found = []
    for size in (SMALL, LARGE):
        started = time.perf_counter()
        _fill(size)
        _say(f"{size:,} redemptions are there", started)
        started = time.perf_counter()
        entries = _fold()
        _say(f"{entries:,} entries folded", started)
        rows = _timed(_volumes, repetitions)
        plain = _timed(_grouped, 1)
        found.append((size, rows, plain))
        print(f"  {size:>9,}: from rows {rows:7.1f} ms, GROUP BY on facts {plain:9.0f} ms")
        if size == SMALL:
            _compare()
    (_, small, _), (_, large, _) = found
    print(f"  ratio {LARGE // SMALL}× data: {large / small:.2f} (goal ≤ 1.3; ≤ 20 ms)")


def _say(what: str, started: float) -> None:
    print(f"  {what} after {time.perf_counter() - started:.0f} s", flush=True)


def _timed(work: Callable[[], object], repetitions: int) -> float:
    taken = []
    for _ in range(repetitions):
        db.session.rollback()
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def _volumes() -> list[rollups_volumes.Volume]:
    return rollups_volumes.volumes(202411, 202610, 9, ["410482"])


def _grouped() -> object:
    """The same from the facts, as a report without sums would ask."""
    month = "substr(CAST(occurred_on AS TEXT), 1, 7)"
    return run(
        f"SELECT {month}, substr(village_code, 1, 9), count(DISTINCT household_id), sum(times), "
        f"sum(points) FROM redemption GROUP BY {month}, substr(village_code, 1, 9)",
        {},
    )


def _fold() -> int:
    done = 0
    while (piece := once_more(lambda: reports.fold(20_000))).entries:
        done += piece.entries
        if done % 400_000 == 0:
            print(f"    … {done:,}", flush=True)
    return done


def _compare() -> None:
    """Hold every month's rows against a plain recomputation from the journals."""
    for number in range(MONTHS):
        month = _month(number)
        since, until = monthly_span(month)
        rows = monthly_flows.flows(since, until, ["410482"], 9)
        plain = monthly_flows.recomputed(since, until, ["410482"], 9)
        if rows != plain:
            raise AssertionError(f"{month} differs from a plain recomputation")
    print(f"  {MONTHS} months × {TOWNSHIPS} townships equal a plain recomputation")


def monthly_span(month: int) -> tuple[date, date]:
    """Return the first and last day of a month given as 202610."""
    return rollups.first_day(month), rollups.last_day(month)


def _month(number: int) -> int:
    months = FIRST.year * 12 + FIRST.month - 1 + number
    return months // 12 * 100 + months % 12 + 1


def _county() -> None:
    """Places, shops, households: rows of the real tables, written in bulk."""
    village.SHOPS, village.HOUSEHOLDS, village.GOODS = 1, 1, GOODS
    village.settle()
    with transaction():
        places = [("410482" + f"{200 + t:03}", f"镇{t}", "410482") for t in range(TOWNSHIPS)]
        places += [
            (f"{code}{200 + v:03}", f"村{v}", code)
            for code, _n, _p in places
            for v in range(VILLAGES)
        ]
        run_all("INSERT INTO region (code, name, parent_code) VALUES (:a, :b, :c)", places)
        villages = [code for code, _n, _p in places if len(code) == 12]
        run_all(
            "INSERT INTO journal (id, code, last_number, last_hash) VALUES (:a, :b, 0, :c)",
            [(1000 + s, f"{villages[s]}S01", "0" * 64) for s in range(SHOPS)],
        )
        run_all(
            "INSERT INTO account (id, kind, owner_code, balance, last_place) "
            "VALUES (:a, 'redeemed', :b, 0, 0)",
            [(-1000 - s, f"{villages[s]}S01") for s in range(SHOPS)],
        )
        run_all(
            "INSERT INTO shop (id, code, name, region_code, address, phone, active, merchant, "
            "journal_id, redeemed_account_id) VALUES (:a, :b, '店', :c, '', '', true, '', :d, :e)",
            [
                (1000 + s, f"{villages[s]}S01", villages[s], 1000 + s, -1000 - s)
                for s in range(SHOPS)
            ],
        )
        homes = [
            (
                10_000 + h,
                f"{villages[h % len(villages)]}{h // len(villages) + 1:04}",
                villages[h % len(villages)],
            )
            for h in range(HOUSEHOLDS)
        ]
        run_all(
            "INSERT INTO account (id, kind, owner_code, balance, last_place) "
            "VALUES (:a, 'household', :b, 1000000, 0)",
            [(a, b) for a, b, _c in homes],
        )
        run_all("INSERT INTO household (id, code, village_code, group_name, head, phone, helper, "
                "identity_tail, name_on_card, state, account_id, created_at) VALUES "
                "(:a, :b, :c, '', '李建国', '', '', '', true, 'active', :a, :d)",
                [(*home, now()) for home in homes])  # fmt: skip


def run_all(sql: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Run one statement for each row; its values are named :a, :b, :c and on."""
    run_many(sql, [dict(zip("abcde", row, strict=False)) for row in rows])


def _fill(size: int) -> None:
    """Add redemptions until there are ``size``: entries, lines and all, unsealed, in bulk."""
    start = int(run("SELECT count(*) FROM redemption", {})[0][0])
    db.session.remove()
    with _hastily():
        for low in range(start, size, 100_000):
            with transaction():
                _piece(low)
            print(f"    … {low + 100_000:,}", flush=True)


@contextmanager
def _hastily() -> Iterator[None]:
    """Fill SQLite without waiting for the disk: how long filling takes is not measured."""

    def hurry(connection: Any, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA cache_size = -8000000")

    event.listen(db.engine, "connect", hurry)
    db.engine.dispose()
    try:
        yield
    finally:
        db.session.remove()
        event.remove(db.engine, "connect", hurry)
        db.engine.dispose()


def _piece(low: int) -> None:
    postgres = is_postgres()
    moment, day = "'2026-11-22 00:00:00.000000'", "date('2024-11-01', '+' || (n % 730) || ' days')"
    if postgres:
        moment, day = "TIMESTAMPTZ '2026-11-22 00:00:00Z'", "DATE '2024-11-01' + (n % 730)::int"
    clerk = int(run("SELECT min(id) FROM staff_member", {})[0][0])
    goods = int(run("SELECT min(id) FROM goods", {})[0][0])
    numbers = NUMBERS.replace(":low", f"CAST({low} AS BIGINT)")
    facts = (
        f"{numbers}, ready AS (SELECT n, 1000 + n % {SHOPS} AS shop, "
        f"n / {SHOPS} + 1 AS number, 10000 + (n * 7919 + n / 730) % {HOUSEHOLDS} AS household, "
        f"(1000 + n % {SHOPS}) * CAST({ENTRIES_PER_JOURNAL} AS BIGINT) + n / {SHOPS} + 1 AS entry "
        "FROM number)"
    )
    village_of = "(SELECT h.village_code FROM household h WHERE h.id = household)"
    for into, chosen in (
        (
            "entry (id, journal_id, number, kind, occurred_on, posted_at, actor_id, key, "
            "fingerprint, document, note, prev_hash, hash)",
            f"entry, shop, number, 'redemption', {day}, {moment}, {clerk}, 'bench-' || n, "
            "'', '', '', '', ''",
        ),
        (
            "points_line (entry_id, position, account_id, points, balance_after, place)",
            "entry, 1, household, -3 - n % 5, 0, n + 1",
        ),
        (
            "points_line (entry_id, position, account_id, points)",
            "entry, 2, -shop, 3 + n % 5",
        ),
        (
            "redemption (entry_id, shop_id, household_id, village_code, occurred_on, posted_at, "
            "times, points, fen, balance_after, collector, slip_number, reason, actor_id)",
            f"entry, shop, household, {village_of}, {day}, {moment}, 1, 3 + n % 5, "
            f"50 * (3 + n % 5), 0, '', '', '', {clerk}",
        ),
        (
            "redemption_line (entry_id, position, goods_id, quantity, points_price, points, fen)",
            f"entry, 1, {goods} + n % {GOODS}, 1, 3 + n % 5, 3 + n % 5, 50 * (3 + n % 5)",
        ),
    ):
        run(f"INSERT INTO {into} {facts} SELECT {chosen} FROM ready", {})
    run(
        "UPDATE journal SET last_number = (SELECT max(number) FROM entry "
        "WHERE entry.journal_id = journal.id) WHERE id >= 1000",
        {},
    )
