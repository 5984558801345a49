"""`flask points …`: what runs by the calendar."""

from functools import partial

import click
from flask.cli import AppGroup
from sqlalchemy import select

from supermarket.clock import today
from supermarket.database import db, once_more
from supermarket.errors import DomainError
from supermarket.expiry import queries
from supermarket.expiry import service as expiry
from supermarket.expiry.models import RunState
from supermarket.regions.models import within
from supermarket.schemes.errors import NoSchemeError
from supermarket.staff.models import StaffMember

cli = AppGroup("points", help="Points that end, and yearly grants.")

by_option = click.option("--by", help="User name of whoever answers; else the village's office.")
region_option = click.option("--region", default="", help="Only villages of this region.")


@cli.command("announce")
@by_option
@region_option
def announce_command(by: str | None, region: str) -> None:
    """Announce the points that will end, N days before, as the programmes say.

    Run it every day: an end is announced once. Exits with 1 if a village was refused.
    """
    actor, made, refused = _staff_id(by), 0, 0
    for village in _villages(region):
        try:
            runs = once_more(partial(expiry.announce, village, by=actor))
        except DomainError as error:
            refused += _tell(village, error)
            continue
        for run in runs:
            if run.state is not RunState.ANNOUNCED:
                continue
            made += 1
            click.echo(f"{run.code}：{run.due_on} 过期，已预告")
    _finish(f"新预告 {made} 批", refused)


@cli.command("expire")
@by_option
@region_option
def expire_command(by: str | None, region: str) -> None:
    """Post the announced expiries whose day has come, one entry for each village.

    Run it every day, late or twice: nothing is posted twice. Exits with 1 if one was refused.
    """
    actor, posted, refused = _staff_id(by), 0, 0
    codes = [run.code for run in queries.due(today()) if within(run.village_code, region)]
    for code in codes:
        try:
            done = once_more(partial(expiry.expire, code, by=actor))
        except DomainError as error:
            refused += _tell(code, error)
            continue
        posted += not done.replayed and done.state is RunState.POSTED
        click.echo(f"{code}：{done.households} 户 {done.points} 分")
    _finish(f"过期入账 {posted} 批", refused)


@cli.command("grant")
@click.option("--year", type=int, required=True, help="This year, e.g. 2026.")
@by_option
@region_option
def grant_command(year: int, by: str | None, region: str) -> None:
    """Give every village's households what the programme grants their tags this year.

    Once a year for each village, however often it runs. Exits with 1 if one was refused.
    """
    actor, households, points, refused = _staff_id(by), 0, 0, 0
    for village in _villages(region):
        try:
            done = once_more(partial(expiry.grant, village, year, by=actor))
        except NoSchemeError:
            continue
        except DomainError as error:
            refused += _tell(village, error)
            continue
        households, points = households + done.households, points + done.points
    _finish(f"{year} 年基础分：{households} 户 {points} 分", refused)


def _villages(region: str) -> list[str]:
    return [code for code in queries.villages() if within(code, region)]


def _staff_id(username: str | None) -> int | None:
    if username is None:
        return None
    found = db.session.scalar(
        select(StaffMember.id).where(StaffMember.username == username, StaffMember.active)
    )
    if found is None:
        raise click.ClickException(f"没有“{username}”这个账号，或已停用")
    return found


def _tell(subject: str, error: DomainError) -> int:
    click.secho(f"{subject}：{error}", fg="red", err=True)
    return 1


def _finish(words: str, refused: int) -> None:
    if refused:
        raise click.ClickException(f"{words}，{refused} 批没有办成，见上面的原因")
    click.echo(words)
