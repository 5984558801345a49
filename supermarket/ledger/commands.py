"""`flask ledger …`."""

import os
from itertools import islice
from pathlib import Path

import click
from flask.cli import AppGroup

from supermarket.database import db, one_moment
from supermarket.ledger.queries import export, verify

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


@cli.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--under",
    multiple=True,
    help="Only journals whose codes begin so: a county 410482, a shop 410482100203S01. "
    "May be given several times; without it, all.",
)
def export_command(file: Path, under: tuple[str, ...]) -> None:
    """Write journals into FILE, to be checked without the application by docs/verify_ledger.py.

    Reads only, and the books of one moment; the same books give the same bytes. FILE appears
    when it is complete. Exits with 1 if there is no such journal or FILE cannot be written.
    """
    one_moment()
    journals = export.heads(under)
    if not journals:
        raise click.ClickException(f"没有代码以“{'、'.join(under)}”开头的台账，请核对代码")
    entries, part = sum(journal.entries for journal in journals), Path(f"{file}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as out:
            with click.progressbar(length=entries, label="导出台账", show_pos=True) as bar:
                out.writelines(export.lines(journals, bar.update))
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        raise click.ClickException(f"不能写入“{file}”：{error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
        db.session.rollback()
    click.echo(f"已导出 {len(journals)} 本台账、{entries} 笔凭证到 {file}")
