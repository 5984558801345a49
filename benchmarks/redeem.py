"""S1 and S2: redeem at service level against the raw driver doing the reference transaction."""

import argparse
import cProfile
import multiprocessing
import pstats
import sqlite3
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from queue import Empty, Queue
from random import Random
from statistics import median
from uuid import uuid4

import psycopg

from benchmarks import raw
from benchmarks.databases import app_on, temporary
from benchmarks.village import COUNTY, County, settle
from supermarket.counter import service as counter
from supermarket.database import db, once_more
from supermarket.ledger.queries import verify
from supermarket.staff.models import Scope

#: Share of the raw driver's throughput that must be reached, by database.
GOALS = {"sqlite": 0.60, "postgresql": 1.00}
#: How many connections redeem at once.
CONNECTIONS = {"sqlite": (1,), "postgresql": (1, 4)}
WARM_UP = 50


def measure(options: argparse.Namespace) -> None:
    """Print, for each database, the median ratio of interleaved repetitions."""
    kinds = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    print(f"{'redeem':<28}{'raw tx/s':>10}{'ours tx/s':>11}{'ratio':>8}{'goal':>7}   repetitions")
    for kind in kinds:
        with temporary(kind) as uri:
            county = prepare(uri)
            for connections in CONNECTIONS[kind]:
                _compare(kind, uri, county, connections, options)
            if options.profile:
                _profile(uri, county, options)
            _check(uri)


def prepare(uri: str) -> County:
    """Fill a database for both: the county, and the tables of the reference transaction."""
    app = app_on(uri)
    with app.app_context():
        county = settle()
        db.session.remove()
        db.engine.dispose()
    if uri.startswith("sqlite"):
        with sqlite3.connect(path_of(uri)) as connection:
            raw.lay_tables(connection.execute, postgres=False)
    else:
        with psycopg.connect(url_of(uri)) as server:
            raw.lay_tables(lambda sql: server.execute(sql.encode()), postgres=True)
    return county


def _compare(
    kind: str, uri: str, county: County, connections: int, options: argparse.Namespace
) -> None:
    pairs = []
    for repetition in range(options.repetitions):
        seed = options.seed + repetition
        pair = [
            _throughput(worker, uri, county, connections, options.transactions, seed)
            for worker in (_raw_worker, _our_worker)
        ]
        pairs.append(pair)
    ratios = sorted(ours / floor for floor, ours in pairs)
    print(
        f"{kind + f', {connections} conn.':<28}{median(p[0] for p in pairs):>10,.0f}"
        f"{median(p[1] for p in pairs):>11,.0f}{median(ratios):>8.2f}{GOALS[kind]:>7.2f}   "
        + " ".join(f"{ratio:.2f}" for ratio in ratios),
        flush=True,
    )


Worker = Callable[[str, County, int, int, Barrier, "Queue[tuple[float, float]]"], None]


def _throughput(
    worker: Worker, uri: str, county: County, connections: int, transactions: int, seed: int
) -> float:
    """Run ``connections`` processes at once; return their transactions a second together."""
    context = multiprocessing.get_context("spawn")
    start, times = context.Barrier(connections), context.Queue()
    workers = [
        context.Process(
            target=worker, args=(uri, county, transactions, seed * 100 + number, start, times)
        )
        for number in range(connections)
    ]
    for process in workers:
        process.start()
    spans: list[tuple[float, float]] = []
    while len(spans) < connections:
        try:
            spans.append(times.get(timeout=1))
        except Empty:
            if any(process.exitcode for process in workers):
                for process in workers:
                    process.terminate()
                raise SystemExit("a worker failed; its error stands above") from None
    for process in workers:
        process.join()
    wall = max(end for _begin, end in spans) - min(begin for begin, _end in spans)
    return connections * transactions / wall


def _raw_worker(
    uri: str,
    _county: County,
    transactions: int,
    seed: int,
    start: Barrier,
    times: "Queue[tuple[float, float]]",
) -> None:
    dice = Random(seed)  # noqa: S311 - the same dice each time
    if uri.startswith("sqlite"):
        redeem = raw.sqlite_redeemer(path_of(uri), dice)
    else:
        redeem = raw.postgres_redeemer(url_of(uri), dice)
    _time(redeem, transactions, start, times)


def _our_worker(
    uri: str,
    county: County,
    transactions: int,
    seed: int,
    start: Barrier,
    times: "Queue[tuple[float, float]]",
) -> None:
    with app_on(uri).app_context():
        _time(_redeemer(county, seed), transactions, start, times)
        db.session.remove()


def _redeemer(county: County, seed: int) -> Callable[[str], None]:
    dice = Random(seed)  # noqa: S311 - the same dice each time
    scope = Scope((COUNTY,), ())

    def redeem(key: str) -> None:
        shop, household = dice.choice(county.shops), dice.choice(county.households)
        lines = [(sku, 1) for sku in dice.sample(county.skus, 2)]
        once_more(
            lambda: counter.redeem(
                key, shop=shop, household=household, lines=lines, by=county.clerk, scope=scope
            )
        )

    return redeem


def _time(
    redeem: Callable[[str], None],
    transactions: int,
    start: Barrier,
    times: "Queue[tuple[float, float]]",
) -> None:
    for _ in range(WARM_UP):
        redeem(uuid4().hex)
    start.wait()
    begin = time.monotonic()
    for _ in range(transactions):
        redeem(uuid4().hex)
    times.put((begin, time.monotonic()))


def _profile(uri: str, county: County, options: argparse.Namespace) -> None:
    with app_on(uri).app_context():
        redeem = _redeemer(county, options.seed)
        for _ in range(WARM_UP):
            redeem(uuid4().hex)
        profile = cProfile.Profile()
        with profile:
            for _ in range(options.transactions):
                redeem(uuid4().hex)
        db.session.remove()
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def _check(uri: str) -> None:
    """The books must verify, or the speed is worth nothing."""
    with app_on(uri).app_context():
        entries, mistakes = verify.size(), list(verify.mistakes())
        db.session.remove()
        db.engine.dispose()
    if mistakes:
        raise SystemExit(f"the books do not verify: {mistakes[0]}")
    print(f"{'':<28}books verify, {entries:,} entries")


def path_of(uri: str) -> str:
    """Return the file of an SQLite database."""
    return uri.removeprefix("sqlite:///")


def url_of(uri: str) -> str:
    """Return the address of a PostgreSQL database as its driver knows it."""
    return uri.replace("postgresql+psycopg://", "postgresql://")
