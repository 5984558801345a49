"""The form of rules (F2): what the sheet on the wall says, in the words of the rules' pages."""

from collections.abc import Iterator

from supermarket.errors import N_
from supermarket.reports.queries.sheets.reading import Made, narrowest, numbered
from supermarket.reports.queries.sheets.shape import (
    Asked,
    Group,
    Link,
    Sheet,
    SheetColumn,
    SheetRow,
    Time,
    register,
)
from supermarket.schemes import queries as schemes
from supermarket.schemes.views.words import cap_words, level_words, points_words
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission


def _wall(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F2: the rules in force in a place on a day; of several places the first."""
    return numbered(_rules(asked), after)


def _rules(asked: Asked) -> Iterator[Made]:
    places = narrowest(asked.window) or [
        code.partition("S")[0] for code in asked.window.scope.shops
    ]
    if not places:
        return
    versions = schemes.rules(places[0], asked.window.until)
    for number, version in enumerate(versions, start=1):
        yield (
            (
                number,
                asked.say(version.category.label),
                f"{version.rule.code} {version.title}",
                points_words(version),
                cap_words(version),
                version.basis,
                f"{asked.say(version.evidence.label)}，{level_words(version)}",
            ),
            Link("schemes.rule", {"code": version.rule.code, "region": places[0]}),
        )


register(
    Sheet(
        code="F2",
        title=N_("积分细则表（上墙）"),
        group=Group.POINTS,
        needs=Permission.WORK,
        columns=(
            SheetColumn(N_("序号"), Kind.INT),
            SheetColumn(N_("类别")),
            SheetColumn(N_("项目"), width=40),
            SheetColumn(N_("分值")),
            SheetColumn(N_("频次上限")),
            SheetColumn(N_("依据"), width=40),
            SheetColumn(N_("认定方式")),
        ),
        rows=_wall,
        keepers=True,
        time=Time.DAY,
        notes=(N_("写的是所选地方当天执行的细则；没选地方就是您负责的第一个地方"),),
        page="rule_papers.paper",
    )
)
