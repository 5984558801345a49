"""Who may propose and agree, and what is refused in words."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.clock import now, today
from supermarket.database import db, once_more, transaction
from supermarket.errors import DomainError, NotFoundError
from supermarket.household_events import queries, service
from supermarket.household_events.errors import (
    AlreadyLeftError,
    ApprovedAlreadyError,
    BeforeHouseholdError,
    BothVillagesError,
    CancelledAlreadyError,
    DivisionError,
    DivisionMissingError,
    DivisionTooLargeError,
    EventDayError,
    EventOpenError,
    EventReasonMissingError,
    HeadMissingError,
    HouseholdFrozenError,
    HouseholdGoesOnError,
    MembersMissingError,
    NegativePointsError,
    NewHeadMissingError,
    NotAMemberError,
    NotLeftError,
    NotYourProposalError,
    OtherCountyError,
    OwnProposalError,
    ProposerTiedError,
    ReasonMissingError,
    RefusedAlreadyError,
    SameVillageError,
    TextTooLongError,
    WithItselfError,
)
from supermarket.household_events.models import EventKind, EventState, HouseholdEvent
from supermarket.households.errors import PhoneError, TiedHouseholdError
from supermarket.households.models import (
    Household,
    HouseholdFreeze,
    HouseholdState,
    StaffTie,
    TieKind,
)
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError, MonthClosedError
from supermarket.ledger.models import AccountKind, EntryKind
from supermarket.ledger.queries import verify
from supermarket.staff.models import Permission, Role, StaffMember
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    balance,
    make_household,
    make_staff,
)
from tests.household_events.makers import (
    approve,
    happen,
    make_family,
    make_people,
    member,
    names,
    propose,
)
from tests.ledger.test_races import together

FAR = "411025001001"


def tie(who: StaffMember, household: Household) -> None:
    """Let somebody be a relative of a household."""
    with transaction():
        db.session.add(
            StaffTie(
                staff_id=who.id,
                household_id=household.id,
                kind=TieKind.RELATIVE,
                relation="叔叔",
                declared_by=who.id,
                declared_at=now(),
            )
        )


def take(household: Household, points: int) -> None:
    """Let a household spend points."""
    actor = make_staff().id
    with transaction():
        side = ledger.open_system_account(AccountKind.DEDUCTED, household.village_code)
        ledger.post(
            ledger.open_journal(household.village_code).id,
            kind=EntryKind.DEDUCTION,
            occurred_on=today(),
            request=ledger.Request(uuid4().hex, "spent", actor),
            points=[
                ledger.PointsMove(household.account_id, -points),
                ledger.PointsMove(side, points),
            ],
        )


def freeze(household: Household, by: StaffMember) -> None:
    with transaction():
        db.session.add(
            HouseholdFreeze(
                code=f"{household.village_code}F1",
                household_id=household.id,
                basis="村规民约",
                document_number="1号",
                reason="核实中",
                starts_on=today(),
                ends_on=today(),
                approved=True,
                proposed_by=by.id,
                proposed_at=now(),
            )
        )


def split_of(household: Household, **said: Any) -> dict[str, Any]:
    son = member(household, "李小明")
    return {"members": (son,), "head": son, "given": 5, **said}


# -- who -------------------------------------------------------------------------------------


def test_an_event_is_numbered_and_waits_and_changes_nothing(app: Flask) -> None:
    scorer, _officer = make_people()
    household = make_family("李建国", points_held=9)

    first = propose(scorer, EventKind.LEAVE, household, reason="搬去外县", document="迁 1 号")

    assert (first.code, first.state) == (f"{VILLAGE}B1", EventState.PROPOSED)
    assert (household.state, balance(household)) == (HouseholdState.ACTIVE, 9)


def test_nobody_agrees_to_the_own_proposal(app: Flask) -> None:
    county = make_staff(Role.COUNTY)
    event = propose(county, EventKind.LEAVE, make_family("李建国"))

    with pytest.raises(OwnProposalError):
        approve(event, county)
    with pytest.raises(OwnProposalError):
        once_more(lambda: service.refuse(event.code, county, reason="不"))


def test_a_scorer_agrees_to_nothing_and_another_township_finds_nothing(app: Flask) -> None:
    scorer, _officer = make_people()
    event = propose(scorer, EventKind.LEAVE, make_family("李建国"))

    for stranger in (make_staff(Role.SCORER, VILLAGE), make_staff(Role.TOWNSHIP, "410482101")):
        with pytest.raises(NotFoundError):
            approve(event, stranger)


def test_a_move_to_another_village_needs_somebody_of_both(app: Flask) -> None:
    scorer, officer = make_people()
    household = make_family("李建国", points_held=5)
    event = propose(scorer, EventKind.MOVE, household, to_village=OTHER_VILLAGE)

    for village in (VILLAGE, OTHER_VILLAGE):
        with pytest.raises(BothVillagesError):
            approve(event, make_staff(Role.SUPERVISOR, village))
    approve(event, officer)

    assert household.village_code == OTHER_VILLAGE


def test_a_village_supervisor_agrees_to_what_stays_in_the_village(app: Flask) -> None:
    scorer, _officer = make_people()
    event = propose(scorer, EventKind.LEAVE, make_family("李建国"))

    approve(event, make_staff(Role.SUPERVISOR, VILLAGE))

    assert event.state is EventState.APPROVED


def test_relatives_neither_propose_nor_agree_nor_refuse(app: Flask) -> None:
    scorer, officer = make_people()
    household, other = make_family("李建国"), make_family("王五")
    tie(officer, other)

    event = propose(scorer, EventKind.MERGE, household, other_code=other.code)

    with pytest.raises(TiedHouseholdError):
        approve(event, officer)
    with pytest.raises(TiedHouseholdError):
        once_more(lambda: service.refuse(event.code, officer, reason="不"))
    with pytest.raises(TiedHouseholdError):
        propose(officer, EventKind.LEAVE, other)


def test_a_relative_declared_after_the_proposal_counts(app: Flask) -> None:
    scorer, officer = make_people()
    household = make_family("李建国")
    event = propose(scorer, EventKind.LEAVE, household)
    tie(scorer, household)

    with pytest.raises(ProposerTiedError):
        approve(event, officer)


def test_nobody_proposes_for_a_household_elsewhere(app: Flask) -> None:
    scorer, _officer = make_people()
    elsewhere = make_family("李建国", village=OTHER_VILLAGE)

    with pytest.raises(NotFoundError):
        propose(scorer, EventKind.LEAVE, elsewhere)
    with pytest.raises(NotFoundError):
        propose(scorer, EventKind.MERGE, make_family("王五"), other_code=elsewhere.code)


def test_only_the_proposer_takes_a_proposal_back(app: Flask) -> None:
    scorer, officer = make_people()
    event = propose(scorer, EventKind.LEAVE, make_family("李建国"))
    code = event.code

    with pytest.raises(NotYourProposalError):
        once_more(lambda: service.cancel(code, officer, reason="不"))
    with pytest.raises(EventReasonMissingError):
        once_more(lambda: service.cancel(code, scorer, reason=" \u200b "))
    once_more(lambda: service.cancel(code, scorer, reason="弄错了户"))

    with pytest.raises(CancelledAlreadyError) as refusal:
        approve(event, officer)
    assert code in str(refusal.value)


def test_what_was_refused_is_not_approved(app: Flask) -> None:
    scorer, officer = make_people()
    household = make_family("李建国", points_held=5)
    event = propose(scorer, EventKind.LEAVE, household)
    code = event.code

    once_more(lambda: service.refuse(code, officer, reason="还住在村里"))

    with pytest.raises(RefusedAlreadyError):
        approve(event, officer)
    assert (event.decision_reason, balance(household)) == ("还住在村里", 5)


def test_approved_twice_is_said_in_words(app: Flask) -> None:
    scorer, officer = make_people()
    event = propose(scorer, EventKind.LEAVE, make_family("李建国", points_held=5))
    approve(event, officer)

    with pytest.raises(ApprovedAlreadyError) as refusal:
        approve(event, officer)

    assert "王秀英已经批准" in str(refusal.value)


# -- keys and races --------------------------------------------------------------------------


def test_the_same_key_proposes_once(app: Flask) -> None:
    scorer, _officer = make_people()
    household = make_family("李建国")

    first = propose(scorer, EventKind.LEAVE, household, key="the-same-key")
    again = propose(scorer, EventKind.LEAVE, household, key="the-same-key")

    assert first.id == again.id
    with pytest.raises(KeyReusedError):
        propose(scorer, EventKind.LEAVE, household, key="the-same-key", reason="别的")
    with pytest.raises(KeyInvalidError):
        propose(scorer, EventKind.LEAVE, household, key="short")


def test_a_household_has_one_open_event_at_a_time(app: Flask) -> None:
    scorer, _officer = make_people()
    household, other = make_family("李建国"), make_family("王五")
    event = propose(scorer, EventKind.MERGE, household, other_code=other.code)

    for one in (household, other):
        with pytest.raises(EventOpenError) as refusal:
            propose(scorer, EventKind.LEAVE, one)
        assert event.code in str(refusal.value)


def test_two_events_on_one_household_at_once_make_one(app: Flask) -> None:
    scorer, _officer = make_people()
    household, scorer_id = make_family("李建国"), scorer.id
    code = household.code

    def press(till: int) -> str:
        def work() -> str:
            by = db.session.get_one(StaffMember, scorer_id)
            meant = service.Proposal(EventKind.LEAVE, code, today(), f"第 {till} 次")
            return service.propose(f"attempt-{till:03}", meant, by).state.value

        return once_more(work)

    answers = together(app, press, 8)

    assert answers["proposed"] == 1
    assert set(answers) <= {"proposed", "EventOpenError", "ConflictError"}


def test_many_who_approve_at_once_do_it_once(app: Flask) -> None:
    scorer, _officer = make_people()
    household, other = make_family("李建国", points_held=50), make_family("王五")
    event = propose(scorer, EventKind.MERGE, household, other_code=other.code)
    code, officers = event.code, [make_staff(Role.COUNTY).id for _one in range(6)]

    def press(till: int) -> str:
        def work() -> str:
            return service.approve(code, db.session.get_one(StaffMember, officers[till])).code

        return once_more(work)

    answers = together(app, press, 6)

    assert answers[code] == 1
    assert answers["ApprovedAlreadyError"] == 5
    assert (balance(household), balance(other)) == (0, 50)


def test_points_given_while_somebody_approves_are_neither_lost_nor_doubled(app: Flask) -> None:
    scorer, officer = make_people()
    household, other = make_family("李建国", points_held=50), make_family("王五")
    event = propose(scorer, EventKind.MERGE, household, other_code=other.code)
    code, officer_id, account = event.code, officer.id, household.account_id
    with transaction():
        book = ledger.open_journal(VILLAGE).id
        side = ledger.open_system_account(AccountKind.ISSUED, VILLAGE)

    def press(till: int) -> str:
        def agree() -> str:
            return service.approve(code, db.session.get_one(StaffMember, officer_id)).state.value

        def give() -> str:
            ledger.post(
                book,
                kind=EntryKind.AWARD,
                occurred_on=today(),
                request=ledger.Request(f"given-{till:04}", "given", officer_id),
                points=[ledger.PointsMove(account, 1), ledger.PointsMove(side, -1)],
            )
            return "given"

        return once_more(agree if till == 3 else give)

    answers = together(app, press, 8)

    assert answers == {"approved": 1, "given": 7}
    assert balance(household) + balance(other) == 57
    assert list(verify.mistakes()) == []


# -- what cannot be meant --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"given": 30, "kept": 60}, DivisionError),
        ({"given": 87}, DivisionTooLargeError),
        ({"given": None, "kept": 87}, DivisionTooLargeError),
        ({"given": None}, DivisionMissingError),
        ({"given": -1}, NegativePointsError),
        ({"members": ()}, MembersMissingError),
        ({"members": (10**9,)}, NotAMemberError),
        ({"head": None}, NewHeadMissingError),
        ({"reason": " "}, ReasonMissingError),
        ({"reason": "好" * 201}, TextTooLongError),
        ({"document": "1" * 65}, TextTooLongError),
        ({"phone": "电话"}, PhoneError),
    ],
)
def test_a_split_that_cannot_be_is_refused(
    app: Flask, said: dict[str, Any], refusal: type[DomainError]
) -> None:
    scorer, _officer = make_people()
    household = make_family("李建国", "李小明", points_held=86)

    with pytest.raises(refusal):
        propose(scorer, EventKind.SPLIT, household, **split_of(household, **said))


def test_nobody_splits_everybody_off(app: Flask) -> None:
    scorer, _officer = make_people()
    household = make_family("李建国", "李小明")
    both = (member(household, "李建国"), member(household, "李小明"))

    with pytest.raises(MembersMissingError):
        propose(scorer, EventKind.SPLIT, household, members=both, head=both[0], given=0)
    with pytest.raises(HeadMissingError):
        propose(scorer, EventKind.SPLIT, household, members=both[:1], head=both[0], given=0)


def test_a_division_that_adds_up_no_more_is_refused_with_the_new_figures(app: Flask) -> None:
    scorer, officer = make_people()
    household = make_family("李建国", "李小明", points_held=86)
    event = propose(scorer, EventKind.SPLIT, household, **split_of(household, given=30, kept=56))
    take(household, 6)

    with pytest.raises(DivisionError) as refusal:
        approve(event, officer)

    assert "现有 80 分" in str(refusal.value)
    db.session.rollback()
    db.session.expire_all()
    assert (event.state, names(household)) == (EventState.PROPOSED, ["李建国", "李小明"])


def test_a_division_by_the_rest_follows_the_balance(app: Flask) -> None:
    scorer, officer = make_people()
    household = make_family("李建国", "李小明", points_held=86)
    event = propose(scorer, EventKind.SPLIT, household, **split_of(household, given=30))
    take(household, 6)

    approve(event, officer)

    assert balance(household) == 50


def test_merging_needs_another_household_that_is_there(app: Flask) -> None:
    scorer, _officer = make_people()
    household, gone = make_family("李建国"), make_family("王五")
    happen(EventKind.LEAVE, gone)

    with pytest.raises(WithItselfError):
        propose(scorer, EventKind.MERGE, household, other_code=household.code)
    with pytest.raises(AlreadyLeftError):
        propose(scorer, EventKind.MERGE, household, other_code=gone.code)
    with pytest.raises(AlreadyLeftError):
        propose(scorer, EventKind.MERGE, gone, other_code=household.code)
    with pytest.raises(NotFoundError):
        propose(scorer, EventKind.MERGE, household)
    with pytest.raises(NotLeftError):
        propose(scorer, EventKind.REJOIN, household)


def test_a_move_goes_to_another_village_of_the_county(app: Flask) -> None:
    scorer, _officer = make_people()
    household = make_family("李建国")

    for village, refusal in (
        (VILLAGE, SameVillageError),
        (FAR, OtherCountyError),
        ("410482999999", NotFoundError),
        (COUNTY, NotFoundError),
        ("", NotFoundError),
    ):
        with pytest.raises(refusal):
            propose(scorer, EventKind.MOVE, household, to_village=village)


def test_a_household_that_goes_on_is_not_taken_over(app: Flask) -> None:
    scorer, _officer = make_people()
    household, other = make_family("李建国", "张梅"), make_family("王五")
    died = member(household, "李建国")

    with pytest.raises(HouseholdGoesOnError):
        propose(scorer, EventKind.DEATH, household, member=died, other_code=other.code)
    with pytest.raises(HeadMissingError):
        propose(scorer, EventKind.DEATH, household, member=died)
    with pytest.raises(HeadMissingError):
        propose(scorer, EventKind.DEATH, household, member=died, next_head=died)
    with pytest.raises(NotAMemberError):
        propose(scorer, EventKind.DEATH, household)


def test_a_frozen_household_waits_but_may_mourn(app: Flask) -> None:
    scorer, officer = make_people()
    household = make_family("李建国", "李小明", points_held=9)
    freeze(household, officer)

    for kind, said in (
        (EventKind.LEAVE, {}),
        (EventKind.MOVE, {"to_village": OTHER_VILLAGE}),
        (EventKind.SPLIT, split_of(household)),
    ):
        with pytest.raises(HouseholdFrozenError):
            propose(scorer, kind, household, **said)
    event = propose(scorer, EventKind.DEATH, household, member=member(household, "李小明"))

    assert event.state is EventState.PROPOSED


def test_days_to_come_closed_months_and_days_before_the_household_are_refused(
    app: Flask,
) -> None:
    scorer, officer = make_people()
    household = make_family("李建国")
    with transaction():
        household.created_at = datetime.fromisoformat("2025-01-10T10:00:00+08:00")
    with transaction():
        ledger.close_month(COUNTY, date(2025, 3, 1), officer.id)

    for on, refusal in (
        (today() + timedelta(days=1), EventDayError),
        (date(2025, 1, 9), BeforeHouseholdError),
        (date(2025, 3, 31), MonthClosedError),
    ):
        with pytest.raises(refusal):
            propose(scorer, EventKind.LEAVE, household, on=on)
    assert propose(scorer, EventKind.LEAVE, household, on=date(2025, 1, 10)).id


def test_a_month_that_closed_meanwhile_stops_the_approval(app: Flask) -> None:
    scorer, officer = make_people()
    household = make_family("李建国")
    with transaction():
        household.created_at = datetime.fromisoformat("2025-01-10T10:00:00+08:00")
    event = propose(scorer, EventKind.LEAVE, household, on=date(2025, 3, 31))
    with transaction():
        ledger.close_month(COUNTY, date(2025, 3, 1), officer.id)

    with pytest.raises(MonthClosedError):
        approve(event, officer)


def test_hostile_words_are_kept_as_words(app: Flask) -> None:
    scorer, officer = make_people()
    household = make_family("李建国")

    event = propose(
        scorer, EventKind.LEAVE, household, reason="<script>\x00alert(1)</script>'; DROP TABLE"
    )

    assert event.reason == "<script>alert(1)</script>'; DROP TABLE"
    approve(event, officer)


# -- what waits ------------------------------------------------------------------------------


def test_what_waits_is_counted_for_whoever_may_decide_it(app: Flask) -> None:
    scorer, officer = make_people()
    supervisor = make_staff(Role.SUPERVISOR, VILLAGE)
    propose(scorer, EventKind.MOVE, make_family("李建国"), to_village=OTHER_VILLAGE)
    propose(scorer, EventKind.LEAVE, make_family("王五"))
    propose(officer, EventKind.LEAVE, make_household())

    def count(who: StaffMember) -> int:
        return queries.to_decide(who.scope(Permission.APPROVE_EVENTS), who.id).number

    assert (count(officer), count(supervisor), count(scorer)) == (2, 2, 0)


def test_a_preview_writes_nothing(app: Flask, statements: Callable[[], int]) -> None:
    scorer, _officer = make_people()
    household = make_family("李建国", "李小明", points_held=86)
    said = split_of(household, given=30)
    meant = service.Proposal(EventKind.SPLIT, household.code, today(), "分家", **said)

    effects = service.preview(meant, scorer)

    assert [(one.before, one.after) for one in effects.holdings] == [(86, 56), (0, 30)]
    assert db.session.scalar(select(func.count()).select_from(HouseholdEvent)) == 0
    assert not db.session.new
    assert not db.session.dirty
