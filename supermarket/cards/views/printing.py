"""Print runs begin here: choose a village, give everybody a card, choose what to print."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from supermarket.cards import queries
from supermarket.cards.forms import IssueForm, MakeRunForm, PickForm, SheetForm
from supermarket.cards.queries import Coverage, numbers
from supermarket.cards.service import cards, faces
from supermarket.cards.service.runs import MOST_CARDS, Choice, chosen
from supermarket.cards.views.words import words_of
from supermarket.clock import today
from supermarket.database import once_more
from supermarket.errors import N_, DomainError
from supermarket.regions import queries as regions
from supermarket.regions.models import LEVELS, VILLAGE, Region
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("card_sheets", __name__)
NAVIGATION = [
    NavigationItem(N_("制卡"), "credit-card", "card_sheets.places", Permission.MANAGE_CARDS, 41),
]

#: Runs a village's page lists.
LATEST = 5


@bp.get("/cards/print")
@requires(Permission.MANAGE_CARDS)
def places() -> ResponseReturnValue:
    """Go down from one's own places to a village, seeing who still needs cards."""
    scope = current_user.scope(Permission.MANAGE_CARDS)
    asked = request.args.get("region", "")
    if asked and not scope.covers_region(asked):
        abort(404)
    tops = [asked] if asked else list(scope.regions)
    if len(tops) == 1 and len(tops[0]) == VILLAGE:
        return redirect(url_for(".village", code=tops[0]))
    if len(tops) == 1:
        shown = list(regions.children(tops[0]))
    else:
        shown = [place for code in tops if (place := regions.region(code)) is not None]
    return render_template(
        "cards/places.html",
        region=regions.region(asked) if asked else None,
        back=_above(asked),
        rows=[(place, _coverage(place)) for place in shown]
        if len(tops) > 1
        else _with_coverage(tops[0], shown),
        village_digits=VILLAGE,
    )


@bp.get("/cards/print/<code>")
@requires(Permission.MANAGE_CARDS)
def village(code: str) -> ResponseReturnValue:
    """Show how a village stands and what can be printed."""
    village_of(code)
    return _village_page(code, IssueForm(formdata=None))


@bp.post("/cards/print/<code>")
@requires(Permission.MANAGE_CARDS)
def issue_all(code: str) -> ResponseReturnValue:
    """Give a card to every household of a village, or of a group, that has none."""
    village_of(code)
    form = IssueForm()
    if not form.validate_on_submit():
        return _village_page(code, form, 422)
    group, last_day = form.group.data or "", form.last_day.data

    def give() -> int:
        wanting = queries.without_card(code, group=group)
        return len(cards.issue_all(wanting, current_user.id, last_day=last_day))

    try:
        made = once_more(give)
    except DomainError as error:
        form.last_day.errors = [say(error)]
        return _village_page(code, form, error.status)
    flash(_("新发了 %(count)s 张卡，可以打印了", count=made), "success")
    return redirect(url_for(".village", code=code, group=group or None))


@bp.get("/cards/print/<code>/pick")
@requires(Permission.MANAGE_CARDS)
def pick(code: str) -> ResponseReturnValue:
    """Show the households of a village or a group whose cards can be picked."""
    village_of(code)
    form = PickForm(formdata=None)
    return pick_page(code, form, request.args.get("group", ""))


def pick_page(code: str, form: PickForm, group: str, status: int = 200) -> ResponseReturnValue:
    """Draw the page on which households are picked; what was picked stays picked."""
    groups = queries.groups(code)
    narrowing = SheetForm(MultiDict({"group": group}))
    narrowing.offer(groups)
    shown = narrowing.group.data if narrowing.validate() else ""
    found = queries.printable(code, group=shown or "")
    form.group.data = shown
    form.households.choices = [  # two of one name are told apart by group and code
        (card.household_code, " ".join((card.head, card.group, card.household_code[-4:])))
        for card in found[:MOST_CARDS]
    ]
    page = render_template(
        "cards/pick.html",
        code=code,
        village=words_of()(code).village,
        form=form,
        narrowing=narrowing,
        groups=groups,
        left_out=max(0, len(found) - MOST_CARDS),
        most=MOST_CARDS,
    )
    return page, status


def _village_page(code: str, issuing: IssueForm, status: int = 200) -> ResponseReturnValue:
    place, form = village_of(code), SheetForm(request.args)
    form.offer(queries.groups(code))
    form.validate()
    group, which = form.group.data or "", form.which.data or "all"
    found = chosen(choice_of(code, group, which))
    issuing.group.data = group
    page = render_template(
        "cards/village.html",
        place=place,
        words=words_of()(code),
        form=form,
        issuing=issuing,
        making=MakeRunForm(formdata=None, group=group, which=which),
        coverage=_coverage(place),
        wanting=len(queries.without_card(code, group=group)),
        cards=found,
        spaced=numbers.format,
        parts=_parts(len(found)),
        most=MOST_CARDS,
        missing=faces.unprintable(found),
        runs=queries.print_runs.print_runs(
            current_user.scope(Permission.MANAGE_CARDS), region=code, limit=LATEST
        ),
        back=_above(code),
    )
    return page, status


def choice_of(code: str, group: str, which: str) -> Choice:
    """Return what a village's page asks to be printed."""
    return Choice(
        code,
        group=group,
        unprinted=which == "unprinted",
        issued_on=today() if which == "today" else None,
    )


def _parts(count: int) -> list[tuple[int, int, int]]:
    """List the runs so many cards need: number, first card, last card."""
    return [
        (first // MOST_CARDS + 1, first + 1, min(first + MOST_CARDS, count))
        for first in range(0, count, MOST_CARDS)
    ]


def village_of(code: str) -> Region:
    """Return a village the signed-in person makes cards for."""
    scope = current_user.scope(Permission.MANAGE_CARDS)
    place = regions.region(code) if len(code) == VILLAGE and scope.covers_region(code) else None
    return place if place is not None else abort(404)


def _coverage(place: Region) -> Coverage:
    return queries.coverage(place.code, place.level).get(place.code, Coverage(0, 0))


def _with_coverage(top: str, shown: list[Region]) -> list[tuple[Region, Coverage]]:
    digits = shown[0].level if shown else VILLAGE
    found = queries.coverage(top, digits)
    return [(place, found.get(place.code, Coverage(0, 0))) for place in shown]


def _above(code: str) -> str | None:
    """Return where the list of the place above is, if it is the person's to see."""
    shorter = [code[:digits] for digits in LEVELS if digits < len(code)]
    scope = current_user.scope(Permission.MANAGE_CARDS)
    if shorter and scope.covers_region(shorter[-1]):
        return url_for(".places", region=shorter[-1])
    return url_for(".places") if code and len(scope.regions) > 1 else None
