"""An appeal holds everything; a third person answers it, once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.clock import at, today
from supermarket.database import db, transaction
from supermarket.deductions import errors, queries, service
from supermarket.deductions.models import (
    Appeal,
    AppealChannel,
    AppealState,
    Deduction,
    DeductionState,
)
from supermarket.errors import NotFoundError
from supermarket.households import service as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.models import TieKind
from supermarket.schemes.models import ReviewLevel
from supermarket.staff.models import Permission, Role
from tests.deductions.makers import (
    Village,
    appeal,
    days,
    decide,
    make_rule,
    notified,
    notify,
    post,
    propose,
    remind,
)
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_household, make_staff


@pytest.fixture
def village(app: Flask) -> Village:
    return Village()


def state(code: str) -> DeductionState:
    db.session.rollback()
    return db.session.scalars(select(Deduction.state).where(Deduction.code == code)).one()


def test_an_appeal_of_the_household_itself_holds_the_points(village: Village) -> None:
    deduction = notified(village)

    raised = appeal(village, deduction.code)

    assert (raised.code, raised.late) == (f"{deduction.code}A", False)
    assert (raised.recorded_by, raised.channel) == (None, AppealChannel.HOUSEHOLD_PAGE)
    assert state(deduction.code) is DeductionState.APPEALED
    assert queries.due(today() + timedelta(days=400)) == []
    assert post(deduction.code, 400) is None
    assert balance(village.household) == 20


@pytest.mark.parametrize(
    ("verdict", "points", "after", "left"),
    [
        (AppealState.DISMISSED, None, DeductionState.UPHELD, 10),
        (AppealState.CHANGED, 3, DeductionState.UPHELD, 17),
        (AppealState.CANCELLED, None, DeductionState.CANCELLED, 20),
    ],
)
def test_an_answer_lets_it_go_on_lowers_or_ends_it(
    village: Village,
    verdict: AppealState,
    points: int | None,
    after: DeductionState,
    left: int,
) -> None:
    make_rule("D06", points=(-10, -2), title="公共场合辱骂、斗殴")
    deduction = notified(village, rule="D06", points=10)
    raised = appeal(village, deduction.code, village.scorer)

    answered = decide(village, raised.code, verdict, points=points)

    assert (answered.state, answered.decided_by) == (verdict, village.supervisor.id)
    assert state(deduction.code) is after
    assert post(deduction.code, 5) is None  # the window stays as long as it was
    post(deduction.code)
    assert balance(village.household) == left


def test_a_change_only_lowers(village: Village) -> None:
    make_rule("D06", points=(-10, -2), title="公共场合辱骂、斗殴")
    raised = appeal(village, notified(village, rule="D06", points=5).code)

    for points in (None, 0, -1, 5, 6, 10**9):
        with pytest.raises(errors.FewerPointsError):
            decide(village, raised.code, AppealState.CHANGED, points=points)
    with pytest.raises(errors.ReasonNeededError):
        decide(village, raised.code, AppealState.CANCELLED, reason="")
    assert decide(village, raised.code, AppealState.CHANGED, points=4).state is AppealState.CHANGED


def test_whoever_had_a_hand_in_it_or_is_of_the_family_does_not_answer(village: Village) -> None:
    make_rule("D07", points=(-10, -10), level=ReviewLevel.C, title="大操大办")
    remind(village, rule="D07")
    code = notify(village, propose(village, rule="D07").code, by=village.township).code
    with transaction():
        service.confirm(code, by=village.township2)
    raised = appeal(village, code)

    for hand in (village.township, village.township2):
        with pytest.raises(errors.OwnProposalError):
            decide(village, raised.code, AppealState.DISMISSED, by=hand)
    with transaction():
        households.declare_tie(
            village.supervisor, village.household, TieKind.OWN, "", by=village.township.id
        )
    with pytest.raises(TiedHouseholdError):
        decide(village, raised.code, AppealState.CANCELLED)
    other = make_staff(Role.SUPERVISOR, VILLAGE)
    assert decide(village, raised.code, AppealState.DISMISSED, by=other).decided_by == other.id


def test_other_villages_and_jobs_do_not_answer(village: Village) -> None:
    raised = appeal(village, notified(village).code)

    for stranger in (
        make_staff(Role.SUPERVISOR, OTHER_VILLAGE),
        make_staff(Role.AUDITOR),
        village.scorer,
    ):
        with pytest.raises(NotFoundError):
            decide(village, raised.code, AppealState.DISMISSED, by=stranger)


def test_another_household_cannot_appeal_for_this_one(village: Village) -> None:
    deduction = notified(village)
    other = make_household(head="王二")

    with pytest.raises(NotFoundError):
        appeal(village, deduction.code, household_id=other.id)
    with pytest.raises(NotFoundError), transaction():
        service.appeal(deduction.code, "不是我家", "李建国")
    for nobody in (make_staff(Role.AUDITOR), make_staff(Role.SCORER, OTHER_VILLAGE)):
        with pytest.raises(NotFoundError):
            appeal(village, deduction.code, nobody)


def test_words_and_a_name_are_wanted(village: Village) -> None:
    deduction = notified(village)

    for text, name in (
        ("", "李"),
        ("不", "李"),
        ("x" * 501, "李"),
        ("不是我", ""),
        ("不是", "x" * 61),
    ):
        with pytest.raises(errors.AppealWordsError):
            appeal(village, deduction.code, text=text, name=name)
    hostile = "<script>alert(1)</script>" * 20
    assert appeal(village, deduction.code, text=hostile).text == hostile


def test_the_same_words_twice_are_one_appeal_and_another_one_is_refused(village: Village) -> None:
    deduction = notified(village)
    first = appeal(village, deduction.code)

    assert appeal(village, deduction.code).id == first.id
    with pytest.raises(errors.AppealedAlreadyError):
        appeal(village, deduction.code, text="还有别的话要说")
    decide(village, first.code, AppealState.DISMISSED)
    with pytest.raises(errors.AppealedAlreadyError):
        appeal(village, deduction.code, text="还是不服")


def test_there_is_nothing_to_appeal_against_before_the_notice(village: Village) -> None:
    reminder = remind(village)
    proposed = propose(village)

    for code in (reminder.code, proposed.code):
        with pytest.raises(errors.CannotAppealError):
            appeal(village, code)


def test_an_appeal_after_the_last_day_still_holds_what_is_not_posted(village: Village) -> None:
    deduction = notified(village)

    with at(days(30)):
        raised = appeal(village, deduction.code)

    assert raised.late is False
    assert post(deduction.code, 31) is None
    decide(village, raised.code, AppealState.CANCELLED)
    assert balance(village.household) == 20


@pytest.mark.parametrize(
    ("verdict", "points", "left"),
    [
        (AppealState.DISMISSED, None, 10),
        (AppealState.CHANGED, 4, 16),
        (AppealState.CANCELLED, None, 20),
    ],
)
def test_after_the_posting_a_supervisor_answers_by_giving_back(
    village: Village, verdict: AppealState, points: int | None, left: int
) -> None:
    make_rule("D06", points=(-10, -2), title="公共场合辱骂、斗殴")
    deduction = notified(village, rule="D06", points=10)
    post(deduction.code)
    with at(days(9)):
        raised = appeal(village, deduction.code, village.reviewer)

        assert raised.late is True
        assert balance(village.household) == 10
        answered = decide(village, raised.code, verdict, points=points)

    assert answered.state is verdict
    assert balance(village.household) == left
    assert state(deduction.code) is DeductionState.POSTED


def test_giving_back_is_a_supervisors(village: Village) -> None:
    deduction = notified(village)
    post(deduction.code)
    raised = appeal(village, deduction.code)

    with pytest.raises(errors.NoReversalRightError):
        decide(village, raised.code, AppealState.CANCELLED, by=village.township)
    assert decide(village, raised.code, AppealState.DISMISSED, by=village.township)


def test_an_appeal_is_answered_once_and_the_second_hears_by_whom(village: Village) -> None:
    raised = appeal(village, notified(village).code)
    decide(village, raised.code, AppealState.DISMISSED, reason="有两位邻居作证")

    with pytest.raises(errors.AppealDecidedError) as late:
        decide(village, raised.code, AppealState.CANCELLED, by=village.township)
    assert "王秀英" in str(late.value)
    assert "有两位邻居作证" in str(late.value)


def test_taking_the_deduction_back_answers_its_appeal(village: Village) -> None:
    deduction = notified(village)
    raised = appeal(village, deduction.code)

    with transaction():
        service.cancel(deduction.code, reason="认错了人家", by=village.reviewer)

    db.session.expire_all()
    answered = db.session.get_one(Appeal, raised.id)
    assert (answered.state, answered.reason) == (AppealState.CANCELLED, "认错了人家")
    assert (
        queries.open_appeals(village.supervisor.scope(Permission.DECIDE_OBJECTIONS), limit=9) == []
    )


def test_the_household_reads_its_own_and_only_what_it_was_told(village: Village) -> None:
    deduction = notified(village)
    propose(village, on=today() - timedelta(days=1))

    before = queries.of_household(village.household.id)
    raised = appeal(village, deduction.code)
    decide(village, raised.code, AppealState.DISMISSED, reason="有两位邻居作证")
    after = queries.of_household(village.household.id)

    assert [(row.points, row.may_appeal) for row in before] == [(2, True), (0, False)]
    assert (after[0].may_appeal, after[0].answer) == (False, "有两位邻居作证")
    assert queries.of_household(make_household(head="王二").id) == []


def test_what_waits_is_told_to_those_who_may_do_it(village: Village) -> None:
    raised = appeal(village, notified(village).code)
    propose(village, on=today() - timedelta(days=1))
    supervisor, reviewer = village.supervisor, village.reviewer
    decides = supervisor.scope(Permission.DECIDE_OBJECTIONS)
    approves = reviewer.scope(Permission.APPROVE_DEDUCTIONS)

    late = queries.to_answer(decides, supervisor.id, raised.due_on + timedelta(days=1))

    assert (late.size, late.late) == (1, 1)
    assert queries.to_answer(decides, reviewer.id, today()).size == 0
    assert queries.to_approve(approves, reviewer.id).size == 1
    assert queries.to_approve(approves, village.scorer.id).size == 0
    with transaction():
        households.declare_tie(
            reviewer, village.household, TieKind.RELATIVE, "舅舅", by=supervisor.id
        )
    assert queries.to_approve(approves, reviewer.id).size == 0
