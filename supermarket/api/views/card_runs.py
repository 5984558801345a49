"""The runs cards are printed in."""

from collections.abc import Callable
from typing import Any

from flask import Response, send_file

from supermarket.api import queries
from supermarket.api.forms import cards as shapes
from supermarket.api.forms import cursors
from supermarket.api.views.cards import handed, shown_handover
from supermarket.api.views.frame import bp
from supermarket.cards import queries as cards_queries
from supermarket.cards.errors import NotReadyError
from supermarket.cards.models import PrintRun
from supermarket.cards.queries.print_runs import RunRow
from supermarket.cards.service import press, runs
from supermarket.cards.views import files
from supermarket.database import once_more, transaction
from supermarket.errors import NotFoundError
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires

PDF = {"type": "string", "format": "binary"}


@bp.route("/card-runs", tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.arguments(shapes.RunSearch, location="query")
@bp.response(200, shapes.RunPage)
def card_runs(asked: dict[str, Any]) -> dict[str, Any]:
    """Return print runs, newest first."""
    limit: int = asked["limit"]
    found = cards_queries.print_runs.print_runs(
        current_user.scope(Permission.MANAGE_CARDS),
        region=asked["region"],
        before=cursors.read_number("card-runs", asked.get("cursor")),
        limit=limit + 1,
    )
    page = cursors.page("card-runs", found, limit, lambda row: row.run.id)
    return {**page, "items": [_shown(row) for row in page["items"]]}


@bp.route("/card-runs", methods=["POST"], tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.arguments(shapes.RunSent)
@bp.response(201, shapes.RunStanding)
def make_card_run(asked: dict[str, Any]) -> dict[str, Any]:
    """Print cards, or make blanks and print them; the same key prints them once."""
    scope, by, key = current_user.scope(Permission.MANAGE_CARDS), current_user.id, asked["key"]
    place = queries.region_inside(asked["region"], scope)
    if "blanks" in asked:
        return _started(
            lambda: runs.make_blanks(
                asked["blanks"],
                place.code,
                by,
                key=key,
                backs=asked["backs"],
                last_day=asked.get("last_day"),
            )
        )
    choice = runs.Choice(
        place.code,
        group=asked["group"],
        households=asked["households"],
        unprinted=asked["unprinted"],
        names=asked["names"],
        backs=asked["backs"],
        part=asked["part"],
    )
    return _started(lambda: runs.make(choice, by, key=key))


@bp.route("/card-runs/<number>", tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.response(200, shapes.RunStanding)
def card_run(number: str) -> dict[str, Any]:
    """Return a print run, and how far its file is."""
    return _standing(_run(number))


@bp.route("/card-runs/<number>/cards", tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.arguments(shapes.RunCardSearch, location="query")
@bp.response(200, shapes.RunCardPage)
def card_run_cards(asked: dict[str, Any], number: str) -> dict[str, Any]:
    """Return a run's cards in their order."""
    row, limit = _run(number), asked["limit"]
    after = cursors.read_number("run-cards", asked.get("cursor"))
    found = cards_queries.print_runs.run_cards(row.run, after_place=after or 0, limit=limit + 1)
    return cursors.page("run-cards", found, limit, lambda card: card.place)


@bp.route("/card-runs/<number>/sheets", tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.response(200, PDF, content_type="application/pdf")
def card_run_sheets(number: str) -> Response:
    """Return a run's sheets as a PDF."""
    row = _run(number)
    if not files.may_download(row.run):
        raise NotFoundError(what=number)
    file = files.file_of(row.run)
    if not press.standing(file).ready:
        raise NotReadyError
    seen.note("card.print", row.run.region_code)
    return send_file(file, mimetype="application/pdf")


@bp.route("/card-runs/<number>/repeat", methods=["POST"], tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.arguments(shapes.RunAgain)
@bp.response(201, shapes.RunStanding)
def repeat_card_run(asked: dict[str, str], number: str) -> dict[str, Any]:
    """Print a run's cards again, those that are still good."""
    row, by = _run(number), current_user.id
    return _started(lambda: runs.again(row.run, by, key=asked["key"]))


@bp.route("/card-runs/<number>/handovers", methods=["POST"], tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.arguments(shapes.HandoverSent)
@bp.response(201, shapes.Handover)
def hand_over_card_run(asked: dict[str, str], number: str) -> dict[str, Any]:
    """Write down into whose hands a run's cards went."""
    row, by, to_whom, note = _run(number), current_user.id, asked["to_whom"], asked["note"]
    with transaction():
        given = runs.hand_over(row.run, to_whom, note, by)
    return shown_handover(given, current_user.name)


def _run(number: str | int) -> RunRow:
    scope, text = current_user.scope(Permission.MANAGE_CARDS), str(number)
    plain = text.isascii() and text.isdigit() and len(text) < 10
    found = cards_queries.print_runs.print_run(int(text), scope) if plain else None
    if found is None:
        raise NotFoundError(what=text)
    return found


def _started(write: Callable[[], PrintRun]) -> dict[str, Any]:
    run = once_more(write)
    files.begin(run)
    return _standing(_run(run.id))


def _shown(row: RunRow) -> dict[str, Any]:
    run = row.run
    return {
        "number": run.id,
        "kind": run.kind,
        "region": run.region_code,
        "group": run.group,
        "cards": run.cards,
        "names": run.names,
        "backs": run.backs,
        "repeats": run.again_id,
        "made_at": run.made_at,
        "maker": row.maker,
    }


def _standing(row: RunRow) -> dict[str, Any]:
    standing = press.standing(files.file_of(row.run))
    return {
        **_shown(row),
        "ready": standing.ready,
        "drawn": row.run.cards if standing.ready else standing.done,
        "handovers": handed(cards_queries.print_runs.handovers(row.run)),
    }
