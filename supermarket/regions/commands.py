"""`flask regions …`."""

from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import AppGroup

from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.regions import service as regions
from supermarket.spreadsheets.columns import Column
from supermarket.spreadsheets.reading import read_rows

cli = AppGroup("regions", help="Places.")

COLUMNS = (
    Column("code", "code", ("代码", "区划代码", "统计用区划代码"), required=True, max_length=12),
    Column("name", "name", ("名称", "区划名称"), required=True, max_length=60),
)


@cli.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_command(file: Path) -> None:
    """Take in official codes and names from a CSV or Excel FILE, all of them or none.

    A place stands after the place it belongs to. Loading the same file again changes
    nothing; places it does not name stay. Exits with 1 if a row is wrong.
    """
    try:
        with file.open("rb") as opened, transaction():
            count = regions.load(_pairs(opened.read(), file.name))
    except DomainError as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"已导入 {count} 个区划")


def _pairs(content: bytes, filename: str) -> Iterator[tuple[str, str]]:
    for row in read_rows(content, filename, headers=COLUMNS):
        yield str(row.values["code"]), str(row.values["name"])
