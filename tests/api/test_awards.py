from typing import Any

import pytest
from flask import Flask

from supermarket.schemes.models import CapPeriod, ReviewLevel
from supermarket.staff.models import Role
from tests.api.callers import answered, key, refused, signed_in
from tests.api.conftest import Village
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_household
from tests.schemes.makers import LABOUR, capped, make_rules


def award(village: Village, **changes: Any) -> dict[str, Any]:
    """Half a day of work, 5 points."""
    return {
        "key": key(),
        "rule": "L01",
        "occurred_on": "2026-11-01",
        "lines": [{"household": village.household.code}],
        **changes,
    }


def test_points_are_given_and_the_award_read_again(village: Village) -> None:
    lines = [{"household": village.household.code, "points": 5, "member": "李建国"}]

    answer = village.scorer.post("/awards", award(village, note="修路", lines=lines))

    receipt = answered(answer, 201)
    assert (receipt["reference"], receipt["status"]) == (f"{VILLAGE}-2", "posted")
    assert receipt["lines"] == [
        {
            "household": village.household.code,
            "head": "李建国",
            "points": 5,
            "balance_after": 105,
        }
    ]
    shown = answered(village.county.get(f"/awards/{receipt['reference']}"))
    assert (shown["rule"], shown["note"], shown["lines"][0]["member"]) == ("L01", "修路", "李建国")


def test_a_repeated_key_gives_nothing_again(village: Village) -> None:
    body = award(village)
    first = village.scorer.post("/awards", body)

    again = village.scorer.post("/awards", body)
    other = village.scorer.post("/awards", {**body, "note": "别的"})

    assert answered(again, 200) == answered(first, 201)
    refused(other, 409, "key_reused")
    assert balance(village.household) == 105


def test_a_cap_is_said_to_be_reached(village: Village) -> None:
    make_rules(capped(CapPeriod.MONTH, times=1, code="L02"))
    body = award(village, rule="L02")
    answered(village.scorer.post("/awards", body), 201)

    again = village.scorer.post("/awards", {**body, "key": key()})

    refused(again, 409, "limit_reached")
    assert balance(village.household) == 105


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"rule": "X99"}, 404, "not_found"),
        ({"occurred_on": "2999-01-01"}, 422, "invalid"),
        ({"occurred_on": "2026-13-01"}, 422, "invalid"),
        ({"occurred_on": "20261101"}, 422, "invalid"),
        ({"lines": []}, 422, "invalid"),
        ({"lines": {}}, 422, "invalid"),
        ({"lines": [None]}, 422, "invalid"),
        ({"key": "short"}, 422, "invalid"),
        ({"key": "钥匙钥匙钥匙钥匙"}, 422, "invalid"),
        ({"note": "好" * 201}, 422, "invalid"),
        ({"note": "a\x01b"}, 422, "invalid"),
        ({"surprise": 1}, 422, "invalid"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    village: Village, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = village.scorer.post("/awards", award(village, **changes))

    refused(answer, status, code)
    assert balance(village.household) == 100


@pytest.mark.parametrize("points", [0, -5, 6, 5.0, "5", True, 10**20])
def test_points_are_whole_and_what_the_rule_gives(village: Village, points: object) -> None:
    line = {"household": village.household.code, "points": points}

    answer = village.scorer.post("/awards", award(village, lines=[line]))

    refused(answer, 422, "invalid")


def test_a_stranger_of_the_household_earned_nothing(village: Village) -> None:
    line = {"household": village.household.code, "member": "孙悟空"}

    answer = village.scorer.post("/awards", award(village, lines=[line]))

    refused(answer, 422, "invalid")


def test_awards_that_need_a_panel_are_not_posted(village: Village) -> None:
    make_rules(LABOUR._replace(code="L09", review_level=ReviewLevel.B))

    answer = village.scorer.post("/awards", award(village, rule="L09"))

    refused(answer, 409, "review_required")


def test_nobody_awards_elsewhere_or_without_the_job(app: Flask, village: Village) -> None:
    other = make_household(village=OTHER_VILLAGE)
    body = award(village, lines=[{"household": other.code}])

    refused(village.scorer.post("/awards", body), 404, "not_found")
    refused(village.shopkeeper.post("/awards", body), 403, "forbidden")
    refused(village.county.post("/awards", body), 403, "forbidden")
    reference = answered(village.scorer.post("/awards", award(village)), 201)["reference"]
    refused(village.other_scorer.get(f"/awards/{reference}"), 404, "not_found")
    refused(village.shopkeeper.get(f"/awards/{reference}"), 403, "forbidden")
    refused(village.county.get("/awards/nonsense"), 404, "not_found")


def test_an_award_is_taken_back_once(village: Village) -> None:
    reference = answered(village.scorer.post("/awards", award(village)), 201)["reference"]
    path, body = f"/awards/{reference}/reversal", {"key": key(), "reason": "记错了户"}

    first = village.supervisor.post(path, body)
    again = village.supervisor.post(path, body)
    over = village.supervisor.post(path, {**body, "key": key()})
    stranger = village.other_scorer.post(path, {**body, "key": key()})

    assert answered(first, 201)["reverses"] == reference
    assert answered(again, 200)["reference"] == first.get_json()["reference"]
    refused(over, 409, "already_reversed")
    refused(stranger, 404, "not_found")
    assert balance(village.household) == 100


def test_rules_are_those_of_the_callers_place(village: Village) -> None:
    own = answered(village.scorer.get("/rules"))
    searched = answered(village.county.get("/rules", region=VILLAGE, q="义务劳动"))

    assert own["region"] == VILLAGE
    assert [rule["code"] for rule in own["items"]] == ["L01"]
    assert searched["items"][0]["points_max"] == 5
    refused(village.scorer.get("/rules", region=OTHER_VILLAGE), 403, "forbidden")


def test_an_auditor_looks_but_takes_nothing_back(app: Flask, village: Village) -> None:
    reference = answered(village.scorer.post("/awards", award(village)), 201)["reference"]
    auditor = signed_in(app, Role.AUDITOR, VILLAGE)

    answered(auditor.get(f"/awards/{reference}"))
    refused(
        auditor.post(f"/awards/{reference}/reversal", key=key(), reason="试试"), 403, "forbidden"
    )
