"""What the signed-in person may do with a deduction, and what it waits for."""

from typing import Any

from flask_babel import gettext as _

from supermarket.deductions.models import OPEN, Appeal, AppealState, Deduction, DeductionState
from supermarket.deductions.service.appealing import HEARERS
from supermarket.filters import day
from supermarket.households import queries as households
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user

State = DeductionState


def may(deduction: Deduction, appeal: Appeal | None) -> set[str]:
    """Return what this person may do now: approve, confirm, answer, reverse, appeal, cancel."""
    me, place = current_user.id, deduction.village_code
    tied = deduction.household_id in households.tied(me)
    hand = me in (deduction.proposed_by, deduction.approved_by, deduction.township_by)

    def over(permission: Permission) -> bool:
        return current_user.scope(permission).covers_region(place)

    found: set[str] = set()
    hears = any(over(permission) for permission in HEARERS)
    if appeal is None and deduction.state in (State.NOTIFIED, State.POSTED) and hears:
        found.add("appeal")
    mine = deduction.proposed_by == me or over(Permission.APPROVE_DEDUCTIONS)
    if deduction.state in (State.REMINDED, *OPEN) and mine and not tied:
        found.add("cancel")
    if hand or tied:
        return found
    if deduction.state is State.PROPOSED and over(Permission.APPROVE_DEDUCTIONS):
        found.add("approve")
    if deduction.state is State.APPROVED and over(Permission.CONFIRM_AWARDS):
        found.add("confirm")
    if appeal and appeal.state is AppealState.OPEN and over(Permission.DECIDE_OBJECTIONS):
        found.add("answer")
    left = deduction.points_posted - deduction.reversed_points
    if left > 0 and over(Permission.REVERSE_AWARDS):
        found.add("reverse")
    return found


def next_words(deduction: Deduction, appeal: Appeal | None) -> str:
    """Say what happens next, and who does it."""
    return str(_next_words(deduction, appeal))


def _next_words(deduction: Deduction, appeal: Appeal | None) -> Any:
    until = day(deduction.appeal_until)
    if appeal is not None and appeal.state is AppealState.OPEN:
        if appeal.late:
            return _("分已经扣了才收到申诉，等监督员在%(day)s前答复", day=day(appeal.due_on))
        return _("有申诉，先不扣分，等监督员或乡镇在%(day)s前答复", day=day(appeal.due_on))
    if deduction.state is State.POSTED:
        if not deduction.points_posted:
            return _("已办完。当时积分是 0，没有扣到分")
        if deduction.reversed_points:
            return _(
                "已扣 %(points)s 分，后来退回 %(back)s 分",
                points=deduction.points_posted,
                back=deduction.reversed_points,
            )
        return _("已办完，扣了 %(points)s 分", points=deduction.points_posted)
    return {
        State.REMINDED: _("只是提醒，不扣分。一年内再犯，才可以提出扣分"),
        State.PROPOSED: _("等评议组或乡镇审批，提出人不能自己审批"),
        State.APPROVED: _("等乡镇确认，确认后才告知农户"),
        State.NOTIFIED: _(
            "请把告知单当面交给农户。%(day)s（含当天）以前可以申诉，没有申诉的到期扣分", day=until
        ),
        State.UPHELD: _("申诉已答复，%(day)s以后扣分", day=until),
        State.CANCELLED: _("已撤销，不扣分"),
    }.get(deduction.state, "")
