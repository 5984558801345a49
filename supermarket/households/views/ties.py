"""Kinship between people who work here and households: one's own page, and the office's."""

from typing import NamedTuple

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.forms.people import TieForm
from supermarket.households.models import Household
from supermarket.households.queries import ties
from supermarket.households.views.registry import found_by
from supermarket.masking import masked
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff import queries as staff
from supermarket.staff.models import Permission, Scope, StaffMember
from supermarket.staff.queries.names import normal
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("ties", __name__)
NAVIGATION = [
    NavigationItem(N_("回避登记"), "shield-check", "ties.people", Permission.DECIDE_OBJECTIONS, 94)
]
#: Households offered at most when somebody looks for one.
OFFERED = 20


class Offered(NamedTuple):
    """A household as this person may see it."""

    code: str
    head: str
    place: str


@bp.route("/account/ties", methods=["GET", "POST"])
@requires(Permission.WORK)
def own() -> ResponseReturnValue:
    """Show what one declared oneself, and declare more."""
    return _page(current_user.member)


@bp.get("/ties/")
@requires(Permission.DECIDE_OBJECTIONS)
def people() -> ResponseReturnValue:
    """List the people of one's places and how many households each keeps out of."""
    text, after = cleaned(request.args.get("q", "")), normal(request.args.get("after", ""))
    size = current_app.config["PAGE_SIZE"]
    found = staff.listed(_scope(), staff.Filter(text=text), after=after, limit=size + 1)
    page, more = found[:size], len(found) > size
    return render_template(
        "households/tied_people.html",
        people=page,
        counts=ties.counts([member.id for member in page]),
        text=text,
        next_url=url_for(".people", q=text, after=page[-1].username) if more else None,
        first_url=url_for(".people", q=text) if after else None,
    )


@bp.route("/ties/<username>", methods=["GET", "POST"])
@requires(Permission.DECIDE_OBJECTIONS)
def person(username: str) -> ResponseReturnValue:
    """Show what somebody declared, and add what is known about them."""
    return _page(_member(username))


@bp.post("/ties/<username>/<int:tie_id>/end")
@requires(Permission.DECIDE_OBJECTIONS)
def end(username: str, tie_id: int) -> ResponseReturnValue:
    """End somebody else's tie; it stays in the books."""
    member = _member(username)
    found = ties.tie(tie_id, member.id)
    if found is None:
        abort(404)
    try:
        with transaction():
            households.end_tie(found, by=current_user.id)
    except DomainError as error:
        flash(say(error), "error")
    else:
        flash(_("已解除"), "success")
    return redirect(url_for(".person", username=username))


def _page(member: StaffMember) -> ResponseReturnValue:
    own = request.endpoint == "ties.own"
    here = url_for(".own") if own else url_for(".person", username=member.username)
    form = TieForm(household=request.args.get("household", ""))
    form.offer()
    chosen = _chosen(form.household.data or "", member)
    status = 200
    if form.is_submitted():
        status = 422
        if chosen is None:
            abort(404)
        if form.validate():
            kind, relation = form.said
            try:
                with transaction():
                    households.declare_tie(member, chosen, kind, relation, by=current_user.id)
            except DomainError as error:
                form.form_errors.append(say(error))
                status = error.status
            else:
                flash(_("已登记。这一户的业务以后请由其他人办理"), "success")
                return redirect(here)
    text = cleaned(request.args.get("q", ""))[:64]
    page = render_template(
        "households/ties.html",
        member=member,
        own=own,
        here=here,
        ties=[(shown, _name(shown.head, shown.village_code)) for shown in ties.of_staff(member.id)],
        text=text,
        offered=_offered(text, member) if text else [],
        chosen=_offer(chosen) if chosen else None,
        form=form,
        finds_names=bool(_seen().regions),
    )
    return page, status


def _offered(text: str, member: StaffMember) -> list[Offered]:
    """Return the households somebody may mean: by name where one may see them, else by number."""
    exact = queries.household(text, _counties(member)) or found_by(text)
    if exact is not None and _counties(member).covers_region(exact.village_code):
        return [_offer(exact)]
    return [
        Offered(row.code, row.head, f"{row.village_name} {row.group}".strip())
        for row in queries.search(text, _seen(), limit=OFFERED)
    ]


def _offer(household: Household) -> Offered:
    village = regions.names([household.village_code]).get(household.village_code, "")
    name = _name(household.head, household.village_code)
    return Offered(household.code, name, f"{village} {household.group}".strip())


def _name(head: str, village_code: str) -> str:
    """Return a head's name, masked where this person may not see households."""
    return head if _seen().covers_region(village_code) else masked(head)


def _chosen(code: str, member: StaffMember) -> Household | None:
    return queries.household(code, _counties(member)) if code else None


def _counties(member: StaffMember) -> Scope:
    """Return the counties somebody works in: relatives may live in another village."""
    return Scope(tuple(sorted({grant.region_code[:COUNTY] for grant in member.grants})), ())


def _seen() -> Scope:
    return current_user.scope(Permission.VIEW_HOUSEHOLDS)


def _scope() -> Scope:
    return current_user.scope(Permission.DECIDE_OBJECTIONS)


def _member(username: str) -> StaffMember:
    found = staff.person(username, _scope())
    if found is None:
        abort(404)
    return found
