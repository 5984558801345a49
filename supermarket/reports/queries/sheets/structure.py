"""What points were given for (F17): kinds of rules and strength they ask, by village."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, or_, select

from supermarket.awards.models import Award, AwardLine
from supermarket.database import db
from supermarket.errors import N_
from supermarket.households.models import Household
from supermarket.ledger.models import Entry, PointsLine
from supermarket.regions import queries as regions
from supermarket.regions.models import after
from supermarket.reports.queries.monthly_facts import village_then
from supermarket.reports.queries.sheets.reading import Made, narrowest, numbered, within_days
from supermarket.reports.queries.sheets.shape import (
    Asked,
    Group,
    Link,
    Sheet,
    SheetColumn,
    SheetRow,
    register,
)
from supermarket.schemes.models import Ability, Category, RuleVersion
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission

_ABILITIES = {
    Ability.L0: N_("L0 不用体力"),
    Ability.L1: N_("L1 轻体力"),
    Ability.L2: N_("L2 重体力"),
}


class _Part(NamedTuple):
    """What one kind of rule gave in one village."""

    village: str
    kind: Category | Ability
    times: int
    points: int
    households: int


def _structure(asked: Asked, after_row: str) -> Iterator[SheetRow]:
    """F17: village by village, what each kind of rule gave, net of what was taken back."""
    return numbered(_rows(asked), after_row)


def _rows(asked: Asked) -> Iterable[Made]:
    kept = _kept(asked)
    by_category = _parts(kept, kept.c.category)
    by_ability = _parts(kept, kept.c.ability)
    totals: dict[str, int] = {}
    for part in by_category:
        totals[part.village] = totals.get(part.village, 0) + part.points
    names = regions.names(sorted(totals))
    for village in sorted(totals):
        ordered = _ordered([part for part in by_category if part.village == village], Category)
        ordered += _ordered([part for part in by_ability if part.village == village], Ability)
        for part in ordered:
            label = _ABILITIES[part.kind] if isinstance(part.kind, Ability) else part.kind.label
            total = totals[village]
            yield (
                (
                    asked.say(label),
                    names.get(village, village),
                    part.times,
                    part.points,
                    part.households,
                    part.points / total if total else None,
                ),
                _behind(asked, village),
            )


def _ordered(parts: list[_Part], kinds: type[Category] | type[Ability]) -> list[_Part]:
    order = list(kinds)
    return sorted(parts, key=lambda part: order.index(part.kind))


def _behind(asked: Asked, village: str) -> Link:
    """Return what was noted in a village in the window: the form F3."""
    return Link(
        "sheets.show",
        {
            "code": "F3",
            "region": village,
            "since": asked.window.since.isoformat(),
            "until": asked.window.until.isoformat(),
        },
    )


def _kept(asked: Asked) -> Any:
    """Return the award lines that points of the window belong to, with what was kept of each.

    A reversal counts on its own day, with the signs turned. A line stands in the village
    its household lived in then, as the figures of F15 have it.
    """
    village = village_then()
    own = and_(Entry.id == Award.entry_id, PointsLine.position == AwardLine.position)
    back = and_(
        Entry.reverses_id == Award.entry_id, PointsLine.reverses_position == AwardLine.position
    )
    inside = or_(
        False,
        *((village >= place) & (village < after(place)) for place in narrowest(asked.window)),
    )
    return (
        select(
            village.label("village"),
            RuleVersion.category.label("category"),
            RuleVersion.ability.label("ability"),
            AwardLine.id.label("line"),
            AwardLine.household_id.label("household"),
            func.sum(PointsLine.points).label("points"),
        )
        .select_from(Entry)
        .join(PointsLine, PointsLine.entry_id == Entry.id)
        .join(Award, or_(Award.entry_id == Entry.id, Award.entry_id == Entry.reverses_id))
        .join(AwardLine, and_(AwardLine.award_id == Award.id, or_(own, back)))
        .join(RuleVersion, RuleVersion.id == AwardLine.rule_version_id)
        .join(Household, Household.id == AwardLine.household_id)
        .where(*within_days(Entry.occurred_on, asked.window), inside)
        .group_by("village", "category", "ability", AwardLine.id, AwardLine.household_id)
        .subquery()
    )


def _parts(kept: Any, kind: Any) -> list[_Part]:
    some = kept.c.points > 0
    wanted: Select[Any] = select(
        kept.c.village,
        kind,
        func.sum(case((some, 1), else_=0)),
        func.sum(kept.c.points),
        func.count(case((some, kept.c.household)).distinct()),
    ).group_by(kept.c.village, kind)
    return [
        _Part(row[0], row[1], int(row[2]), int(row[3]), int(row[4]))
        for row in db.session.execute(wanted)
    ]


register(
    Sheet(
        code="F17",
        title=N_("积分结构表"),
        group=Group.FIGURES,
        needs=Permission.VIEW_REPORTS,
        columns=(
            SheetColumn(N_("类别")),
            SheetColumn(N_("村")),
            SheetColumn(N_("次数"), Kind.INT),
            SheetColumn(N_("分值"), Kind.POINTS),
            SheetColumn(N_("户数"), Kind.INT),
            SheetColumn(N_("占比"), Kind.PERCENT),
        ),
        opens=1,
        rows=_structure,
        notes=(
            N_(
                "每个村先按劳动、表现、特别嘉奖，再按体力等级（L0/L1/L2）各分一次，占比都是占本村得分"
            ),
            N_("已扣除冲正，扣分另计；次数是留下的加分笔数，户数按户去重"),
        ),
    )
)
