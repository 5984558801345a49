"""What the yearly report (form F22) adds: honours, sources of money, next year's budgets."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import case, func, or_, select

from supermarket.budgets.queries.budgets import current
from supermarket.database import db
from supermarket.donors.models import Fund, FundSource
from supermarket.honours.models import Honour, HonourLevel
from supermarket.households.models import Household
from supermarket.ledger.models import Entry, EntryKind, MoneyLine
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.reports.queries.monthly import reaches
from supermarket.reports.queries.window import Window


class HonourGiven(NamedTuple):
    """An honour of the window that stands at its end; the household is a model (典型户)."""

    awarded_on: date
    village_code: str
    village: str
    household: str
    head: str
    title: str
    level: HonourLevel
    document: str


class Source(NamedTuple):
    """Where money came from (资金来源构成): funds of one kind; all in fen."""

    source: FundSource
    received: int
    spent: int
    #: In the funds at the end of the last day.
    left: int


def honours(asked: Window) -> list[HonourGiven]:
    """Return the honours given in the window and not taken back by its end, by day.

    Names are whole: whoever shows them masks them where they must be.
    """
    rows = db.session.execute(
        select(
            Honour.awarded_on,
            Honour.village_code,
            Region.name,
            Household.code,
            Household.head,
            Honour.title,
            Honour.level,
            Honour.document,
        )
        .join(Region, Region.code == Honour.village_code)
        .join(Household, Household.id == Honour.household_id)
        .where(
            under(Honour.village_code, reaches(asked)),
            Honour.awarded_on.between(asked.since, asked.until),
            or_(Honour.revoked_on.is_(None), Honour.revoked_on > asked.until),
        )
        .order_by(Honour.awarded_on, Honour.id)
    )
    return [HonourGiven(*row) for row in rows]


def sources(asked: Window) -> list[Source]:
    """Return what came into funds, left them and is in them, by source; unused ones left out."""
    # A reversal counts on the side of what it takes back.
    side = case((Entry.kind == EntryKind.REVERSAL, -MoneyLine.fen), else_=MoneyLine.fen)
    inside = Entry.occurred_on >= asked.since
    rows = db.session.execute(
        select(
            Fund.source,
            func.sum(case((inside & (side > 0), MoneyLine.fen), else_=0)),
            func.sum(case((inside & (side < 0), -MoneyLine.fen), else_=0)),
            func.sum(MoneyLine.fen),
        )
        .join(MoneyLine, MoneyLine.account_id == Fund.account_id)
        .join(Entry, Entry.id == MoneyLine.entry_id)
        .where(under(Fund.region_code, reaches(asked)), Entry.occurred_on <= asked.until)
        .group_by(Fund.source)
    )
    found = [Source(row[0], *(int(fen) for fen in row[1:])) for row in rows]
    order = list(FundSource)
    return sorted(found, key=lambda row: order.index(row.source))


def next_budget(asked: Window) -> int:
    """Return the whole points the window's villages may issue in the year after its last day."""
    first = date(asked.until.year + 1, 1, 1)
    budgets = current().subquery()
    points = db.session.scalar(
        select(func.sum(budgets.c.points)).where(
            or_(False, *(budgets.c.region_code.startswith(code) for code in reaches(asked))),
            budgets.c.starts_on.between(first, first.replace(month=12, day=31)),
        )
    )
    return int(points or 0)
