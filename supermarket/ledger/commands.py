"""`flask ledger …`."""

from datetime import datetime
from itertools import islice

import click
from flask.cli import AppGroup

from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import MonthAlreadyClosedError
from supermarket.ledger.queries import verify
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY
from supermarket.staff import queries as staff
from supermarket.staff.models import Permission, Scope, StaffMember
from supermarket.staff.queries.names import normal

cli = AppGroup("ledger", help="The books.")

#: Mistakes named before the command stops counting aloud.
NAMED = 20


@cli.command("verify")
def verify_command() -> None:
    """Add up every journal, account and lot again and name what is wrong.

    Reads only. Exits with 1 if it finds a mistake, so that a nightly job can shout.
    """
    entries = verify.size()
    with click.progressbar(length=entries, label="核对台账", show_pos=True) as bar:
        found = list(islice(verify.mistakes(bar.update), NAMED))
        bar.update(entries)
    for mistake in found:
        click.secho(str(mistake), fg="red", err=True)
    if found:
        click.echo(f"已核对 {entries} 笔凭证，发现错误，首处：{found[0].where}")
        raise SystemExit(1)
    click.echo(f"已核对 {entries} 笔凭证，账目全部相符")


@cli.command("close-month")
@click.option("--county", required=True, help="Code of the county, e.g. 410482.")
@click.option("--month", required=True, type=click.DateTime(["%Y-%m"]), help="e.g. 2026-10.")
@click.option("--by", "username", required=True, help="Username of who answers for it.")
def close_month_command(county: str, month: datetime, username: str) -> None:
    """Make a month of a county final: nothing new may be dated in it.

    Cannot be undone. Exits with 0 if the month is closed now, also if it was before, and
    with 1 if it cannot be closed.
    """
    place = regions.region(county)
    if place is None or place.level != COUNTY:
        raise click.ClickException(f"没有代码为“{county}”的县，请填写 6 位区划代码")
    named = f"{place.name} {month.year}年{month.month}月"
    by = _answerable(username, county)
    try:
        with transaction():
            ledger.close_month(county, month.date(), by.id)
    except MonthAlreadyClosedError:
        click.echo(f"{named}以前已经结账，没有变化")
    except DomainError as refused:
        raise click.ClickException(str(refused)) from refused
    else:
        click.echo(f"{named}已结账，不能再补记到这个月")


def _answerable(username: str, county: str) -> StaffMember:
    """Return somebody who may close months of the county, or end the command."""
    member = staff.person(normal(username), Scope((county[:2],), ()))
    held = member.scope(Permission.CLOSE_MONTHS) if member and member.active else Scope((), ())
    if member is None or not held.covers_region(county):
        raise click.ClickException(
            f"“{username}”没有在这个县结账的权限，请填写县级工作人员的用户名"
        )
    return member
