"""A helper says what a paired household earned; the village's panel decides."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.awards import service as awards
from supermarket.awards.errors import (
    FutureDayError,
    MemberNeededError,
    MemberNotInHouseholdError,
    PointsNeededError,
    PointsOutOfRangeError,
)
from supermarket.awards.forms import AwardForm
from supermarket.awards.models import DeclarationSource
from supermarket.awards.service import AwardAsk
from supermarket.clock import today
from supermarket.database import once_more
from supermarket.errors import N_, DomainError
from supermarket.households.models import Household
from supermarket.households.queries.pairing import paired_household
from supermarket.households.views.registry import HouseholdAction, helper_actions
from supermarket.schemes import queries as schemes
from supermarket.schemes.errors import NoSchemeError
from supermarket.schemes.models import Category, RuleVersion
from supermarket.schemes.views.words import cap_words, points_words
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("awards_helping", __name__, url_prefix="/helper/<code>/declarations")
helper_actions.append(
    HouseholdAction(N_("代为申报积分"), "heart", "awards_helping.new", Permission.PAIRED, order=10)
)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PAIRED)
def new(code: str) -> ResponseReturnValue:
    """Ask what for, then the day and the words; hand it to the panel."""
    household = _household(code)
    version = _version(household, request.args.get("rule", "")[:12])
    if version is None:
        return _what_for(household)
    form = AwardForm()
    form.offer(household, version)
    status = 200
    if not form.is_submitted():
        form.occurred_on.data = today()
        if "points" in form:
            form.points.data = version.points_min
    elif not form.validate():
        status = 422
    else:
        try:
            once_more(lambda: _declared(household, version, form))
        except DomainError as error:
            _beside(form, error)
            status = error.status
        else:
            flash(_("已替%(head)s家申报，等村里评议", head=household.head), "success")
            return redirect(url_for("helping.household", code=code))
    page = render_template(
        "awards/helper_form.html",
        household=household,
        version=version,
        form=form,
        today=today(),
        points_words=points_words,
        cap_words=cap_words,
    )
    return page, status


def _declared(household: Household, version: RuleVersion, form: AwardForm) -> None:
    """Declare in a transaction of the caller's; whom one no longer stands by is not found."""
    if paired_household(household.code, current_user.id) is None:
        abort(404)
    points = form.points.data if "points" in form else None
    awards.declare(
        form.key.data or "",
        version.rule.code,
        form.occurred_on.data or today(),
        [AwardAsk(household.code, points, form.member.data)],
        by=current_user.id,
        source=DeclarationSource.HELPER,
        scope=Scope((household.village_code,), ()),
        note=form.note.data or "",
    )


def _what_for(household: Household) -> ResponseReturnValue:
    text = request.args.get("rq", "").strip()[:60]
    seen.note("household.view", household.code)
    rules = [v for v in schemes.rules(household.village_code, today(), text=text) if _gives(v)]
    return render_template(
        "awards/helper_what_for.html",
        household=household,
        text=text,
        rules=rules,
        points_words=points_words,
        cap_words=cap_words,
    )


def _household(code: str) -> Household:
    """Return a household one stands by now; else answer 404."""
    found = paired_household(code, current_user.id)
    if found is None:
        abort(404)
    return found


def _version(household: Household, code: str) -> RuleVersion | None:
    """Return what the rule says where the household lives today; None if none is chosen."""
    if not code:
        return None
    in_force = schemes.rules(household.village_code, today())
    return next((v for v in in_force if v.rule.code == code and _gives(v)), None)


def _gives(version: RuleVersion) -> bool:
    return version.category is not Category.DEDUCTION


def _beside(form: AwardForm, error: DomainError) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    if isinstance(error, PointsNeededError | PointsOutOfRangeError) and "points" in form:
        form.points.errors = [say(error)]
    elif isinstance(error, FutureDayError | NoSchemeError):
        form.occurred_on.errors = [say(error)]
    elif isinstance(error, MemberNeededError | MemberNotInHouseholdError):
        form.member.errors = [say(error)]
    else:
        form.form_errors.append(say(error))
