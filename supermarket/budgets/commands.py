"""`flask budgets …`."""

import click
from flask.cli import AppGroup

from supermarket.budgets import queries
from supermarket.clock import today
from supermarket.staff.models import Scope

cli = AppGroup("budgets", help="What villages may issue.")


@cli.command("show")
@click.option("--region", default="", help="Only villages of this region.")
def show_command(region: str) -> None:
    """Show each village's budget, its use and the coverage today."""
    villages = queries.villages(Scope((region,), ()))
    standings = queries.standings([village.code for village in villages], today())
    for village in villages:
        one = standings.get(village.code)
        if one is None:
            click.echo(f"{village.code} {village.name}：还没有积分方案")
            continue
        budget = "没设预算" if one.budget is None else f"预算 {one.budget}，已发 {one.used}"
        percent = "—" if one.coverage_percent is None else f"{one.coverage_percent}%"
        stopped = "，停发" if one.stopped else ""
        click.echo(f"{village.code} {village.name}：{budget}，保障率 {percent}{stopped}")
