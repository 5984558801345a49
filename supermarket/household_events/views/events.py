"""The events there are: those that wait, one of them, agreeing to it, refusing it."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now
from supermarket.database import db, once_more
from supermarket.errors import N_, DomainError
from supermarket.household_events import queries
from supermarket.household_events import service as household_events
from supermarket.household_events.forms import ReasonForm
from supermarket.household_events.models import EventKind, EventState, HouseholdEvent
from supermarket.household_events.queries import EventFound
from supermarket.household_events.service import DAYS_TO_DECIDE
from supermarket.households.models import Household
from supermarket.households.views.registry import entry_words
from supermarket.regions import queries as regions
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import NavigationItem, say

bp = Blueprint("household_events", __name__)
NAVIGATION = [
    NavigationItem(
        N_("户变动"), "home-heart", "household_events.index", Permission.VIEW_HOUSEHOLDS, 34
    )
]


def _words(entry_ids: Sequence[int]) -> dict[int, str]:
    """Say in a household's bank book what happened."""
    return {entry_id: title(found) for entry_id, found in queries.told(entry_ids).items()}


def title(found: EventFound) -> str:
    """Say in a few words what happened to whom."""
    kind, names = _(found.event.kind.label), {"head": found.head, "other": found.other_head}
    split = found.event.kind is EventKind.SPLIT
    if split and found.other_head:
        words: str = _("分户：%(head)s 分给 %(other)s", **names)
    elif found.other_head:
        words = _("%(kind)s：%(head)s 归 %(other)s", kind=kind, **names)
    else:
        words = _("%(kind)s：%(head)s", kind=kind, **names)
    return words


def _waiting() -> list[Waiting]:
    """Tell whoever may agree how many events wait."""
    scope = current_user.scope(Permission.APPROVE_EVENTS)
    found = queries.to_decide(scope, current_user.id)
    late = found.since is not None and now() - found.since > DAYS_TO_DECIDE
    url = url_for("household_events.index", state=EventState.PROPOSED.value)
    return [Waiting(_("待批准的户变动"), found.number, found.since, url, late)]


entry_words.append(_words)
waiting.append(_waiting)


@bp.get("/household-events")
@requires(Permission.VIEW_HOUSEHOLDS)
def index() -> ResponseReturnValue:
    """List events, newest first; ``state`` narrows."""
    asked = request.args.get("state", "")
    state = EventState(asked) if asked in {one.value for one in EventState} else None
    before = request.args.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    size: int = current_app.config["PAGE_SIZE"]
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    found = queries.events(scope, state=state, before=place, limit=size + 1)
    return render_template(
        "household_events/index.html",
        events=found[:size],
        title=title,
        state=state,
        states=list(EventState),
        next_url=url_for(".index", state=asked or None, before=found[size - 1].event.id)
        if len(found) > size
        else None,
        first_url=url_for(".index", state=asked or None) if place is not None else None,
    )


@bp.get("/household-events/<code>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(code: str) -> ResponseReturnValue:
    """Show an event: what it will do while it waits, what it did afterwards."""
    return _page(_event(code), ReasonForm(formdata=None))


@bp.post("/household-events/<code>/approval")
@requires(Permission.APPROVE_EVENTS)
def approve(code: str) -> ResponseReturnValue:
    """Agree to an event."""
    return _decided(
        code,
        lambda: household_events.approve(code, current_user.member),
        _("已批准，都已办好"),
    )


@bp.post("/household-events/<code>/refusal")
@requires(Permission.APPROVE_EVENTS)
def refuse(code: str) -> ResponseReturnValue:
    """Refuse an event, with a reason."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(_event(code), form, status=422)
    reason = form.reason.data or ""
    return _decided(
        code,
        lambda: household_events.refuse(code, current_user.member, reason=reason),
        _("已退回，什么都没有变"),
        form,
    )


@bp.post("/household-events/<code>/cancellation")
@requires(Permission.MANAGE_HOUSEHOLDS)
def cancel(code: str) -> ResponseReturnValue:
    """Take back what one proposed oneself."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(_event(code), form, status=422)
    reason = form.reason.data or ""
    return _decided(
        code,
        lambda: household_events.cancel(code, current_user.member, reason=reason),
        _("已撤回，什么都没有变"),
        form,
    )


def _decided(
    code: str,
    verb: Callable[[], HouseholdEvent],
    done: str,
    form: ReasonForm | None = None,
) -> ResponseReturnValue:
    """Decide; a refusal is said on the event's page, as it stands by then."""
    _event(code)
    try:
        once_more(verb)
    except DomainError as error:
        db.session.expire_all()
        form = form or ReasonForm(formdata=None)
        return _page(_event(code), form, say(error), error.status)
    flash(done, "success")
    return redirect(url_for(".show", code=code))


def _page(
    event: HouseholdEvent, form: ReasonForm, refused: str = "", status: int = 200
) -> ResponseReturnValue:
    household = db.session.get_one(Household, event.household_id)
    other = db.session.get(Household, event.other_household_id or 0)
    proposed = event.state is EventState.PROPOSED
    effects, obstacle = None, ""
    if proposed:
        try:
            effects = household_events.planned(event)
        except DomainError as error:
            obstacle = say(error)
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    heads = (event.outcome or {}).get("heads", {})
    found = queries.found(event)
    page = render_template(
        "household_events/show.html",
        event=event,
        found=found,
        household=household,
        title=title(found),
        villages=regions.names([event.village_code, event.to_village or ""]),
        effects=effects,
        obstacle=obstacle,
        refused=refused,
        outcome=event.outcome or {},
        heads=heads,
        reachable={
            one.code
            for one in (household, other)
            if one is not None and scope.covers_region(one.village_code)
        },
        people=_people(event),
        form=form,
        proposed=proposed,
        may_decide=proposed and household_events.may_decide(event, current_user.member),
        is_own=event.proposed_by == current_user.id,
        next_step=_next_step(event, other),
    )  # fmt: skip
    return page, status


def _people(event: HouseholdEvent) -> str:
    """Return the names of who goes or died."""
    plan = event.plan
    ids = list(plan.get("members", ())) or ([plan["member"]] if "member" in plan else [])
    names = queries.member_names(ids)
    return "、".join(names[one] for one in ids if one in names)


def _next_step(event: HouseholdEvent, other: Household | None) -> tuple[str, str] | None:
    """Return what is to be done after an approved event: where, and in which words."""
    if event.state is not EventState.APPROVED or not current_user.may(Permission.MANAGE_CARDS):
        return None
    household = db.session.get_one(Household, event.household_id)
    if event.kind is EventKind.SPLIT and other is not None:
        words = _("给新户 %(head)s 发卡", head=other.head)
        return url_for("cards.household", code=other.code), words
    if event.kind is EventKind.REJOIN:
        words = _("给 %(head)s 重新发卡", head=household.head)
        return url_for("cards.household", code=household.code), words
    if (event.outcome or {}).get("new_head"):
        words = _("给新户主 %(head)s 补发新卡", head=household.head)
        return url_for("cards.household", code=household.code), words
    return None


def _event(code: str) -> HouseholdEvent:
    found = queries.event(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    return found if found is not None else abort(404)
