"""The list of rounds, opening one, changing what it is about, cancelling it."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.awards.errors import FutureDayError
from supermarket.cards import queries as cards
from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.errors import DomainError
from supermarket.ledger.errors import MonthClosedError
from supermarket.regions import queries as regions
from supermarket.rounds import queries
from supermarket.rounds import service as rounds
from supermarket.rounds.forms import CancelForm, RoundForm
from supermarket.rounds.models import Round, RoundKind, RoundState
from supermarket.rounds.views.places import award_scope, bp, mine
from supermarket.schemes import queries as schemes
from supermarket.schemes.views.words import points_words
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import say


@bp.get("/rounds")
@requires(Permission.VIEW_HOUSEHOLDS)
def index() -> ResponseReturnValue:
    """List the rounds, newest first; ``state=open`` narrows to those not submitted."""
    before = request.args.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    state = RoundState.OPEN if request.args.get("state") == "open" else None
    size: int = current_app.config["PAGE_SIZE"]
    found = queries.rounds(
        current_user.scope(Permission.VIEW_HOUSEHOLDS), before=place, limit=size + 1, state=state
    )
    narrow = state.value if state else None
    more = len(found) > size
    return render_template(
        "rounds/index.html",
        rounds=found[:size],
        state=state,
        may_award=current_user.may(Permission.AWARD),
        next_url=url_for(".index", before=found[size - 1].id, state=narrow) if more else None,
        first_url=url_for(".index", state=narrow) if place is not None else None,
    )


@bp.route("/rounds/new", methods=["GET", "POST"])
@requires(Permission.AWARD)
def new() -> ResponseReturnValue:
    """Ask what kind of round and in which village, then for the rest; open it."""
    kind, village = _kind(), request.args.get("village", "")
    villages = queries.villages(award_scope())
    if not village and len(villages) == 1:
        village = villages[0].code
    if kind is None or not village:
        return render_template(
            "rounds/choose.html", kind=kind, village=village, villages=villages, kinds=RoundKind
        )
    if village not in {place.code for place in villages}:
        abort(404)
    if request.method == "GET":
        form = _fresh(kind, village)
        return _asking(kind, village, form)
    form = RoundForm()
    form.offer(kind, cards.groups(village), _rules(village))
    if not form.validate():
        return _asking(kind, village, form, 422)
    key, ask, scope = form.key.data or "", form.ask(kind), award_scope()
    by = current_user.member.id
    try:
        opened = once_more(lambda: rounds.open_round(key, village, kind, ask, scope=scope, by=by))
    except DomainError as error:
        _beside(form, error)
        return _asking(kind, village, form, error.status)
    return redirect(url_for(".show", code=opened.round.code))


@bp.route("/rounds/<code>/edit", methods=["GET", "POST"])
@requires(Permission.AWARD)
def edit(code: str) -> ResponseReturnValue:
    """Change the title, day and grades of an open round."""
    round_ = mine(code)
    if round_.state is not RoundState.OPEN:
        return redirect(url_for(".show", code=code))
    form = RoundForm() if request.method == "POST" else RoundForm.about(round_)
    form.offer(round_.kind, cards.groups(round_.village_code), _rules(round_.village_code))
    if request.method == "GET":
        return _asking(round_.kind, round_.village_code, form, round_=round_)
    if not form.validate():
        return _asking(round_.kind, round_.village_code, form, 422, round_=round_)
    ask = form.ask(round_.kind, marked=True)
    try:
        with transaction():
            rounds.change_round(mine(code), ask)
    except DomainError as error:
        _beside(form, error)
        return _asking(round_.kind, round_.village_code, form, error.status, round_=mine(code))
    flash(_("已改好，记过的都还在"), "success")
    return redirect(url_for(".show", code=code))


@bp.route("/rounds/<code>/cancellation", methods=["GET", "POST"])
@requires(Permission.AWARD)
def cancel(code: str) -> ResponseReturnValue:
    """Ask why a round is cancelled, and cancel it."""
    round_, form, status = mine(code), CancelForm(), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            reason, by = form.reason.data or "", current_user.member.id
            try:
                with transaction():
                    rounds.cancel_round(mine(code), reason, by=by)
            except DomainError as error:
                form.form_errors.append(say(error))
                status = error.status
            else:
                flash(_("这一轮已作废，没有记分"), "success")
                return redirect(url_for(".show", code=code))
    return render_template("rounds/cancel.html", round=round_, form=form), status


def _kind() -> RoundKind | None:
    word = request.args.get("kind", "")
    return next((kind for kind in RoundKind if kind.value == word), None)


def _rules(village: str) -> list[tuple[str, str]]:
    """Return the rules that whole households may earn in a village today, in words."""
    return [
        (version.rule.code, f"{version.rule.code} {version.title}（{points_words(version)}）")
        for version in schemes.rules(village, today())
        if rounds.earned_by(version)
    ]


def _fresh(kind: RoundKind, village: str) -> RoundForm:
    """Return the form with the answers that are right most of the time."""
    on = today()
    if kind is RoundKind.INSPECTION:
        usual = rounds.usual_grades(village, on)
        grades = [{"label": ask.label, "rule": ask.rule_code or ""} for ask in usual]
        title = str(_("%(month)s月庭院检查", month=on.month))
    else:
        grades, title = [], ""
    form = RoundForm(formdata=None, data={"title": title, "occurred_on": on, "grades": grades})
    form.offer(kind, cards.groups(village), _rules(village))
    return form


def _asking(
    kind: RoundKind,
    village: str,
    form: RoundForm,
    status: int = 200,
    *,
    round_: Round | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "rounds/edit.html",
        kind=kind,
        village=village,
        place=regions.names([village]).get(village, ""),
        form=form,
        round=round_,
        today=today(),
    )
    return page, status


def _beside(form: RoundForm, error: DomainError) -> None:
    """Put a refusal beside the day if it is about that, else above the form."""
    if isinstance(error, FutureDayError | MonthClosedError):
        form.occurred_on.errors = [say(error)]
    else:
        form.form_errors.append(say(error))


def _waits() -> list[Waiting]:
    if not current_user.may(Permission.AWARD):
        return []
    unsent = queries.open_rounds(award_scope())
    url = url_for("rounds.index", state="open")
    return [Waiting(_("未提交的检查或活动"), unsent.number, unsent.since, url)]


waiting.append(_waits)
