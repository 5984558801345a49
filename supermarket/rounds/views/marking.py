"""Marking households: tap by tap, all at once, with a note; reading what was marked."""

from collections import Counter
from datetime import UTC, datetime

from flask import (
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards.forms import CardForm
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.households import queries as households
from supermarket.photos import service as photos
from supermarket.photos.errors import PhotoInvalidError
from supermarket.rounds import queries
from supermarket.rounds import service as rounds
from supermarket.rounds.forms import HouseholdForm, changed_marks
from supermarket.rounds.models import Round, RoundKind, RoundState
from supermarket.rounds.views.events import event_page
from supermarket.rounds.views.places import award_scope, back, bp, mine, seen
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say


@bp.get("/rounds/<code>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(code: str) -> ResponseReturnValue:
    """Show a round: to be marked while it is open and one may, else to be read."""
    round_ = seen(code)
    may = award_scope().covers_region(round_.village_code)
    if round_.state is not RoundState.OPEN or not may:
        return _paper(round_, may)
    if round_.kind is RoundKind.EVENT:
        return event_page(round_, CardForm(formdata=None))
    rows = queries.sheet(round_)
    rest = [row for row in rows if row.grade is None]
    only_rest = request.args.get("show") == "rest"
    return render_template(
        "rounds/sheet.html",
        round=round_,
        rows=rest if only_rest else rows,
        rest=len(rest),
        total=len(rows),
        only_rest=only_rest,
        progress=queries.progress(round_),
        tied=households.tied(current_user.member.id),
        since=_latest(round_),
    )


@bp.post("/rounds/<code>/marks")
@requires(Permission.AWARD)
def save(code: str) -> ResponseReturnValue:
    """Keep what was chosen on the page since it was opened, then stay or go on to submit."""
    marks, scope, by = changed_marks(request.form), award_scope(), current_user.member.id
    try:
        with transaction():
            rounds.mark(mine(code), marks, scope=scope, by=by)
    except DomainError as error:
        return back(code, error)
    if request.form.get("then") == "submit":
        return redirect(url_for(".submit", code=code))
    flash(_("已保存"), "success")
    return redirect(url_for(".show", code=code))


@bp.post("/rounds/<code>/rest")
@requires(Permission.AWARD)
def rest(code: str) -> ResponseReturnValue:
    """Give one grade to every household that has none yet."""
    grade, by = request.form.get("grade", type=int) or 0, current_user.member.id
    try:
        with transaction():
            count = rounds.mark_rest(mine(code), grade, by=by)
    except DomainError as error:
        return back(code, error)
    flash(_("已记 %(count)s 户，再点一下例外的那几户", count=count), "success")
    return redirect(url_for(".show", code=code))


@bp.post("/rounds/<code>/households/<household>/mark")
@requires(Permission.AWARD)
def tap(code: str, household: str) -> ResponseReturnValue:
    """Keep one mark at once; answer with the household's row as it stands now."""
    chosen = request.form.get(household, "")
    grade = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 3 else 0
    scope, by = award_scope(), current_user.member.id
    try:
        with transaction():
            rounds.mark(mine(code), {household: grade}, scope=scope, by=by)
    except DomainError as error:
        flash(say(error), "warning")
        answer = Response(status=error.status)
        answer.headers["HX-Redirect"] = url_for(".show", code=code)
        return answer
    round_ = mine(code)
    return render_template(
        "rounds/changes.html",
        round=round_,
        row=queries.row_of(round_, household),
        others=[],
        progress=queries.progress(round_),
        tied=households.tied(by),
        since=None,
    )


@bp.get("/rounds/<code>/changes")
@requires(Permission.AWARD)
def changes(code: str) -> ResponseReturnValue:
    """Return the rows that any phone marked after ``since``; a closed round opens anew."""
    round_ = mine(code)
    if round_.state is not RoundState.OPEN:
        answer = make_response("")
        answer.headers["HX-Refresh"] = "true"
        return answer
    try:
        since = datetime.fromisoformat(request.args.get("since", ""))
    except ValueError:
        abort(404)
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    return render_template(
        "rounds/changes.html",
        round=round_,
        row=None,
        others=queries.sheet(round_, since=since),
        progress=queries.progress(round_),
        tied=households.tied(current_user.member.id),
        since=_latest(round_),
    )


@bp.route("/rounds/<code>/households/<household>", methods=["GET", "POST"])
@requires(Permission.AWARD)
def household(code: str, household: str) -> ResponseReturnValue:
    """Show one household of an inspection: grade, note, photo; keep them."""
    round_ = mine(code)
    row = queries.row_of(round_, household) if round_.kind is RoundKind.INSPECTION else None
    if row is None:
        abort(404)
    if round_.state is not RoundState.OPEN:
        return redirect(url_for(".show", code=code))
    form, status = HouseholdForm() if request.method == "POST" else HouseholdForm.about(row), 200
    form.offer(round_)
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                return _keep(code, household, form)
            except PhotoInvalidError as error:
                form.photo.errors = [say(error)]
            except DomainError as error:
                form.form_errors.append(say(error))
                status = error.status
    page = render_template("rounds/household.html", round=round_, row=row, form=form)
    return page, status


def _keep(code: str, household: str, form: HouseholdForm) -> ResponseReturnValue:
    """Keep what was said of a household; the photo is developed before the books are held."""
    content: bytes | None = form.photo.content
    photo = photos.develop(content) if content else None
    scope, by, note = award_scope(), current_user.member.id, form.note.data or ""
    with transaction():
        rounds.annotate(mine(code), household, form.position, note, photo=photo, scope=scope, by=by)
    return redirect(url_for(".show", code=code, _anchor=f"h-{household}"))


def _paper(round_: Round, may_award: bool) -> ResponseReturnValue:
    rows = rounds.whole(round_)
    labels = {grade.position: grade.label for grade in round_.grades}
    tally = Counter(row.grade for row in rows)
    return render_template(
        "rounds/show.html",
        round=round_,
        rows=rows,
        labels=labels,
        counted="，".join(
            _("%(label)s %(count)s 户", label=label, count=tally[position])
            for position, label in labels.items()
        ),
        progress=queries.progress(round_),
        closer=queries.who_closed(round_),
        may_award=may_award,
    )


def _latest(round_: Round) -> str:
    """Return the moment up to which a page that is drawn now knows the marks."""
    return round_.touched_at.isoformat()
