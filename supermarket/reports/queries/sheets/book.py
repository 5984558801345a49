"""One household's account as a form (F7): every line, what it was for, who agreed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import func, select, tuple_

from supermarket.awards.models import Award, AwardLine, Decision, Declaration
from supermarket.counter.models import RedemptionLine
from supermarket.database import db
from supermarket.deductions.models import Deduction
from supermarket.errors import N_
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.ledger.models import Entry, EntryKind, Journal, PointsLine
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
from supermarket.schemes.models import RuleVersion
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission, StaffMember

#: The page behind an entry, by kind.
_PAGES = {
    EntryKind.AWARD: ("award_book.show", "reference"),
    EntryKind.REDEMPTION: ("redemptions.show", "reference"),
}


def _book(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F7: the lines of one household's account, in the order of the book."""
    wanted = (
        select(
            PointsLine.entry_id,
            PointsLine.position,
            Entry.occurred_on,
            (Journal.code).label("journal"),
            Entry.number,
            Entry.kind,
            Entry.note,
            PointsLine.points,
            PointsLine.balance_after,
            StaffMember.name.label("clerk"),
        )
        .join(Household, Household.account_id == PointsLine.account_id)
        .join(Entry, Entry.id == PointsLine.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(StaffMember, StaffMember.id == Entry.actor_id)
        .where(
            Household.code == asked.household,
            *of_villages(Household.village_code, asked.window),
            *within_days(Entry.occurred_on, asked.window),
        )
    )
    return stream(wanted, [PointsLine.place], after, lambda rows: _cells(rows, asked))


def _cells(rows: Sequence[Any], asked: Asked) -> Iterable[Made]:
    words, seconds = _words(rows), _seconds(rows)
    for row in rows:
        reference = f"{row.journal}-{row.number}"
        about = words.get((row.entry_id, row.position)) or words.get((row.entry_id, 0))
        kind = asked.say(row.kind.label)
        page = _PAGES.get(row.kind)
        yield (
            (
                row.occurred_on,
                reference,
                f"{kind}：{about or row.note}" if about or row.note else kind,
                row.points if row.points > 0 else None,
                -row.points if row.points < 0 else None,
                row.balance_after,
                row.clerk,
                seconds.get((row.entry_id, row.position)) or seconds.get((row.entry_id, 0), ""),
            ),
            Link(page[0], {page[1]: reference}) if page else None,
        )


def _words(rows: Sequence[Any]) -> dict[tuple[int, int], str]:
    """Return what lines were for: by entry and position, or by entry and 0 for all its lines."""
    places = [(row.entry_id, row.position) for row in rows]
    entries = [row.entry_id for row in rows]
    given = db.session.execute(
        select(Award.entry_id, AwardLine.position, RuleVersion.title)
        .join(AwardLine, AwardLine.award_id == Award.id)
        .join(RuleVersion, RuleVersion.id == AwardLine.rule_version_id)
        .where(tuple_(Award.entry_id, AwardLine.position).in_(places))
    )
    found = {(row[0] or 0, row[1]): row[2] for row in given}
    taken = db.session.execute(
        select(Deduction.entry_id, RuleVersion.title)
        .join(RuleVersion, RuleVersion.id == Deduction.rule_version_id)
        .where(Deduction.entry_id.in_(entries))
    )
    found |= {(row[0] or 0, 0): row[1] for row in taken}
    fetched = db.session.execute(
        select(RedemptionLine.entry_id, Goods.name, func.abs(RedemptionLine.quantity))
        .join(Goods, Goods.id == RedemptionLine.goods_id)
        .where(RedemptionLine.entry_id.in_(entries))
        .order_by(RedemptionLine.entry_id, RedemptionLine.position)
    )
    for entry_id, name, quantity in fetched:
        before = found.get((entry_id, 0))
        found[entry_id, 0] = "、".join(filter(None, (before, f"{name}×{quantity}")))
    return found


def _seconds(rows: Sequence[Any]) -> dict[tuple[int, int], str]:
    """Return who agreed besides whoever posted: the last to decide, or to approve."""
    decided = db.session.execute(
        select(Award.entry_id, AwardLine.position, StaffMember.name)
        .join(AwardLine, AwardLine.award_id == Award.id)
        .join(Declaration, Declaration.award_line_id == AwardLine.id)
        .join(Decision, Decision.declaration_id == Declaration.id)
        .join(StaffMember, StaffMember.id == Decision.actor_id)
        .where(
            tuple_(Award.entry_id, AwardLine.position).in_(
                [(row.entry_id, row.position) for row in rows]
            )
        )
        .order_by(Decision.id)
    )
    found = {(row[0] or 0, row[1]): row[2] for row in decided}
    approved = db.session.execute(
        select(Deduction.entry_id, StaffMember.name)
        .join(StaffMember, StaffMember.id == Deduction.approved_by)
        .where(Deduction.entry_id.in_([row.entry_id for row in rows]))
    )
    return found | {(row[0] or 0, 0): row[1] for row in approved}


register(
    Sheet(
        code="F7",
        title=N_("户积分台账"),
        group=Group.POINTS,
        needs=Permission.VIEW_HOUSEHOLDS,
        columns=(
            SheetColumn(N_("日期"), Kind.DATE),
            SheetColumn(N_("凭证号")),
            SheetColumn(N_("事项"), width=40),
            SheetColumn(N_("收入"), Kind.POINTS),
            SheetColumn(N_("支出"), Kind.POINTS),
            SheetColumn(N_("余额"), Kind.POINTS),
            SheetColumn(N_("经办")),
            SheetColumn(N_("审核")),
        ),
        opens=1,
        rows=_book,
        narrows=frozenset({Narrow.HOUSEHOLD}),
        must=Narrow.HOUSEHOLD,
        personal=True,
        notes=(N_("只给本户和工作人员看，不得公开"),),
    )
)
