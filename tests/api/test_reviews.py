"""Declarations, reviews and the township's word, for programs."""

from typing import Any

import pytest
from flask import Flask

from supermarket.database import transaction
from supermarket.households import service as households
from supermarket.households.models import TieKind
from supermarket.schemes.models import ReviewLevel
from supermarket.staff.models import Role
from tests.api.callers import Caller, answered, key, refused, signed_in, with_token
from tests.api.conftest import Village
from tests.awards.makers import CARE, HELP, HONOUR, declare, make_panel
from tests.factories import OTHER_VILLAGE, TOWNSHIP, VILLAGE, balance, make_household, make_staff
from tests.schemes.makers import LABOUR, make_rules


@pytest.fixture
def rules(village: Village) -> None:
    """Rules of levels B and C."""
    make_rules(HELP, CARE, HONOUR)


def wish(village: Village, **changes: Any) -> dict[str, Any]:
    """A day of help, 15 points."""
    return {
        "key": key(),
        "rule": "L03",
        "occurred_on": "2026-11-01",
        "lines": [{"household": village.household.code}],
        **changes,
    }


def opened(app: Flask) -> tuple[str, list[Caller]]:
    """A meeting of three people, and their programs."""
    people = make_panel(3)
    callers = [with_token(app, one) for one in people]
    body = {"region": VILLAGE, "members": [one.username for one in people]}
    return answered(callers[0].post("/reviews", body), 201)["code"], callers


@pytest.mark.usefixtures("rules")
def test_a_declaration_goes_its_way(app: Flask, village: Village) -> None:
    body = wish(village, note="修水管", witness="王大爷")
    made = answered(village.scorer.post("/declarations", body), 201)["items"][0]
    again = village.scorer.post("/declarations", body)
    other = village.scorer.post("/declarations", {**body, "rule": "L01"})
    code, panel = opened(app)

    decision = {"declaration": made["code"], "verdict": "accept"}
    done = answered(panel[1].post(f"/reviews/{code}/decisions", key=key(), lines=[decision]))
    shown = answered(village.county.get(f"/declarations/{made['code']}"))
    ended = answered(panel[0].post(f"/reviews/{code}/end", minutes="三人到会\n全票"))

    assert (made["state"], made["points"], made["due_on"]) == ("submitted", 15, "2026-11-25")
    assert answered(again, 200)["items"][0]["code"] == made["code"]
    refused(other, 409, "key_reused")
    assert done["lines"] == [{"declaration": made["code"], "state": "accepted"}]
    assert [(s["verdict"], s["review"]) for s in shown["steps"]] == [("accept", code)]
    assert (ended["minutes"], ended["closed_at"] is None) == ("三人到会\n全票", False)
    assert balance(village.household) == 100


def test_level_a_declared_is_posted_at_once(village: Village) -> None:
    made = answered(village.scorer.post("/declarations", wish(village, rule="L01")), 201)

    assert made["items"][0]["state"] == "posted"
    assert made["items"][0]["reference"] == f"{VILLAGE}-2"
    assert balance(village.household) == 105


@pytest.mark.usefixtures("rules")
def test_many_lines_are_decided_together_or_not_at_all(app: Flask, village: Village) -> None:
    line = {"household": village.household.code, "points": 9}
    care = [
        answered(village.scorer.post("/declarations", wish(village, rule="L09", lines=[line])), 201)
        for _each in range(3)
    ]
    codes = [made["items"][0]["code"] for made in care]
    code, panel = opened(app)
    path = f"/reviews/{code}/decisions"
    lines: list[dict[str, Any]] = [
        {"declaration": codes[0], "verdict": "accept"},
        {"declaration": codes[1], "verdict": "change", "points": 4, "reason": "只帮了半天"},
        {"declaration": codes[2], "verdict": "refuse", "reason": ""},
    ]

    unreasoned = panel[0].post(path, key=key(), lines=lines)
    lines[2]["reason"] = "没有这回事"
    done = panel[0].post(path, key=key(), lines=lines)
    again = panel[0].post(path, key=key(), lines=lines)
    late = panel[1].post(path, key=key(), lines=lines)
    page = answered(panel[0].get("/declarations", state="accepted", limit=1))
    rest = answered(panel[0].get("/declarations", state="accepted", limit=1, cursor=page["next"]))

    assert "原因" in refused(unreasoned, 422, "invalid")["detail"]
    assert [row["state"] for row in answered(done)["lines"]] == ["accepted"] * 2 + ["refused"]
    assert answered(again)["replayed"] is True
    refused(late, 409, "already_decided")
    assert [page["items"][0]["code"], rest["items"][0]["code"]] == [codes[1], codes[0]]
    assert page["items"][0]["points"] == 4
    assert rest["next"] is None


@pytest.mark.usefixtures("rules")
def test_the_township_confirms_level_c(app: Flask, village: Village) -> None:
    made = answered(village.scorer.post("/declarations", wish(village, rule="C12")), 201)
    line = made["items"][0]["code"]
    code, panel = opened(app)
    answered(
        panel[0].post(
            f"/reviews/{code}/decisions",
            key=key(),
            lines=[{"declaration": line, "verdict": "accept"}],
        )
    )
    township = signed_in(app, Role.TOWNSHIP, TOWNSHIP)
    yes = [{"declaration": line, "verdict": "accept"}]

    refused(panel[0].post("/confirmations", lines=yes), 403, "forbidden")
    refused(
        signed_in(app, Role.TOWNSHIP, "410482101").post("/confirmations", lines=yes),
        404,
        "not_found",
    )
    done = answered(township.post("/confirmations", lines=yes))
    again = answered(township.post("/confirmations", lines=yes))
    other = signed_in(app, Role.TOWNSHIP, TOWNSHIP).post("/confirmations", lines=yes)

    assert done["lines"] == [{"declaration": line, "state": "accepted"}]
    assert again["replayed"] is True
    refused(other, 409, "already_decided")


@pytest.mark.usefixtures("rules")
def test_the_declarer_withdraws(village: Village) -> None:
    made = answered(village.scorer.post("/declarations", wish(village)), 201)["items"][0]
    path = f"/declarations/{made['code']}/withdrawal"

    refused(village.supervisor.post(path, reason="报错了"), 403, "forbidden")
    refused(village.other_scorer.post(path, reason="报错了"), 404, "not_found")
    gone = answered(village.scorer.post(path, reason="报错了"))
    refused(village.scorer.post(path, reason="报错了"), 409, "already_decided")

    assert (gone["state"], gone["steps"][0]["reason"]) == ("withdrawn", "报错了")


@pytest.mark.usefixtures("rules")
def test_conflicts_of_interest_are_refused_by_code(app: Flask, village: Village) -> None:
    people = make_panel(3)
    callers = [with_token(app, one) for one in people]
    with transaction():
        households.declare_tie(
            people[0], village.household, TieKind.RELATIVE, "姐姐", by=people[0].id
        )
    made = answered(village.scorer.post("/declarations", wish(village)), 201)["items"][0]
    body = {"region": VILLAGE, "members": [one.username for one in people]}
    code = answered(callers[0].post("/reviews", body), 201)["code"]
    lines = [{"declaration": made["code"], "verdict": "accept"}]
    path = f"/reviews/{code}/decisions"

    refused(callers[0].post(path, key=key(), lines=lines), 409, "conflict_of_interest")
    refused(callers[1].post(path, key=key(), lines=lines), 409, "conflict_of_interest")


def test_a_panel_is_drawn_and_can_be_checked(app: Flask, village: Village) -> None:
    people = make_panel(5)
    caller = with_token(app, people[0])

    drawn = answered(caller.post("/reviews", region=VILLAGE, draw=3), 201)
    second = caller.post("/reviews", region=VILLAGE, draw=3)
    listed = answered(village.county.get("/reviews"))
    again = answered(village.county.get(f"/reviews/{drawn['code']}"))

    assert len(drawn["members"]) == 3
    assert len(drawn["seed"]) == 32
    numbers = [ticket["number"] for ticket in drawn["tickets"]]
    assert numbers == sorted(numbers)
    assert [ticket["drawn"] for ticket in drawn["tickets"]] == [True] * 3 + [False] * 2
    refused(second, 409, "review_open")
    assert listed["items"][0]["drawn"] is True
    assert again == drawn


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"rule": "X99"}, 404, "not_found"),
        ({"occurred_on": "2999-01-01"}, 422, "invalid"),
        ({"lines": []}, 422, "invalid"),
        ({"witness": "王" * 61}, 422, "invalid"),
        ({"witness": "a\x00b"}, 422, "invalid"),
        ({"note": ["x"]}, 422, "invalid"),
        ({"key": "short"}, 422, "invalid"),
        ({"surprise": 1}, 422, "invalid"),
    ],
)
@pytest.mark.usefixtures("rules")
def test_a_declaration_that_cannot_be_meant_is_refused(
    village: Village, changes: dict[str, Any], status: int, code: str
) -> None:
    refused(village.scorer.post("/declarations", wish(village, **changes)), status, code)


@pytest.mark.parametrize(
    "line",
    [
        {"verdict": "accept"},
        {"declaration": "x", "verdict": "maybe"},
        {"declaration": "x", "verdict": "change", "points": "4"},
        {"declaration": "x", "verdict": "accept", "surprise": 1},
        {"declaration": "x" * 41, "verdict": "accept"},
        "x",
    ],
)
def test_decisions_that_cannot_be_read_are_refused(
    app: Flask, village: Village, line: object
) -> None:
    code, panel = opened(app)

    answer = panel[0].post(f"/reviews/{code}/decisions", key=key(), lines=[line])

    refused(answer, 422, "invalid")


@pytest.mark.usefixtures("rules")
def test_other_roles_and_villages_reach_nothing(app: Flask, village: Village) -> None:
    made = answered(village.scorer.post("/declarations", wish(village)), 201)["items"][0]
    code, panel = opened(app)
    there = make_household(village=OTHER_VILLAGE)
    elsewhere = with_token(app, make_staff(Role.REVIEWER, OTHER_VILLAGE))
    line = [{"declaration": made["code"], "verdict": "accept"}]

    away = wish(village, lines=[{"household": there.code}])
    refused(village.scorer.post("/declarations", away), 404, "not_found")
    refused(village.county.post("/declarations", wish(village)), 403, "forbidden")
    refused(village.shopkeeper.get("/declarations"), 403, "forbidden")
    refused(elsewhere.get(f"/declarations/{made['code']}"), 404, "not_found")
    refused(elsewhere.get(f"/reviews/{code}"), 404, "not_found")
    refused(elsewhere.post("/reviews", region=VILLAGE, draw=3), 404, "not_found")
    refused(elsewhere.post(f"/reviews/{code}/decisions", key=key(), lines=line), 404, "not_found")
    refused(village.scorer.post(f"/reviews/{code}/end"), 403, "forbidden")
    refused(elsewhere.get("/declarations", household=village.household.code), 404, "not_found")
    assert answered(elsewhere.get("/declarations"))["items"] == []
    own = answered(village.scorer.get("/declarations", household=village.household.code))
    assert len(own["items"]) == 1
    assert len(panel) == 3


def test_an_award_under_several_rules_is_read_and_taken_back_by_line(
    app: Flask, village: Village
) -> None:
    make_rules(LABOUR._replace(code="L02", title="全天", review_level=ReviewLevel.A))
    rows = [declare(None, village.household, rule=rule)[0] for rule in ("L01", "L02")]
    code, panel = opened(app)
    lines = [{"declaration": row.code, "verdict": "accept"} for row in rows]
    done = answered(panel[0].post(f"/reviews/{code}/decisions", key=key(), lines=lines))
    path = f"/awards/{done['reference']}"

    shown = answered(village.supervisor.get(path))
    position = shown["lines"][1]["position"]
    back = village.supervisor.post(f"{path}/reversal", key=key(), reason="记错了", lines=[position])

    assert (shown["rule"], [line["rule"] for line in shown["lines"]]) == ("", ["L01", "L02"])
    assert answered(back, 201)["lines"][0]["points"] == -5
    after = answered(village.supervisor.get(path))
    assert [line["reversed_points"] for line in after["lines"]] == [0, 5]
    assert balance(village.household) == 105
