"""Print runs: choose a village, give everybody a card, download the sheets."""

from io import BytesIO

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards import queries
from supermarket.cards.errors import NothingToPrintError
from supermarket.cards.forms import BlanksForm, SheetForm
from supermarket.cards.queries import Coverage, Printable, numbers
from supermarket.cards.service import cards, faces, printing
from supermarket.cards.views.words import words_of
from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.errors import N_
from supermarket.regions import queries as regions
from supermarket.regions.models import LEVELS, VILLAGE, Region
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem

bp = Blueprint("card_sheets", __name__)
NAVIGATION = [
    NavigationItem(N_("制卡"), "credit-card", "card_sheets.places", Permission.MANAGE_CARDS, 41),
]

#: Cards in one file: thirty pages, a second or two to make.
PART = 300


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
    """Show how a village stands and what can be downloaded."""
    place, form = _village(code), SheetForm(request.args)
    form.offer(queries.groups(code))
    form.validate()
    cards_found = _chosen(code, form)
    return render_template(
        "cards/village.html",
        place=place,
        words=words_of()(code),
        form=form,
        coverage=_coverage(place),
        wanting=len(queries.without_card(code, group=form.group.data or "")),
        cards=cards_found,
        spaced=numbers.format,
        parts=_parts(code, form, len(cards_found)),
        missing=faces.unprintable(cards_found) if form.names.data != "no" else [],
        back=_above(code),
    )


@bp.post("/cards/print/<code>")
@requires(Permission.MANAGE_CARDS)
def issue_all(code: str) -> ResponseReturnValue:
    """Give a card to every household of a village, or of a group, that has none."""
    _village(code)
    group = request.form.get("group", "")

    def give() -> int:
        return len(cards.issue_all(queries.without_card(code, group=group), current_user.id))

    made = once_more(give)
    flash(_("新发了 %(count)s 张卡，可以打印了", count=made), "success")
    return redirect(url_for(".village", code=code, group=group or None))


@bp.get("/cards/print/<code>.pdf")
@requires(Permission.MANAGE_CARDS)
def sheets(code: str) -> ResponseReturnValue:
    """Send one file of A4 sheets."""
    _village(code)
    form = SheetForm(request.args)
    form.offer(queries.groups(code))
    if not form.validate():
        abort(404)
    seen.note("card.print", code)
    start = ((form.part.data or 1) - 1) * PART
    return _pdf(
        _chosen(code, form)[start : start + PART],
        f"cards-{code}-{form.part.data or 1}.pdf",
        show_name=form.names.data != "no",
        backs=form.backs.data == "yes",
    )


@bp.route("/cards/blanks", methods=["GET", "POST"])
@requires(Permission.MANAGE_CARDS)
def blanks() -> ResponseReturnValue:
    """Make blanks to be linked at the counter, and print those not linked yet."""
    form = BlanksForm()
    if form.validate_on_submit():
        with transaction():
            made = cards.make_blanks(form.count.data or 0, current_user.id)
        flash(_("做了 %(count)s 张空白卡，可以打印了", count=len(made)), "success")
        return redirect(url_for(".blanks"))
    waiting = len(queries.blanks(current_user.id))
    page = render_template("cards/blanks.html", form=form, waiting=waiting, most=PART)
    return page, 422 if form.errors else 200


@bp.get("/cards/blanks.pdf")
@requires(Permission.MANAGE_CARDS)
def blank_sheets() -> ResponseReturnValue:
    """Send one's own newest blanks that are not linked yet as A4 sheets."""
    mine = queries.blanks(current_user.id)[-PART:]
    return _pdf(mine, "cards-blank.pdf", show_name=True, backs=False)


def _pdf(chosen: list[Printable], name: str, *, show_name: bool, backs: bool) -> Response:
    if not chosen:
        raise NothingToPrintError
    paper = BytesIO()
    drawn = faces.faces(
        chosen,
        words_of(),
        secret=current_app.config["CARD_KEY"],
        public_url=current_app.config["PUBLIC_URL"],
        show_name=show_name,
    )
    printing.sheets(drawn, paper, backs=backs)
    paper.seek(0)
    return send_file(paper, mimetype="application/pdf", as_attachment=True, download_name=name)


def _chosen(code: str, form: SheetForm) -> list[Printable]:
    return queries.printable(
        code,
        group=form.group.data or "",
        issued_on=today() if form.which.data == "today" else None,
    )


def _parts(code: str, form: SheetForm, count: int) -> list[tuple[int, int, str]]:
    """List the files of a run: first card, last card, address."""
    choices = {name: form[name].data for name in ("group", "which", "names", "backs")}
    return [
        (
            first + 1,
            min(first + PART, count),
            url_for(".sheets", code=code, part=first // PART + 1, **choices),
        )
        for first in range(0, count, PART)
    ]


def _village(code: str) -> Region:
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
