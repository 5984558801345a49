"""The form about money: receipts and payments of funds (F14)."""

from collections.abc import Iterator

from supermarket.database import db
from supermarket.donors.queries import cash_book
from supermarket.donors.queries.funds import visible
from supermarket.errors import N_
from supermarket.reports.queries.sheets.reading import Made, narrowest, numbered
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
from supermarket.staff.models import Permission, Scope


def _funds(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F14: fund by fund, what it held before, then every line with what it held after."""
    return numbered(_fund_lines(asked), after)


def _fund_lines(asked: Asked) -> Iterator[Made]:
    scope = Scope(tuple(narrowest(asked.window)), ())
    for fund in db.session.scalars(visible(scope)).all():
        book = cash_book(fund, asked.window.since, asked.window.until)
        days = {"since": asked.window.since.isoformat(), "until": asked.window.until.isoformat()}
        link = Link("fund_sheets.show", {"code": fund.code, **days})
        source = asked.say(fund.source.label)
        opening = asked.say(N_("%(fund)s 期初余额"), fund=fund.name)
        yield (
            (asked.window.since, opening, source, None, None, book.opening_fen / 100, fund.code),
            link,
        )
        for line in book.lines:
            yield (
                (
                    line.occurred_on,
                    line.summary or asked.say(line.kind.label),
                    f"{source} {line.donor}".strip(),
                    line.fen / 100 if line.fen > 0 else None,
                    -line.fen / 100 if line.fen < 0 else None,
                    line.balance_fen / 100,
                    line.reference,
                ),
                link,
            )


register(
    Sheet(
        code="F14",
        title=N_("资金收支表"),
        group=Group.MONEY,
        needs=Permission.VIEW_REPORTS,
        columns=(
            SheetColumn(N_("日期"), Kind.DATE),
            SheetColumn(N_("摘要"), width=40),
            SheetColumn(N_("来源(财政/集体/捐赠)")),
            SheetColumn(N_("收"), Kind.YUAN),
            SheetColumn(N_("支"), Kind.YUAN),
            SheetColumn(N_("余额"), Kind.YUAN),
            SheetColumn(N_("凭证号")),
        ),
        rows=_funds,
        notes=(N_("一笔资金接一笔资金排列，每笔资金先写期初余额"),),
        page="funds.index",
    ),
)
