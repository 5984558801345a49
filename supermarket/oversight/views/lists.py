"""The lists of what is to be checked, and the rows behind them."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.errors import N_, DomainError
from supermarket.filters import full_day, moment
from supermarket.households.views import places
from supermarket.oversight import queries
from supermarket.oversight.forms import lists as forms
from supermarket.oversight.forms.lists import Choice
from supermarket.oversight.queries.asked import About, Item, Listed, ListRule, named
from supermarket.oversight.queries.lists import LISTS
from supermarket.oversight.views.journals import entry_url, finding_url
from supermarket.spreadsheets.cells import cleaned
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("oversight", __name__, url_prefix="/oversight")
NAVIGATION = [NavigationItem(N_("监督"), "zoom-check", "oversight.index", Permission.OVERSEE, 74)]


@bp.get("")
@requires(Permission.OVERSEE)
def index() -> ResponseReturnValue:
    """Show what there is to look at, and how many findings are under way."""
    return render_template(
        "oversight/index.html",
        lists=list(LISTS.values()),
        counted=queries.counted(current_user.scope(Permission.OVERSEE)),
    )


@bp.get("/lists/<key>")
@requires(Permission.OVERSEE)
def show(key: str) -> ResponseReturnValue:
    """Show a list, with why each row is on it; ``?format=xlsx`` downloads it."""
    rule = _rule(key)
    scope = current_user.scope(Permission.OVERSEE)
    refused, status = "", 200
    try:
        choice = forms.read(request.args)
        asked = choice.asked(scope)
    except DomainError as error:
        choice, refused, status = forms.read({}), say(error), error.status
    found = Listed([])
    if not refused:
        download = request.args.get("format") == "xlsx"
        seen.note("oversight.export" if download else "oversight.view", _where(choice))
        found = rule.items(asked)
        if download:
            return _workbook(rule, choice, found)
    page = render_template(
        "oversight/list.html",
        rule=rule,
        choice=choice,
        found=found,
        refused=refused,
        why=lambda item: why(rule, item),
        places=places.narrower(scope, choice.region or None),
        links=lambda item: _links(rule, choice, item),
        workbook_url=url_for(".show", key=key, **choice.address, format="xlsx"),
    )
    return page, status


@bp.get("/lists/<key>/<path:subject>")
@requires(Permission.OVERSEE)
def behind(key: str, subject: str) -> ResponseReturnValue:
    """Show the awards or redemptions behind a row."""
    rule = _rule(key)
    if rule.behind is None:
        abort(404)
    choice = forms.read(request.args)
    asked = choice.asked(current_user.scope(Permission.OVERSEE))
    seen.note("oversight.view", _where(choice))
    return render_template(
        "oversight/behind.html",
        rule=rule,
        choice=choice,
        rows=named(
            rule.behind(asked, cleaned(subject)[:100]),
            current_user.scope(Permission.VIEW_HOUSEHOLDS),
        ),
        subject=cleaned(subject)[:100].replace("~", " · "),
        back=url_for(".show", key=key, **choice.address),
        entry_url=entry_url,
        new_url=lambda row: finding_url(
            row.reference, listed_in=key, sample=f"{row.head} {row.what} {row.reference}"
        ),
    )  # fmt: skip


def why(rule: ListRule, item: Item) -> str:
    """Say in one sentence, with the figures, why something is on a list."""
    sentence: str = _(rule.why)
    return sentence.format(**item.facts)


def _rule(key: str) -> ListRule:
    if key not in LISTS:
        abort(404)
    return LISTS[key]


def _where(choice: Choice) -> str:
    """Return the code of the place a list is about, for the audit log."""
    return choice.region or (current_user.scope(Permission.OVERSEE).regions or ("0",))[0]


def _links(rule: ListRule, choice: Choice, item: Item) -> dict[str, str]:
    """Return where a row leads: its own page, the rows behind it, a new finding."""
    found: dict[str, str] = {}
    code = item.subject.partition("~")[0]
    if rule.about is About.HOUSEHOLD and rule.behind is None and code.isdigit():
        found["page"] = url_for("households.show", code=code)
    elif rule.about is About.HOUSEHOLD and rule.behind is None:
        found["page"] = url_for("declarations.show", code=code)
    elif rule.about is About.ENTRY:
        found["page"] = entry_url(code)
    if rule.behind is not None:
        found["behind"] = url_for(".behind", key=rule.key, subject=item.subject, **choice.address)
    scope = current_user.scope(Permission.OVERSEE)
    asked: dict[str, Any] = {
        "listed_in": rule.key,
        "subject": item.subject[:64],
        "region": item.region_code if scope.covers_region(item.region_code) else None,
        "sample": f"{_(rule.title)}：{item.name}（{item.subject.replace('~', ' · ')}）"[:200],
        "concerned": item.concerned or None,
    }
    return found | {"finding": url_for("findings.new", **asked)}


def _workbook(rule: ListRule, choice: Choice, found: Listed) -> Response:
    columns = [
        Column(_(rule.about.label)), Column(_("编号")), Column(_("地方")),
        Column(_("为什么列出来（待核实）")),
    ]  # fmt: skip
    notes = [
        _("%(since)s 至 %(until)s", since=full_day(choice.since), until=full_day(choice.until)),
        _(rule.rule),
        _("待核实，不是结论；只供监督使用，不得公开，不作排名"),
        *([_("样本太少，没有比较")] if found.too_few else []),
        *([_("还有更多，请缩小范围")] if found.cut else []),
        _("截至 %(moment)s", moment=moment(now())),
    ]
    rows = (
        (item.name, item.subject.replace("~", " "), item.place, why(rule, item))
        for item in found.items
    )
    title = _("监督清单：%(title)s", title=_(rule.title))
    file = write_xlsx([Sheet(_(rule.title), title, notes, columns, rows)], title=title)
    name = f"{_(rule.title)}-{today():%Y%m%d}.xlsx"
    return send_file(file, as_attachment=True, download_name=name)
