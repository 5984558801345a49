"""Closing a month: the kernel makes it final, then its figures are frozen, then its papers made.

Three steps, each of which may be repeated or be gone on with by somebody else: nothing that
takes long holds the books (ADR 15).
"""

import hashlib
import json
import time
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from supermarket.audit import service as audit
from supermarket.database import db, one_moment
from supermarket.ledger import service as ledger
from supermarket.ledger.models import ClosedMonth, Journal
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY, TOWNSHIP, VILLAGE, within
from supermarket.regions.queries import under
from supermarket.reports.errors import (
    EarlierMonthOpenError,
    MonthNotClosedError,
    NotACountyError,
    StillPostingError,
)
from supermarket.reports.models import MonthClose, MonthFigures
from supermarket.reports.queries import closing, monthly, monthly_compared, rollups
from supermarket.reports.queries.monthly import Figures
from supermarket.reports.queries.monthly_compared import Compared
from supermarket.reports.queries.monthly_facts import month_number
from supermarket.reports.queries.window import Window
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Scope
from supermarket.statements import Row, is_postgres, run

#: Transactions that may have begun before the month was closed; clocks may differ by MARGIN.
OLDER = """
SELECT pid, xact_start FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
AND state <> 'idle' AND xact_start < :closed_by
"""
MARGIN = timedelta(minutes=1)
#: Seconds for which they are waited for, and between two looks.
PATIENCE, LOOK = 5.0, 0.05


class Frozen(NamedTuple):
    """What is to be kept of a closed month."""

    county: str
    month: date
    heads: str
    #: By place, in order.
    figures: dict[str, dict[str, Any]]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the figures of all places, as sorted JSON."""
        text = json.dumps(self.figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def close_month(county: str, month: date, *, by: int, scope: Scope) -> ClosedMonth:
    """Make a month of a county final; nothing new may be dated in it from here on.

    Raises:
        OutOfScopeError: the county is not the closer's.
        NotACountyError: the code is no county's.
        EarlierMonthOpenError: an older month is to be closed first.
        MonthNotOverError: the month has not ended.
        MonthAlreadyClosedError: it is final already.
    """
    first = month.replace(day=1)
    _refuse(county, scope)
    waiting = closing.open_months(county)
    if waiting and waiting[0] < first and closing.closed_month(county, first) is None:
        raise EarlierMonthOpenError(earlier=waiting[0])
    closed = ledger.close_month(county, first, by)
    audit.record("month.close", county, by=by, after={"month": f"{first:%Y-%m}"})
    return closed


def _refuse(county: str, scope: Scope) -> None:
    if not scope.covers_region(county):
        raise OutOfScopeError(what=county)
    if len(county) != COUNTY or regions.region(county) is None:
        raise NotACountyError(code=county[:20])


def measure(county: str, month: date) -> Frozen:
    """Return what a closed month came to, for each of its places: reads, and takes seconds.

    To be called outside a transaction: it reads one of its own.

    Raises:
        MonthNotClosedError: it is not closed.
        StillPostingError: what began before it was closed has not ended.
    """
    db.session.rollback()
    closed = closing.closed_month(county, month)
    if closed is None:
        raise MonthNotClosedError(month=month)
    _wait_for_older(closed.closed_at)
    one_moment()
    asked = Window(month, rollups.last_day(month_number(month)), Scope((county,), ()))
    villages = monthly_compared.compared(asked, VILLAGE)
    townships = monthly_compared.compared(asked, TOWNSHIP)
    whole = monthly_compared.compared_total(asked)
    corrections = [row._asdict() for row in closing.corrections(county, month)]
    idle = monthly_compared.not_started(asked, [row.now for row in villages])
    out = monthly_compared.run_out(asked)
    heads = _heads(county)
    figures = {}
    for row in (whole, *townships, *villages):
        place = row.now.place
        figures[place] = {
            **_compared(row),
            "corrections": [_plain(one) for one in corrections if within(one["place"], place)],
            "not_started": [_plain(one._asdict()) for one in idle if within(one.code, place)],
            "run_out": [_plain(one._asdict()) for one in out if within(one.region_code, place)],
            "top_goods": [one._asdict() for one in _top(asked, place)],
            "heads": _digest(heads, place),
        }
    return Frozen(county, month, _digest(heads, county)["digest"], dict(sorted(figures.items())))


def _wait_for_older(closed_at: datetime) -> None:
    """Wait until no transaction is left that may not have seen that the month was closed.

    Those are looked for after the close and before the figures are read: what one of them
    posts is in the figures, and whatever begins later is refused.
    """
    if not is_postgres():  # in SQLite writers wait for each other
        return
    left: set[Row] | None = None
    end = time.monotonic() + PATIENCE
    while left is None or left:
        db.session.rollback()  # PostgreSQL shows a transaction the same activity again
        found = set(run(OLDER, {"closed_by": closed_at + MARGIN}))
        left = found if left is None else left & found
        if left and time.monotonic() > end:
            raise StillPostingError
        time.sleep(LOOK if left else 0)
    db.session.rollback()


def _compared(row: Compared) -> dict[str, Any]:
    def kept(one: Figures | None) -> dict[str, Any] | None:
        return monthly.to_freeze(one) if one is not None else None

    return {
        "figures": kept(row.now),
        "before": kept(row.before),
        "last_year": kept(row.last_year),
    }


def _top(asked: Window, place: str) -> list[monthly_compared.GoodsTotal]:
    if len(place) > TOWNSHIP:  # a village's report has no list of goods
        return []
    return monthly_compared.top_goods(asked._replace(region=place))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Write days and kinds as text, so that they are kept as they are."""
    return {
        name: value.isoformat() if isinstance(value, date) else getattr(value, "value", value)
        for name, value in row.items()
    }


def _heads(county: str) -> list[tuple[str, int, str]]:
    rows = db.session.execute(
        select(Journal.code, Journal.last_number, Journal.last_hash)
        .where(under(Journal.code, [county]))
        .order_by(Journal.code)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _digest(heads: list[tuple[str, int, str]], place: str) -> dict[str, Any]:
    """Return how many journals and entries a place has, and the SHA-256 over their heads."""
    inside = [head for head in heads if within(head[0], place)]
    text = json.dumps(inside, separators=(",", ":"))
    return {
        "journals": len(inside),
        "entries": sum(head[1] for head in inside),
        "digest": hashlib.sha256(text.encode()).hexdigest(),
    }


def freeze(frozen: Frozen, *, by: int) -> MonthClose:
    """Keep what a closed month came to; the same again if it was kept before."""
    key = (frozen.county, frozen.month)
    if (known := db.session.get(MonthClose, key)) is not None:
        return known
    closed = db.session.get_one(ClosedMonth, key)
    made = MonthClose(
        county_code=frozen.county,
        month=frozen.month,
        closed_at=closed.closed_at,
        closed_by=closed.closed_by,
        fingerprint=frozen.fingerprint,
        heads=frozen.heads,
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        MonthFigures(county_code=frozen.county, month=frozen.month, place=place, figures=figures)
        for place, figures in frozen.figures.items()
    )
    audit.record(
        "month.freeze",
        frozen.county,
        by=by,
        after={"month": f"{frozen.month:%Y-%m}", "fingerprint": frozen.fingerprint},
    )
    db.session.flush()
    return made
