"""What was checked, put right and closed, as the county's form F20."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from supermarket.clock import local
from supermarket.errors import N_
from supermarket.oversight.models import Finding
from supermarket.oversight.queries.findings import FINDER
from supermarket.reports.queries.sheets.reading import (
    Made,
    of_villages,
    one_by_one,
    stream,
    within_days,
)
from supermarket.reports.queries.sheets.shape import (
    Asked,
    Group,
    Link,
    Sheet,
    SheetColumn,
    SheetRow,
    register,
)
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission

#: Who checked, to the person whose work it was.
WATCHER = N_("监督人员")


def _rows(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F20: the findings of the window's days, in their order."""
    wanted = (
        select(Finding, FINDER.name)
        .join(FINDER, FINDER.id == Finding.found_by)
        .where(
            *of_villages(Finding.region_code, asked.window),
            *within_days(Finding.found_on, asked.window),
        )
    )
    return stream(
        wanted, [Finding.found_on, Finding.id], after, one_by_one(lambda r: _row(r, asked))
    )


def _row(row: Any, asked: Asked) -> Made:
    finding: Finding = row[0]
    closed_on = local(finding.closed_at).date() if finding.closed_at else None
    sample = finding.sample
    finder = asked.say(WATCHER) if finding.concerned_id == asked.reader else row[1]
    if finding.seed:
        sample = asked.say(
            "%(sample)s（随机，种子 %(seed)s）", sample=sample, seed=finding.seed[:16]
        )
    cells = (
        finding.found_on, finder, sample, asked.say(finding.method.label), finding.result,
        finding.problem, finding.due_on, closed_on,
    )  # fmt: skip
    return cells, Link("findings.show", {"code": finding.code})


register(
    Sheet(
        code="F20",
        title=N_("监督抽查表"),
        group=Group.PEOPLE,
        needs=Permission.OVERSEE,
        columns=(
            SheetColumn(N_("日期"), Kind.DATE),
            SheetColumn(N_("抽查人")),
            SheetColumn(N_("样本(随机)")),
            SheetColumn(N_("核实方式")),
            SheetColumn(N_("结果")),
            SheetColumn(N_("问题")),
            SheetColumn(N_("整改期限"), Kind.DATE),
            SheetColumn(N_("销号日期"), Kind.DATE),
        ),
        rows=_rows,
        personal=True,
        notes=(N_("只供监督使用，不得公开；没有问题的没有整改期限和销号日期"),),
    )
)
