"""`flask reservations …`."""

import click
from flask.cli import AppGroup

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.reservations import service as reservations

cli = AppGroup("reservations", help="Reservations.")


@cli.command("expire")
def expire_command() -> None:
    """Mark the reservations whose last day is over, and end those that nobody can collect.

    The former keep nothing since then anyway, the latter are of households that left or are
    frozen. Run it every day; late, twice or by two at once it marks each of them once.
    """
    with transaction():
        marked = reservations.expire(today())
        ended = reservations.let_go(today())
    click.echo(f"过期没来领的留货 {marked} 笔，货已放回可兑")
    if ended:
        click.echo(f"农户已退出或暂停兑换、领不了的留货 {ended} 笔，已取消，货已放回可兑")
