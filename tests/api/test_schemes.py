"""Programmes and rules for programs."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.schemes import queries
from supermarket.schemes.models import CapPeriod
from supermarket.staff.models import Role
from tests.api.callers import Caller, answered, key, refused, signed_in
from tests.api.conftest import Village
from tests.factories import COUNTY, OTHER_COUNTY, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, make_household
from tests.schemes.makers import LABOUR, capped, make_rules, make_scheme

TEMPLATE = capped(CapPeriod.MONTH, times=6, adjust_min=2, adjust_max=10)


def scheme(**changes: Any) -> dict[str, Any]:
    return {
        "since": today().isoformat(),
        "programme_name": "爱心超市",
        "fen_per_point": 100,
        "household_month_cap": None,
        "review_period": "month",
        "review_day": 25,
        "panel_least": 3,
        "notice_days": 3,
        "appeal_days": 7,
        "expiry": "none",
        "expiry_months": None,
        "expiry_notice_days": 30,
        "base_score": 100,
        "base_grants": {},
        "redeem_minimum": 0,
        "redeem_month_cap": None,
        "pin_above": None,
        "offline_allowance": 0,
        "budget_warn": 80,
        "coverage_warn": 100,
        "coverage_stop": None,
        **changes,
    }


def rule(**changes: Any) -> dict[str, Any]:
    return {
        "region": COUNTY,
        "since": today().isoformat(),
        "title": LABOUR.title,
        "category": "labour",
        "points_min": 5,
        "points_max": 5,
        "cap_times": 6,
        "cap_points": None,
        "cap_period": "month",
        "evidence": "sign_in",
        "review_level": "A",
        "ability": "L2",
        "enabled": True,
        "adjust_min": 2,
        "adjust_max": 10,
        **changes,
    }


@pytest.fixture
def county(app: Flask) -> Caller:
    make_scheme()
    make_rules(TEMPLATE)
    return signed_in(app, Role.COUNTY)


def put(caller: Caller, path: str, body: dict[str, Any]) -> Any:
    return caller.send("PUT", path, json=body)


def test_a_programme_is_set_and_read_again(county: Caller) -> None:
    body = scheme(fen_per_point=150, base_grants={"lifted": 30, "marginal": 0}, pin_above=50)

    written = answered(put(county, f"/schemes/{COUNTY}", body))
    again = answered(put(county, f"/schemes/{COUNTY}", body))
    shown = answered(county.get(f"/schemes/{VILLAGE}"))

    assert written == again == shown["current"]
    assert (written["fen_per_point"], written["base_grants"]) == (150, {"lifted": 30})
    assert len(shown["history"]) == 2


def test_what_somebody_else_set_meanwhile_is_a_conflict(county: Caller) -> None:
    seen = answered(county.get(f"/schemes/{COUNTY}"))["current"]["id"]
    put(county, f"/schemes/{COUNTY}", scheme(notice_days=5, seen=seen))
    tomorrow = (today() + timedelta(days=1)).isoformat()

    late = put(county, f"/schemes/{COUNTY}", scheme(notice_days=9, seen=seen, since=tomorrow))

    assert "王秀英" in refused(late, 409, "conflict")["detail"]
    assert queries.scheme(VILLAGE, today()).notice_days == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"fen_per_point": 0},
        {"fen_per_point": 1.5},
        {"fen_per_point": "100"},
        {"fen_per_point": True},
        {"notice_days": 31},
        {"panel_least": 2},
        {"expiry": "rolling"},
        {"expiry": "tomorrow"},
        {"base_grants": {"rich": 5}},
        {"base_grants": {"lifted": -5}},
        {"base_grants": [1]},
        {"base_grants": None},
        {"programme_name": "长" * 41},
        {"programme_name": "\0"},
        {"since": "2020-01-01", "notice_days": 4},
        {"since": "soon"},
        {"coverage_stop": 10**12},
        {"surprise": 1},
    ],
)
def test_a_programme_that_cannot_be_meant_is_invalid(
    county: Caller, changes: dict[str, Any]
) -> None:
    answer = put(county, f"/schemes/{COUNTY}", scheme(**changes))

    refused(answer, 422, "invalid")
    assert len(queries.schemes(COUNTY)) == 1


def test_a_rule_is_changed_and_its_versions_read(county: Caller) -> None:
    body = rule(points_max=8, basis="章程第三条")

    written = answered(put(county, "/rules/L01", body))
    again = answered(put(county, "/rules/L01", body))
    listed = answered(county.get("/rules/L01/versions", region=VILLAGE))

    assert (written["changed"], again["changed"]) == (True, False)
    assert (written["version"]["version"], written["version"]["basis"]) == (2, "章程第三条")
    assert [item["version"] for item in listed["items"]] == [2, 1]


def test_a_village_keeps_to_its_bounds(county: Caller, app: Flask) -> None:
    township = signed_in(app, Role.TOWNSHIP, TOWNSHIP)
    here = {"region": VILLAGE, "adjust_min": None, "adjust_max": None}

    inside = put(township, "/rules/L01", rule(points_max=10, **here))
    beyond = put(township, "/rules/L01", rule(points_max=11, **here))
    looser = put(township, "/rules/L01", rule(cap_times=7, **here))

    assert answered(inside)["version"]["region"] == VILLAGE
    refused(beyond, 422, "rule_bounds")
    refused(looser, 422, "rule_bounds")


def test_a_deduction_needs_a_basis(county: Caller) -> None:
    body = rule(
        category="deduction", title="乱扔垃圾", points_min=-2, points_max=-2,
        adjust_min=None, adjust_max=None,
    )  # fmt: skip

    without = put(county, "/rules/D01", body)
    named = put(county, "/rules/D01", {**body, "basis": "村规民约第八条"})

    refused(without, 422, "basis_missing")
    assert answered(named)["version"]["enabled"] is True


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("L01", {"title": "不上访"}),
        ("L01", {"title": "<script>" * 20}),
        ("L01", {"points_min": None}),
        ("L01", {"points_min": 10**10}),
        ("L01", {"cap_period": "weekly"}),
        ("L01", {"enabled": "yes"}),
        ("L01", {"since": "2020-01-01"}),
        ("l01", {}),
        ("细则", {}),
        ("L01'--", {}),
    ],
)
def test_a_rule_that_cannot_be_meant_is_invalid(
    county: Caller, code: str, changes: dict[str, Any]
) -> None:
    answer = put(county, f"/rules/{code}", rule(points_max=6, **changes))

    refused(answer, 422, "invalid")
    assert len(queries.versions("L01", COUNTY)) == 1


def test_a_change_is_reckoned_before_it_is_made(village: Village) -> None:
    day = (today() - timedelta(days=30)).isoformat()
    for household in (village.household, make_household()):
        lines = [{"household": household.code}]
        body: dict[str, Any] = {"key": key(), "rule": "L01", "occurred_on": day, "lines": lines}
        answered(village.scorer.post("/awards", body), 201)
    numbers = {name: rule()[name] for name in ("cap_times", "cap_points", "cap_period", "enabled")}
    body = {"region": COUNTY, "points_min": 8, "points_max": 8, "since": day, **numbers}

    shown = answered(village.county.post("/rules/L01/what-if", {**body, "until": day}))
    default = answered(
        village.county.post("/rules/L01/what-if", {k: v for k, v in body.items() if k != "since"})
    )

    assert shown["old"] == {"times": 2, "households": 2, "points": 10, "fen": 1000}
    assert shown["new"] == {"times": 2, "households": 2, "points": 16, "fen": 1600}
    assert (shown["points"], shown["fen"], shown["capped"]) == (6, 600, 0)
    assert default["since"] < default["until"]
    refused(
        village.county.post("/rules/L01/what-if", {**body, "until": "2099-01-01"}), 422, "invalid"
    )
    refused(village.county.post("/rules/L99/what-if", body), 404, "not_found")
    assert len(queries.versions("L01", COUNTY)) == 1


def test_nobody_changes_another_place(county: Caller, app: Flask) -> None:
    township = signed_in(app, Role.TOWNSHIP, TOWNSHIP)
    scorer = signed_in(app, Role.SCORER, VILLAGE)

    for region in (COUNTY, OTHER_TOWNSHIP, OTHER_COUNTY, "41", "x"):
        refused(put(township, f"/schemes/{region}", scheme(notice_days=5)), 403, "forbidden")
        body = rule(points_max=6, region=region)
        refused(put(township, "/rules/L01", body), 403, "forbidden")
    for answer in (
        put(scorer, f"/schemes/{VILLAGE}", scheme()),
        put(scorer, "/rules/L01", rule(region=VILLAGE)),
        scorer.post("/rules/L01/what-if", {}),
    ):
        refused(answer, 403, "forbidden")
    refused(scorer.get(f"/schemes/{OTHER_COUNTY}"), 403, "forbidden")
    refused(scorer.get("/rules/L01/versions", region=OTHER_COUNTY), 403, "forbidden")
    refused(scorer.get("/rules/L99/versions"), 404, "not_found")
    answered(scorer.get(f"/schemes/{COUNTY}"))
    assert len(queries.versions("L01", VILLAGE)) == 1
    assert len(queries.schemes(COUNTY)) == 1


def test_a_village_follows_its_township(county: Caller) -> None:
    answer = put(county, f"/schemes/{VILLAGE}", scheme())

    refused(answer, 409, "village_follows")
    assert all(row.region_code != VILLAGE for row in queries.schemes(VILLAGE))
