"""Who saw or changed what: a page, an Excel file, a CSV."""

from collections.abc import Iterator
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    render_template,
    request,
    send_file,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.audit.models import ACTION_LABELS, FIELD_LABELS, MASKED, VALUE_LABELS
from supermarket.clock import now, today
from supermarket.errors import N_, DomainError
from supermarket.filters import moment
from supermarket.spreadsheets.cells import cleaned
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Content, Sheet, write_csv, write_xlsx
from supermarket.staff.forms import audit_log as forms
from supermarket.staff.models import Permission, Role
from supermarket.staff.queries import audit_log as queries
from supermarket.staff.queries.audit_log import Asked, Line
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

#: Characters of a personal number that are shown, at its end.
SHOWN = 2
LABELS = VALUE_LABELS | {"staff.role": {role.value: role.label for role in Role}}

bp = Blueprint("audit", __name__, url_prefix="/audit")
NAVIGATION = [NavigationItem(N_("操作记录"), "history", "audit.log", Permission.AUDIT, 96)]


@bp.get("/")
@requires(Permission.AUDIT)
def log() -> ResponseReturnValue:
    """Show what was done, newest first; ``?format=xlsx`` or ``csv`` downloads it."""
    scope = current_user.scope(Permission.AUDIT)
    try:
        asked, refused = forms.read(request.args), ""
    except DomainError as error:
        asked, refused = Asked(), say(error)
    if request.args.get("format") in {"xlsx", "csv"} and not refused:
        return _download(queries.all_of(scope, asked), request.args["format"])
    size = current_app.config["PAGE_SIZE"]
    before = forms.place(request.args.get("before", ""))
    found = [] if refused else queries.listed(scope, asked, before=before, limit=size + 1)
    page, more = found[:size], len(found) > size
    chosen: dict[str, Any] = {
        name: cleaned(value)
        for name, value in request.args.items()
        if name in {"who", "action", "subject", "since", "until"} and value
    }
    shown = render_template(
        "staff/audit_log.html",
        lines=[(line, _action(line.action), changes(line)) for line in page],
        chosen=chosen,
        actions=[(code, _action(code)) for code in queries.actions()],
        refused=refused,
        download=lambda kind: url_for(".log", **chosen, format=kind),
        next_url=url_for(".log", **chosen, before=page[-1].place) if more else None,
        first_url=url_for(".log", **chosen) if before else None,
    )
    return shown, 422 if refused else 200


def changes(line: Line) -> list[str]:
    """Say what changed, a value at a time; of personal numbers the end."""
    before, after = line.before or {}, line.after or {}
    about = line.action.partition(".")[0]
    said = []
    for name in [*before, *(name for name in after if name not in before)]:
        field = f"{about}.{name}"
        label = FIELD_LABELS.get(field) or FIELD_LABELS.get(name)
        old, new = (_value(side.get(name), field) for side in (before, after))
        if before.get(name) == after.get(name) or old == new == "":
            continue
        change = f"{old} → {new or '—'}" if old else new or "—"
        said.append(f"{_(label) if label else name}：{change}")
    return said


def _value(value: object, field: str) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(_("是") if value else _("否"))
        case dict():
            return "，".join(f"{name} {_value(item, field)}" for name, item in value.items())
        case list():
            return "、".join(_item(item, field) for item in value)
    text = str(value)
    if field in MASKED:
        return "*" * (len(text) - SHOWN) + text[-SHOWN:]
    label = LABELS.get(field, {}).get(text)
    return str(_(label)) if label else text


def _item(item: object, field: str) -> str:
    """Say one item of a list: a member is a name and a relation."""
    if isinstance(item, list):
        return " ".join(str(part) for part in item if part)
    return _value(item, field)


def _action(code: str) -> str:
    return str(_(ACTION_LABELS[code])) if code in ACTION_LABELS else code


def _download(lines: Iterator[Line], kind: str) -> Response:
    columns = [
        Column(_("时间"), Kind.DATETIME),
        Column(_("姓名")),
        Column(_("用户名")),
        Column(_("做了什么")),
        Column(_("对象")),
        Column(_("变化")),
    ]
    rows: Iterator[tuple[Content, ...]] = (
        (
            line.at,
            line.name,
            line.username,
            _action(line.action),
            line.subject,
            "；".join(changes(line)),
        )
        for line in lines
    )
    name = f"{_('操作记录')}-{today():%Y%m%d}.{kind}"
    if kind == "xlsx":
        notes = [_("截至 %(moment)s", moment=moment(now()))]
        sheet = Sheet(_("操作记录"), _("操作记录"), notes, columns, rows)
        return send_file(write_xlsx([sheet]), as_attachment=True, download_name=name)
    response = Response(stream_with_context(write_csv(columns, rows)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
