"""From a household's page: choose what happened, say it in few fields, see what it will do."""

import json

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from supermarket.clock import today
from supermarket.database import once_more
from supermarket.errors import N_, DomainError
from supermarket.household_events import queries
from supermarket.household_events import service as household_events
from supermarket.household_events.errors import (
    BeforeHouseholdError,
    DivisionError,
    DivisionMissingError,
    DivisionTooLargeError,
    EventDayError,
    HeadMissingError,
    MembersMissingError,
    NewHeadMissingError,
)
from supermarket.household_events.forms import FORMS, ConfirmForm, EventForm, MoveForm
from supermarket.household_events.models import EventKind
from supermarket.household_events.service import Effects
from supermarket.household_events.views.events import title
from supermarket.households import queries as households
from supermarket.households.models import Household, HouseholdState
from supermarket.households.views import places
from supermarket.households.views.registry import HouseholdAction, household_actions
from supermarket.ledger.errors import MonthClosedError
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("household_event", __name__)
household_actions.append(
    HouseholdAction(
        N_("搬家、分户、并户、去世、退出"),
        "home-heart",
        "household_event.household",
        Permission.VIEW_HOUSEHOLDS,
        order=60,
    )
)

#: What each kind is for, in a line.
DETAILS = {
    EventKind.MOVE: N_("在本县换个村住，户编号、积分、卡都不变"),
    EventKind.SPLIT: N_("一家分成两家，人和积分分开"),
    EventKind.MERGE: N_("整户并到另一户，积分归那一户"),
    EventKind.DEATH: N_("户主去世，在这里选新户主"),
    EventKind.LEAVE: N_("搬去外县或不再参加，积分归零"),
    EventKind.REJOIN: N_("恢复在册，退出时归零的积分还回来"),
}
ICONS = {
    EventKind.MOVE: "truck",
    EventKind.SPLIT: "users",
    EventKind.MERGE: "home-heart",
    EventKind.DEATH: "user",
    EventKind.LEAVE: "logout",
    EventKind.REJOIN: "login",
}
#: Households a search shows, and events of one household.
FOUND, SHOWN = 20, 50
#: Longest form that is carried through the preview.
LONGEST = 20_000


@bp.get("/households/<code>/events")
@requires(Permission.VIEW_HOUSEHOLDS)
def household(code: str) -> ResponseReturnValue:
    """Show what happened to a household, and what can be said about it."""
    found = _household(code, Permission.VIEW_HOUSEHOLDS)
    seen.note("household.view", code)
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    left = found.state is HouseholdState.LEFT
    manages = current_user.scope(Permission.MANAGE_HOUSEHOLDS).covers_region(found.village_code)
    kinds = [kind for kind in EventKind if (kind is EventKind.REJOIN) == left]
    return render_template(
        "household_events/household.html",
        household=found,
        village=_village(found),
        waiting=queries.open_event([found.id]),
        kinds=kinds if manages else [],
        details=DETAILS,
        icons=ICONS,
        title=title,
        events=queries.events(scope, household_id=found.id, limit=SHOWN),
    )


@bp.get("/households/<code>/events/<kind>")
@requires(Permission.MANAGE_HOUSEHOLDS)
def ask(code: str, kind: str) -> ResponseReturnValue:
    """Ask for what concerns one kind of event."""
    found, meant = _household(code, Permission.MANAGE_HOUSEHOLDS), _kind(kind)
    seen.note("household.view", code)
    form = _form(found, meant, None)
    form.effective_on.data = today()
    return _asked(found, meant, form)


@bp.post("/households/<code>/events/<kind>")
@requires(Permission.MANAGE_HOUSEHOLDS)
def tell(code: str, kind: str) -> ResponseReturnValue:
    """Show what an event would do; confirmed, propose it."""
    found, meant = _household(code, Permission.MANAGE_HOUSEHOLDS), _kind(kind)
    confirmed = "said" in request.form
    form = _form(found, meant, _unpacked(request.form["said"]) if confirmed else request.form)
    if "edit" in request.form:
        return _asked(found, meant, form)
    if not form.validate():
        return _asked(found, meant, form, 422)
    member = current_user.member
    other = _other(found)
    proposal = form.proposal(meant, found, other.code if other is not None else "")
    try:
        if not confirmed:
            return _shown(found, meant, household_events.preview(proposal, member))
        event = once_more(lambda: household_events.propose(form.key.data or "", proposal, member))
    except DomainError as error:
        _beside(form, error)
        return _asked(found, meant, form, error.status)
    flash(_("已申请，等另一位有权的人批准。单号 %(code)s", code=event.code), "success")
    return redirect(url_for("household_events.show", code=event.code))


def _form(household: Household, kind: EventKind, typed: MultiDict[str, str] | None) -> EventForm:
    form = FORMS[kind](formdata=typed)
    form.offer(household)
    if isinstance(form, MoveForm):
        county = Scope((household.village_code[:COUNTY],), ())
        form.offer_villages(places.villages(county))
    return form


def _asked(
    household: Household, kind: EventKind, form: EventForm, status: int = 200
) -> ResponseReturnValue:
    """Ask; merging, and the death of the last of a house, first need the other household."""
    people = [member for member in household.members if member.present]
    needs_other = kind is EventKind.MERGE or (kind is EventKind.DEATH and len(people) < 2)
    text = request.args.get("q", "").strip()[:60]
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    page = render_template(
        "household_events/ask.html",
        household=household,
        village=_village(household),
        balance=households.balance(household),
        kind=kind,
        detail=DETAILS[kind],
        form=form,
        today=today(),
        needs_other=needs_other,
        other=_other(household) if needs_other else None,
        text=text,
        found=[
            row for row in households.search(text, scope, limit=FOUND) if row.code != household.code
        ]
        if text and needs_other
        else [],
        people=people,
    )
    return page, status


def _shown(household: Household, kind: EventKind, effects: Effects) -> ResponseReturnValue:
    """Show what it will do, with what was typed carried along."""
    kept = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    form = ConfirmForm(formdata=None, said=json.dumps(kept, ensure_ascii=False))
    return render_template(
        "household_events/preview.html",
        household=household,
        kind=kind,
        effects=effects,
        form=form,
        url=url_for(".tell", code=household.code, kind=kind.value, other=_other_code()),
    )


def _unpacked(said: str) -> MultiDict[str, str]:
    """Return what was typed before the preview; nothing if it cannot be read."""
    try:
        kept = json.loads(said) if len(said) <= LONGEST else {}
    except (ValueError, RecursionError):
        kept = {}
    typed: MultiDict[str, str] = MultiDict()
    for name, values in kept.items() if isinstance(kept, dict) else ():
        for value in values if isinstance(values, list) else ():
            typed.add(name, str(value))
    if token := request.form.get("csrf_token"):
        typed.setlist("csrf_token", [token])
    return typed


def _other_code() -> str | None:
    return request.args.get("other") or None


def _other(household: Household) -> Household | None:
    """Return the household chosen to take this one in, if it is there to be seen."""
    code = _other_code()
    if code is None:
        return None
    found = households.household(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    return found if found is not None else abort(404)


def _household(code: str, permission: Permission) -> Household:
    found = households.household(code, current_user.scope(permission))
    return found if found is not None else abort(404)


def _kind(text: str) -> EventKind:
    return EventKind(text) if text in {kind.value for kind in EventKind} else abort(404)


def _village(household: Household) -> str:
    return regions.names([household.village_code]).get(household.village_code, "")


_BESIDE: dict[type[DomainError], str] = {
    EventDayError: "effective_on",
    BeforeHouseholdError: "effective_on",
    MonthClosedError: "effective_on",
    MembersMissingError: "members",
    NewHeadMissingError: "head",
    HeadMissingError: "next_head",
    DivisionMissingError: "given",
    DivisionTooLargeError: "given",
    DivisionError: "given",
}


def _beside(form: EventForm, error: DomainError) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    name = _BESIDE.get(type(error), "")
    if name in form:
        form[name].errors = [say(error)]
    else:
        form.form_errors.append(say(error))
