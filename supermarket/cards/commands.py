"""``flask cards …``: cards for a whole village without a browser, and their last days."""

from itertools import count
from pathlib import Path
from uuid import uuid4

import click
from flask import current_app
from flask.cli import AppGroup

from supermarket.cards import queries
from supermarket.cards.service import cards, faces, press, printing, runs
from supermarket.database import db, transaction
from supermarket.errors import DomainError
from supermarket.staff.models import StaffMember

cli = AppGroup("cards", help="Issue and print member cards.")


@cli.command("print")
@click.option("--village", required=True, help="The village's code, 12 digits.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--group", default="", help="Only one villagers' group, e.g. 3组.")
@click.option("--names/--no-names", default=True, help="Whether heads' names are on the cards.")
@click.option("--backs", is_flag=True, help="Print the backs as well.")
@click.option("--unprinted", is_flag=True, help="Only cards that were never printed.")
@click.option("--issue-by", default="", help="First issue missing cards in this username's name.")
@click.option("--by", "printed_by", default="", help="The username the print run is noted under.")
def print_cards(
    village: str,
    out: Path,
    group: str,
    names: bool,
    backs: bool,
    unprinted: bool,
    issue_by: str,
    printed_by: str,
) -> None:
    """Write the cards of a village as A4 sheets, and name what no font can print."""
    if issue_by:
        click.echo(f"新发 {_issue_missing(village, group, issue_by)} 张卡")
    by = _staff_id(printed_by or issue_by) if printed_by or issue_by else None
    choice = runs.Choice(village, group=group, unprinted=unprinted, names=names, backs=backs)
    chosen = runs.chosen(choice)
    if not chosen:
        raise click.ClickException(f"{village} 没有在用的卡，请先发卡（--issue-by 用户名）")
    drawn = faces.faces(
        chosen,
        current_app.extensions.get(faces.WORDS, faces.default_words),
        secret=current_app.config["CARD_KEY"],
        public_url=current_app.config["PUBLIC_URL"],
        show_name=names,
    )
    with (
        _closed(out).open("wb") as paper,
        click.progressbar(length=len(chosen), label="制卡", show_pos=True) as bar,
    ):
        report = printing.sheets(
            drawn, paper, backs=backs, progress=lambda done: bar.update(done - bar.pos)
        )
    for missing in report.missing:
        click.secho(
            f"卡 {missing.card_number}：“{missing.text}”里的“{missing.characters}”印不出，请手写",
            fg="yellow",
            err=True,
        )
    noted = _note([card.card_id for card in chosen], choice, by)
    click.echo(f"{report.cards} 张卡，{report.pages} 页，记为第 {noted} 批：{out}")


@cli.command("expire")
def expire() -> None:
    """Put away the cards whose last day is over; for every night, may run late or twice."""
    over = 0
    for _ in count():
        with transaction():
            put_away = cards.expire_over()
        over += put_away
        if not put_away:
            break
        click.echo(f"已办 {over} 张……", err=True)
    swept = press.sweep()
    click.echo(f"{over} 张卡到期停用，清理 {swept} 个旧的印卡文件")


def _closed(out: Path) -> Path:
    """Let nobody else read a file that holds the codes of cards in use."""
    out.touch(mode=0o600)
    out.chmod(0o600)
    return out


def _note(card_ids: list[int], choice: runs.Choice, by: int | None) -> str:
    """Write down what was printed; return the numbers of the runs."""
    numbers = []
    for start in range(0, len(card_ids), runs.MOST_CARDS):
        with transaction():
            run = runs.note(
                card_ids[start : start + runs.MOST_CARDS], choice, by, key=f"cli-{uuid4().hex}"
            )
        numbers.append(str(run.id))
    return "、".join(numbers)


def _issue_missing(village: str, group: str, username: str) -> int:
    """Issue the missing cards of a village; return how many."""
    actor_id = _staff_id(username)
    try:
        with transaction():
            return len(cards.issue_all(queries.without_card(village, group=group), actor_id))
    except DomainError as error:
        raise click.ClickException(str(error)) from error


def _staff_id(username: str) -> int:
    found = db.session.query(StaffMember).filter_by(username=username, active=True).first()
    if found is None:
        raise click.ClickException(f"没有名为 {username} 的工作人员")
    return found.id
