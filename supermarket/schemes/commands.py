"""`flask schemes …`."""

from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.schemes import service as schemes
from supermarket.schemes.errors import RuleRowsError

cli = AppGroup("schemes", help="Programmes and rules.")

#: Mistakes of a file named before the command stops.
NAMED = 50
DAY = click.DateTime(["%Y-%m-%d"])


@cli.command("load-rules")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", required=True, help="Code of the region that keeps the rules.")
@click.option("--since", type=DAY, help="First day they apply, e.g. 2026-01-01; else today.")
def load_rules_command(file: Path, region: str, since: datetime | None) -> None:
    """Take in the rules of an Excel or CSV FILE, all of them or none.

    A changed rule becomes a new version, an unchanged one stays as it is. Exits with 1
    if a row is wrong, naming each.
    """
    try:
        with file.open("rb") as opened:
            rows = schemes.read_rules(opened, file.name)
        with transaction():
            loaded = schemes.load_rules(rows, region, None, since=_day(since))
    except RuleRowsError as refused:
        for error in refused.errors[:NAMED]:
            where = f"第 {error.row} 行 {error.column}（{error.value}）"
            click.secho(f"{where}：{error.sentence}", fg="red", err=True)
        raise click.ClickException(str(refused)) from refused
    except DomainError as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(
        f"已导入：新增 {loaded.new} 条，修改 {loaded.changed} 条，没有变化 {loaded.unchanged} 条"
    )


@cli.command("set")
@click.option("--region", required=True, help="Code of the region, e.g. 410482.")
@click.option("--name", default="爱心超市", show_default=True, help="What the programme is called.")
@click.option("--fen-per-point", type=int, default=100, show_default=True, help="1 yuan = 100.")
@click.option("--month-cap", type=int, help="Most points of a household in a month; else none.")
@click.option("--since", type=DAY, help="First day it applies, e.g. 2026-01-01; else today.")
def set_command(
    region: str, name: str, fen_per_point: int, month_cap: int | None, since: datetime | None
) -> None:
    """Set what the programme of a region is called and worth, from a day on."""
    try:
        with transaction():
            scheme = schemes.set_scheme(
                region,
                since=_day(since) or today(),
                programme_name=name,
                fen_per_point=fen_per_point,
                household_month_cap=month_cap,
                by=None,
            )
    except DomainError as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{scheme.region_code} 自 {scheme.since} 起：{name}，1 分 = {fen_per_point} 分钱")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
