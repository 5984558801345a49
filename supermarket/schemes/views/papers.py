"""Rules on paper and in files: the sheet for the wall (积分细则表), the table to work on."""

from collections.abc import Sequence

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.filters import full_day, moment
from supermarket.schemes import queries
from supermarket.schemes import service as schemes
from supermarket.schemes.models import RuleVersion
from supermarket.schemes.views.places import Place, place
from supermarket.schemes.views.words import cap_words, level_words, points_words
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import requires

bp = Blueprint("rule_papers", __name__, url_prefix="/rules/paper")


@bp.get("")
@requires(Permission.WORK)
def paper() -> ResponseReturnValue:
    """Draw the sheet for the wall of a place: the rules in force there, on A4."""
    found = place()
    versions = queries.rules(found.region.code, today())
    return render_template(
        "schemes/paper.html",
        place=found,
        rows=_rows(versions),
        headings=_headings(),
        on=today(),
        as_of=now(),
    )


@bp.get("/wall.xlsx")
@requires(Permission.WORK)
def wall() -> ResponseReturnValue:
    """Download the sheet for the wall, with the headings of the paper."""
    found = place()
    numbers = {0: Kind.INT}
    sheet = Sheet(
        name=_("积分细则表"),
        title=_("积分细则表"),
        notes=[
            _("单位：%(place)s", place=found.region.name),
            _("%(day)s执行的内容", day=full_day(today())),
            _("截至 %(moment)s", moment=moment(now())),
        ],
        columns=[
            Column(heading, numbers.get(position, Kind.TEXT))
            for position, heading in enumerate(_headings())
        ],
        rows=_rows(queries.rules(found.region.code, today())),
    )
    return _sent(sheet, found, _("积分细则表"))


@bp.get("/rules.xlsx")
@requires(Permission.WORK)
def table() -> ResponseReturnValue:
    """Download every rule of a place, switched off or not, as a file that can be loaded again."""
    found = place()
    versions = queries.rules(found.region.code, today(), disabled=True)
    sheet = Sheet(
        name="积分细则",
        title="",
        notes=(),
        columns=[Column(column.header, column.kind) for column in schemes.COLUMNS],
        rows=[_loadable(version) for version in versions],
    )
    return _sent(sheet, found, _("积分细则"))


def _headings() -> list[str]:
    """Return the headings of the form people know (F2)."""
    return [
        str(_("序号")),
        str(_("类别")),
        str(_("项目")),
        str(_("分值")),
        str(_("频次上限")),
        str(_("依据")),
        str(_("认定方式")),
    ]


def _rows(versions: Sequence[RuleVersion]) -> list[tuple[int, str, str, str, str, str, str]]:
    return [
        (
            number,
            str(_(version.category.label)),
            f"{version.rule.code} {version.title}",
            points_words(version),
            cap_words(version),
            version.basis or "—",
            f"{_(version.evidence.label)}，{level_words(version)}",
        )
        for number, version in enumerate(versions, start=1)
    ]


def _loadable(version: RuleVersion) -> list[str | int | None]:
    """Return a rule as the file of rules has it."""
    text = schemes.text_of(version, version.rule.code)
    row: list[str | int | None] = []
    for column in schemes.COLUMNS:
        value = getattr(text, column.key)
        if column.key == "enabled":
            row.append("yes" if value else "no")
        else:
            row.append(getattr(value, "value", value))
    return row


def _sent(sheet: Sheet, found: Place, title: str) -> ResponseReturnValue:
    name = f"{title}-{found.region.name}-{today()}.xlsx"
    return send_file(
        write_xlsx([sheet], title=title),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=name,
    )
