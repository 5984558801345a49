"""`flask ledger …`."""

from itertools import islice

import click
from flask.cli import AppGroup

from supermarket.ledger.queries import verify

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
