"""`flask reports …`."""

from datetime import date, datetime, timedelta

import click
from flask.cli import AppGroup

from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.errors import DomainError
from supermarket.ledger.errors import MonthAlreadyClosedError
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY
from supermarket.reports import service as reports
from supermarket.reports.queries import closing, rollups
from supermarket.reports.queries.monthly_facts import month_number
from supermarket.staff import queries as staff
from supermarket.staff.models import Permission, Scope, StaffMember
from supermarket.staff.queries.names import normal

cli = AppGroup("reports", help="Figures: bring the sums forward, close months.")

#: Entries folded at a time when nobody works meanwhile, or few do.
PIECE = 5000


@cli.command("fold")
def fold_command() -> None:
    """Bring the sums by month up to the newest entry.

    For a job every quarter of an hour, or every night: reports are right without it, and
    quicker with it. May run at any time, twice at once, and again after it was killed.
    """
    click.echo(f"汇总已跟上：新加 {fold_all()} 笔凭证")


@cli.command("rebuild")
def rebuild_command() -> None:
    """Empty the sums by month and add them up again from the first entry.

    Shops go on meanwhile; reports count from the journals until it is done. The same
    books give the same sums.
    """
    with transaction():
        reports.empty()
    click.echo(f"汇总已重做：共 {fold_all()} 笔凭证")


def fold_all() -> int:
    """Bring the sums forward until nothing is behind; return how many entries that were."""
    waiting = sum(row.last_number - row.folded_to for row in rollups.behind())
    done = 0
    with click.progressbar(length=waiting, label="汇总", show_pos=True) as bar:
        while (piece := once_more(lambda: reports.fold(PIECE))).entries:
            done += piece.entries
            bar.update(piece.entries)
    return done


@cli.command("close-month")
@click.option("--county", required=True, help="Code of the county, e.g. 410482.")
@click.option("--month", type=click.DateTime(["%Y-%m"]), help="e.g. 2026-10.")
@click.option("--due", type=click.IntRange(0, 365), help="Every month that ended so many days ago.")
@click.option("--by", "username", required=True, help="Username of who answers for it.")
def close_month_command(
    county: str, month: datetime | None, due: int | None, username: str
) -> None:
    """Make a month of a county final, keep its figures and make its monthly reports.

    With --due a job may run it every night: it closes what is due, oldest first, and goes
    on with what was not finished. Exits with 0 also if there is nothing to do, and with 1
    if a month cannot be closed.
    """
    place = regions.region(county)
    if place is None or place.level != COUNTY:
        raise click.ClickException(f"没有代码为“{county}”的县，请填写 6 位区划代码")
    if (month is None) == (due is None):
        raise click.ClickException("请用 --month 指定月份，或用 --due 指定月末后第几天起结账")
    by = _answerable(username, county)
    fold_all()
    months = [month.date()] if month is not None else _due(county, due or 0)
    if not months:
        click.echo(f"{place.name}没有到期要结的月份")
    for one in months:
        try:
            _close(county, one, by, f"{place.name} {one.year}年{one.month}月")
        except DomainError as refused:
            raise click.ClickException(str(refused)) from refused


def _due(county: str, days: int) -> list[date]:
    """Return the months to close or to go on with, oldest first."""
    begun = [row.month for row in closing.months(Scope((county,), ())) if not row.done]
    last = today() - timedelta(days=days)
    due = [m for m in closing.open_months(county) if rollups.last_day(month_number(m)) < last]
    return sorted(begun + due)


def _close(county: str, month: date, by: StaffMember, named: str) -> None:
    held = by.scope(Permission.CLOSE_MONTHS)
    try:
        with transaction():
            reports.close_month(county, month, by=by.id, scope=held)
    except MonthAlreadyClosedError:
        known = closing.closed_month(county, month)
        if known is not None and known.done:
            click.echo(f"{named}以前已经结账，没有变化。数字校验码 {known.fingerprint[:16]}")
            return
    frozen = reports.measure(county, month)
    close = once_more(lambda: reports.freeze(frozen, by=by.id))
    with click.progressbar(length=len(frozen.figures), label="做月报", show_pos=True) as bar:
        left, done = 1, 0
        while left:
            left = once_more(lambda: reports.make_papers(county, month))
            bar.update(len(frozen.figures) - left - done)
            done = len(frozen.figures) - left
    click.echo(
        f"{named}已结账，月报 {len(frozen.figures)} 份已存好。数字校验码 {close.fingerprint[:16]}"
    )


def _answerable(username: str, county: str) -> StaffMember:
    """Return somebody who may close months of the county, or end the command."""
    member = staff.person(normal(username), Scope((county[:2],), ()))
    held = member.scope(Permission.CLOSE_MONTHS) if member and member.active else Scope((), ())
    if member is None or not held.covers_region(county):
        raise click.ClickException(
            f"“{username}”没有在这个县结账的权限，请填写县级工作人员的用户名"
        )
    return member
