"""What a household says on its page: this we earned, this is wrong, this is unfair."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.awards import queries as award_queries
from supermarket.awards import service as awards
from supermarket.awards.forms import AwardForm, WithdrawForm
from supermarket.awards.queries import Declared
from supermarket.awards.views.confirming import beside, offered
from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.deductions import queries as deduction_queries
from supermarket.deductions import service as deductions
from supermarket.deductions.queries import OfHousehold
from supermarket.errors import DomainError
from supermarket.households.models import Household
from supermarket.photos import service as photos
from supermarket.public import service
from supermarket.public.forms import OwnAppealForm
from supermarket.public.service import OwnDeclaration
from supermarket.public.views import visits
from supermarket.public.views.entrance import for_household
from supermarket.public.views.visits import Visit
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import Category, RuleVersion
from supermarket.schemes.views.words import cap_words, level_words, points_words
from supermarket.staff.views.guard import requires
from supermarket.web import say

bp = visits.prepare(Blueprint("own_words", __name__, url_prefix="/c/<code>"))
#: Declarations of its own that a household looks through for one of them.
NEWEST = 200


@bp.route("/declare", methods=["GET", "POST"])
@requires(None)
@for_household
def declare(visit: Visit) -> ResponseReturnValue:
    """Ask what for, then what happened; the village's panel decides."""
    household = visit.household
    version = offered(household, request.args.get("rule", "")[:12])
    if version is None:
        return _what_for(visit)
    form, status = AwardForm(), 200
    form.offer(household, version)
    if not form.is_submitted():
        form.occurred_on.data = today()
        if "points" in form:
            form.points.data = version.points_min
    elif not form.validate():
        status = 422
    else:
        try:
            _declared(household, version, form)
        except DomainError as error:
            beside(form, error)
            status = error.status
        else:
            flash(_("已报给村里，等评议。评议、公示都通过了就入账"), "success")
            return redirect(url_for("public.card", code=visit.code, _anchor="declared"))
    page = render_template(
        "public/declare.html",
        code=visit.code,
        version=version,
        form=form,
        today=today(),
        points_words=points_words,
        cap_words=cap_words,
        level_words=level_words,
    )
    return page, status


def _declared(household: Household, version: RuleVersion, form: AwardForm) -> None:
    photo = photos.develop(form.photo.content) if form.photo.content else None
    said = OwnDeclaration(
        version.rule.code,
        form.occurred_on.data or today(),
        form.points.data if "points" in form else None,
        form.member.data,
        form.note.data or "",
        form.witness.data or "",
        photo,
    )
    once_more(lambda: service.declare(household, form.key.data or "", said))


def _what_for(visit: Visit) -> ResponseReturnValue:
    text = request.args.get("q", "").strip()[:60]
    village = visit.household.village_code
    rules = [
        version
        for version in schemes.rules(village, today(), text=text)
        if version.category is not Category.DEDUCTION
    ]
    page = render_template(
        "public/what_for.html",
        code=visit.code,
        text=text,
        groups=[
            (_(category.label), [v for v in rules if v.category is category])
            for category in Category
            if any(v.category is category for v in rules)
        ],
        points_words=points_words,
        cap_words=cap_words,
    )
    return page, 200


@bp.route("/declarations/<number>/withdraw", methods=["GET", "POST"])
@requires(None)
@for_household
def withdraw(visit: Visit, number: str) -> ResponseReturnValue:
    """Take back what the household declared itself, while nobody decided it."""
    declared, form, status = _own_declaration(visit, number), WithdrawForm(), 200
    if form.validate_on_submit():
        try:
            with transaction():
                awards.withdraw(
                    number,
                    reason=form.reason.data or "",
                    by=None,
                    household_id=visit.household.id,
                )
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已撤回这次申报"), "success")
            return redirect(url_for("public.card", code=visit.code, _anchor="declared"))
    elif form.is_submitted():
        status = 422
    page = render_template("public/withdraw.html", code=visit.code, row=declared.found, form=form)
    return page, status


@bp.route("/deductions/<number>/appeal", methods=["GET", "POST"])
@requires(None)
@for_household
def appeal(visit: Visit, number: str) -> ResponseReturnValue:
    """Say what speaks against a deduction; nothing is taken until it is answered."""
    household, form, status = visit.household, OwnAppealForm(), 200
    row = _own_deduction(household, number)
    if not form.is_submitted():
        form.name.data = household.head
    elif not form.validate():
        status = 422
    else:
        text, name = form.text.data or "", form.name.data or ""
        try:
            once_more(lambda: deductions.appeal(number, text, name, household_id=household.id))
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("申诉已收到，答复之前一分不扣"), "success")
            return redirect(url_for("public.card", code=visit.code, _anchor="deductions"))
    page = render_template("public/appeal.html", code=visit.code, row=row, form=form)
    return page, status


def _own_declaration(visit: Visit, number: str) -> Declared:
    """Return a declaration of the household's own making; else answer 404."""
    newest = award_queries.of_household(visit.household.id, limit=NEWEST)
    mine = (row for row in newest if row.found.declared_by is None)
    found = next((row for row in mine if row.found.code == number), None)
    return found if found is not None else abort(404)


def _own_deduction(household: Household, number: str) -> OfHousehold:
    """Return a deduction that the household was told of; else answer 404."""
    told = deduction_queries.of_household(household.id)
    found = next((row for row in told if row.code == number and row.appeal_until), None)
    return found if found is not None else abort(404)
