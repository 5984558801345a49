"""A round becomes points once, all of it or nothing."""

import pytest
from flask import Flask

from supermarket.awards.errors import OwnDeclarationError, TimesReachedError
from supermarket.awards.models import DeclarationSource, DeclarationState
from supermarket.awards.service import declaring
from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.errors import DomainError
from supermarket.households.models import HouseholdState
from supermarket.rounds import queries, service
from supermarket.rounds.errors import (
    HouseholdsInTheWayError,
    MarkerTiedError,
    NothingMarkedError,
    RoundCancelledError,
    RoundSubmittedError,
)
from supermarket.rounds.models import RoundKind, RoundState
from supermarket.rounds.queries import Submitted
from supermarket.rounds.service import GradeAsk
from supermarket.schemes.models import CapPeriod
from supermarket.staff.models import Permission, Role, RoleGrant
from tests.awards.makers import decide, declare, make_panel, sit
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_household, make_staff
from tests.ledger.test_races import together
from tests.rounds.makers import (
    CLEAN,
    declared,
    grades,
    make_village,
    mark,
    open_round,
    sign_in,
    submit,
    tie,
)
from tests.schemes.makers import capped, make_rules


def test_an_inspection_is_declared_to_the_panel(app: Flask) -> None:
    scorer, (li, wang, zhang) = make_village("李建国", "王秀兰", "张明")
    round_ = open_round(scorer)
    mark(round_, scorer, 1, li)
    mark(round_, scorer, 2, wang)
    mark(round_, scorer, 3, zhang)

    done = submit(round_, scorer)

    assert done == Submitted(households=2, points=7, left_out=0)
    assert round_.state is RoundState.SUBMITTED
    assert round_.closed_by == scorer.id
    rows = declared()
    assert [(row.household_id, row.points) for row in rows] == [(li.id, 5), (wang.id, 2)]
    assert {row.source for row in rows} == {DeclarationSource.ROUND}
    assert {row.state for row in rows} == {DeclarationState.SUBMITTED}
    assert {row.note for row in rows} == {"十一月庭院检查"}
    assert [row.declaration for row in queries.sheet(round_)] == [
        rows[0].code, rows[1].code, None
    ]  # fmt: skip


def test_an_event_at_level_a_is_posted_at_once_in_one_entry(app: Flask) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    event = open_round(scorer, kind=RoundKind.EVENT)
    sign_in(event, scorer, li, wang)

    submit(event, scorer)

    assert (balance(li), balance(wang)) == (2, 2)
    assert {row.state for row in declared()} == {DeclarationState.POSTED}


def test_the_second_to_submit_is_told_who_was_first(app: Flask) -> None:
    scorer, (li,) = make_village("李建国")
    event = open_round(scorer, kind=RoundKind.EVENT)
    sign_in(event, scorer, li)
    submit(event, scorer)

    with pytest.raises(RoundSubmittedError, match=r"已由 王秀英 于 20.* 提交"):
        submit(event, make_staff(Role.SCORER, VILLAGE))
    with pytest.raises(RoundSubmittedError):
        mark(event, scorer, None, li)

    assert balance(li) == 2


def test_two_phones_that_submit_at_once_make_one_submission(app: Flask) -> None:
    scorer, households = make_village("李建国", "王秀兰", "张明")
    event = open_round(scorer, kind=RoundKind.EVENT)
    sign_in(event, scorer, *households)
    code, scope, by = event.code, scorer.scope(Permission.AWARD), scorer.id

    def press(_phone: int) -> str:

        def work() -> str:
            round_ = queries.round_of(code, scope)
            assert round_ is not None
            return f"{service.submit_round(round_, scope=scope, by=by).households} posted"

        return once_more(work)

    answers = together(app, press, tills=6)

    assert answers == {"3 posted": 1, "RoundSubmittedError": 5}
    assert [balance(household) for household in households] == [2, 2, 2]


def test_a_mark_and_a_submission_at_once_lose_nothing(app: Flask) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    event = open_round(scorer, kind=RoundKind.EVENT)
    sign_in(event, scorer, li)
    code, scope, by = event.code, scorer.scope(Permission.AWARD), scorer.id

    def press(phone: int) -> str:

        def work() -> str:
            round_ = queries.round_of(code, scope)
            assert round_ is not None
            if phone:
                service.sign_in(round_, wang.code, scope=scope, by=by)
                return "signed in"
            service.submit_round(round_, scope=scope, by=by)
            return "submitted"

        return once_more(work)

    answers = together(app, press, tills=2)

    assert answers["submitted"] == 1
    assert balance(wang) == (2 if answers["signed in"] else 0)


def test_killed_half_way_nothing_is_posted_and_it_can_be_done_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    make_rules(capped(CapPeriod.MONTH, times=9, code="L05"))
    grades_ = [GradeAsk("甲", "L05"), GradeAsk("乙", "C07")]
    round_ = open_round(scorer, grades=grades_)
    mark(round_, scorer, 1, li)
    mark(round_, scorer, 2, wang)

    class KilledError(Exception):
        pass

    real, calls = declaring.declare, []

    def dies(*args: object, **more: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise KilledError
        return real(*args, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr("supermarket.awards.service.declare", dies)
    with pytest.raises(KilledError):
        submit(round_, scorer)

    assert (balance(li), declared()) == (0, [])
    assert round_.state is RoundState.OPEN
    monkeypatch.undo()
    submit(round_, scorer)
    assert (balance(li), balance(wang)) == (5, 2)


def test_who_left_between_marking_and_submitting_is_named_and_can_be_left_out(app: Flask) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    event = open_round(scorer, kind=RoundKind.EVENT)
    sign_in(event, scorer, li, wang)
    with transaction():
        wang.state = HouseholdState.LEFT
        db.session.add(wang)

    with pytest.raises(HouseholdsInTheWayError, match="1 户"):
        submit(event, scorer)
    done = submit(event, scorer, wang)

    assert done == Submitted(1, 2, 1)
    assert (balance(li), balance(wang)) == (2, 0)
    row = queries.row_of(event, wang.code)
    assert row is not None
    assert "已退出" in row.left_out


def test_who_is_at_the_cap_is_named_before(app: Flask) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    make_rules(capped(CapPeriod.MONTH, times=1, code="L05"))
    monthly = [GradeAsk("到场", "L05")]
    first = open_round(scorer, kind=RoundKind.EVENT, grades=monthly)
    sign_in(first, scorer, li)
    submit(first, scorer)
    second = open_round(scorer, kind=RoundKind.EVENT, grades=monthly)
    sign_in(second, scorer, wang, li)

    rows = service.whole(second)
    found = service.obstacles(second, rows, scope=scorer.scope(Permission.AWARD), by=scorer.id)

    assert [(o.row.head, type(o.why)) for o in found] == [("李建国", TimesReachedError)]
    submit(second, scorer, li)
    assert (balance(li), balance(wang)) == (5, 5)


def test_a_relative_is_left_to_others_whoever_marked_it(app: Flask) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    other = make_staff(Role.SCORER, VILLAGE)
    tie(scorer, li)
    round_ = open_round(scorer)
    mark(round_, scorer, 1, li, wang)

    with pytest.raises(HouseholdsInTheWayError):
        submit(round_, scorer)
    found = service.obstacles(
        round_, service.whole(round_), scope=other.scope(Permission.AWARD), by=other.id
    )
    assert [type(obstacle.why) for obstacle in found] == [MarkerTiedError]

    mark(round_, other, 1, li)
    assert submit(round_, other).households == 2


def test_who_marked_a_household_does_not_decide_it_whoever_submitted(app: Flask) -> None:
    scorer, (li,) = make_village("李建国")
    panel = make_panel(4)
    with transaction():
        panel[0].grants.append(RoleGrant(role=Role.SCORER, region_code=VILLAGE))
        db.session.add(panel[0])
    round_ = open_round(scorer)
    mark(round_, panel[0], 1, li)
    submit(round_, scorer)
    (line,) = declared()
    review = sit(panel)

    assert line.declared_by == scorer.id
    with pytest.raises(OwnDeclarationError):
        decide(review, panel[0], line)
    decide(review, panel[1], line)
    assert declared()[0].state is DeclarationState.ACCEPTED


def test_nobody_blocks_a_round_by_declaring_under_its_number(app: Flask) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    round_ = open_round(scorer)
    mark(round_, scorer, 1, li)
    declare(None, wang, rule="C01", key=f"{round_.code}-1")

    assert submit(round_, scorer).households == 1


def test_nothing_marked_is_nothing_to_submit(app: Flask) -> None:
    scorer, _none = make_village("李建国")
    round_ = open_round(scorer)

    with pytest.raises(NothingMarkedError):
        submit(round_, scorer)


def test_a_cancelled_round_is_never_submitted(app: Flask) -> None:
    scorer, (li,) = make_village("李建国")
    round_ = open_round(scorer)
    mark(round_, scorer, 1, li)
    with transaction():
        service.cancel_round(round_, "记错了村", by=scorer.id)

    with pytest.raises(RoundCancelledError):
        submit(round_, scorer)


def test_a_rule_switched_off_meanwhile_is_said_and_another_may_be_chosen(app: Flask) -> None:
    scorer, (li,) = make_village("李建国")
    round_ = open_round(scorer)
    mark(round_, scorer, 1, li)
    make_rules(CLEAN._replace(enabled=False), since=today())

    with pytest.raises(DomainError, match="已停用"):
        submit(round_, scorer)

    assert grades(round_) == {"李建国": 1}
    assert round_.state is RoundState.OPEN


def test_who_came_from_another_village_gets_points_there(app: Flask) -> None:
    make_village()
    scorer = make_staff(Role.SCORER, VILLAGE[:9])
    li, guest = make_household(), make_household(head="赵六", village=OTHER_VILLAGE)
    event = open_round(scorer, kind=RoundKind.EVENT)
    sign_in(event, scorer, li, guest)

    submit(event, scorer)

    assert (balance(li), balance(guest)) == (2, 2)
    assert {row.village_code for row in declared()} == {VILLAGE, OTHER_VILLAGE}


def test_a_note_goes_with_its_own_household_to_the_panel(app: Flask) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    round_ = open_round(scorer)
    mark(round_, scorer, 1, wang)
    with transaction():
        scope = scorer.scope(Permission.AWARD)
        service.annotate(round_, li.code, 1, "<b>院里</b>种了花", scope=scope, by=scorer.id)

    submit(round_, scorer)

    notes = {row.household_id: row.note for row in declared()}
    assert notes == {wang.id: "十一月庭院检查", li.id: "十一月庭院检查：<b>院里</b>种了花"}


def test_five_hundred_households_are_submitted_together(app: Flask) -> None:
    scorer, _none = make_village()
    for number in range(505):
        make_household(head=f"户主{number}")
    round_ = open_round(scorer, grades=[GradeAsk("到了", "C07"), GradeAsk("没到")])
    with transaction():
        assert service.mark_rest(round_, 1, by=scorer.id) == 505

    done = submit(round_, scorer)

    assert done == Submitted(505, 1010, 0)
