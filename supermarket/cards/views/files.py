"""The files of print runs: who draws them, where they are, who may have them."""

from pathlib import Path

from flask import current_app

from supermarket.cards import queries
from supermarket.cards.models import PrintRun, RunKind
from supermarket.cards.service import faces, press
from supermarket.cards.views.words import words_of
from supermarket.clock import now
from supermarket.staff.views.guard import current_user


def file_of(run: PrintRun) -> Path:
    """Return where a run's file is, or will be."""
    return press.file_of(run, secret=current_app.config["CARD_KEY"])


def begin(run: PrintRun) -> None:
    """Let a run's file be drawn, if the run is new and the file this person's to have."""
    if not is_new(run) or not may_download(run):
        return
    drawn = faces.faces(
        queries.print_runs.run_printable(run),
        words_of(),
        secret=current_app.config["CARD_KEY"],
        public_url=current_app.config["PUBLIC_URL"],
        show_name=run.names,
    )
    press.start(file_of(run), drawn, backs=run.backs)


def is_new(run: PrintRun) -> bool:
    """Whether a run's file may still be drawn; an older run is printed again, and says so."""
    return (now() - run.made_at).total_seconds() < press.KEPT


def may_download(run: PrintRun) -> bool:
    """Whether a run's file is this person's to have: blanks are only their maker's.

    Whoever keeps the picture of a blank could copy the card a household is given later.
    """
    return run.kind is not RunKind.BLANKS or run.made_by == current_user.id
