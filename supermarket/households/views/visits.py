"""Visits to a household, and the households nobody has seen at the shop for long."""

from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now
from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.filters import moment
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.errors import VisitPaidError
from supermarket.households.forms.people import VisitForm
from supermarket.households.models import Household, Visit
from supermarket.households.queries import Standing, visits
from supermarket.households.views import places
from supermarket.households.views.registry import HouseholdAction, household_actions
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("visits", __name__, url_prefix="/households")
household_actions.append(
    HouseholdAction(
        N_("走访"), "home-heart", "visits.listing", Permission.MANAGE_HOUSEHOLDS, order=70
    )
)
#: Days without activity that may be asked for; the first is meant unless somebody says.
DAYS = (60, 30, 90, 180, 365)


@bp.get("/inactive")
@requires(Permission.VIEW_HOUSEHOLDS)
def inactive() -> ResponseReturnValue:
    """List the households without awards and redemptions for long; ``?format=xlsx`` downloads."""
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    region = request.args.get("region") or None
    if region is not None and not places.reached(region, scope):
        abort(404)
    days = request.args.get("days", DAYS[0], type=int)
    if days not in DAYS:
        days = DAYS[0]
    helped = {"yes": True, "no": False}.get(request.args.get("helper", ""))
    if request.args.get("format") == "xlsx":
        seen.note("household.export_inactive", region or (scope.regions or ("0",))[0])
        return _workbook(queries.inactive(scope, days, region=region, helped=helped), days)
    size, after = current_app.config["PAGE_SIZE"], request.args.get("after") or None
    if after is not None and not (after.isascii() and after.isdigit()):
        abort(404)
    found = queries.inactive(scope, days, region=region, helped=helped, after=after, limit=size + 1)
    asked: dict[str, Any] = {
        "days": days, "region": region, "helper": request.args.get("helper") or None
    }  # fmt: skip
    return render_template(
        "households/inactive.html",
        found=found[:size],
        days=days,
        choices=sorted(DAYS),
        region=region or "",
        helper=request.args.get("helper", ""),
        places=places.narrower(scope, region),
        workbook_url=url_for(".inactive", **asked, format="xlsx"),
        next_url=url_for(".inactive", **asked, after=found[size - 1].code)
        if len(found) > size
        else None,
        first_url=url_for(".inactive", **asked) if after else None,
        may_manage=current_user.may(Permission.MANAGE_HOUSEHOLDS),
    )


@bp.route("/<code>/visits", methods=["GET", "POST"])
@requires(Permission.MANAGE_HOUSEHOLDS)
def listing(code: str) -> ResponseReturnValue:
    """Show the visits to a household; note one, or plan one."""
    household = _household(code)
    seen.note("household.view", household.code)
    answer = noted(household)
    if isinstance(answer, Visit):
        return redirect(url_for(".listing", code=code))
    form, status = answer
    page = render_template(
        "households/visits.html",
        household=household,
        listed=visits.visits_of(household.id, 50),
        form=form,
        back=url_for("households.show", code=code),
        settle="visits.settle",
    )
    return page, status


@bp.post("/<code>/visits/<int:visit_id>/<verb>")
@requires(Permission.MANAGE_HOUSEHOLDS)
def settle(code: str, visit_id: int, verb: str) -> ResponseReturnValue:
    """Note that a planned visit was paid, or forget it."""
    settled(_household(code), visit_id, verb)
    return redirect(url_for(".listing", code=code))


def noted(household: Household) -> Visit | tuple[VisitForm, int]:
    """Note the visit that was sent; else return the form and the status to answer with."""
    form = VisitForm()
    form.offer()
    if not form.is_submitted():
        return form, 200
    if not form.validate():
        return form, 422
    on, note, planned = form.said
    try:
        with transaction():
            made = households.add_visit(household, on, note, by=current_user.id, planned=planned)
    except DomainError as error:
        form.form_errors.append(say(error))
        return form, error.status
    flash(_("已记下计划") if planned else _("已记下走访"), "success")
    return made


def settled(household: Household, visit_id: int, verb: str) -> None:
    """Note that a planned visit was paid, or forget it, and say so on the next page."""
    found = visits.visit(visit_id, household.id) if visit_id < 2**53 else None
    if verb not in {"paid", "dropped"}:
        abort(404)
    try:
        with transaction():
            if found is None:
                raise VisitPaidError
            if verb == "paid":
                households.pay_visit(found, by=current_user.id)
            else:
                households.drop_plan(found, by=current_user.id)
    except DomainError as error:
        flash(say(error), "error")
    else:
        flash(_("已记下走访") if verb == "paid" else _("计划已取消"), "success")


def _workbook(rows: Sequence[Standing], days: int) -> Response:
    """Return the list as an Excel file."""
    columns = [
        Column(_("户编号")), Column(_("户主")), Column(_("村")), Column(_("组")),
        Column(_("帮扶责任人")), Column(_("现有积分"), Kind.POINTS),
        Column(_("最近加分"), Kind.DATE), Column(_("最近兑换"), Kind.DATE),
        Column(_("没有往来的天数"), Kind.INT), Column(_("最近走访"), Kind.DATE),
        Column(_("计划走访"), Kind.DATE),
    ]  # fmt: skip
    title = _("%(days)s 天以上没有加分和兑换的农户", days=days)
    sheet = Sheet(
        name=_("久无往来"),
        title=title,
        notes=[_("数据截至：%(moment)s", moment=moment(now())), _("只供走访使用，不得公开")],
        columns=columns,
        rows=(
            (
                row.code, row.head, row.village_name, row.group, row.helper, row.balance,
                row.moves.award_on, row.moves.redemption_on, row.quiet_days,
                row.visits.last_on, row.visits.planned_on,
            )
            for row in rows
        ),
    )  # fmt: skip
    file = write_xlsx([sheet], title=title)
    return send_file(file, as_attachment=True, download_name=f"{_('久无往来农户')}.xlsx")


def _household(code: str) -> Household:
    found = queries.household(code, current_user.scope(Permission.MANAGE_HOUSEHOLDS))
    if found is None:
        abort(404)
    return found
