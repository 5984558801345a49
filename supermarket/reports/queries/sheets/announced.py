"""Forms about what was announced (F5) and what was said against it (F6)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import aliased

from supermarket.awards.models import Declaration
from supermarket.clock import local
from supermarket.database import db
from supermarket.deductions.models import Appeal, AppealState, Deduction
from supermarket.errors import N_
from supermarket.notices.models import Notice, Objection, ObjectionState
from supermarket.notices.queries import sheet
from supermarket.regions.models import Region
from supermarket.reports.errors import PlaceError
from supermarket.reports.queries.sheets.reading import (
    LARGEST,
    Made,
    of_villages,
    stream,
    within_days,
    within_moments,
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
from supermarket.schemes.models import RuleVersion
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission, StaffMember

RECORDER, DECIDER = aliased(StaffMember), aliased(StaffMember)
#: Said against a notice, or against a deduction.
OBJECTION, APPEAL = 1, 2


def _board(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F5: what everybody could read on the notices that opened in the window, masked."""
    since_notice, since_row = _place(after)
    notices = db.session.execute(
        select(Notice.id)
        .where(
            *within_days(Notice.opens_on, asked.window),
            *of_villages(Notice.village_code, asked.window),
            Notice.id >= since_notice,
        )
        .order_by(Notice.id)
    ).scalars()
    for notice_id in notices.all():
        notice = db.session.get_one(Notice, notice_id)
        hangs = f"{notice.opens_on.isoformat()} – {notice.closes_on.isoformat()}"
        for row in sheet(notice_id):
            if notice_id == since_notice and row.row <= since_row:
                continue
            yield SheetRow(
                (
                    notice.reference,
                    row.tail,
                    row.head,
                    row.points,
                    "、".join(
                        title if times == 1 else f"{title}×{times}" for title, times in row.titles
                    ),
                    row.balance,
                    hangs,
                    notice.phone,
                ),
                f"{notice_id}~{row.row}",
                Link("notices.show", {"reference": notice.reference}),
            )


def _place(text: str) -> tuple[int, int]:
    if not text:
        return 0, 0
    notice, _tilde, row = text.partition("~")
    for part in (notice, row):
        if not (part.isascii() and part.isdigit() and len(part) <= 19 and int(part) < LARGEST):
            raise PlaceError
    return int(notice), int(row)


def _doubts(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F6: objections to what was announced and appeals against deductions, by moment."""
    objections = (
        select(
            Objection.raised_at.label("raised_at"),
            literal(OBJECTION).label("source"),
            Objection.id.label("id"),
            Objection.code.label("code"),
            Objection.raised_by_name.label("name"),
            Region.name.label("village"),
            RuleVersion.title.label("title"),
            Objection.text.label("text"),
            RECORDER.name.label("recorder"),
            DECIDER.name.label("decider"),
            Objection.reason.label("reason"),
            Objection.decided_at.label("decided_at"),
            Objection.code.label("page"),
        )
        .join(Declaration, Declaration.id == Objection.declaration_id)
        .join(RuleVersion, RuleVersion.id == Declaration.rule_version_id)
        .join(Region, Region.code == Objection.village_code)
        .outerjoin(RECORDER, RECORDER.id == Objection.recorded_by)
        .outerjoin(DECIDER, DECIDER.id == Objection.decided_by)
        .where(
            *within_moments(Objection.raised_at, asked.window),
            *of_villages(Objection.village_code, asked.window),
        )
    )
    appeals = (
        select(
            Appeal.raised_at,
            literal(APPEAL),
            Appeal.id,
            Appeal.code,
            Appeal.raised_by_name,
            Region.name,
            RuleVersion.title,
            Appeal.text,
            RECORDER.name,
            DECIDER.name,
            Appeal.reason,
            Appeal.decided_at,
            Deduction.code,
        )
        .join(Deduction, Deduction.id == Appeal.deduction_id)
        .join(RuleVersion, RuleVersion.id == Deduction.rule_version_id)
        .join(Region, Region.code == Deduction.village_code)
        .outerjoin(RECORDER, RECORDER.id == Appeal.recorded_by)
        .outerjoin(DECIDER, DECIDER.id == Appeal.decided_by)
        .where(
            *within_moments(Appeal.raised_at, asked.window),
            *of_villages(Deduction.village_code, asked.window),
        )
    )
    both = union_all(objections, appeals).subquery()
    return stream(
        select(both),
        [both.c.raised_at, both.c.source, both.c.id],
        after,
        lambda rows: _doubt_cells(rows, asked),
    )


def _doubt_cells(rows: Any, asked: Asked) -> Iterator[Made]:
    states: dict[tuple[int, int], ObjectionState | AppealState] = {}
    objections = [row.id for row in rows if row.source == OBJECTION]
    appeals = [row.id for row in rows if row.source == APPEAL]
    for key, state in db.session.execute(
        select(Objection.id, Objection.state).where(Objection.id.in_(objections))
    ):
        states[OBJECTION, key] = state
    for key, appeal_state in db.session.execute(
        select(Appeal.id, Appeal.state).where(Appeal.id.in_(appeals))
    ):
        states[APPEAL, key] = appeal_state
    for row in rows:
        state_now = states[row.source, row.id]
        yield (
            (
                row.code,
                local(row.raised_at).date(),
                row.name,
                f"{row.village} {row.title}：{row.text}",
                row.decider or row.recorder or "",
                row.reason,
                asked.say(state_now.label),
                local(row.decided_at).date() if row.decided_at else None,
                _corrected(state_now, asked),
            ),
            Link("objections.show", {"code": row.page})
            if row.source == OBJECTION
            else Link("deductions.show", {"code": row.page}),
        )


def _corrected(state: ObjectionState | AppealState, asked: Asked) -> str:
    if state in {ObjectionState.OPEN, AppealState.OPEN}:
        return ""
    dismissed = state in {ObjectionState.DISMISSED, AppealState.DISMISSED}
    return asked.say(N_("否")) if dismissed else asked.say(N_("是"))


register(
    Sheet(
        code="F5",
        title=N_("积分公示表"),
        group=Group.POINTS,
        needs=Permission.WORK,
        columns=(
            SheetColumn(N_("期次")),
            SheetColumn(N_("户编号")),
            SheetColumn(N_("户主(掩码)")),
            SheetColumn(N_("本期加分"), Kind.POINTS),
            SheetColumn(N_("主要事项(固定用语)"), width=40),
            SheetColumn(N_("累计余额"), Kind.POINTS),
            SheetColumn(N_("公示起止")),
            SheetColumn(N_("异议电话")),
        ),
        rows=_board,
        notes=(N_("户编号只写后四位，姓名已掩码；扣分不公示"),),
        page="notices.index",
    ),
    Sheet(
        code="F6",
        title=N_("异议/申诉台账"),
        group=Group.POINTS,
        needs=Permission.VIEW_REPORTS,
        columns=(
            SheetColumn(N_("编号")),
            SheetColumn(N_("日期"), Kind.DATE),
            SheetColumn(N_("提出人")),
            SheetColumn(N_("事项"), width=40),
            SheetColumn(N_("受理人")),
            SheetColumn(N_("调查结果"), width=40),
            SheetColumn(N_("复议结论")),
            SheetColumn(N_("答复日期"), Kind.DATE),
            SheetColumn(N_("是否更正")),
        ),
        rows=_doubts,
        personal=True,
        notes=(N_("异议和申诉都在内，不得公开"),),
        page="objections.index",
    ),
)
