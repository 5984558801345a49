"""`flask reservations …`."""

import click
from flask.cli import AppGroup

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.reservations import service as reservations

cli = AppGroup("reservations", help="Reservations.")


@cli.command("expire")
def expire_command() -> None:
    """Mark the reservations whose last day is over.

    They keep nothing since then anyway. Run it every day; late, twice or by two at once it
    marks each of them once.
    """
    with transaction():
        marked = reservations.expire(today())
    click.echo(f"过期没来领的留货 {marked} 笔，货已放回可兑")
