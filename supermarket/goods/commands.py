"""`flask goods …`."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.goods import service as goods
from supermarket.goods.errors import GoodsFileError
from supermarket.spreadsheets.reading import read_rows

cli = AppGroup("goods", help="The catalogue.")

#: Wrong lines named before the command stops.
NAMED = 50


@cli.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day from which the prices count, e.g. 2026-01-01; today if left out.",
)
def load_command(file: Path, since: datetime | None) -> None:
    """Take in the goods, prices and barcodes of an Excel or CSV FILE, all of it or nothing.

    Loading the same file again changes nothing. Exits with 1 if a line is wrong.
    """
    begins = since.date() if since else today()
    try:
        with file.open("rb") as opened, transaction():
            loaded = goods.load(
                read_rows(opened, file.name, headers=goods.COLUMNS), since=begins, by=None
            )
    except GoodsFileError as refused:
        for error in refused.errors[:NAMED]:
            click.secho(f"第 {error.row} 行 {error.column}：{error.sentence}", fg="red", err=True)
        raise click.ClickException(str(refused)) from refused
    except DomainError as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"已读 {loaded.rows} 行：新增 {loaded.added} 种，更新 {loaded.changed} 种")
