"""Findings: the list, a new one, its page, putting it right, checking again, closing."""

from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.database import once_more
from supermarket.errors import N_, DomainError, NotFoundError
from supermarket.households.views import places
from supermarket.oversight import queries
from supermarket.oversight import service as oversight
from supermarket.oversight.forms import lists as choices
from supermarket.oversight.forms.findings import DueForm, FindingForm, HandOnForm, WordsForm
from supermarket.oversight.models import Finding, FindingState
from supermarket.oversight.queries import sheet as sheet  # registers form F20
from supermarket.oversight.queries.findings import to_check_again, to_put_right
from supermarket.oversight.queries.lists import LISTS
from supermarket.oversight.views import files
from supermarket.oversight.views.journals import entry_url
from supermarket.regions import queries as regions
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import say

bp = Blueprint("findings", __name__, url_prefix="/oversight/findings")
PART_LABELS = {
    "open": N_("没办完"),
    "late": N_("已超期"),
    "closed": N_("已销号"),
    "sound": N_("核实无误"),
    "all": N_("全部"),
}


@bp.get("")
@requires(Permission.OVERSEE)
def index() -> ResponseReturnValue:
    """List the findings of the places in sight; ``?format=xlsx`` downloads form F20."""
    scope = current_user.scope(Permission.OVERSEE)
    part = request.args.get("part", "")
    part = part if part in choices.PARTS else "open"
    region = cleaned(request.args.get("region", ""))[:12]
    asked: dict[str, Any] = {
        "region": region or None, "states": choices.PARTS[part], "late": part == "late"
    }  # fmt: skip
    download = request.args.get("format") == "xlsx"
    place = region if scope.covers_region(region) else scope.regions[0]
    seen.note("oversight.export" if download else "oversight.view", place)
    if download:
        return files.workbook(asked)
    before = request.args.get("before", type=int)
    size: int = current_app.config["PAGE_SIZE"]
    rows = queries.findings(
        scope, before=before if before and before < 2**53 else None, limit=size + 1, **asked
    )
    rows = [queries.told_to(current_user.member, row) for row in rows]
    chosen: dict[str, Any] = {"part": part, "region": region or None}
    return render_template(
        "oversight/findings.html",
        rows=rows[:size],
        region=region,
        places=places.narrower(scope, region or None),
        part=part,
        tabs=[
            (_(label), url_for(".index", part=name, region=region or None), name == part)
            for name, label in PART_LABELS.items()
        ],
        workbook_url=url_for(".index", **chosen, format="xlsx"),
        next_url=url_for(".index", **chosen, before=rows[size - 1].finding.id)
        if len(rows) > size
        else None,
        first_url=url_for(".index", **chosen) if before else None,
    )


@bp.get("/mine")
@requires(Permission.WORK)
def mine() -> ResponseReturnValue:
    """List what the reader is to put right."""
    rows = queries.assigned_to(current_user.id)
    return render_template("oversight/mine.html", rows=rows)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.OVERSEE)
def new() -> ResponseReturnValue:
    """Ask where, then what was checked; note it."""
    scope = current_user.scope(Permission.OVERSEE)
    region = cleaned(request.values.get("region", ""))[:12]
    if not region and len(scope.regions) == 1:
        region = scope.regions[0]
    kept = {
        name: cleaned(request.args.get(name, ""))[:200]
        for name in ("subject", "sample", "listed_in", "seed", "concerned")
        if request.args.get(name)
    }
    place = regions.names([region]).get(region) if scope.covers_region(region) else None
    if place is None:
        if region:
            raise NotFoundError(what=region[:40])
        names = list(regions.names(scope.regions).items())
        return render_template("oversight/where.html", places=names, kept=kept)
    people = queries.candidates(region)
    handlers = queries.handled_by(kept.get("subject", ""))
    named = next((one.username for one in people if one.id in handlers), "")
    form = FindingForm(data={"concerned": named, **kept} if request.method == "GET" else None)
    form.offer(people)
    status = 200
    if form.validate_on_submit():
        found, by = form.found(region), current_user.member
        try:
            made = once_more(lambda: oversight.note(found, key=form.key.data or "", by=by))
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已登记"), "success")
            return redirect(url_for(".show", code=made.code))
    elif form.is_submitted():
        status = 422
    page = render_template(
        "oversight/finding_new.html",
        form=form,
        region=region,
        place=place,
        places=places.narrower(scope, region),
        kept=kept,
    )
    return page, status


@bp.get("/<code>")
@requires(Permission.WORK)
def show(code: str) -> ResponseReturnValue:
    """Show a finding and what was done about it; to who oversees the place, or its assignee."""
    finding = _finding(code)
    me, state = current_user.id, finding.state
    oversees = current_user.scope(Permission.OVERSEE).covers_region(finding.region_code)
    handlers = queries.handled_by(finding.subject)
    other = oversees and me not in {finding.assignee_id, finding.concerned_id, *handlers}
    return render_template(
        "oversight/finding.html",
        row=queries.told_to(current_user.member, queries.row_of(finding)),
        steps=queries.steps(finding, current_user.member),
        listed_in=LISTS.get(finding.listed_in),
        oversees=oversees,
        entry_url=_entry_url(finding) if oversees else None,
        may_answer=state is FindingState.OPEN and me == finding.assignee_id,
        may_hand_on=state is FindingState.OPEN and other,
        may_close=state is FindingState.ANSWERED and other,
        own=oversees and not other and state is FindingState.ANSWERED,
    )


@bp.route("/<code>/answer", methods=["GET", "POST"])
@requires(Permission.WORK)
def answer(code: str) -> ResponseReturnValue:
    """Say how it was put right."""
    finding, form, by = _finding(code), WordsForm(), current_user.member
    return _with_words(
        finding, form, _("报告整改情况"), _("已报告，等待复查"),
        lambda: oversight.answer(code, form.said.data or "", key=form.key.data or "", by=by),
    )  # fmt: skip


@bp.route("/<code>/close", methods=["GET", "POST"])
@requires(Permission.OVERSEE)
def close(code: str) -> ResponseReturnValue:
    """Close what was checked again."""
    finding, form, by = _finding(code), WordsForm(), current_user.member
    return _with_words(
        finding, form, _("复查通过，销号"), _("已销号"),
        lambda: oversight.close(code, form.said.data or "", key=form.key.data or "", by=by),
    )  # fmt: skip


@bp.route("/<code>/return", methods=["GET", "POST"])
@requires(Permission.OVERSEE)
def send_back(code: str) -> ResponseReturnValue:
    """Send back what is not right yet."""
    finding, form, by = _finding(code), DueForm(), current_user.member
    return _with_words(
        finding, form, _("复查未过，退回"), _("已退回整改人"),
        lambda: oversight.send_back(
            code, form.said.data or "", form.due_on.data, key=form.key.data or "", by=by
        ),
    )  # fmt: skip


@bp.route("/<code>/assignment", methods=["GET", "POST"])
@requires(Permission.OVERSEE)
def hand_on(code: str) -> ResponseReturnValue:
    """Give it to somebody else, or another day."""
    finding, by = _finding(code), current_user.member
    person = queries.person(finding.assignee_id)
    form = HandOnForm(
        data={"assignee": person.username if person else "", "due_on": finding.due_on}
        if request.method == "GET"
        else None
    )
    form.offer(queries.candidates(finding.region_code))
    return _with_words(
        finding, form, _("改派或改期"), _("已改派"),
        lambda: oversight.hand_on(
            code, form.said.data or "", assignee=form.assignee.data or "",
            due_on=form.due_on.data, key=form.key.data or "", by=by,
        ),
    )  # fmt: skip


def _with_words(
    finding: Finding, form: WordsForm, title: str, done: str, work: Callable[[], object]
) -> ResponseReturnValue:
    """Ask for words, then do it."""
    status, back = 200, url_for(".show", code=finding.code)
    if form.validate_on_submit():
        try:
            once_more(work)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(done, "success")
            return redirect(back)
    elif form.is_submitted():
        status = 422
    row = queries.row_of(_finding(finding.code))
    page = render_template("oversight/words.html", form=form, title=title, row=row, back=back)
    return page, status


def _finding(code: str) -> Finding:
    found = queries.finding(code, current_user.member)
    if found is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return found


def _entry_url(finding: Finding) -> str | None:
    """Return the page of the entry that was checked, if it was one."""
    code, dash, number = finding.subject.rpartition("-")
    whole = code and dash and number.isascii() and number.isdigit() and len(number) < 10
    return entry_url(finding.subject) if whole else None


def _what_waits() -> list[Waiting]:
    """Tell assignees what to put right, and overseers what to check again."""
    mine = to_put_right(current_user.id)
    found = [
        Waiting(
            _("待整改的监督问题"), mine.size, mine.since, url_for("findings.mine"), late=mine.late
        )
    ]
    if current_user.may(Permission.OVERSEE):
        scope = current_user.scope(Permission.OVERSEE)
        again = to_check_again(scope, current_user.id)
        found.append(
            Waiting(
                _("待复查销号的问题"), again.size, again.since, url_for("findings.index"),
                late=again.late,
            )
        )  # fmt: skip
    return found


waiting.append(_what_waits)
