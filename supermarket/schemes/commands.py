"""`flask schemes …`."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.schemes import queries
from supermarket.schemes import service as schemes
from supermarket.schemes.errors import NoSchemeError, RuleRowsError
from supermarket.schemes.models import Expiry, ReviewPeriod
from supermarket.schemes.service import SchemeText

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
@click.option("--name", help="What the programme is called.")
@click.option("--fen-per-point", type=int, help="1 yuan = 100.")
@click.option("--month-cap", type=int, help="Most points of a household in a month.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Any other setting, e.g. notice_days=5 or expiry=year_end; an empty value is none.",
)
@click.option("--since", type=DAY, help="First day it applies, e.g. 2026-01-01; else today.")
def set_command(
    region: str,
    name: str | None,
    fen_per_point: int | None,
    month_cap: int | None,
    settings: tuple[str, ...],
    since: datetime | None,
) -> None:
    """Set what the programme of a region is called and worth, from a day on.

    What is not named stays as it applies there on that day; where nothing applies yet, the
    programme is called 爱心超市 and a point is worth 1 yuan. Exits with 1 if it is refused.
    """
    day = _day(since) or today()
    given = {
        "programme_name": name,
        "fen_per_point": fen_per_point,
        "household_month_cap": month_cap,
    }
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    changes |= dict(_setting(pair) for pair in settings)
    try:
        with transaction():
            text = _applying(region, day)._replace(**changes)
            scheme = schemes.set_scheme(region, text, since=day, by=None)
    except DomainError as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(
        f"{scheme.region_code} 自 {scheme.since} 起：{scheme.programme_name}，"
        f"1 分 = {scheme.fen_per_point} 分钱"
    )


def _applying(region: str, on: date) -> SchemeText:
    try:
        return schemes.scheme_text(queries.scheme(region, on))
    except NoSchemeError:
        return SchemeText("爱心超市", 100)


def _setting(pair: str) -> tuple[str, Any]:
    """Read ``name=value`` as the field of that name wants it."""
    name, equals, typed = pair.partition("=")
    if not equals or name not in SchemeText._fields or name == "base_grants":
        raise click.BadParameter(f"没有“{name}”这一项", param_hint="--set")
    try:
        match name:
            case "programme_name":
                return name, typed
            case "review_period":
                return name, ReviewPeriod(typed)
            case "expiry":
                return name, Expiry(typed)
            case _:
                return name, int(typed) if typed else None
    except ValueError:
        raise click.BadParameter(f"“{name}”不能是“{typed}”", param_hint="--set") from None


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
