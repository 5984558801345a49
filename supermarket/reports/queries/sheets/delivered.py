"""The form of what others collected or what was brought to the door (F9)."""

from collections.abc import Iterator

from supermarket.deliveries.queries.register import f9
from supermarket.errors import N_
from supermarket.reports.queries.sheets.reading import Made, narrowed, numbered
from supermarket.reports.queries.sheets.shape import (
    Asked,
    Group,
    Narrow,
    Sheet,
    SheetColumn,
    SheetRow,
    register,
)
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission


def _brought(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F9: the goods that households did not carry home themselves, by day."""
    return numbered(_rows(asked), after)


def _rows(asked: Asked) -> Iterator[Made]:
    window = asked.window
    for row in f9(narrowed(window), window.since, window.until, shop=window.shop):
        if asked.household in {"", row.household_code}:
            yield (*row[:-1], asked.say(row.confirmation)), None


register(
    Sheet(
        code="F9",
        title=N_("代领/送货上门台账"),
        group=Group.COUNTER,
        needs=Permission.VIEW_REDEMPTIONS,
        columns=(
            SheetColumn(N_("日期"), Kind.DATE),
            SheetColumn(N_("户编号"), width=19),
            SheetColumn(N_("代领人")),
            SheetColumn(N_("关系")),
            SheetColumn(N_("授权编号")),
            SheetColumn(N_("物品")),
            SheetColumn(N_("数量"), Kind.INT),
            SheetColumn(N_("送达时间"), Kind.DATETIME),
            SheetColumn(N_("接收确认")),
        ),
        rows=_brought,
        keepers=True,
        narrows=frozenset({Narrow.SHOP, Narrow.HOUSEHOLD}),
        personal=True,
        notes=(N_("全部冲正的不在内，退回的件数已扣除"),),
    )
)
