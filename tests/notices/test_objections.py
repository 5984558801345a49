"""Objections: one line is held, decided by somebody else, never lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from supermarket.audit.models import AuditEvent
from supermarket.awards.errors import LimitReachedError
from supermarket.awards.models import AwardLine, Decision, Declaration, DeclarationState, Verdict
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.households import service as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.models import TieKind
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Entry
from supermarket.notices import queries
from supermarket.notices import service as notices
from supermarket.notices.errors import (
    AlreadyDecidedError,
    AnswerNeededError,
    KeyReusedError,
    LateRaiseError,
    LineGoneError,
    LineNotAnnouncedError,
    OwnWorkError,
    PointsNotChangeableError,
    PointsOutsideRuleError,
    PointsSpentError,
    PointsToSayError,
    PointsUnchangedError,
    TextNeededError,
    WordsTooLongError,
)
from supermarket.notices.models import Objection, ObjectionChannel, ObjectionState
from supermarket.schemes.models import CapPeriod
from supermarket.staff.models import Role, Scope
from tests.awards.makers import take_back
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    balance,
    journal,
    make_household,
    make_staff,
    request_for,
)
from tests.notices.makers import (
    OPEN_RULE,
    close,
    decide,
    make_accepted,
    make_people,
    object_to,
    open_notice,
    state_of,
)
from tests.schemes.makers import make_rules

DISMISSED, CORRECTED = ObjectionState.DISMISSED, ObjectionState.CORRECTED
WITHDRAWN = ObjectionState.WITHDRAWN
pytestmark = pytest.mark.usefixtures("app")


def decisions(declaration: Declaration) -> list[tuple[Verdict, DeclarationState, int, int]]:
    db.session.rollback()
    rows = db.session.scalars(
        select(Decision).where(Decision.declaration_id == declaration.id).order_by(Decision.id)
    )
    return [(row.verdict, row.state, row.points_before, row.points_after) for row in rows]


def test_an_objection_holds_its_line_and_no_other_of_the_same_household() -> None:
    people = make_people()
    home = make_household()
    doubted, other = make_accepted(people, home, points=3), make_accepted(people, home, points=4)
    opened = open_notice(people.scorer)

    raised = object_to(doubted, people.scorer)
    closed = close(opened)

    assert (raised.code, raised.late) == (f"{VILLAGE}Y1", False)
    assert raised.answer_due_on == today() + timedelta(days=7)
    assert (closed.lines, closed.held) == (1, 1)
    assert balance(home) == 4
    assert [state_of(doubted), state_of(other)] == [
        DeclarationState.HELD,
        DeclarationState.POSTED,
    ]
    assert decisions(doubted)[-1] == (Verdict.HOLD, DeclarationState.HELD, 3, 3)


def test_dismissed_before_the_end_it_posts_with_the_rest() -> None:
    people = make_people()
    home = make_household()
    line = make_accepted(people, home)
    opened = open_notice(people.scorer)

    decide(object_to(line, people.scorer), DISMISSED, people.supervisor)
    closed = close(opened)

    assert closed.lines == 1
    assert balance(home) == 5
    assert decisions(line)[-1] == (Verdict.RELEASE, DeclarationState.NOTICED, 5, 5)


def test_dismissed_after_the_end_it_follows_in_an_entry_of_its_own() -> None:
    people = make_people()
    home = make_household()
    line = make_accepted(people, home)
    make_accepted(people)
    opened = open_notice(people.scorer)
    raised = object_to(line, people.scorer)
    close(opened)

    decide(raised, DISMISSED, people.township)
    closed = close(opened, days=9)

    assert closed.entry == f"{VILLAGE}-2"
    assert balance(home) == 5
    keys = db.session.scalars(select(Entry.key).where(Entry.kind == "award").order_by(Entry.id))
    assert list(keys) == [f"notice-close:{opened.reference}:{run}" for run in (1, 2)]


@pytest.mark.parametrize("points", [2, 9])
def test_corrected_it_posts_the_corrected_points(points: int) -> None:
    people = make_people()
    home = make_household()
    line = make_accepted(people, home)
    opened = open_notice(people.scorer)

    decide(object_to(line, people.scorer), CORRECTED, people.supervisor, points=points)
    close(opened)

    assert balance(home) == points
    assert decisions(line)[-1] == (Verdict.CHANGE, DeclarationState.NOTICED, 5, points)
    [shown] = queries.lines(opened.id)
    assert (shown.announced, shown.points, shown.corrected) == (5, points, True)
    assert queries.sheet(opened.id)[0].points == points


def test_withdrawn_it_never_posts_and_stays_visible_to_staff_only() -> None:
    people = make_people()
    home = make_household()
    line = make_accepted(people, home)
    make_accepted(people)
    opened = open_notice(people.scorer)

    decide(object_to(line, people.scorer), WITHDRAWN, people.supervisor)
    close(opened)

    assert balance(home) == 0
    assert decisions(line)[-1] == (Verdict.WITHDRAW, DeclarationState.WITHDRAWN, 5, 5)
    states = [row.state for row in queries.lines(opened.id)]
    assert states == [DeclarationState.WITHDRAWN, DeclarationState.POSTED]
    assert [row.row for row in queries.sheet(opened.id)] == [2]


def test_what_does_not_fit_the_rule_is_refused_in_words() -> None:
    people = make_people()
    line, fixed = make_accepted(people), make_accepted(people, rule="L02")
    open_notice(people.scorer)
    raised, of_fixed = object_to(line, people.scorer), object_to(fixed, people.scorer)

    with pytest.raises(PointsOutsideRuleError, match="1 到 10 分"):
        decide(raised, CORRECTED, people.supervisor, points=11)
    with pytest.raises(PointsOutsideRuleError):
        decide(raised, CORRECTED, people.supervisor, points=0)
    with pytest.raises(PointsOutsideRuleError):
        decide(raised, CORRECTED, people.supervisor, points=-3)
    with pytest.raises(PointsToSayError):
        decide(raised, CORRECTED, people.supervisor)
    with pytest.raises(PointsUnchangedError):
        decide(raised, CORRECTED, people.supervisor, points=5)
    with pytest.raises(PointsNotChangeableError, match="固定记 5 分"):
        decide(of_fixed, CORRECTED, people.supervisor, points=3)
    with pytest.raises(AnswerNeededError):
        decide(raised, DISMISSED, people.supervisor, reason="  ")
    with pytest.raises(AnswerNeededError):
        decide(raised, DISMISSED, people.supervisor, reason="好" * 201)

    assert state_of(line) is DeclarationState.HELD


def test_more_points_must_fit_under_the_cap() -> None:
    people = make_people()
    make_rules(OPEN_RULE._replace(code="C09", cap_period=CapPeriod.MONTH, cap_points=8))
    home = make_household()
    line = make_accepted(people, home, rule="C09")
    open_notice(people.scorer)
    raised = object_to(line, people.scorer)

    with pytest.raises(LimitReachedError):
        decide(raised, CORRECTED, people.supervisor, points=9)
    decide(raised, CORRECTED, people.supervisor, points=8)

    assert state_of(line) is DeclarationState.NOTICED


def test_who_declared_or_judged_a_line_does_not_decide_the_objection() -> None:
    people = make_people()
    judge = make_staff(Role.SUPERVISOR, VILLAGE)
    line = make_accepted(people._replace(scorer=people.township), judge=judge)
    open_notice(people.scorer)
    raised = object_to(line, people.scorer)

    for own in (judge, people.township):
        with pytest.raises(OwnWorkError, match="转给其他监督员或乡镇"):
            decide(raised, DISMISSED, own)
    for nobody in (people.scorer, people.reviewer, make_staff(Role.SUPERVISOR, OTHER_VILLAGE)):
        with pytest.raises(NotFoundError):
            decide(raised, DISMISSED, nobody)

    assert decide(raised, DISMISSED, people.supervisor).state is DISMISSED


def test_kin_does_not_decide_even_if_declared_after_the_objection() -> None:
    people = make_people()
    home = make_household()
    line = make_accepted(people, home)
    open_notice(people.scorer)
    raised = object_to(line, people.scorer)
    with transaction():
        member, household = db.session.merge(people.supervisor), db.session.merge(home)
        households.declare_tie(member, household, TieKind.RELATIVE, "姐夫", by=people.supervisor.id)

    with pytest.raises(TiedHouseholdError):
        decide(raised, DISMISSED, people.supervisor)

    assert state_of(line) is DeclarationState.HELD


def test_the_second_to_decide_is_told_who_was_first() -> None:
    people = make_people()
    line = make_accepted(people)
    open_notice(people.scorer)
    raised = object_to(line, people.scorer)
    decide(raised, CORRECTED, people.supervisor, points=3)

    again = decide(raised, CORRECTED, people.supervisor, points=3)

    assert again.points_after == 3
    assert len(decisions(line)) == 3
    with pytest.raises(AlreadyDecidedError, match="王秀英"):
        decide(raised, CORRECTED, people.supervisor, points=4)
    with pytest.raises(AlreadyDecidedError):
        decide(raised, WITHDRAWN, people.township)


def test_the_same_press_again_raises_nothing_more() -> None:
    people = make_people()
    line, other = make_accepted(people), make_accepted(people)
    open_notice(people.scorer)
    first = object_to(line, people.scorer, key="the-same-key")

    again = object_to(line, people.scorer, key="the-same-key")

    assert again.id == first.id
    with pytest.raises(KeyReusedError):
        object_to(other, people.scorer, key="the-same-key")
    assert state_of(other) is DeclarationState.NOTICED


def test_the_line_waits_until_the_last_of_its_objections_is_decided() -> None:
    people = make_people()
    home = make_household()
    line = make_accepted(people, home)
    opened = open_notice(people.scorer)
    first, second = object_to(line, people.scorer), object_to(line, None, text="不是五分")

    decide(first, DISMISSED, people.supervisor)
    held = close(opened)
    decide(second, CORRECTED, people.township, points=4)
    close(opened)

    assert (first.code, second.code) == (f"{VILLAGE}Y1", f"{VILLAGE}Y2")
    assert (held.lines, held.held) == (0, 1)
    assert balance(home) == 4


def test_taken_back_for_one_objector_the_others_are_answered_too() -> None:
    people = make_people()
    line = make_accepted(people)
    open_notice(people.scorer)
    first, second = object_to(line, people.scorer), object_to(line, people.scorer)

    decide(first, WITHDRAWN, people.supervisor, reason="查无此事")

    db.session.rollback()
    answered = db.session.get_one(Objection, second.id)
    assert (answered.state, answered.reason) == (WITHDRAWN, "查无此事")
    with pytest.raises(LineGoneError):
        object_to(line, people.scorer)


def test_an_objection_typed_while_the_notice_closed_is_kept_as_late() -> None:
    people = make_people()
    home = make_household()
    line = make_accepted(people, home)
    opened = open_notice(people.scorer)
    close(opened)

    raised = object_to(line, people.scorer)
    decide(raised, DISMISSED, people.supervisor)

    assert raised.late
    assert state_of(line) is DeclarationState.POSTED
    assert balance(home) == 5


@pytest.mark.parametrize(
    ("verdict", "points", "left", "state"),
    [
        (WITHDRAWN, None, 0, DeclarationState.WITHDRAWN),
        (CORRECTED, 2, 2, DeclarationState.POSTED),
    ],
)
def test_decided_late_the_posted_line_is_taken_back(
    verdict: ObjectionState, points: int | None, left: int, state: DeclarationState
) -> None:
    people = make_people()
    home = make_household(points_held=10)
    line, other = make_accepted(people, home), make_accepted(people, home, points=7)
    opened = open_notice(people.scorer)
    close(opened)
    raised = object_to(line, people.scorer)

    decided = decide(raised, verdict, people.supervisor, points=points)
    decide(raised, verdict, people.supervisor, points=points)

    assert balance(home) == 10 + 7 + left
    assert (state_of(line), state_of(other)) == (state, DeclarationState.POSTED)
    reversal = db.session.get_one(Entry, decided.reversal_id)
    assert (reversal.kind.value, reversal.note) == ("reversal", "已向组长核实")
    lines = db.session.scalars(select(AwardLine).order_by(AwardLine.id)).all()
    assert [row.reversed_points for row in lines] == [5 - left, 0]


def test_what_is_posted_is_never_corrected_upwards() -> None:
    people = make_people()
    line = make_accepted(people)
    opened = open_notice(people.scorer)
    close(opened)
    raised = object_to(line, people.scorer)

    with pytest.raises(LateRaiseError, match="另行申报"):
        decide(raised, CORRECTED, people.supervisor, points=8)


def test_what_the_household_spent_cannot_be_taken_back() -> None:
    people = make_people()
    home, helper = make_household(), make_household()
    line = make_accepted(people, home)
    opened = open_notice(people.scorer)
    close(opened)
    raised = object_to(line, people.scorer)
    spend(home.account_id, helper.account_id, 3)

    with pytest.raises(PointsSpentError, match="现有 2 分，收不回 5 分"):
        decide(raised, WITHDRAWN, people.supervisor)
    decide(raised, CORRECTED, people.supervisor, points=3)

    assert balance(home) == 0


def spend(account: int, to: int, points: int) -> None:
    """Let points leave a household's account."""
    book = journal()
    request = request_for("spend")
    with transaction():
        ledger.post(
            book.id,
            kind=ledger.EntryKind.HOUSEHOLD_EVENT,
            occurred_on=today(),
            request=request,
            points=[ledger.PointsMove(account, -points), ledger.PointsMove(to, points)],
        )


def test_what_the_supervisor_took_back_already_is_not_taken_back_twice() -> None:
    people = make_people()
    home = make_household(points_held=10)
    line = make_accepted(people, home)
    opened = open_notice(people.scorer)
    closed = close(opened)
    raised = object_to(line, people.scorer)
    take_back(people.supervisor, closed.entry)

    decided = decide(raised, WITHDRAWN, people.township)

    assert decided.reversal_id is None
    assert balance(home) == 10


def test_what_hangs_on_no_notice_cannot_be_objected_to() -> None:
    people = make_people()
    accepted = make_accepted(people)

    with pytest.raises(LineNotAnnouncedError):
        object_to(accepted, people.scorer)
    open_notice(people.scorer)
    with pytest.raises(TextNeededError):
        object_to(accepted, people.scorer, text=" ")
    with pytest.raises(TextNeededError):
        object_to(accepted, people.scorer, text="长" * 501)
    with pytest.raises(WordsTooLongError):
        object_to(accepted, people.scorer, name="长" * 61)
    with pytest.raises(NotFoundError), transaction():
        notices.raise_objection(
            "a-key-of-mine",
            accepted.code,
            text="不是他",
            channel=ObjectionChannel.PAGE,
            by=None,
            scope=Scope((OTHER_VILLAGE,), ()),
        )


def test_the_book_of_objections_says_what_waits_and_since_when() -> None:
    people = make_people()
    line, other = make_accepted(people), make_accepted(people, points=6)
    open_notice(people.scorer)
    first = object_to(line, people.scorer, name="赵六", contact="13800000000")
    object_to(other, people.scorer)
    scope = Scope((VILLAGE,), ())
    decide(first, DISMISSED, people.supervisor)

    everything = queries.objections(scope, limit=10)
    [waiting] = queries.objections(scope, open_only=True, limit=10)
    count, since, late = queries.waiting_objections(scope, today() + timedelta(days=8))

    assert [row.decider for row in everything] == ["", "王秀英"]
    assert (waiting.points, waiting.title) == (6, "月度庭院检查清洁户")
    assert (count, since, late) == (1, waiting.objection.raised_at, True)
    assert not queries.waiting_objections(scope, today() + timedelta(days=7))[2]
    assert queries.objections(Scope((OTHER_VILLAGE,), ()), limit=10) == []
    found = queries.objection(first.code, scope)
    assert found is not None
    assert found.objection.contact == "13800000000"


def test_the_audit_log_has_who_decided_and_why_and_not_who_objected() -> None:
    people = make_people()
    line = make_accepted(people)
    open_notice(people.scorer)
    raised = object_to(line, people.scorer, name="赵六", contact="13800000000")

    decide(raised, CORRECTED, people.supervisor, points=2)

    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.subject == raised.code)).all()
    assert [row.action for row in rows] == ["objection.raise", "objection.decide"]
    assert "赵六" not in str([row.after for row in rows])
    assert rows[1].after == {"state": "corrected", "points": 2, "reason": "已向组长核实"}
