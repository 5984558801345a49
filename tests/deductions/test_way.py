"""From the reminder to the posting: who may take which step, and when."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.clock import at, today
from supermarket.database import db, transaction
from supermarket.deductions import errors, queries, service
from supermarket.deductions.models import Deduction, DeductionState, Step
from supermarket.errors import NotFoundError
from supermarket.households import service as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.models import Household, HouseholdState, TieKind
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError, MonthClosedError
from supermarket.schemes.models import Category, Evidence, ReviewLevel
from supermarket.staff import service as staff
from supermarket.staff.models import Role, StaffMember
from tests.deductions.makers import (
    Village,
    days,
    make_rule,
    notified,
    notify,
    post,
    propose,
    remind,
)
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    balance,
    make_household,
    make_staff,
)
from tests.ledger.test_races import together


@pytest.fixture
def village(app: Flask) -> Village:
    return Village()


def steps(code: str) -> list[Step]:
    found = db.session.scalars(select(Deduction).where(Deduction.code == code)).one()
    return [step.step for step in queries.steps(found.id)]


def test_a_reminder_takes_nothing_and_is_not_posted(village: Village) -> None:
    reminder = remind(village, ago=30)

    assert reminder.code == f"{VILLAGE}J1"
    assert (reminder.state, reminder.points) == (DeductionState.REMINDED, 0)
    assert post(reminder.code, 400) is None
    assert queries.due(today() + timedelta(days=400)) == []
    assert balance(village.household) == 20


def test_the_whole_way_is_kept_step_by_step(village: Village) -> None:
    deduction = notified(village)

    assert deduction.state is DeductionState.NOTIFIED
    assert deduction.appeal_until == today() + timedelta(days=7)
    assert post(deduction.code, 7) is None  # the last day to appeal
    posted = post(deduction.code)
    assert posted is not None
    assert (posted.state, posted.points_posted) == (DeductionState.POSTED, 2)
    assert steps(deduction.code) == [Step.PROPOSE, Step.NOTIFY, Step.POST]
    assert balance(village.household) == 18
    assert queries.titles([posted.entry_id or 0]) == {posted.entry_id: "乱扔垃圾、乱泼污水"}


def test_nothing_is_taken_below_zero(app: Flask) -> None:
    village = Village(points_held=1)
    first = notified(village)
    second = notify(village, propose(village, on=today() - timedelta(days=1)).code)

    posted = [post(first.code), post(second.code)]

    assert [(p.points_posted, p.entry_id is None) for p in posted if p] == [(1, False), (0, True)]
    assert balance(village.household) == 0


def test_a_deduction_follows_a_reminder_of_the_year_before(village: Village) -> None:
    with pytest.raises(errors.ReminderNeededError):
        propose(village)
    remind(village, ago=0)
    with pytest.raises(errors.ReminderNeededError):  # nobody can go on before being told
        propose(village)
    with at(days(1)):
        assert propose(village).state is DeductionState.PROPOSED
    with at(days(366)), pytest.raises(errors.ReminderNeededError):
        propose(village)


def test_a_reminder_written_down_today_for_a_past_day_does_not_count_backwards(
    village: Village,
) -> None:
    remind(village, ago=0, on=today() - timedelta(days=9))

    with pytest.raises(errors.ReminderNeededError):
        propose(village, on=today() - timedelta(days=3))


def test_a_reminder_of_another_rule_or_a_cancelled_one_does_not_count(village: Village) -> None:
    make_rule("D03", title="焚烧秸秆", points=(-5, -5))
    remind(village, rule="D03")
    cancelled = remind(village)
    with transaction():
        service.cancel(cancelled.code, reason="认错了人", by=village.scorer)

    with pytest.raises(errors.ReminderNeededError):
        propose(village)


def test_two_reminders_of_one_day_are_one(village: Village) -> None:
    first = remind(village, ago=3)

    with pytest.raises(errors.RemindedTodayError):
        remind(village, ago=3)
    assert remind(village, ago=2).code != first.code


def test_a_double_click_makes_one_and_a_key_names_one_thing(village: Village) -> None:
    remind(village)
    first = propose(village, key="the-same-key")

    again = propose(village, key="the-same-key")

    assert again.id == first.id
    with pytest.raises(KeyReusedError):
        propose(village, key="the-same-key", on=today() - timedelta(days=1))
    with pytest.raises(KeyInvalidError):
        propose(village, key="短")


def test_one_act_is_not_paid_for_twice(village: Village) -> None:
    remind(village)
    first = propose(village)

    with pytest.raises(errors.SameActError):
        propose(village)
    with transaction():
        service.cancel(first.code, reason="写错了", by=village.scorer)
    assert propose(village).state is DeductionState.PROPOSED


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({"basis": ""}, errors.NoBasisError),
        ({"basis": "  "}, errors.NoBasisError),
        ({"enabled": False}, errors.RuleDisabledError),
        ({"category": Category.CONDUCT, "points": (2, 2)}, errors.NotADeductionRuleError),
    ],
)
def test_only_deduction_rules_that_are_on_and_rest_on_something_are_used(
    village: Village, rule: dict[str, object], error: type[Exception]
) -> None:
    make_rule("D09", **rule)  # type: ignore[arg-type]  # each is one of its fields

    with pytest.raises(error):
        remind(village, rule="D09", ago=0)
    with pytest.raises(error):
        propose(village, rule="D09")


def test_a_rule_switched_off_meanwhile_stops_the_proposal(village: Village) -> None:
    remind(village)
    proposed = propose(village)
    make_rule(enabled=False, since=today())

    with pytest.raises(errors.RuleDisabledError):
        notify(village, proposed.code)
    with pytest.raises(errors.RuleDisabledError):  # nor for a day on which it still was on
        propose(village, on=today() - timedelta(days=1))


@pytest.mark.parametrize("level", [ReviewLevel.A, ReviewLevel.B])
def test_nobody_deducts_alone_whatever_the_level(village: Village, level: ReviewLevel) -> None:
    both = make_staff(Role.SCORER, VILLAGE)
    with transaction():
        staff.grant(both, Role.REVIEWER, region_code=VILLAGE, shop_code=None, by=None)
    make_rule("D05", points=(-1, -1), level=level, title="报名公益劳动无故不到")
    remind(village, rule="D05")
    proposed = propose(village, rule="D05", by=both)

    with pytest.raises(errors.OwnProposalError):
        notify(village, proposed.code, by=both)
    assert notify(village, proposed.code).state is DeductionState.NOTIFIED


def test_level_c_waits_for_the_township_and_only_then_runs_the_window(village: Village) -> None:
    make_rule("D07", points=(-10, -10), level=ReviewLevel.C, title="大操大办")
    remind(village, rule="D07")
    approved = notify(village, propose(village, rule="D07").code)

    assert (approved.state, approved.appeal_until) == (DeductionState.APPROVED, None)
    assert post(approved.code, 30) is None
    with pytest.raises(NotFoundError), transaction():
        service.confirm(approved.code, by=village.reviewer)
    with at(days(3)), transaction():
        confirmed = service.confirm(approved.code, by=village.township)
    assert confirmed.appeal_until == today() + timedelta(days=10)
    posted = post(approved.code, 11)
    assert posted is not None
    assert balance(village.household) == 10


def test_whoever_approved_does_not_confirm(village: Village) -> None:
    make_rule("D07", points=(-10, -10), level=ReviewLevel.C, title="大操大办")
    remind(village, rule="D07")
    approved = notify(village, propose(village, rule="D07").code, by=village.township)

    with pytest.raises(errors.OwnProposalError), transaction():
        service.confirm(approved.code, by=village.township)
    with transaction():
        assert service.confirm(approved.code, by=village.township2).township_by


def test_points_left_open_are_typed_and_bounded(village: Village) -> None:
    make_rule("D06", points=(-10, -2), title="公共场合辱骂、斗殴")
    make_rule("D13", points=None, title="倒卖兑换物品")
    for rule in ("D06", "D13"):
        remind(village, rule=rule)

    for rule, points in (("D06", None), ("D13", None)):
        with pytest.raises(errors.PointsNeededError):
            propose(village, rule=rule, points=points)
    for rule, points in (("D06", 1), ("D06", 11), ("D13", 0), ("D13", -3), ("D13", 1001)):
        with pytest.raises(errors.PointsOutOfRangeError):
            propose(village, rule=rule, points=points)
    assert propose(village, rule="D06", points=10).points == 10
    assert propose(village, rule="D13", points=1000).points == 1000
    with pytest.raises(errors.PointsOutOfRangeError):
        propose(village, points=3)


def test_a_rule_that_rests_on_a_paper_wants_its_number(village: Village) -> None:
    make_rule("D15", points=(-10, -10), evidence=Evidence.DOCUMENT_SEEN, title="违建")
    remind(village, rule="D15")

    with pytest.raises(errors.DocumentNeededError):
        propose(village, rule="D15", document_number="  ")
    made = propose(village, rule="D15", document_number="汝执法〔2026〕12号")
    assert made.document_number == "汝执法〔2026〕12号"


def test_days_that_cannot_be_are_refused(village: Village) -> None:
    remind(village)
    new = make_household(head="王新来")
    with pytest.raises(errors.FutureDayError):
        propose(village, on=today() + timedelta(days=1))
    with pytest.raises(errors.BeforeHouseholdError), transaction():
        service.remind(
            "a-key-of-its-own", new.code, "D01", date(2019, 12, 31),
            words="提醒了", by=village.scorer,
        )  # fmt: skip
    last_month = today().replace(day=1) - timedelta(days=1)
    with transaction():
        ledger.close_month(VILLAGE[:6], last_month, village.township.id)
    with pytest.raises(MonthClosedError):
        propose(village, on=last_month)


def test_words_are_wanted_and_members_are_the_households(village: Village) -> None:
    remind(village)
    stranger = make_household(head="王二").members[0]

    for words in ("", " ", "\x00\u200b", "好" * 201):
        with pytest.raises(errors.WordsNeededError):
            propose(village, words=words)
    for member in (stranger.id, 10**12):
        with pytest.raises(errors.MemberNotInHouseholdError):
            propose(village, member_id=member)
    own = village.household.members[0]
    assert propose(village, member_id=own.id).member_id == own.id


def test_relatives_and_the_own_household_are_left_to_others(village: Village) -> None:
    remind(village)
    proposed = propose(village)
    everybody = (village.scorer, village.reviewer)
    with transaction():
        for member in everybody:
            households.declare_tie(
                member, village.household, TieKind.RELATIVE, "姐夫", by=village.township.id
            )

    with pytest.raises(TiedHouseholdError):
        propose(village, on=today() - timedelta(days=1))
    with pytest.raises(TiedHouseholdError):
        remind(village, ago=0)
    with pytest.raises(TiedHouseholdError):
        notify(village, proposed.code)
    with pytest.raises(TiedHouseholdError), transaction():
        service.cancel(proposed.code, reason="算了吧", by=village.reviewer)
    assert notify(village, proposed.code, by=village.township).state is DeductionState.NOTIFIED


def test_a_household_that_left_is_left_alone(village: Village) -> None:
    remind(village)
    proposed = propose(village)
    with transaction():
        village.household.state = HouseholdState.LEFT
        db.session.add(village.household)

    with pytest.raises(errors.HouseholdLeftError):
        remind(village, ago=0)
    with pytest.raises(errors.HouseholdLeftError):
        notify(village, proposed.code)


def test_other_villages_and_other_jobs_find_nothing(village: Village) -> None:
    remind(village)
    proposed = propose(village)

    for stranger in (make_staff(Role.SCORER, OTHER_VILLAGE), village.reviewer, village.supervisor):
        with pytest.raises(NotFoundError):
            propose(village, on=today() - timedelta(days=1), by=stranger)
    for stranger in (make_staff(Role.REVIEWER, OTHER_VILLAGE), village.scorer, village.supervisor):
        with pytest.raises(NotFoundError):
            notify(village, proposed.code, by=stranger)


def test_a_proposal_is_decided_once(village: Village) -> None:
    remind(village)
    proposed = propose(village)
    notify(village, proposed.code)

    with pytest.raises(errors.StateError) as late:
        notify(village, proposed.code, by=village.township)
    assert "王秀英" in str(late.value)


def cancelled_by(code: str, who: StaffMember, reason: str = "核实后不属实") -> Deduction:
    with transaction():
        return service.cancel(code, reason=reason, by=who)


def test_it_is_taken_back_until_it_is_posted(village: Village) -> None:
    deduction = notified(village)
    with pytest.raises(errors.NotYoursToCancelError):
        cancelled_by(deduction.code, village.supervisor)
    with pytest.raises(errors.ReasonNeededError):
        cancelled_by(deduction.code, village.reviewer, reason=" ")
    with pytest.raises(errors.ReminderUsedError):
        cancelled_by(f"{VILLAGE}J1", village.scorer)

    cancelled_by(deduction.code, village.reviewer)

    assert post(deduction.code) is None
    assert balance(village.household) == 20
    with pytest.raises(errors.StateError):
        cancelled_by(deduction.code, village.reviewer)
    assert cancelled_by(f"{VILLAGE}J1", village.scorer).state is DeductionState.CANCELLED


def test_a_key_names_the_rule_the_words_and_the_points_too(village: Village) -> None:
    make_rule("D06", points=(-10, -2), title="公共场合辱骂、斗殴")
    remind(village, rule="D06")
    made = propose(village, rule="D06", points=5, key="a-press-of-the-button")

    assert propose(village, rule="D06", points=5, key="a-press-of-the-button").code == made.code
    for other in ({"points": 6}, {"points": 5, "words": "另一件事，另两人看见"}):
        with pytest.raises(KeyReusedError):
            propose(village, rule="D06", key="a-press-of-the-button", **other)
    with pytest.raises(KeyReusedError):
        propose(village, rule="D01", points=5, key="a-press-of-the-button")


def test_a_reminder_is_not_taken_back_while_a_proposal_comes_to_rest_on_it(
    app: Flask, village: Village
) -> None:
    reminder, on = remind(village).code, today()
    household, scorer = village.household.code, village.scorer.id

    def press(number: int) -> str:
        with transaction():
            by = db.session.get_one(StaffMember, scorer)
            if number == 0:
                service.cancel(reminder, reason="登记错了户", by=by)
                return "cancelled"
            service.propose(f"press-of-{number}", household, "D01", on, words="又倒在沟边", by=by)
            return "proposed"

    answers = together(app, press, 2)

    db.session.rollback()
    found = db.session.scalars(select(Deduction).order_by(Deduction.id)).all()
    resting = [row for row in found if row.points and row.state is not DeductionState.CANCELLED]
    assert answers["cancelled"] + answers["proposed"] == 1
    assert bool(resting) is (found[0].state is DeductionState.REMINDED)


def test_what_was_taken_does_not_go_back_to_a_household_that_left(village: Village) -> None:
    made = notified(village)
    post(made.code)
    with transaction():
        db.session.get_one(Household, village.household.id).state = HouseholdState.LEFT

    request = service.asked_back("a-key-of-its-own", made.code, "搞错了", village.supervisor.id)
    with pytest.raises(errors.GivenToNobodyError), transaction():
        service.reverse(request, made.code, reason="搞错了", by=village.supervisor)
    assert balance(village.household) == 18
