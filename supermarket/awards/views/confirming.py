"""The last of three taps: what will be posted or handed to the panel, and the press itself."""

from flask import render_template
from flask.typing import ResponseReturnValue

from supermarket.awards import queries
from supermarket.awards import service as awards
from supermarket.awards.errors import (
    FutureDayError,
    HouseholdNotThereYetError,
    MemberNeededError,
    MemberNotInHouseholdError,
    PointsNeededError,
    PointsOutOfRangeError,
    WitnessTooLongError,
)
from supermarket.awards.forms import AwardForm
from supermarket.awards.models import DeclarationSource, DeclarationState
from supermarket.awards.service import AwardAsk
from supermarket.awards.views.words import used_words
from supermarket.budgets import queries as budgets
from supermarket.budgets.queries import Standing
from supermarket.clock import today
from supermarket.database import once_more
from supermarket.errors import DomainError
from supermarket.households import queries as households
from supermarket.households.models import Household
from supermarket.ledger.errors import MonthClosedError
from supermarket.photos import service as photos
from supermarket.photos.errors import PhotoInvalidError
from supermarket.regions import queries as regions
from supermarket.schemes import queries as schemes
from supermarket.schemes.errors import NoSchemeError
from supermarket.schemes.models import Category, ReviewLevel, RuleVersion
from supermarket.schemes.views.words import cap_words, level_words, points_words
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user
from supermarket.web import say


def gives(version: RuleVersion) -> bool:
    """Whether points are earned by a rule."""
    return version.category is not Category.DEDUCTION


def offered(household: Household, code: str) -> RuleVersion | None:
    """Return what the rule says where the household lives today; None if none is chosen."""
    if not code:
        return None
    in_force = schemes.rules(household.village_code, today())
    return next((v for v in in_force if v.rule.code == code and gives(v)), None)


def village_of(household: Household) -> str:
    """Return the name of the village a household lives in."""
    return regions.names([household.village_code]).get(household.village_code, "")


def press(
    household: Household, version: RuleVersion, form: AwardForm
) -> tuple[str | None, str | None]:
    """Do what a valid form asks for; return the number of the entry, or of the declaration.

    Level A is posted; with a witness or a photo it is declared and posted at once, which
    keeps them. The other levels are declared.
    """
    points = form.points.data if "points" in form else None
    ask = [AwardAsk(household.code, points, form.member.data)]
    on, note, witness = form.occurred_on.data, form.note.data or "", form.witness.data or ""
    key, code, by = form.key.data or "", version.rule.code, current_user.member.id
    scope = current_user.scope(Permission.AWARD)
    if version.review_level is ReviewLevel.A and not witness and not form.photo.content:
        request = awards.asked(key, code, on, ask, note, by)
        given = once_more(lambda: awards.award(request, code, on, ask, note=note, scope=scope))
        return given.reference, None
    photo = photos.develop(form.photo.content) if form.photo.content else None
    made = once_more(
        lambda: awards.declare(
            key,
            code,
            on,
            ask,
            by=by,
            source=DeclarationSource.SCORER,
            scope=scope,
            note=note,
            witness=witness,
            photo=photo,
        )
    )[0]
    shown = queries.declared(made.code, scope)
    if made.state is DeclarationState.POSTED and shown and shown.found.reference:
        return shown.found.reference, None
    return None, made.code


def confirm_page(
    household: Household, version: RuleVersion, form: AwardForm, status: int = 200
) -> ResponseReturnValue:
    """Ask for the confirmation, with everything that will be posted or declared."""
    ids = schemes.rule_ids(version.rule.code, [household.village_code])
    used = awards.so_far(version, ids, today(), household.id)
    page = render_template(
        "awards/confirm.html",
        household=household,
        village=village_of(household),
        balance=households.balance(household),
        version=version,
        form=form,
        today=today(),
        at_once=version.review_level is ReviewLevel.A,
        used=used_words(version, used),
        standing=_standing(household.village_code),
        points_words=points_words,
        cap_words=cap_words,
        level_words=level_words,
    )
    return page, status


def _standing(village_code: str) -> Standing | None:
    """Return how the village's budget and coverage stand; None if no programme runs there."""
    try:
        pending = queries.pending_points([village_code])[village_code]
        return budgets.standing(village_code, today(), pending)
    except NoSchemeError:
        return None


def beside(form: AwardForm, error: DomainError) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    days = FutureDayError | NoSchemeError | HouseholdNotThereYetError | MonthClosedError
    if isinstance(error, PointsNeededError | PointsOutOfRangeError) and "points" in form:
        form.points.errors = [say(error)]
    elif isinstance(error, days):
        form.occurred_on.errors = [say(error)]
    elif isinstance(error, MemberNeededError | MemberNotInHouseholdError):
        form.member.errors = [say(error)]
    elif isinstance(error, WitnessTooLongError):
        form.witness.errors = [say(error)]
    elif isinstance(error, PhotoInvalidError):
        form.photo.errors = [say(error)]
    else:
        form.form_errors.append(say(error))
