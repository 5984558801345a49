"""The county's yearly report (F22): the summary, with honours, sources of money and budgets."""

from collections.abc import Iterator, Sequence

from supermarket.donors.models import FundSource
from supermarket.errors import N_
from supermarket.reports.queries import monthly_year
from supermarket.reports.queries.sheets.figures import (
    COMPARED,
    HOW,
    NAMED,
    SUMMARY,
    Place,
    places,
    summary,
)
from supermarket.reports.queries.sheets.reading import Made, numbered
from supermarket.reports.queries.sheets.shape import (
    Asked,
    Group,
    Sheet,
    SheetColumn,
    SheetRow,
    register,
)
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission


def _year(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F22: the summary with what a yearly report says besides."""
    return numbered((_yearly(row, asked) for row in places(asked)), after)


def _yearly(row: Place, asked: Asked) -> Made:
    """Return the cells of F22."""
    cells, link = summary(row, asked)
    honours = monthly_year.honours(row.window)
    return (
        *cells,
        len({honour.household for honour in honours}),
        len(honours),
        _sources(monthly_year.sources(row.window), asked),
        monthly_year.next_budget(row.window),
    ), link


def _sources(found: Sequence[monthly_year.Source], asked: Asked) -> str:
    """Say how much money came in from where, and which part of all that is."""
    whole = sum(one.received for one in found)
    return "；".join(
        asked.say(
            N_("%(source)s %(amount)s 元（%(percent)s%%）"),
            source=asked.say(FundSource(one.source).label),
            amount=f"{one.received / 100:,.2f}",
            percent=f"{one.received * 100 / whole:.1f}",
        )
        for one in found
        if one.received
    )


HONOURED = N_("典型户是得过荣誉的户；次年预算是各村已定的发放预算（分）")

register(
    Sheet(
        code="F22",
        title=N_("年报"),
        group=Group.FIGURES,
        needs=Permission.VIEW_REPORTS,
        columns=(
            *SUMMARY,
            SheetColumn(N_("典型户"), Kind.INT),
            SheetColumn(N_("荣誉"), Kind.INT),
            SheetColumn(N_("资金来源构成"), width=40),
            SheetColumn(N_("次年预算"), Kind.POINTS),
        ),
        opens=1,
        rows=_year,
        notes=(
            HOW,
            COMPARED,
            NAMED,
            HONOURED,
        ),
    ),
)
