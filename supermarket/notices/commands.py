"""`flask notices …`."""

from uuid import uuid4

import click
from flask.cli import AppGroup

from supermarket.clock import today
from supermarket.database import once_more
from supermarket.errors import DomainError
from supermarket.notices import queries
from supermarket.notices import service as notices
from supermarket.notices.queries import DueNotice
from supermarket.staff import queries as staff
from supermarket.staff.models import Scope

cli = AppGroup("notices", help="Public notices: open them, post what nobody objected to.")


@cli.command("close")
@click.option("--village", default="", help="Only the notices of this village, or below a region.")
@click.option("--dry-run", is_flag=True, help="Say what would be posted; post nothing.")
def close_command(village: str, dry_run: bool) -> None:
    """Post every notice whose days are over; one entry for each.

    May be run at any time, twice at once, late, and again after it was killed: nothing is
    posted a second time. Exits with 1 if a notice could not be posted; the others are.
    """
    due = queries.due(today(), (village,))
    if not due:
        click.echo("没有到期待入账的公示")
        return
    failed = 0
    for found in due:
        if dry_run:
            click.echo(
                f"{found.reference} {found.village}：将入账 {found.lines} 笔{_held(found.held)}"
            )
        else:
            failed += not _close(found)
    if failed:
        raise click.ClickException(f"有 {failed} 期没有入账，原因见上；处理后再运行一次即可")


def _close(found: DueNotice) -> bool:
    """Close one notice in a transaction of its own; say what it did."""
    try:
        closed = once_more(lambda: notices.close(found.reference))
    except DomainError as refused:
        click.secho(f"{found.reference} {found.village}：{refused}", fg="red", err=True)
        return False
    posted = (
        f"已入账 {closed.lines} 笔 {closed.points} 分，单号 {closed.entry}"
        if closed.entry
        else "没有可入账的事项"
    )
    left = f"，{closed.left} 笔因农户已退出不再入账" if closed.left else ""
    click.echo(f"{found.reference} {found.village}：{posted}{left}{_held(closed.held)}")
    return True


def _held(lines: int) -> str:
    return f"，{lines} 笔有异议暂缓" if lines else ""


@cli.command("open")
@click.option("--village", required=True, help="Code of the village, 12 digits.")
@click.option("--by", "username", required=True, help="User name of who publishes there.")
@click.option("--phone", default="", help="Whom to call; default: the nearest shop's telephone.")
def open_command(village: str, username: str, phone: str) -> None:
    """Announce all that is accepted in a village.

    Exits with 1 if nothing waits there, or the person may not publish there.
    """
    member = staff.person(username, Scope(("",), ()))
    if member is None or not member.active:
        raise click.ClickException(f"没有用户名为 {username} 的在用账号")
    key = uuid4().hex
    try:
        opened = once_more(lambda: notices.open_notice(village, by=member, key=key, phone=phone))
    except DomainError as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(
        f"{opened.reference} 已张榜：{opened.opens_on} 至 {opened.closes_on}，网页 /n/{opened.code}"
    )
