"""`flask deductions …`."""

import click
from flask.cli import AppGroup

from supermarket.clock import today
from supermarket.database import once_more
from supermarket.deductions import queries
from supermarket.deductions import service as deductions
from supermarket.errors import DomainError

cli = AppGroup("deductions", help="Deductions.")


@cli.command("post")
def post_command() -> None:
    """Take the points of every undisputed deduction whose time to appeal is over.

    Run it every day; late, twice or by two at once it takes nothing twice. Exits with 1
    if one of them could not be posted, after the others were.
    """
    on = today()
    posted = points = 0
    failed: list[str] = []
    with click.progressbar(queries.due(on), label="扣分入账", show_pos=True) as codes:
        for code in codes:
            try:
                done = once_more(lambda code=code: deductions.post(code, on))  # type: ignore[misc]  # bound at once
            except DomainError as refused:
                failed.append(f"{code}：{refused}")
                continue
            if done is not None:
                posted, points = posted + 1, points + done.points_posted
    for line in failed:
        click.secho(line, fg="red", err=True)
    click.echo(f"扣分入账 {posted} 笔，共 {points} 分；有申诉的等答复以后再办")
    if failed:
        raise SystemExit(1)
