"""The findings as an Excel file with the columns of form F20."""

from collections.abc import Iterator
from typing import Any

from flask import Response, send_file
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.filters import moment
from supermarket.oversight import queries
from supermarket.oversight.models import Finding
from supermarket.oversight.queries import FindingRow
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Content, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user

#: Findings read at a time, and at most in a file.
BATCH, MOST = 500, 100_000


def _all(asked: dict[str, Any]) -> Iterator[FindingRow]:
    scope, before = current_user.scope(Permission.OVERSEE), None
    for _page in range(MOST // BATCH):
        rows = queries.findings(scope, before=before, limit=BATCH, **asked)
        yield from (queries.told_to(current_user.member, row) for row in rows)
        if len(rows) < BATCH:
            return
        before = rows[-1].finding.id


def workbook(asked: dict[str, Any]) -> Response:
    """Return the findings somebody asked for as form F20."""
    columns = [
        Column(_("日期"), Kind.DATE), Column(_("抽查人")), Column(_("样本(随机)")),
        Column(_("核实方式")), Column(_("结果")), Column(_("问题")),
        Column(_("整改期限"), Kind.DATE), Column(_("销号日期"), Kind.DATE),
        Column(_("编号")), Column(_("地方")), Column(_("整改人")), Column(_("进度")),
    ]  # fmt: skip
    lines: Iterator[tuple[Content, ...]] = (
        (
            row.finding.found_on, row.finder, sample_of(row.finding),
            _(row.finding.method.label), row.finding.result, row.finding.problem,
            row.finding.due_on, row.closed_on, row.finding.code, row.place, row.assignee,
            _(row.finding.state.label) + (_("（已超期）") if row.late else ""),
        )
        for row in _all(asked)
    )  # fmt: skip
    title = _("监督抽查表")
    notes = [_("截至 %(moment)s", moment=moment(now())), _("只供监督使用，不得公开")]
    file = write_xlsx([Sheet(title, title, notes, columns, lines)], title=title)
    return send_file(file, as_attachment=True, download_name=f"{title}-{today():%Y%m%d}.xlsx")


def sample_of(finding: Finding) -> str:
    """Say what was checked, and that it was drawn at random if it was."""
    if not finding.seed:
        return finding.sample
    seed = finding.seed[:16]
    return str(_("%(sample)s（随机，种子 %(seed)s）", sample=finding.sample, seed=seed))
