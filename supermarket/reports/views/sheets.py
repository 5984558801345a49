"""The county's forms F1 to F22: index, page, A4 paper, Excel and CSV."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.database import one_moment
from supermarket.errors import N_, DomainError, ForbiddenError
from supermarket.filters import full_day, moment
from supermarket.regions import queries as regions
from supermarket.regions.queries import names as region_names
from supermarket.reports.errors import HouseholdNeededError, TooManyRowsError
from supermarket.reports.queries.sheets import asking, catalogue
from supermarket.reports.queries.sheets.heads import heads
from supermarket.reports.queries.sheets.shape import (
    SHEETS,
    Asked,
    Group,
    Link,
    Narrow,
    Sheet,
    Time,
    in_order,
)
from supermarket.reports.queries.window import Preset, preset
from supermarket.reports.views import rule_sheet, sheet_files
from supermarket.reports.views.sheet_cells import shown
from supermarket.reports.views.sheet_files import Head
from supermarket.shops.models import Shop
from supermarket.shops.queries import shops_in
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("sheets", __name__, url_prefix="/reports/forms")
NAVIGATION = [NavigationItem(N_("台账表格"), "clipboard-list", "sheets.index", Permission.WORK, 71)]
#: The modules whose import registered the forms.
MODULES = (*catalogue.MODULES, rule_sheet)

#: Rows of a page, and rows that fit on paper somebody would carry.
PAGE_ROWS, PAPER_ROWS = 100, 2000
#: Columns this wide, in digits, hold sentences.
WORDY = 40
#: What may be asked of a form in its address.
ASKABLE = ("preset", "since", "until", "region", "shop", "household", "goods")


class ShownRow(NamedTuple):
    """A row as a page writes it."""

    cells: list[str]
    #: The page behind it; None where there is none, or not for this person.
    url: str | None


@bp.get("")
@requires(Permission.WORK)
def index() -> ResponseReturnValue:
    """List the forms that this person may open, in groups."""
    mine = offered()
    groups = [(_(group.label), [one for one in mine if one.group is group]) for group in Group]
    return render_template("reports/sheets/index.html", groups=[g for g in groups if g[1]])


@bp.get("/<code>")
@requires(Permission.WORK)
def show(code: str) -> ResponseReturnValue:
    """Show a form; ``?format=xlsx`` or ``csv`` downloads it, ``print`` lays it on A4."""
    of, form = allowed(code), request.args.get("format", "")
    try:
        asked = question(of, request.args)
        if form in {"xlsx", "csv"}:
            return _file(of, asked, form)
        return _paper(of, asked) if form == "print" else _page(of, asked)
    except HouseholdNeededError as error:
        return _unread(of, error, error.status if form else 200)
    except DomainError as error:
        return _unread(of, error, error.status)


def offered() -> list[Sheet]:
    """Return the forms that this person may open, by number."""
    return in_order(one for one in SHEETS.values() if _may_open(one))


def _may_open(of: Sheet) -> bool:
    return current_user.may(of.needs) and (of.keepers or bool(current_user.scope(of.needs).regions))


def allowed(code: str) -> Sheet:
    """Return a form that this person may open.

    Raises:
        NoSheetError: there is none of that number.
        ForbiddenError: it is not for this person's roles.
    """
    of = asking.sheet(code)
    if not _may_open(of):
        raise ForbiddenError
    return of


def question(of: Sheet, args: Mapping[str, str]) -> Asked:
    """Return the checked question for a form, in the reader's language."""
    return asking.asked(of, args, _, current_user.scope, reader=current_user.id)


def opened(of: Sheet, asked: Asked, *, export: bool = False) -> None:
    """Leave a note that personal data is read, and read all that follows as of one moment."""
    if of.personal:
        verb = "export" if export else "view"
        seen.note(f"report.{verb}_{of.code.lower()}", asked.household or _about(asked))
    one_moment()


def head_of(of: Sheet, asked: Asked) -> Head:
    """Return what stands above and below a form."""
    since, until = asked.window.since, asked.window.until
    period = ""
    if of.time is Time.WINDOW:
        period = _("%(since)s 至 %(until)s", since=full_day(since), until=full_day(until))
    elif of.time is Time.DAY:
        period = full_day(until)
    return Head(_place(asked), period, moment(now()), heads(asked.window))


def _page(of: Sheet, asked: Asked) -> ResponseReturnValue:
    opened(of, asked)
    head = head_of(of, asked)
    after = request.args.get("after", "")
    found = list(islice(of.rows(asked, after), PAGE_ROWS + 1))
    page = found[:PAGE_ROWS]
    following = {"after": page[-1].place} if len(found) > PAGE_ROWS else None
    return render_template(
        "reports/sheets/show.html",
        of=of,
        head=head,
        rows=[ShownRow(shown(row.cells, of.columns), _url(row.link)) for row in page],
        headings=_headings(of),
        next_url=_here(of, **following) if following else None,
        first_url=_here(of) if after else None,
        message="",
        **_choices(of, asked.window.scope, asked.window.region),
    )


def _paper(of: Sheet, asked: Asked) -> ResponseReturnValue:
    opened(of, asked, export=True)
    head = head_of(of, asked)
    found = list(islice(of.rows(asked, ""), PAPER_ROWS + 1))
    if len(found) > PAPER_ROWS:
        raise TooManyRowsError(limit=PAPER_ROWS)
    return render_template(
        "reports/sheets/paper.html",
        of=of,
        head=head,
        rows=[shown(row.cells, of.columns) for row in found],
        headings=_headings(of),
        back=_here(of),
    )


def _file(of: Sheet, asked: Asked, form: str) -> ResponseReturnValue:
    opened(of, asked, export=True)
    if form == "csv":
        return sheet_files.csv(of, asked)
    return sheet_files.workbook(of, asked, head_of(of, asked))


def _unread(of: Sheet, error: DomainError, status: int) -> ResponseReturnValue:
    """Show the form without rows, with what was typed and why there are none."""
    page = render_template(
        "reports/sheets/show.html",
        of=of,
        head=None,
        rows=[],
        headings=[],
        next_url=None,
        first_url=None,
        message=say(error),
        refused=status != 200,
        **_choices(of, current_user.scope(of.needs), ""),
    )
    return page, status


def _headings(of: Sheet) -> list[Any]:
    """Return the headings as the table macro takes them: numbers right, sentences with room."""
    numbers = {"int", "points", "yuan", "percent", "average"}
    kinds = [
        "number" if column.kind.value in numbers else "words" if column.width >= WORDY else "short"
        for column in of.columns
    ]
    labels = [_(column.label) for column in of.columns]
    return list(zip(labels, kinds, strict=True))


def _choices(of: Sheet, scope: Scope, region: str) -> dict[str, Any]:
    """Return what the form can be narrowed by, and what is chosen now, as it was typed."""
    typed = {name: cleaned(request.args.get(name, ""))[:64] for name in ASKABLE}
    try:
        since, until = asking.days(of, request.args)
        typed |= {"since": since.isoformat(), "until": until.isoformat()}
        named = next((kind for kind in Preset if preset(kind, today()) == (since, until)), None)
    except DomainError:
        named = None
    shops: Sequence[Shop] = ()
    if Narrow.SHOP in of.narrows:
        shops = asking.shops(shops_in(scope), region)
    return {
        "typed": typed,
        "presets": [
            (_(kind.label), _here(of, preset=kind.value, since="", until=""), kind is named)
            for kind in Preset
        ],
        "places": _places(scope, typed["region"]),
        "shops": [(shop.code, shop.name) for shop in shops],
        "household": Narrow.HOUSEHOLD in of.narrows,
        "goods": Narrow.GOODS in of.narrows,
        "windowed": of.time is Time.WINDOW,
        "dated": of.time is Time.DAY,
        "files": {form: _here(of, format=form) for form in ("xlsx", "csv", "print")},
    }


def _places(scope: Scope, region: str) -> list[tuple[str, str]]:
    """Return the places to choose from: the way down to the chosen one, and what is below."""
    found: dict[str, str] = {}
    for code in scope.regions:
        found |= region_names([code])
        found |= {child.code: "　" + child.name for child in regions.children(code)}
    if region and scope.covers_region(region):
        for crumb in regions.path(region):
            if scope.covers_region(crumb.code) and crumb.code not in found:
                found[crumb.code] = "　　" + crumb.name
        found |= {
            child.code: "　　" + child.name
            for child in regions.children(region)
            if child.code not in found
        }
    return sorted(found.items())


def _here(of: Sheet, **changes: str) -> str:
    """Return the address of a form as it was asked for, some of it changed."""
    chosen = {name: request.args.get(name, "")[:64] for name in ASKABLE} | changes
    if "preset" not in changes and (chosen["since"] or chosen["until"]):
        chosen["preset"] = ""
    kept: dict[str, Any] = {name: text for name, text in chosen.items() if text}
    return url_for(".show", code=of.code, **kept)


def _url(link: Link | None) -> str | None:
    """Return the address behind a row, if this person may open it."""
    view = current_app.view_functions.get(link.endpoint) if link else None
    if link is None or view is None:
        return None
    needs: Permission | None = vars(view).get("needs")
    if needs is not None and not current_user.may(needs):
        return None
    values: dict[str, Any] = dict(link.values)
    return url_for(link.endpoint, **values)


def _about(asked: Asked) -> str:
    """Return the code of the place, or shop, that a form is about."""
    window = asked.window
    return window.shop or window.region or (*window.scope.regions, *window.scope.shops, "0")[0]


def _place(asked: Asked) -> str:
    """Name the places the rows are of."""
    window = asked.window
    codes = [window.region] if window.region else list(window.scope.regions)
    named = region_names(codes)
    shop = window.shop or "、".join(window.scope.shops)
    parts = [
        "、".join(named.get(code, code) for code in codes),
        shop,
        asked.household,
        window.goods,
    ]
    return " ".join(part for part in parts if part)
