"""Opening rounds, marking as one goes, taking marks back, cancelling."""

from datetime import timedelta

import pytest
from flask import Flask

from supermarket.awards.errors import FutureDayError, PointsNeededError, PointsOutOfRangeError
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import InvalidError, NotFoundError
from supermarket.households.models import HouseholdState
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyReusedError, MonthClosedError
from supermarket.photos.models import Photo
from supermarket.rounds import queries, service
from supermarket.rounds.errors import (
    GradeInUseError,
    MemberRuleError,
    NotInRoundError,
    RoundCancelledError,
    UnknownGradeError,
)
from supermarket.rounds.models import RoundKind, RoundLine, RoundState
from supermarket.rounds.service import GradeAsk, RoundAsk
from supermarket.schemes.models import CapPeriod
from supermarket.staff.models import Permission, Role
from tests.factories import COUNTY, OTHER_VILLAGE, VILLAGE, make_household, make_staff
from tests.photos.test_photos import picture, saved
from tests.rounds.makers import YARDS, grades, make_village, mark, open_round, sign_in
from tests.schemes.makers import LABOUR, capped, make_rules


def test_a_round_has_a_number_of_its_village_without_gaps(app: Flask) -> None:
    scorer, _none = make_village("李建国")

    codes = [open_round(scorer).code for _ in range(2)]

    assert codes == [f"{VILLAGE}K1", f"{VILLAGE}K2"]


def test_the_same_key_opens_one_round(app: Flask) -> None:
    scorer, _none = make_village("李建国")

    rounds = {open_round(scorer, key="the-same-key").id for _ in range(2)}

    assert len(rounds) == 1
    with pytest.raises(KeyReusedError):
        open_round(scorer, kind=RoundKind.EVENT, key="the-same-key")


def test_the_usual_grades_follow_the_rules_that_apply(app: Flask) -> None:
    make_village()

    usual = service.usual_grades(VILLAGE, today())

    assert tuple(usual) == YARDS


def test_a_mark_is_kept_at_once_and_the_last_writer_stays(app: Flask) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    other = make_staff(Role.SCORER, VILLAGE)
    round_ = open_round(scorer)

    mark(round_, scorer, 1, li, wang)
    mark(round_, other, 3, li)

    assert grades(round_) == {"李建国": 3, "王秀兰": 1}
    row = queries.row_of(round_, li.code)
    assert row is not None
    assert row.marker_id == other.id
    assert queries.progress(round_) == (2, 2)


def test_a_mark_is_taken_back_and_who_did_it_stays(app: Flask) -> None:
    scorer, (li,) = make_village("李建国")
    round_ = open_round(scorer)
    mark(round_, scorer, 1, li)

    mark(round_, scorer, None, li)

    assert grades(round_) == {"李建国": None}
    assert queries.progress(round_) == (0, 1)
    assert db.session.query(RoundLine).one().marked_by == scorer.id


def test_the_rest_gets_one_grade_and_what_was_marked_stays(app: Flask) -> None:
    scorer, (li, _wang, _zhang) = make_village("李建国", "王秀兰", "张明")
    round_ = open_round(scorer)
    mark(round_, scorer, 3, li)

    with transaction():
        count = service.mark_rest(round_, 1, by=scorer.id)

    assert count == 2
    assert grades(round_) == {"李建国": 3, "王秀兰": 1, "张明": 1}


def test_a_group_is_visited_alone(app: Flask) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    with transaction():
        wang.group = "2组"
        db.session.add(wang)
    round_ = open_round(scorer, group="2组")

    with pytest.raises(NotInRoundError):
        mark(round_, scorer, 1, li)

    assert grades(round_) == {"王秀兰": None}


def test_who_left_since_is_named_and_gets_no_new_mark(app: Flask) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    round_ = open_round(scorer)
    mark(round_, scorer, 1, li)
    with transaction():
        for household in (li, wang):
            household.state = HouseholdState.LEFT
            db.session.add(household)

    with pytest.raises(Exception, match="已退出"):
        mark(round_, scorer, 1, wang)

    assert grades(round_) == {"李建国": 1}
    mark(round_, scorer, None, li)
    assert queries.progress(round_).marked == 0


def test_a_note_and_a_photo_stay_when_the_grade_changes(app: Flask) -> None:
    scorer, (li,) = make_village("李建国")
    round_ = open_round(scorer)
    scope = scorer.scope(Permission.AWARD)

    with transaction():
        service.annotate(
            round_, li.code, 1, " 门前\n有柴堆 ", photo=saved(picture()), scope=scope, by=scorer.id
        )
    mark(round_, scorer, 2, li)

    row = queries.row_of(round_, li.code)
    assert row is not None
    assert (row.grade, row.note) == (2, "门前 有柴堆")
    assert row.photo == db.session.query(Photo).one().token


def test_a_card_scanned_twice_signs_in_once(app: Flask) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    event = open_round(scorer, kind=RoundKind.EVENT)

    again = sign_in(event, scorer, li, wang, li)

    assert again == [False, False, True]
    assert [row.head for row in queries.sign_ins(event)] == ["王秀兰", "李建国"]


def test_who_signed_in_by_mistake_is_taken_off_and_may_come_again(app: Flask) -> None:
    scorer, (li,) = make_village("李建国")
    event = open_round(scorer, kind=RoundKind.EVENT)
    sign_in(event, scorer, li)

    mark(event, scorer, None, li)

    assert queries.sign_ins(event) == []
    assert sign_in(event, scorer, li) == [False]


def test_a_household_of_another_village_of_the_scorer_may_come(app: Flask) -> None:
    make_village()
    scorer = make_staff(Role.SCORER, VILLAGE[:9])
    guest = make_household(head="赵六", village=OTHER_VILLAGE)
    stranger = make_household(head="钱七", village="411025001001")
    event = open_round(scorer, kind=RoundKind.EVENT)

    sign_in(event, scorer, guest)

    with pytest.raises(NotFoundError):
        sign_in(event, scorer, stranger)
    assert [row.head for row in queries.sign_ins(event)] == ["赵六"]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "},
        {"title": "长" * 61},
        {"grades": []},
        {"grades": [GradeAsk(str(number)) for number in range(5)]},
        {"grades": [GradeAsk("清洁"), GradeAsk("清洁 ")]},
        {"grades": [GradeAsk("")]},
        {"grades": [GradeAsk("清洁", "X99")]},
        {"group": "99组"},
        {"kind": RoundKind.EVENT, "grades": [GradeAsk("到场")]},
        {"kind": RoundKind.EVENT, "grades": YARDS[:2]},
        {"key": "short"},
        {"key": "密钥密钥密钥密钥"},
        {"village": OTHER_VILLAGE},
        {"village": VILLAGE[:9]},
        {"village": "'; DROP TABLE round; --"},
    ],
)
def test_a_round_that_cannot_be_meant_is_refused(app: Flask, changes: dict[str, object]) -> None:
    scorer, _none = make_village("李建国")

    with pytest.raises((InvalidError, NotFoundError)):
        open_round(scorer, **changes)  # type: ignore[arg-type]  # what nobody should send


def test_a_round_is_not_held_tomorrow_or_in_a_closed_month(app: Flask) -> None:
    scorer, _none = make_village("李建国")
    last_month = today().replace(day=1) - timedelta(days=1)
    with transaction():
        ledger.close_month(COUNTY, last_month, scorer.id)

    with pytest.raises(FutureDayError):
        open_round(scorer, on=today() + timedelta(days=1))
    with pytest.raises(MonthClosedError):
        open_round(scorer, on=last_month)


def test_points_are_named_where_the_rule_leaves_them_open(app: Flask) -> None:
    scorer, _none = make_village("李建国")
    make_rules(LABOUR._replace(code="L08", points_min=1, points_max=3))

    round_ = open_round(scorer, grades=[GradeAsk("来了", "L08", 2)])

    assert round_.grades[0].points == 2
    with pytest.raises(PointsNeededError):
        open_round(scorer, grades=[GradeAsk("来了", "L08")])
    with pytest.raises(PointsOutOfRangeError):
        open_round(scorer, grades=[GradeAsk("来了", "L08", 9)])


def test_a_rule_that_counts_by_person_is_not_for_rounds(app: Flask) -> None:
    scorer, _none = make_village("李建国")
    make_rules(capped(CapPeriod.ONCE_PER_MEMBER, times=1, code="C20"))

    with pytest.raises(MemberRuleError):
        open_round(scorer, grades=[GradeAsk("到场", "C20")])


def test_what_a_round_is_about_changes_while_marks_stay(app: Flask) -> None:
    scorer, (li,) = make_village("李建国")
    round_ = open_round(scorer)
    mark(round_, scorer, 2, li)

    with transaction():
        ask = RoundAsk("补查", today(), [GradeAsk("好", "C02"), GradeAsk("差")])
        service.change_round(round_, ask)

    assert [(g.label, g.rule_code) for g in round_.grades] == [("好", "C02"), ("差", None)]
    assert grades(round_) == {"李建国": 2}
    with pytest.raises(GradeInUseError, match="差"), transaction():
        service.change_round(round_, ask._replace(grades=[GradeAsk("好")]))


def test_a_cancelled_round_takes_no_more_marks_and_says_who_and_why(app: Flask) -> None:
    scorer, (li,) = make_village("李建国")
    round_ = open_round(scorer)
    mark(round_, scorer, 1, li)

    with transaction():
        service.cancel_round(round_, "下雨，改天再查", by=scorer.id)

    assert round_.state is RoundState.CANCELLED
    with pytest.raises(RoundCancelledError, match=r"王秀英.*下雨"):
        mark(round_, scorer, 2, li)
    assert grades(round_) == {"李建国": 1}


def test_a_round_is_not_cancelled_without_a_reason(app: Flask) -> None:
    scorer, _none = make_village("李建国")
    round_ = open_round(scorer)

    with pytest.raises(InvalidError), transaction():
        service.cancel_round(round_, " ", by=scorer.id)


def test_a_grade_that_is_not_there_is_refused(app: Flask) -> None:
    scorer, (li,) = make_village("李建国")
    round_ = open_round(scorer)

    for grade in (0, 4, -1, 10**12):
        with pytest.raises(UnknownGradeError):
            mark(round_, scorer, grade, li)


def test_the_other_village_does_not_see_the_round(app: Flask) -> None:
    scorer, _none = make_village("李建国")
    round_ = open_round(scorer)
    stranger = make_staff(Role.SCORER, OTHER_VILLAGE)

    assert queries.round_of(round_.code, stranger.scope(Permission.AWARD)) is None
    assert queries.rounds(stranger.scope(Permission.AWARD), limit=9) == []
    assert queries.open_rounds(scorer.scope(Permission.AWARD)).number == 1
