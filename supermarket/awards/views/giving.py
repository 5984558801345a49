"""Giving points in three taps: who, what for, confirm; then the next household."""

from typing import NamedTuple

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from supermarket.awards import queries
from supermarket.awards.forms import AwardForm
from supermarket.awards.views.confirming import (
    beside,
    confirm_page,
    gives,
    offered,
    press,
    village_of,
)
from supermarket.cards import queries as cards
from supermarket.cards.errors import CardElsewhereError
from supermarket.cards.forms import CardForm
from supermarket.clock import today
from supermarket.errors import N_, DomainError
from supermarket.households import queries as households
from supermarket.households.models import Household
from supermarket.households.views.registry import HouseholdAction, household_actions
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import RuleVersion
from supermarket.schemes.views.words import cap_words, level_words, points_words
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("awards", __name__)
NAVIGATION = [NavigationItem(N_("发放积分"), "heart", "awards.new", Permission.AWARD, 20)]
household_actions.append(
    HouseholdAction(N_("发放积分"), "heart", "awards.new", Permission.AWARD, "household", 10)
)

#: Rules offered before all others.
AT_HAND = 8
#: Households a search shows.
FOUND = 20


class Step(NamedTuple):
    """How far the page has come, all of it in the address."""

    #: None until somebody is chosen.
    household: Household | None
    #: The code chosen, or kept from the household before; empty if none.
    rule_code: str


@bp.get("/awards/new")
@requires(Permission.AWARD)
def new() -> ResponseReturnValue:
    """Ask who, then what for, then for the confirmation."""
    step = _step()
    if step.household is None:
        return _who(step, CardForm(formdata=None))
    version = offered(step.household, step.rule_code)
    if version is None:
        return _what_for(step.household)
    form = AwardForm(formdata=None)
    form.offer(step.household, version)
    form.occurred_on.data = today()
    if "points" in form:
        form.points.data = version.points_min
    return confirm_page(step.household, version, form)


@bp.route("/awards/new/card", methods=["GET", "POST"])
@requires(Permission.AWARD)
def card() -> ResponseReturnValue:
    """Find who holds out a card: scanned, photographed or typed."""
    step, form, secret = _step(), CardForm(), current_app.config["CARD_KEY"]
    if request.method == "GET":  # back from signing in again
        return _who(step, form)
    if not form.validate_on_submit():
        return _who(step, form, 422)
    try:
        _card, household = cards.usable(cards.read(form.scanned(secret), secret=secret))
        if not current_user.scope(Permission.AWARD).covers_region(household.village_code):
            raise CardElsewhereError
    except DomainError as error:
        form.card.errors = [say(error)]
        return _who(step, form, error.status)
    return redirect(url_for(".new", household=household.code, rule=step.rule_code or None))


@bp.post("/awards/new")
@requires(Permission.AWARD)
def give() -> ResponseReturnValue:
    """Post the award, or hand it to the panel; the same press twice gives the same receipt."""
    step = _step()
    version = offered(step.household, step.rule_code) if step.household else None
    if step.household is None or version is None:
        abort(404)
    household = step.household
    form = AwardForm()
    form.offer(household, version)
    if not form.validate_on_submit():
        return confirm_page(household, version, form, 422)
    try:
        done, declared = press(household, version, form)
    except DomainError as error:
        beside(form, error)
        return confirm_page(household, version, form, error.status)
    return redirect(url_for(".new", rule=version.rule.code, done=done, declared=declared))


def _step() -> Step:
    """Read the address; a household that is not there, or not the scorer's, is not found."""
    code = request.args.get("household", "")
    rule_code = request.args.get("rule", "")[:12]
    if not code:
        return Step(None, rule_code)
    plain = code.isascii() and code.isdigit()
    scope = current_user.scope(Permission.AWARD)
    household = households.household(code, scope) if plain else None
    if household is None:
        abort(404)
    seen.note("household.view", code)
    return Step(household, rule_code)


def _who(step: Step, form: CardForm, status: int = 200) -> ResponseReturnValue:
    """Ask for a household: a card, or some letters. The receipt of the last stands above."""
    scope = current_user.scope(Permission.AWARD)
    text = request.args.get("q", "").strip()[:60]
    done, declared = request.args.get("done", ""), request.args.get("declared", "")
    award = queries.award(done, scope) if done else None
    given = queries.given(award.entry_id, scope) if award and award.entry_id else []
    page = render_template(
        "awards/who.html",
        form=form,
        text=text,
        found=households.search(text, scope, limit=FOUND) if text else [],
        rule=_kept(step.rule_code),
        rule_code=step.rule_code,
        done=done,
        given=given,
        declared=queries.declared(declared, scope) if declared else None,
    )
    return page, status


def _kept(code: str) -> RuleVersion | None:
    """Return the rule kept from the household before, as the scorer's first region has it."""
    for region in current_user.scope(Permission.AWARD).regions:
        in_force = schemes.rules(region, today()) if code else []
        for version in in_force:
            if version.rule.code == code and gives(version):
                return version
    return None


def _what_for(household: Household) -> ResponseReturnValue:
    """Ask for a rule: those at hand first, the rest by words."""
    text = request.args.get("rq", "").strip()[:60]
    everything = schemes.rules(household.village_code, today())
    rules = [version for version in everything if gives(version)]
    starred = schemes.favourites(current_user.member.id)
    used = queries.most_used(household.village_code)
    at_hand = [v for v in rules if v.rule.code in starred or v.rule.code in used]
    at_hand.sort(key=lambda v: (v.rule.code not in starred, -used.get(v.rule.code, 0)))
    if text:
        at_hand = []
        rules = [v for v in rules if text.casefold() in f"{v.rule.code}{v.title}".casefold()]
    return render_template(
        "awards/what_for.html",
        household=household,
        village=village_of(household),
        balance=households.balance(household),
        text=text,
        at_hand=at_hand[:AT_HAND],
        rules=[version for version in rules if version not in at_hand[:AT_HAND]],
        unknown=request.args.get("rule", ""),
        points_words=points_words,
        cap_words=cap_words,
        level_words=level_words,
    )
