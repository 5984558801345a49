"""Print runs: make one, watch it being drawn, download it, hand it over, print it again."""

from collections.abc import Callable

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards import queries
from supermarket.cards.errors import NotReadyError
from supermarket.cards.forms import BlanksForm, HandoverForm, MakeRunForm, PickForm, RunForm
from supermarket.cards.models import PrintRun, RunKind
from supermarket.cards.queries import numbers
from supermarket.cards.queries.print_runs import RunRow
from supermarket.cards.service import faces, press, runs
from supermarket.cards.views import files
from supermarket.cards.views.printing import choice_of, pick_page, village_of
from supermarket.database import once_more, transaction
from supermarket.errors import DomainError
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("card_runs", __name__)

#: Runs, and cards of a run, on one page.
RUNS, CARDS = 20, 100


@bp.get("/cards/runs")
@requires(Permission.MANAGE_CARDS)
def index() -> ResponseReturnValue:
    """List the print runs of one's places, the newest first."""
    scope, before = (
        current_user.scope(Permission.MANAGE_CARDS),
        request.args.get("before", type=int),
    )
    found = queries.print_runs.print_runs(scope, before=before, limit=RUNS + 1)
    more = found[RUNS - 1].run.id if len(found) > RUNS else None
    return render_template(
        "cards/runs.html",
        rows=found[:RUNS],
        next_url=url_for(".index", before=more) if more else None,
        first_url=url_for(".index") if before else None,
    )


@bp.post("/cards/print/<code>/runs")
@requires(Permission.MANAGE_CARDS)
def make(code: str) -> ResponseReturnValue:
    """Print the cards of a village or a group; a second tap finds the first one's run."""
    village_of(code)
    form = MakeRunForm()
    if not form.validate_on_submit():
        abort(400)
    choice = choice_of(code, form.group.data or "", form.which.data or "all")._replace(
        names=bool(form.names.data), backs=bool(form.backs.data)
    )
    by, key = current_user.id, form.key.data or ""
    return _started(lambda: runs.make(choice, by, key=key))


@bp.post("/cards/print/<code>/pick")
@requires(Permission.MANAGE_CARDS)
def make_picked(code: str) -> ResponseReturnValue:
    """Print the cards of the households that were picked."""
    village_of(code)
    form = PickForm()
    group = form.group.data or ""
    if not form.validate_on_submit():
        return pick_page(code, form, group, 422)
    choice = runs.Choice(
        code,
        households=form.households.data or [],
        names=bool(form.names.data),
        backs=bool(form.backs.data),
    )
    by, key = current_user.id, form.key.data or ""
    try:
        return _started(lambda: runs.make(choice, by, key=key))
    except DomainError as error:
        form.form_errors.append(say(error))
        return pick_page(code, form, group, error.status)


@bp.route("/cards/blanks", methods=["GET", "POST"])
@requires(Permission.MANAGE_CARDS)
def blanks() -> ResponseReturnValue:
    """Make blanks to be linked at the counter, and print them."""
    form, status = BlanksForm(), 200
    scope = current_user.scope(Permission.MANAGE_CARDS)
    if form.validate_on_submit():
        by, key, count = current_user.id, form.key.data or "", form.count.data or 0
        backs, last_day = bool(form.backs.data), form.last_day.data
        place = scope.regions[0]
        try:
            return _started(
                lambda: runs.make_blanks(count, place, by, key=key, backs=backs, last_day=last_day)
            )
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
    elif request.method == "POST":
        status = 422
    waiting = len(queries.blanks(current_user.id))
    page = render_template("cards/blanks.html", form=form, waiting=waiting)
    return page, status


@bp.get("/cards/runs/<int:number>")
@requires(Permission.MANAGE_CARDS)
def show(number: int) -> ResponseReturnValue:
    """Show a print run: how far its file is, its cards, into whose hands they went."""
    return _page(_run(number), HandoverForm(formdata=None))


@bp.get("/cards/runs/<int:number>/progress")
@requires(Permission.MANAGE_CARDS)
def progress(number: int) -> ResponseReturnValue:
    """Draw the part of the page that moves while the file is drawn."""
    row = _run(number)
    return render_template("cards/progress.html", **_how_far(row.run))


@bp.get("/cards/runs/<int:number>.pdf")
@requires(Permission.MANAGE_CARDS)
def sheets(number: int) -> ResponseReturnValue:
    """Send the file of a print run; blanks go to nobody but whoever made them."""
    row = _run(number)
    if not files.may_download(row.run):
        abort(404)
    file = files.file_of(row.run)
    if not press.standing(file).ready:
        raise NotReadyError
    seen.note("card.print", row.run.region_code)
    return send_file(
        file, mimetype="application/pdf", as_attachment=True, download_name=f"cards-{number}.pdf"
    )


@bp.post("/cards/runs/<int:number>/draw")
@requires(Permission.MANAGE_CARDS)
def draw(number: int) -> ResponseReturnValue:
    """Draw the file anew, if drawing it stopped and the run is of today."""
    row = _run(number)
    files.begin(row.run)
    return redirect(url_for(".show", number=number))


@bp.post("/cards/runs/<int:number>/again")
@requires(Permission.MANAGE_CARDS)
def again(number: int) -> ResponseReturnValue:
    """Print a run's cards again, as a run of its own that says so."""
    row, form = _run(number), RunForm()
    if not form.validate_on_submit():
        abort(400)
    by, key = current_user.id, form.key.data or ""
    return _started(lambda: runs.again(row.run, by, key=key))


@bp.post("/cards/runs/<int:number>/handed")
@requires(Permission.MANAGE_CARDS)
def hand_over(number: int) -> ResponseReturnValue:
    """Write down into whose hands a run's cards went."""
    row, form = _run(number), HandoverForm()
    if not form.validate_on_submit():
        return _page(row, form), 422
    to_whom, note = form.to_whom.data or "", form.note.data or ""
    with transaction():
        runs.hand_over(row.run, to_whom, note, current_user.id)
    flash(_("已记下：这批卡交给了%(who)s", who=to_whom), "success")
    return redirect(url_for(".show", number=number))


def _started(write: Callable[[], PrintRun]) -> ResponseReturnValue:
    run = once_more(write)
    files.begin(run)
    return redirect(url_for("card_runs.show", number=run.id))


def _page(row: RunRow, form: HandoverForm) -> str:
    after = request.args.get("after", 0, type=int)
    found = queries.print_runs.run_cards(row.run, after_place=after, limit=CARDS + 1)
    good = queries.print_runs.run_printable(row.run)
    more = found[CARDS - 1].place if len(found) > CARDS else None
    return render_template(
        "cards/run.html",
        row=row,
        rows=found[:CARDS],
        good=len(good),
        missing=faces.unprintable(good) if row.run.names else [],
        handovers=queries.print_runs.handovers(row.run),
        form=form,
        repeating=RunForm(formdata=None),
        RunKind=RunKind,
        spaced=numbers.format,
        next_url=url_for(".show", number=row.run.id, after=more) if more else None,
        first_url=url_for(".show", number=row.run.id) if after else None,
        **_how_far(row.run),
    )


def _how_far(run: PrintRun) -> dict[str, object]:
    return {
        "run": run,
        "standing": press.standing(files.file_of(run)),
        "may_download": files.may_download(run),
        "is_new": files.is_new(run),
    }


def _run(number: int) -> RunRow:
    found = queries.print_runs.print_run(number, current_user.scope(Permission.MANAGE_CARDS))
    return found if found is not None else abort(404)
