from typing import Any

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.staff.models import Role, StaffMember
from tests.api.callers import Caller, answered, key, refused, signed_in, with_token
from tests.factories import OTHER_VILLAGE, VILLAGE, balance
from tests.rounds.makers import make_village, tie


def opening(**changes: Any) -> dict[str, Any]:
    """The monthly inspection of the whole village."""
    return {
        "key": key(),
        "village": VILLAGE,
        "kind": "inspection",
        "title": "十一月庭院检查",
        "occurred_on": today().isoformat(),
        **changes,
    }


def event(**changes: Any) -> dict[str, Any]:
    """A meeting at level A."""
    return opening(kind="event", grades=[{"label": "到场", "rule": "C07"}], **changes)


def program(app: Flask, *heads: str) -> tuple[StaffMember, Caller, list[str]]:
    """The village's scorer, a program of hers, the codes of the households."""
    scorer, households = make_village(*heads)
    return scorer, with_token(app, scorer), [household.code for household in households]


def test_a_round_from_opening_to_submission(app: Flask) -> None:
    _scorer, caller, (li, wang, zhang) = program(app, "李建国", "王秀兰", "张明")

    opened = answered(caller.post("/rounds", opening()), 201)
    where = f"/rounds/{opened['code']}"
    marked = answered(
        caller.post(f"{where}/marks", marks=[{"household": wang, "grade": 3}], rest=1)
    )
    done = answered(caller.post(f"{where}/submission", {}), 201)
    shown = answered(caller.get(where))

    assert opened["code"] == f"{VILLAGE}K1"
    assert [grade["label"] for grade in opened["grades"]] == ["清洁", "较清洁", "不清洁"]
    assert (marked["marked"], marked["total"]) == (3, 3)
    assert done == {
        "code": opened["code"], "state": "submitted", "households": 2, "points": 10, "left_out": 0
    }  # fmt: skip
    assert [line["grade"] for line in shown["lines"]] == [1, 3, 1]
    assert [line["household"] for line in shown["lines"] if line["declaration"]] == [li, zhang]


def test_submitting_again_is_answered_and_by_another_is_refused(app: Flask) -> None:
    _scorer, caller, (li,) = program(app, "李建国")
    other = signed_in(app, Role.SCORER, VILLAGE)
    where = f"/rounds/{answered(caller.post('/rounds', event()), 201)['code']}"
    answered(caller.post(f"{where}/marks", marks=[{"household": li, "grade": 1}]))
    first = answered(caller.post(f"{where}/submission", {}), 201)

    again = answered(caller.post(f"{where}/submission", {}), 200)

    assert again == first
    refused(other.post(f"{where}/submission", {}), 409, "round_submitted")
    late = other.post(f"{where}/marks", marks=[{"household": li, "grade": None}])
    refused(late, 409, "round_submitted")


def test_the_same_key_opens_one_round(app: Flask) -> None:
    _scorer, caller, _codes = program(app, "李建国")
    body = opening()

    first = answered(caller.post("/rounds", body), 201)
    again = answered(caller.post("/rounds", body), 200)

    assert first == again
    listed = answered(caller.get("/rounds", state="open"))
    assert [item["code"] for item in listed["items"]] == [first["code"]]


def test_who_is_in_the_way_is_named_and_may_be_left_out(app: Flask) -> None:
    scorer, households = make_village("李建国", "王秀兰")
    caller, (li, wang) = with_token(app, scorer), households
    tie(scorer, li)
    where = f"/rounds/{answered(caller.post('/rounds', event()), 201)['code']}"
    marks = [{"household": home.code, "grade": 1} for home in households]
    answered(caller.post(f"{where}/marks", marks=marks))

    named = answered(caller.get(f"{where}/obstacles"))["items"]
    refused(caller.post(f"{where}/submission", {}), 409, "households_in_the_way")
    done = answered(caller.post(f"{where}/submission", leave_out=[li.code]), 201)

    assert [(one["household"], one["code"]) for one in named] == [(li.code, "conflict_of_interest")]
    assert (done["households"], done["left_out"]) == (1, 1)
    assert (balance(li), balance(wang)) == (0, 2)


def test_a_cancelled_round_is_over(app: Flask) -> None:
    _scorer, caller, (li,) = program(app, "李建国")
    where = f"/rounds/{answered(caller.post('/rounds', opening()), 201)['code']}"

    over = answered(caller.post(f"{where}/cancellation", reason="下雨"))

    assert (over["state"], over["reason"]) == ("cancelled", "下雨")
    late = caller.post(f"{where}/marks", marks=[{"household": li, "grade": 1}])
    refused(late, 409, "round_cancelled")


def test_the_other_village_finds_no_round(app: Flask) -> None:
    _scorer, caller, _codes = program(app, "李建国")
    where = f"/rounds/{answered(caller.post('/rounds', opening()), 201)['code']}"
    stranger = signed_in(app, Role.SCORER, OTHER_VILLAGE)
    reviewer = signed_in(app, Role.REVIEWER, VILLAGE)

    refused(stranger.get(where), 404, "not_found")
    refused(stranger.post(f"{where}/submission", {}), 404, "not_found")
    refused(stranger.post("/rounds", opening()), 404, "not_found")
    refused(reviewer.post(f"{where}/submission", {}), 403, "forbidden")
    answered(reviewer.get(where))
    assert answered(stranger.get("/rounds"))["items"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"village": 410482100203},
        {"village": "x" * 12},
        {"kind": "party"},
        {"title": ""},
        {"title": "\x00\x00"},
        {"occurred_on": "2999-01-01"},
        {"occurred_on": "today"},
        {"grades": []},
        {"grades": [{"label": "甲"}] * 5},
        {"grades": [{"label": "甲", "points": 1.5}]},
        {"grades": [{"label": "甲", "rule": "'; --"}]},
        {"grades": {"label": "甲"}},
        {"group": "99组"},
        {"key": "short"},
        {"more": 1},
    ],
)
def test_what_cannot_be_meant_is_refused(app: Flask, changes: dict[str, Any]) -> None:
    _scorer, caller, _codes = program(app, "李建国")

    answer = caller.post("/rounds", {**opening(), **changes})

    assert answer.status_code in {404, 422}
    refused(answer, answer.status_code, "invalid" if answer.status_code == 422 else "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {"marks": "all"},
        {"marks": [{"household": "1", "grade": 0}]},
        {"marks": [{"household": "1", "grade": True}]},
        {"marks": [{"grade": 1}]},
        {"marks": [{"household": "9" * 16, "grade": 1}]},
        {"rest": 9},
        {"rest": "1"},
        [],
    ],
)
def test_marks_that_cannot_be_meant_are_refused(app: Flask, body: Any) -> None:
    _scorer, caller, _codes = program(app, "李建国")
    where = f"/rounds/{answered(caller.post('/rounds', opening()), 201)['code']}"

    answer = caller.post(f"{where}/marks", body)

    assert answer.status_code in {404, 422}
    assert answered(caller.get(where))["marked"] == 0
