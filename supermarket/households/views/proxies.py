"""Who may collect for a household: list, add, end, and the agreement to sign."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.forms.people import EndForm, ProxyForm
from supermarket.households.models import Household, Proxy
from supermarket.households.queries import collecting
from supermarket.households.views.registry import HouseholdAction, household_actions
from supermarket.regions import queries as regions
from supermarket.regions.models import TOWNSHIP
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("proxies", __name__, url_prefix="/households/<code>/proxies")
household_actions.append(
    HouseholdAction(
        N_("代领人"), "user-plus", "proxies.listing", Permission.MANAGE_HOUSEHOLDS, order=60
    )
)


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.MANAGE_HOUSEHOLDS)
def listing(code: str) -> ResponseReturnValue:
    """Show who may collect and who could before; add somebody."""
    household = _household(code)
    seen.note("household.view", household.code)
    form, status = ProxyForm(), 200
    if form.validate_on_submit():
        try:
            with transaction():
                made = households.add_proxy(household, form.new, by=current_user.id)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已登记，请打印委托书，双方签字后存档"), "success")
            return redirect(url_for(".paper", code=code, proxy_id=made.id))
    elif form.is_submitted():
        status = 422
    page = render_template(
        "households/proxies.html",
        household=household,
        listed=collecting.proxies_of(household.id),
        helper=queries.helper_of(household.id),
        form=form,
        today=today(),
    )
    return page, status


@bp.route("/<int:proxy_id>/end", methods=["GET", "POST"])
@requires(Permission.MANAGE_HOUSEHOLDS)
def end(code: str, proxy_id: int) -> ResponseReturnValue:
    """End what somebody may collect, with a reason."""
    household = _household(code)
    proxy = _proxy(proxy_id, household)
    form, status = EndForm(), 200
    if form.validate_on_submit():
        try:
            with transaction():
                households.end_proxy(proxy, form.reason.data or "", by=current_user.id)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("委托已结束，从现在起不能再代领"), "success")
            return redirect(url_for(".listing", code=code))
    elif form.is_submitted():
        status = 422
    page = render_template("households/proxy_end.html", household=household, proxy=proxy, form=form)
    return page, status


@bp.get("/<int:proxy_id>/paper")
@requires(Permission.MANAGE_HOUSEHOLDS)
def paper(code: str, proxy_id: int) -> ResponseReturnValue:
    """Show the agreement (授权委托书) to print and sign."""
    household = _household(code)
    proxy = _proxy(proxy_id, household)
    seen.note("household.view", household.code)
    crumbs = regions.path(household.village_code, top=TOWNSHIP)
    return render_template(
        "households/proxy_paper.html",
        household=household,
        proxy=proxy,
        place="".join(crumb.name for crumb in crumbs),
    )


def _household(code: str) -> Household:
    found = queries.household(code, current_user.scope(Permission.MANAGE_HOUSEHOLDS))
    if found is None:
        abort(404)
    return found


def _proxy(proxy_id: int, household: Household) -> Proxy:
    found = collecting.proxy(proxy_id, household.id) if proxy_id < 2**53 else None
    if found is None:
        abort(404)
    return found
