"""Pairing helpers with households: who has whom, by page or by table."""

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

from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.forms.household import Choices
from supermarket.households.forms.people import PairForm, PairingTableForm
from supermarket.households.models import Household
from supermarket.households.queries import activity, pairing
from supermarket.households.service.pairing import COLUMNS, plan_pairs, take_pairs
from supermarket.households.views import places
from supermarket.spreadsheets.cells import cleaned
from supermarket.spreadsheets.columns import Limits, RowError
from supermarket.spreadsheets.reading import read_rows
from supermarket.spreadsheets.templates import template_xlsx
from supermarket.staff.models import Permission, Scope, StaffMember
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("pairing", __name__, url_prefix="/households/helpers")
LIMITS = Limits(rows=20_000, size=5 * 1024 * 1024)


@bp.get("/")
@requires(Permission.MANAGE_HOUSEHOLDS)
def index() -> ResponseReturnValue:
    """List the helpers of one's places and how many households each stands by."""
    return render_template("households/helpers.html", helpers=pairing.helpers(_scope()))


@bp.route("/<username>", methods=["GET", "POST"])
@requires(Permission.MANAGE_HOUSEHOLDS)
def helper(username: str) -> ResponseReturnValue:
    """Show the households a helper stands by, and pair more of a village."""
    member = _helper(username)
    scope = _reached(member)
    villages = places.villages(scope)
    village = _village(villages)
    group = cleaned(request.args.get("group", ""))[:30]
    candidates = pairing.candidates(member, village, group) if village else []
    form, status = PairForm(), 200
    form.offer(candidates)
    if form.validate_on_submit():
        try:
            chosen = [_household(code) for code in form.households.data]
            with transaction():
                new = households.pair(member, chosen, by=current_user.id)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已结对 %(count)s 户", count=new), "success")
            return redirect(url_for(".helper", username=username, village=village, group=group))
    elif form.is_submitted():
        status = 422
    else:
        form.households.data = form.ticked(candidates)
    page = render_template(
        "households/helper.html",
        member=member,
        paired=activity.standings(pairing.paired(member.id)),
        villages=[(code, name) for listed in villages.values() for code, name in listed],
        village=village,
        group=group,
        groups=sorted({row.group for row in candidates if row.group} | ({group} - {""})),
        form=form,
    )
    return page, status


@bp.post("/<username>/end")
@requires(Permission.MANAGE_HOUSEHOLDS)
def end(username: str) -> ResponseReturnValue:
    """End what a helper has with one household."""
    member = _helper(username)
    household = _household(request.form.get("household", ""))
    with transaction():
        ended = households.unpair(member, [household], by=current_user.id)
    if ended:
        flash(_("%(head)s家的结对已结束", head=household.head), "success")
    return redirect(url_for(".helper", username=username))


@bp.route("/import", methods=["GET", "POST"])
@requires(Permission.MANAGE_HOUSEHOLDS)
def upload() -> ResponseReturnValue:
    """Take a table of pairings, all of it or nothing; say which rows are wrong."""
    form, status = PairingTableForm(), 200
    errors: list[RowError] = []
    if form.validate_on_submit():
        try:
            file = form.file.data
            rows = list(read_rows(file, file.filename or "", headers=COLUMNS, limits=LIMITS))
            plan = plan_pairs(rows, _scope())
            errors, status = plan.errors, 422 if plan.errors else 200
            if not errors:
                with transaction():
                    new = take_pairs(plan, by=current_user.id)
                flash(
                    _("表里共 %(rows)s 户，新结对 %(new)s 户", rows=len(rows), new=new), "success"
                )
                return redirect(url_for(".index"))
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
    elif form.is_submitted():
        status = 422
    page = render_template("households/helpers_import.html", form=form, errors=errors)
    return page, status


@bp.get("/import/template")
@requires(Permission.MANAGE_HOUSEHOLDS)
def template() -> ResponseReturnValue:
    """Give the empty table to fill in."""
    examples = [("4104821002030001", "王秀英"), ("4104821002030002", "wangxiuying")]
    file = template_xlsx("结对帮扶", COLUMNS, examples)
    return send_file(file, as_attachment=True, download_name="结对帮扶模板.xlsx")


def _scope() -> Scope:
    return current_user.scope(Permission.MANAGE_HOUSEHOLDS)


def _helper(username: str) -> StaffMember:
    found = pairing.helper(username, _scope())
    if found is None:
        abort(404)
    return found


def _reached(member: StaffMember) -> Scope:
    """Return the places that both the helper's role and one's own reach."""
    held = member.scope(Permission.PAIRED).regions
    inside = [area for region in held for area in queries.narrowed(_scope().regions, region)]
    return Scope(tuple(queries.narrowed(inside)), ())


def _village(villages: Choices) -> str:
    """Return the village asked for, or the only one there is; empty if none is chosen yet."""
    codes = [code for listed in villages.values() for code, _name in listed]
    asked = request.args.get("village", "")
    if asked and asked not in codes:
        abort(404)
    return asked or (codes[0] if len(codes) == 1 else "")


def _household(code: str) -> Household:
    found = queries.household(code, _scope())
    if found is None:
        abort(404)
    return found
