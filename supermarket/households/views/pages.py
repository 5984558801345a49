"""Find, show, write down and change households."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.errors import HouseholdChangedError, NamesakeError
from supermarket.households.forms.household import (
    ChangeHouseholdForm,
    NewHouseholdForm,
    TagForm,
    differences,
    lines_of,
)
from supermarket.households.models import Household, TagKind
from supermarket.households.queries.visits import visits_of
from supermarket.households.views import places, registry
from supermarket.regions import queries as regions
from supermarket.regions.models import TOWNSHIP
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("households", __name__, url_prefix="/households")
NAVIGATION = [
    NavigationItem(N_("农户"), "users", "households.index", Permission.VIEW_HOUSEHOLDS, 30)
]
#: The largest place in a bank book that a database compares.
LAST_PLACE = 2**31 - 1
#: Visits shown on a household's page.
VISITS = 3


@bp.get("/")
@requires(Permission.VIEW_HOUSEHOLDS)
def index() -> ResponseReturnValue:
    """Find a household, or page through all of one's scope."""
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    text, region = request.args.get("q", ""), request.args.get("region") or None
    after, left = request.args.get("after") or None, request.args.get("state") == "all"
    if region is not None and not places.reached(region, scope):
        abort(404)
    size = current_app.config["PAGE_SIZE"]
    found = queries.search(text, scope, limit=size + 1, region=region, after=after, left=left)
    asked: dict[str, Any] = {"q": text, "region": region, "state": "all" if left else None}
    return render_template(
        "households/list.html",
        found=found[:size],
        text=text,
        region=region or "",
        state="all" if left else "",
        places=places.narrower(scope, region),
        next_url=url_for(".index", **asked, after=found[size - 1].code)
        if len(found) > size
        else None,
        first_url=url_for(".index", **asked) if after else None,
        may_manage=current_user.may(Permission.MANAGE_HOUSEHOLDS),
    )


@bp.get("/<code>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(code: str) -> ResponseReturnValue:
    """Show a household, its balance and a page of its bank book."""
    household = _household(code, Permission.VIEW_HOUSEHOLDS)
    seen.note("household.view", household.code)
    return _page(household, TagForm())


def _page(household: Household, form: TagForm, status: int = 200) -> ResponseReturnValue:
    size = current_app.config["PAGE_SIZE"]
    before = request.args.get("before", type=int)
    lines = queries.statement(
        household,
        before_place=None if before is None else max(0, min(before, LAST_PLACE)),
        limit=size + 1,
    )
    carried = queries.current_tags(household, today())
    form.offer(carried)
    shown = lines[:size]
    page = render_template(
        "households/show.html",
        household=household,
        trail=regions.path(household.village_code, top=TOWNSHIP),
        balance=queries.balance(household),
        figures=registry.figures(household),
        frozen=queries.frozen(household.id, today()),
        carried=carried,
        past=[tag for tag in household.tags if tag not in carried],
        tag_form=form,
        lines=shown,
        words=registry.words_for(shown),
        ways=registry.ways(household),
        sections=registry.sections(household),
        next_url=url_for(".show", code=household.code, before=shown[-1].place)
        if len(lines) > size
        else None,
        first_url=url_for(".show", code=household.code) if before is not None else None,
        collectors=queries.proxies(household.id, today()),
        helper=queries.helper_of(household.id),
        visits=visits_of(household.id, VISITS),
        may_manage=_may_manage(household),
    )
    return page, status


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_HOUSEHOLDS)
def new() -> ResponseReturnValue:
    """Write a household down."""
    scope = current_user.scope(Permission.MANAGE_HOUSEHOLDS)
    form = NewHouseholdForm(village=request.args.get("village"))
    form.offer(places.villages(scope))
    status, namesake = 200, False
    if form.validate_on_submit():
        try:
            with transaction():
                household = households.add(
                    form.new, current_user.id, scope=scope, namesake=form.namesake.data
                )
        except DomainError as error:
            form.form_errors.append(say(error))
            status, namesake = error.status, isinstance(error, NamesakeError)
        else:
            flash(_("已登记 %(head)s，户编号 %(code)s", head=household.head, code=household.code))
            return redirect(url_for(".show", code=household.code))
    elif form.is_submitted():
        status = 422
    form.add_blank_lines()
    page = render_template(
        "households/new.html", form=form, namesake=namesake or form.namesake.data
    )
    return page, status


@bp.route("/<code>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_HOUSEHOLDS)
def edit(code: str) -> ResponseReturnValue:
    """Change what is known about a household, and its members."""
    household = _household(code, Permission.MANAGE_HOUSEHOLDS)
    seen.note("household.view", household.code)
    form = ChangeHouseholdForm(obj=None, data=_known(household))
    status, changed = 200, []
    if form.validate_on_submit():
        try:
            with transaction():
                households.update(
                    household, form.wanted, current_user.id, shown=form.shown.data or None
                )
        except HouseholdChangedError as error:
            current = _known(household)
            changed = differences(form, current)
            form.take_over(household)
            form.shown.data = current["shown"]
            form.form_errors.append(say(error))
            status = error.status
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已保存"), "success")
            return redirect(url_for(".show", code=code))
    elif form.is_submitted():
        status = 422
    form.add_blank_lines()
    page = render_template("households/edit.html", form=form, code=code, changed=changed)
    return page, status


@bp.post("/<code>/tags")
@requires(Permission.MANAGE_HOUSEHOLDS)
def tag(code: str) -> ResponseReturnValue:
    """Register a household as something from a day on."""
    household = _household(code, Permission.MANAGE_HOUSEHOLDS)
    form = TagForm()
    form.offer([])
    if not form.validate():
        return _page(household, form, 422)
    kind, since = form.said
    try:
        with transaction():
            households.tag(household, kind, current_user.id, since=since)
    except DomainError as error:
        form.form_errors.append(say(error))
        return _page(household, form, error.status)
    flash(_("已登记为%(tag)s", tag=_(kind.label)), "success")
    return redirect(url_for(".show", code=code))


@bp.post("/<code>/tags/<kind>/end")
@requires(Permission.MANAGE_HOUSEHOLDS)
def end_tag(code: str, kind: str) -> ResponseReturnValue:
    """End what a household is registered as."""
    household = _household(code, Permission.MANAGE_HOUSEHOLDS)
    if kind not in {known.value for known in TagKind}:
        abort(404)
    with transaction():
        households.end_tag(household, TagKind(kind), current_user.id)
    flash(_("已结束“%(tag)s”的登记", tag=_(TagKind(kind).label)), "success")
    return redirect(url_for(".show", code=code))


def _household(code: str, permission: Permission) -> Household:
    """Return a household the person reaches; else answer 404."""
    found = queries.household(code, current_user.scope(permission))
    if found is None:
        abort(404)
    return found


def _may_manage(household: Household) -> bool:
    scope = current_user.scope(Permission.MANAGE_HOUSEHOLDS)
    return scope.covers_region(household.village_code)


def _known(household: Household) -> dict[str, object]:
    """Return a household as its form shows it first."""
    return {
        "head": household.head,
        "group": household.group,
        "phone": household.phone,
        "helper": household.helper,
        "identity_tail": household.identity_tail,
        "name_on_card": household.name_on_card,
        "shown": households.version(household),
        "members": lines_of(household),
    }
