"""``flask cards …``: cards for a whole village without a browser."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from supermarket.cards import queries
from supermarket.cards.service import cards, faces, printing
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
@click.option("--issue-by", default="", help="First issue missing cards in this username's name.")
def print_cards(
    village: str, out: Path, group: str, names: bool, backs: bool, issue_by: str
) -> None:
    """Write the cards of a village as A4 sheets, and name what no font can print."""
    if issue_by:
        click.echo(f"新发 {_issue_missing(village, group, issue_by)} 张卡")
    chosen = queries.printable(village, group=group)
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
        out.open("wb") as paper,
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
    click.echo(f"{report.cards} 张卡，{report.pages} 页：{out}")


def _issue_missing(village: str, group: str, username: str) -> int:
    """Issue the missing cards of a village; return how many."""
    found = db.session.query(StaffMember).filter_by(username=username, active=True).first()
    if found is None:
        raise click.ClickException(f"没有名为 {username} 的工作人员")
    actor_id = found.id
    try:
        with transaction():
            return len(cards.issue_all(queries.without_card(village, group=group), actor_id))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
