"""Forms about points: what was noted (F3), how it was judged (F4), one household's book (F7)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import String, cast, func, literal, select, union_all

from supermarket.awards.models import (
    Award,
    AwardLine,
    Decision,
    Declaration,
    DeclarationSource,
    DeclarationState,
    Review,
    ReviewMember,
    Verdict,
)
from supermarket.database import db
from supermarket.errors import N_
from supermarket.households.models import Household
from supermarket.ledger.models import Entry, Journal
from supermarket.reports.queries.sheets.reading import Made, of_villages, stream, within_days
from supermarket.reports.queries.sheets.shape import (
    Asked,
    Group,
    Link,
    Narrow,
    Sheet,
    SheetColumn,
    SheetRow,
    register,
)
from supermarket.schemes.models import Rule, RuleVersion
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission, StaffMember


def _deeds(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F3: what was noted of households, declared or given at once, by the day it happened.

    What was declared and withdrawn again is left out; what was refused stays in the book.
    """
    declared = (
        select(
            Declaration.occurred_on.label("occurred_on"),
            literal(1).label("source"),
            Declaration.id.label("id"),
            Household.code.label("household"),
            RuleVersion.title.label("title"),
            Rule.code.label("rule"),
            Declaration.points.label("points"),
            func.coalesce(StaffMember.name, "").label("noted_by"),
            Declaration.witness.label("witness"),
            Declaration.code.label("reference"),
        )
        .join(Household, Household.id == Declaration.household_id)
        .join(RuleVersion, RuleVersion.id == Declaration.rule_version_id)
        .join(Rule, Rule.id == Declaration.rule_id)
        .outerjoin(StaffMember, StaffMember.id == Declaration.declared_by)
        .where(
            *within_days(Declaration.occurred_on, asked.window),
            *of_villages(Declaration.village_code, asked.window),
            *_of_household(asked),
            Declaration.state != DeclarationState.WITHDRAWN,
        )
    )
    at_once = (
        select(
            AwardLine.occurred_on,
            literal(2),
            AwardLine.id,
            Household.code,
            RuleVersion.title,
            Rule.code,
            AwardLine.points,
            StaffMember.name,
            literal(""),
            Journal.code + "-" + cast(Entry.number, String),
        )
        .join(Award, Award.id == AwardLine.award_id)
        .join(Entry, Entry.id == Award.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Household, Household.id == AwardLine.household_id)
        .join(RuleVersion, RuleVersion.id == AwardLine.rule_version_id)
        .join(Rule, Rule.id == AwardLine.rule_id)
        .join(StaffMember, StaffMember.id == Award.actor_id)
        .outerjoin(Declaration, Declaration.award_line_id == AwardLine.id)
        .where(
            *within_days(AwardLine.occurred_on, asked.window),
            *of_villages(Household.village_code, asked.window),
            *_of_household(asked),
            Declaration.id.is_(None),
        )
    )
    noted = union_all(declared, at_once).subquery()
    return stream(
        select(noted),
        [noted.c.occurred_on, noted.c.source, noted.c.id],
        after,
        lambda rows: [_deed(row, asked) for row in rows],
    )


def _deed(row: Any, asked: Asked) -> Made:
    noted_by = row.noted_by or asked.say(DeclarationSource.HOUSEHOLD.label)
    link = (
        Link("declarations.show", {"code": row.reference})
        if row.source == 1
        else Link("award_book.show", {"reference": row.reference})
    )
    return (
        row.occurred_on,
        row.household,
        row.title,
        row.rule,
        row.points,
        noted_by,
        row.witness,
    ), link


def _judged(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F4: what was asked for and what the panel gave, by the day it happened."""
    wanted = (
        select(
            Declaration.id,
            Declaration.code,
            Declaration.occurred_on,
            Household.code.label("household"),
            Household.head,
            RuleVersion.title,
            Declaration.points_asked,
            Declaration.state,
        )
        .join(Household, Household.id == Declaration.household_id)
        .join(RuleVersion, RuleVersion.id == Declaration.rule_version_id)
        .where(
            *within_days(Declaration.occurred_on, asked.window),
            *of_villages(Declaration.village_code, asked.window),
            *_of_household(asked),
            Declaration.state != DeclarationState.WITHDRAWN,
        )
    )
    return stream(
        wanted,
        [Declaration.occurred_on, Declaration.id],
        after,
        lambda rows: _judged_cells(rows, asked),
    )


def _judged_cells(rows: Sequence[Any], asked: Asked) -> Iterable[Made]:
    words = _panel_words([row.id for row in rows])
    panels = _panels({decision.review_id for decision, _code, _day in words.values()})
    for row in rows:
        decision, code, held_on = words.get(row.id, (None, "", None))
        yield (
            (
                code,
                row.household,
                row.head,
                row.title,
                row.points_asked,
                asked.say(decision.verdict.label if decision else row.state.label),
                decision.points_after if decision else None,
                decision.reason if decision else "",
                panels.get(decision.review_id, "") if decision else "",
                held_on,
            ),
            Link("declarations.show", {"code": row.code}),
        )


def _panel_words(declaration_ids: Sequence[int]) -> dict[int, tuple[Decision, str, Any]]:
    """Return what the panel last decided on declarations, with the meeting's number and day."""
    rows = db.session.execute(
        select(Decision, Review.code, Review.held_on)
        .join(Review, Review.id == Decision.review_id)
        .where(
            Decision.declaration_id.in_(declaration_ids),
            Decision.verdict.in_((Verdict.ACCEPT, Verdict.CHANGE, Verdict.REFUSE)),
        )
        .order_by(Decision.id)
    )
    return {row[0].declaration_id: (row[0], row[1], row[2]) for row in rows}


def _panels(review_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return who sat on panels, by name."""
    rows = db.session.execute(
        select(ReviewMember.review_id, StaffMember.name)
        .join(StaffMember, StaffMember.id == ReviewMember.staff_id)
        .where(ReviewMember.review_id.in_({key for key in review_ids if key is not None}))
        .order_by(StaffMember.name)
    )
    found: dict[int | None, list[str]] = defaultdict(list)
    for review_id, name in rows:
        found[review_id].append(name)
    return {key: "、".join(names) for key, names in found.items()}


def _of_household(asked: Asked) -> list[Any]:
    return [Household.code == asked.household] if asked.household else []


register(
    Sheet(
        code="F3",
        title=N_("事迹登记册（组级）"),
        group=Group.POINTS,
        needs=Permission.VIEW_HOUSEHOLDS,
        columns=(
            SheetColumn(N_("日期"), Kind.DATE),
            SheetColumn(N_("户编号"), width=19),
            SheetColumn(N_("事项")),
            SheetColumn(N_("规则号")),
            SheetColumn(N_("分值"), Kind.POINTS),
            SheetColumn(N_("登记人")),
            SheetColumn(N_("证明人")),
        ),
        rows=_deeds,
        long=True,
        narrows=frozenset({Narrow.HOUSEHOLD}),
        personal=True,
        notes=(N_("申报的和当场加分的都在内，撤回的申报不在内"),),
        page="declarations.index",
    ),
    Sheet(
        code="F4",
        title=N_("积分申报/评定表"),
        group=Group.POINTS,
        needs=Permission.VIEW_HOUSEHOLDS,
        columns=(
            SheetColumn(N_("期次")),
            SheetColumn(N_("户编号"), width=19),
            SheetColumn(N_("户主")),
            SheetColumn(N_("项目")),
            SheetColumn(N_("申报分"), Kind.POINTS),
            SheetColumn(N_("初审")),
            SheetColumn(N_("评议分"), Kind.POINTS),
            SheetColumn(N_("不一致说明"), width=40),
            SheetColumn(N_("评议人签字(≥3)"), width=40),
            SheetColumn(N_("日期"), Kind.DATE),
        ),
        rows=_judged,
        long=True,
        narrows=frozenset({Narrow.HOUSEHOLD}),
        personal=True,
        notes=(N_("期次是评议会的编号，日期是评议的日子"),),
        page="reviews.index",
    ),
)
