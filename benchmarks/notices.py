"""Posting a notice of many lines against the bare driver writing the same rows."""

import argparse
import time
from datetime import timedelta
from itertools import count
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import insert, select

from benchmarks.databases import app_on, temporary
from benchmarks.village import VILLAGE, settle
from supermarket import clock
from supermarket.awards.models import Declaration, DeclarationSource, DeclarationState
from supermarket.clock import now, today
from supermarket.database import db, once_more, transaction
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.ledger.models import ENTRIES_PER_JOURNAL, Account, AccountKind, Journal
from supermarket.notices import service as notices
from supermarket.notices.models import Notice
from supermarket.schemes.models import (
    Ability,
    Category,
    Evidence,
    ReviewLevel,
    Rule,
    RuleVersion,
)
from supermarket.staff.models import StaffMember
from supermarket.statements import Statement, run_together

LINES = 2000
#: Most times the bare driver's time that may be taken.
GOAL = 5.0
POINTS = 5
_numbers = count(1)


class Prepared(NamedTuple):
    """A notice that is due, and what its lines are about."""

    notice: Notice
    declarations: list[int]
    households: list[Household]
    version: RuleVersion


def measure(options: argparse.Namespace) -> None:
    """Print, for each database, the median ratio of interleaved repetitions."""
    kinds = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    name = f"notice of {LINES:,} lines"
    print(f"{name:<28}{'raw ms':>10}{'ours ms':>11}{'ratio':>8}{'goal':>7}   repetitions")
    for kind in kinds:
        with temporary(kind) as uri:
            app = app_on(uri)
            with app.app_context():
                settle()
                pairs = compare(options.repetitions)
                db.session.remove()
                db.engine.dispose()
        ratios = [ours / raw for raw, ours in pairs]
        print(
            f"{kind:<28}{median(raw for raw, _ours in pairs) * 1000:>10,.0f}"
            f"{median(ours for _raw, ours in pairs) * 1000:>11,.0f}{median(ratios):>8.2f}"
            f"{GOAL:>7.2f}   " + " ".join(f"{ratio:.2f}" for ratio in ratios),
            flush=True,
        )


def compare(repetitions: int, lines: int = LINES) -> list[tuple[float, float]]:
    """Return the seconds of the bare driver and ours, in turns, on the same database.

    The village must have as many households as lines.
    """
    pairs = []
    for _repetition in range(repetitions):
        ready = _prepare(lines)
        raw = _seconds_raw(ready)
        ours = _seconds_ours(_prepare(lines).notice.reference)
        pairs.append((raw, ours))
    return pairs


def _prepare(lines: int) -> Prepared:
    """Announce a line for each of so many households."""
    db.session.rollback()
    clerk = db.session.scalars(select(StaffMember).order_by(StaffMember.id)).first()
    homes = db.session.scalars(select(Household).order_by(Household.id).limit(lines)).all()
    if clerk is None or len(homes) < lines:
        raise SystemExit("the village is too small for the notice")
    version = _version()
    number = next(_numbers)
    with transaction():
        db.session.execute(
            insert(Declaration),
            [
                {
                    "code": f"{VILLAGE}D{number}-{place}",
                    "village_code": VILLAGE,
                    "household_id": home.id,
                    "rule_version_id": version.id,
                    "rule_id": version.rule_id,
                    "occurred_on": today(),
                    "points_asked": POINTS,
                    "points": POINTS,
                    "state": DeclarationState.ACCEPTED,
                    "source": DeclarationSource.ROUND,
                    "key": f"round-{number}",
                    "position": place,
                    "submitted_at": now(),
                    "due_on": today(),
                }
                for place, home in enumerate(homes, start=1)
            ],
        )
        notice = notices.open_notice(
            VILLAGE, by=clerk, key=f"notice-key-{number}", phone="0375-6881234"
        )
    wanted = select(Declaration.id).where(Declaration.key == f"round-{number}")
    ids = db.session.scalars(wanted.order_by(Declaration.position)).all()
    return Prepared(notice, list(ids), list(homes), version)


def _version() -> RuleVersion:
    found = db.session.scalar(select(RuleVersion).join(Rule).where(Rule.code == "B01"))
    if found is not None:
        return found
    with transaction():
        rule = Rule(region_code=VILLAGE, code="B01")
        db.session.add(rule)
        db.session.flush()
        made = RuleVersion(
            rule_id=rule.id,
            version=1,
            since=today(),
            category=Category.CONDUCT,
            title="月度庭院检查",
            points_min=1,
            points_max=10,
            evidence=Evidence.OBSERVATION,
            review_level=ReviewLevel.B,
            ability=Ability.L0,
            enabled=True,
            created_at=now(),
        )
        db.session.add(made)
    return made


def _seconds_ours(reference: str) -> float:
    db.session.remove()
    with clock.at(now() + timedelta(days=30)):
        start = time.perf_counter()
        closed = once_more(lambda: notices.close(reference))
        seconds = time.perf_counter() - start
    if not closed.entry:
        raise SystemExit("the notice posted nothing")
    return seconds


def _seconds_raw(ready: Prepared) -> float:
    """Write the rows that posting the notice makes, and nothing else, in one transaction."""
    statements = _rows(ready)
    start = time.perf_counter()
    with transaction():
        run_together(statements)
    return time.perf_counter() - start


def _rows(ready: Prepared) -> list[Statement]:
    """Return them ready-made: the clock starts behind this."""
    with transaction():
        issued = ledger.open_system_account(AccountKind.ISSUED, VILLAGE)
        journal = ledger.open_journal(VILLAGE)
        facts = _facts(journal, ready)
    accounts = {
        row.id: row
        for row in db.session.scalars(
            select(Account).where(Account.id.in_([home.account_id for home in ready.households]))
        )
    }
    total = POINTS * len(ready.households)
    lines: list[dict[str, Any]] = [
        {"e": facts["id"], "n": 1, "a": issued, "p": -total, "b": None, "place": None}
    ]
    gains, given = [], []
    for place, home in enumerate(ready.households, start=2):
        account = accounts[home.account_id]
        after, at = account.balance + POINTS, account.last_place + 1
        lines.append(
            {"e": facts["id"], "n": place, "a": account.id, "p": POINTS, "b": after, "place": at}
        )
        gains.append({"p": POINTS, "a": account.id})
        given.append({"h": home.id, "p": POINTS, "n": place, **_rule(ready.version)})
    return [
        (GAIN, gains),
        (ENTRY, facts),
        (HEAD, facts),
        (LINE, lines),
        (AWARD, facts),
        (AWARD_LINE, [{**row, "e": facts["id"]} for row in given]),
        (BECAME, {"e": facts["id"], "notice": ready.notice.id}),
        (CLOSE, {"notice": ready.notice.id, "now": now()}),
    ]


def _rule(version: RuleVersion) -> dict[str, Any]:
    return {"r": version.rule_id, "v": version.id, "on": today()}


def _facts(journal: Journal, ready: Prepared) -> dict[str, Any]:
    db.session.refresh(journal)
    number = journal.last_number + 1
    return {
        "id": journal.id * ENTRIES_PER_JOURNAL + number,
        "j": journal.id,
        "n": number,
        "on": today(),
        "now": now(),
        "actor": ready.notice.opened_by,
        "key": f"raw-notice-{ready.notice.id}",
        "hash": "f" * 64,
        "v": ready.version.id,
        "village": VILLAGE,
    }


GAIN = "UPDATE account SET balance = balance + :p, last_place = last_place + 1 WHERE id = :a"
ENTRY = """
INSERT INTO entry (id, journal_id, number, kind, occurred_on, posted_at, actor_id, key,
                   fingerprint, document, note, prev_hash, hash)
VALUES (:id, :j, :n, 'award', :on, :now, :actor, :key, :hash, '', '', :hash, :hash)
"""
HEAD = "UPDATE journal SET last_number = :n, last_hash = :hash WHERE id = :j"
LINE = """
INSERT INTO points_line (entry_id, position, account_id, points, balance_after, place)
VALUES (:e, :n, :a, :p, :b, :place)
"""
AWARD = """
INSERT INTO award (entry_id, status, rule_version_id, region_code, occurred_on, note, actor_id,
                   created_at)
VALUES (:id, 'posted', :v, :village, :on, '', :actor, :now)
"""
AWARD_LINE = """
INSERT INTO award_line (award_id, household_id, points, reversed_points, position, rule_id,
                        rule_version_id, occurred_on)
VALUES ((SELECT id FROM award WHERE entry_id = :e), :h, :p, 0, :n, :r, :v, :on)
"""
BECAME = """
UPDATE declaration SET state = 'posted', award_line_id = line.id
FROM award_line line JOIN award ON award.id = line.award_id
WHERE award.entry_id = :e AND line.household_id = declaration.household_id
AND declaration.id IN (SELECT declaration_id FROM notice_line WHERE notice_id = :notice)
"""
CLOSE = "UPDATE notice SET state = 'closed', closed_at = :now, entries = 1 WHERE id = :notice"
