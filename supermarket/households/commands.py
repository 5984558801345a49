"""`flask households …`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.households.errors import NothingToImportError
from supermarket.households.queries.villages import Villages
from supermarket.households.service import roster
from supermarket.households.service.roster import Plan, Problem, Progress
from supermarket.staff.models import Scope

cli = AppGroup("households", help="Households and their roster.")

#: Wrong cells named before the command stops.
NAMED = 50
EVERYWHERE = Scope(regions=("",), shops=())


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--village", default="", help="Village of rows that name none: name or code.")
@click.option("--dry-run", is_flag=True, help="Say what would change and change nothing.")
def import_command(file: Path, village: str, dry_run: bool) -> None:
    """Take in a roster, an Excel or CSV FILE: all of it or nothing.

    Importing the same file again changes nothing. Exits with 1 if a row is wrong.
    """
    content = file.read_bytes()
    try:
        code = Villages(EVERYWHERE).find(village) if village else ""
        with _counting("已读 {:,} 行") as reading:
            plan = roster.dry_run(
                content, file.name, EVERYWHERE, village_code=code, progress=reading
            )
        _say(plan)
        if plan.problems:
            raise SystemExit(1)
        if dry_run:
            return
        total = len(plan.added) + len(plan.changed)
        with click.progressbar(length=total, label="写入", show_pos=True) as bar, transaction():
            roster.take_in(
                content,
                file.name,
                EVERYWHERE,
                None,
                village_code=code,
                digest=plan.digest,
                writing=bar.update,
            )
    except NothingToImportError as nothing:
        click.echo(str(nothing))
    except DomainError as refused:
        raise click.ClickException(str(refused)) from refused
    else:
        click.echo(f"已导入：新增 {len(plan.added)} 户，更新 {len(plan.changed)} 户")


def _say(plan: Plan) -> None:
    """Print what a roster would change, and what is wrong with it."""
    click.echo(
        f"{plan.rows} 行，{plan.households} 户：新增 {len(plan.added)} 户，"
        f"更新 {len(plan.changed)} 户，不变 {plan.unchanged} 户，"
        f"系统里有而表中没有 {len(plan.absent)} 户"
    )
    if plan.unknown_headers:
        click.echo(f"没有读取的列：{'、'.join(plan.unknown_headers)}")
    for problem in plan.problems[:NAMED]:
        click.secho(_sentence(problem), fg="red", err=True)
    if plan.problems:
        rest = len(plan.problems) - NAMED
        more = f"，另有 {rest} 处未列出" if rest > 0 else ""
        click.secho(f"共 {len(plan.problems)} 处要改{more}", fg="red", err=True)


def _sentence(problem: Problem) -> str:
    value = f"（{problem.value}）" if problem.value else ""
    said = problem.message.format(**problem.facts)
    return f"第 {problem.row} 行 {problem.column}{value}：{said}"


@contextmanager
def _counting(words: str) -> Iterator[Progress]:
    """Count aloud on one line, where somebody is looking."""
    total = 0
    aloud = sys.stderr.isatty()

    def more(count: int) -> None:
        nonlocal total
        total += count
        if aloud:
            click.echo("\r" + words.format(total), nl=False, err=True)

    yield more
    if aloud:
        click.echo(err=True)
