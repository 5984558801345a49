"""A household's yearly score and its honours, for those who work with it."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.errors import N_
from supermarket.honours import queries
from supermarket.honours.forms import title_words
from supermarket.honours.queries import Score
from supermarket.households import queries as household_queries
from supermarket.households.models import Household
from supermarket.households.views import registry
from supermarket.households.views.registry import HouseholdAction, HouseholdFigure
from supermarket.schemes.errors import NoSchemeError
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires

bp = Blueprint("scores", __name__, url_prefix="/honours/households")
#: Years back that a score is shown for.
YEARS = 5


@bp.get("/<code>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(code: str) -> ResponseReturnValue:
    """Show a household's score of a year with the rows behind it, and its honours."""
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    household = household_queries.household(code, scope)
    if household is None:
        abort(404)
    seen.note("household.view", household.code)
    year = request.args.get("year", type=int) or today().year
    if not today().year - YEARS < year <= today().year:
        abort(404)
    return render_template(
        "honours/household.html",
        words=title_words(),
        household=household,
        score=_score(household, year),
        year=year,
        year_tabs=[
            (str(y), url_for(".show", code=code, year=y), y == year)
            for y in range(today().year, today().year - YEARS, -1)
        ],
        honours=queries.of_household(household.id),
        may_give=current_user.scope(Permission.HONOUR).covers_region(household.village_code),
    )


def _score(household: Household, year: int) -> Score | None:
    """Return a household's score of a year; None if no programme ran."""
    try:
        return queries.score(household, year)
    except NoSchemeError:
        return None


def this_years(household: Household) -> HouseholdFigure | None:
    """Return this year's score of a household, for its page."""
    found = _score(household, today().year)
    if found is None:
        return None
    url = url_for("scores.show", code=household.code)
    return HouseholdFigure(_("%(year)s 年评分", year=found.year), f"{found.total:,}", _("分"), url)


registry.household_figures.append(this_years)
registry.household_actions.append(
    HouseholdAction(
        N_("年度评分和荣誉"), "star", "scores.show", Permission.VIEW_HOUSEHOLDS, order=60
    )
)
