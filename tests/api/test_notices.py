"""Notices and objections as programs use them."""

from datetime import date
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import update

from supermarket.database import db, transaction
from supermarket.notices.models import Notice, ObjectionState
from supermarket.staff.models import Role
from tests.api.callers import Caller, answered, key, refused, signed_in, with_token
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_household
from tests.notices.makers import (
    PHONE,
    People,
    close,
    decide,
    make_accepted,
    make_people,
    object_to,
    open_notice,
)

AGO = date(2026, 1, 1)


class Callers(NamedTuple):
    """Programs of the village's people."""

    people: People
    scorer: Caller
    supervisor: Caller
    township: Caller
    elsewhere: Caller


@pytest.fixture
def village(app: Flask) -> Callers:
    """One of each job, each with a token, and a supervisor of the next village."""
    people = make_people()
    return Callers(
        people,
        with_token(app, people.scorer),
        with_token(app, people.supervisor),
        with_token(app, people.township),
        signed_in(app, Role.SUPERVISOR, OTHER_VILLAGE),
    )


def opening(**changes: Any) -> dict[str, Any]:
    return {"key": key(), "village": VILLAGE, "phone": PHONE, **changes}


def objecting(declaration: str, **changes: Any) -> dict[str, Any]:
    words = {"text": "那天他不在村里", "channel": "phone"}
    return {"key": key(), "declaration": declaration, **words, **changes}


def test_a_notice_is_opened_read_and_posted(village: Callers) -> None:
    home = make_household(points_held=30, head="张桂兰")
    line = make_accepted(village.people, home, points=7)
    body = opening()

    opened = answered(village.scorer.post("/notices", body), 201)
    again = answered(village.scorer.post("/notices", body), 200)
    listed = answered(village.supervisor.get("/notices", state="open", limit="1"))
    early = village.scorer.post(f"/notices/{opened['reference']}/close")
    with transaction():  # a program's clock is the machine's
        db.session.execute(update(Notice).values(opens_on=AGO, closes_on=AGO))
    closed = answered(village.scorer.post(f"/notices/{opened['reference']}/close"))
    twice = answered(village.scorer.post(f"/notices/{opened['reference']}/close"))

    assert again == opened
    assert [row["declaration"] for row in opened["lines"]] == [line.code]
    assert opened["web_copy"].startswith("http")
    assert (listed["items"][0]["points"], listed["next"]) == (7, None)
    refused(early, 409, "notice_open")
    assert (closed["entry"], closed["points"]) == (f"{VILLAGE}-2", 7)
    assert (twice["entry"], twice["lines"]) == ("", 0)
    shown = answered(village.supervisor.get(f"/notices/{opened['reference']}"))
    assert (shown["lines"][0]["state"], shown["lines"][0]["entry"]) == ("posted", closed["entry"])
    assert balance(home) == 37


def test_pages_of_notices_follow_each_other(village: Callers) -> None:
    for _ in range(3):
        make_accepted(village.people)
        open_notice(village.people.scorer)

    first = answered(village.scorer.get("/notices", limit="2"))
    rest = answered(village.scorer.get("/notices", limit="2", cursor=first["next"]))

    numbers = [row["reference"][-1] for page in (first, rest) for row in page["items"]]
    assert numbers == ["3", "2", "1"]
    assert rest["next"] is None
    assert answered(village.elsewhere.get("/notices"))["items"] == []
    refused(village.elsewhere.get("/notices", region=VILLAGE), 403, "forbidden")


def test_an_objection_is_raised_listed_and_decided(village: Callers) -> None:
    home = make_household()
    line = make_accepted(village.people, home)
    opened = open_notice(village.people.scorer)
    body = objecting(line.code, name="赵六", contact="13800000000")

    raised = answered(village.scorer.post("/objections", body), 201)
    again = answered(village.scorer.post("/objections", body), 200)
    listed = village.supervisor.get("/objections")
    decision = {"verdict": "corrected", "points": 2, "reason": "只有半天"}
    url = f"/objections/{raised['code']}/decision"
    decided = answered(village.supervisor.post(url, decision))
    replayed = answered(village.supervisor.post(url, decision))
    late = village.township.post(url, {"verdict": "withdrawn", "reason": "查无此事"})
    close(opened)

    assert again == raised
    assert (raised["late"], raised["state"]) == (False, "open")
    assert answered(listed)["items"][0]["code"] == raised["code"]
    assert "赵六" not in listed.text
    assert "13800000000" not in listed.text
    assert decided == replayed
    assert (decided["state"], decided["points_after"], decided["points"]) == ("corrected", 2, 2)
    refused(late, 409, "already_decided")
    assert balance(home) == 2
    assert answered(village.supervisor.get("/objections"))["items"] == []
    assert len(answered(village.supervisor.get("/objections", state="all"))["items"]) == 1


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"village": "999999999999"}, 404, "not_found"),
        ({"village": OTHER_VILLAGE}, 404, "not_found"),
        ({"village": 410482}, 422, "invalid"),
        ({"phone": ""}, 422, "invalid"),
        ({"phone": "打给我"}, 422, "invalid"),
        ({"phone": None}, 422, "invalid"),
        ({"key": "short"}, 422, "invalid"),
        ({"surprise": 1}, 422, "invalid"),
    ],
)
def test_what_cannot_be_announced_is_refused(
    village: Callers, changes: dict[str, Any], status: int, code: str
) -> None:
    make_accepted(village.people)

    refused(village.scorer.post("/notices", opening(**changes)), status, code)

    assert answered(village.scorer.get("/notices"))["items"] == []


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"declaration": "x"}, 404, "not_found"),
        ({"declaration": ["x"]}, 422, "invalid"),
        ({"text": ""}, 422, "invalid"),
        ({"text": "长" * 501}, 422, "invalid"),
        ({"channel": "page"}, 422, "invalid"),
        ({"channel": "telegram"}, 422, "invalid"),
        ({"name": "长" * 61}, 422, "invalid"),
        ({"contact": "a\x01b"}, 422, "invalid"),
        ({"key": "钥匙钥匙钥匙钥匙"}, 422, "invalid"),
        ({"surprise": 1}, 422, "invalid"),
    ],
)
def test_what_cannot_be_objected_is_refused(
    village: Callers, changes: dict[str, Any], status: int, code: str
) -> None:
    line = make_accepted(village.people)
    open_notice(village.people.scorer)

    answer = village.scorer.post("/objections", {**objecting(line.code), **changes})

    refused(answer, status, code)


@pytest.mark.parametrize(
    ("decision", "status", "code"),
    [
        ({"verdict": "open", "reason": "好的"}, 422, "invalid"),
        ({"verdict": "corrected", "reason": "好的"}, 422, "invalid"),
        ({"verdict": "corrected", "points": 99, "reason": "好的"}, 422, "invalid"),
        ({"verdict": "corrected", "points": "3", "reason": "好的"}, 422, "invalid"),
        ({"verdict": "dismissed", "reason": ""}, 422, "invalid"),
        ({"verdict": "dismissed"}, 422, "invalid"),
    ],
)
def test_a_decision_that_cannot_be_meant_is_refused(
    village: Callers, decision: dict[str, Any], status: int, code: str
) -> None:
    line = make_accepted(village.people)
    open_notice(village.people.scorer)
    raised = object_to(line, None)

    answer = village.supervisor.post(f"/objections/{raised.code}/decision", decision)

    refused(answer, status, code)
    assert decide(raised, ObjectionState.DISMISSED, village.people.township).decided_at


def test_nobody_reaches_into_another_village_or_job(village: Callers) -> None:
    line = make_accepted(village.people)
    opened = open_notice(village.people.scorer)
    raised = object_to(line, None)
    decision = {"verdict": "dismissed", "reason": "已核实"}

    refused(village.elsewhere.get(f"/notices/{opened.reference}"), 404, "not_found")
    url = f"/objections/{raised.code}/decision"
    refused(village.elsewhere.post(url, decision), 404, "not_found")
    refused(village.scorer.post(url, decision), 403, "forbidden")
    refused(village.supervisor.post("/notices", opening()), 403, "forbidden")
    refused(village.supervisor.post(f"/notices/{opened.reference}/close"), 403, "forbidden")
    refused(village.elsewhere.post("/objections", objecting(line.code)), 404, "not_found")
    refused(Caller(village.scorer.app).get("/notices"), 401, "unauthorized")
    refused(village.scorer.get("/notices/x"), 404, "not_found")


def test_an_auditor_raises_nothing(app: Flask, village: Callers) -> None:
    line = make_accepted(village.people)
    open_notice(village.people.scorer)

    answer = signed_in(app, Role.AUDITOR).post("/objections", objecting(line.code))

    refused(answer, 403, "forbidden")
