"""When the county let villages issue past the stop."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from supermarket.budgets.models import IssueOverride
from supermarket.database import db
from supermarket.ledger.models import Account, AccountKind, Entry, EntryKind, PointsLine
from supermarket.regions.models import Region, above, after
from supermarket.regions.queries import under
from supermarket.staff.models import Scope, StaffMember


class OverrideRow(NamedTuple):
    """An override in a list."""

    override: IssueOverride
    region_name: str
    approved_by: str
    #: Whole points its villages issued under it: awards dated in its days and posted since.
    points: int


def in_force(village_codes: Collection[str], on: date) -> dict[str, IssueOverride]:
    """Return the override that lets each of the villages issue on a day, where there is one."""
    places = {place for code in village_codes for place in above(code)}
    rows = db.session.scalars(
        select(IssueOverride)
        .where(
            IssueOverride.region_code.in_(places),
            IssueOverride.from_on <= on,
            IssueOverride.until_on >= on,
            IssueOverride.withdrawn_at.is_(None),
        )
        .order_by(IssueOverride.id)
    )
    by_place = {row.region_code: row for row in rows}
    return {
        code: next(by_place[place] for place in above(code) if place in by_place)
        for code in village_codes
        if any(place in by_place for place in above(code))
    }


def overrides(
    scope: Scope, *, limit: int = 200, override_id: int | None = None
) -> list[OverrideRow]:
    """Return the overrides that concern places of a scope, newest first, with their use.

    ``override_id`` asks for one of them alone.
    """
    over = {place for region in scope.regions for place in above(region)}
    original = aliased(Entry)
    used = (
        select(func.coalesce(func.sum(-PointsLine.points), 0))
        .join(Account, Account.id == PointsLine.account_id)
        .join(Entry, Entry.id == PointsLine.entry_id)
        .outerjoin(original, original.id == Entry.reverses_id)
        .where(
            Account.kind == AccountKind.ISSUED,
            Account.owner_code >= IssueOverride.region_code,
            Account.owner_code < IssueOverride.region_code + after(""),
            under(Account.owner_code, scope.regions),
            Entry.occurred_on.between(IssueOverride.from_on, IssueOverride.until_on),
            Entry.posted_at >= IssueOverride.created_at,
            or_(
                IssueOverride.withdrawn_at.is_(None),
                Entry.posted_at <= IssueOverride.withdrawn_at,
            ),
            func.coalesce(original.kind, Entry.kind) == EntryKind.AWARD,
        )
        .correlate(IssueOverride)
        .scalar_subquery()
    )
    wanted = (
        select(IssueOverride, Region.name, StaffMember.name, used)
        .join(Region, Region.code == IssueOverride.region_code)
        .join(StaffMember, StaffMember.id == IssueOverride.approved_by)
        .where(
            or_(
                under(IssueOverride.region_code, scope.regions),
                IssueOverride.region_code.in_(over),
            )
        )
        .order_by(IssueOverride.id.desc())
        .limit(limit)
    )
    if override_id is not None:
        wanted = wanted.where(IssueOverride.id == override_id)
    rows = db.session.execute(wanted)
    return [OverrideRow(row[0], row[1], row[2], int(row[3])) for row in rows]
