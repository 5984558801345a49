"""The people round a household, for programs."""

from datetime import timedelta

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.households import queries
from tests.api.callers import answered, refused, with_token
from tests.api.conftest import Village
from tests.factories import OTHER_VILLAGE, make_household
from tests.households.staffed import make_helper


def test_a_caller_declares_kin_and_is_refused_at_the_counter(village: Village) -> None:
    code = village.household.code

    made = answered(village.shopkeeper.post("/ties", household=code, kind="own"), 201)

    assert (made["household"], made["kind"], made["ended_at"]) == (code, "own", None)
    assert [item["household"] for item in answered(village.shopkeeper.get("/ties"))["items"]] == [
        code
    ]
    refused(village.shopkeeper.post("/ties", household=code, kind="own"), 409, "conflict")
    answer = village.shopkeeper.post(
        "/redemptions",
        key="kin-0001",
        shop=village.shop.code,
        household=code,
        lines=[{"sku": village.soap, "quantity": 1}],
    )
    refused(answer, 409, "conflict_of_interest")


@pytest.mark.parametrize(
    "body",
    [
        {"household": "4104821002039999", "kind": "own"},
        {"household": "x", "kind": "relative", "relation": "岳父"},
        {"household": "", "kind": "own"},
        {"kind": "own"},
        {"household": "4104821002030001", "kind": "friend"},
        {"household": ["x"], "kind": "own"},
    ],
)
def test_a_tie_that_cannot_be_meant(village: Village, body: dict[str, object]) -> None:
    assert village.scorer.post("/ties", body).status_code in {404, 422}
    assert answered(village.scorer.get("/ties"))["items"] == []


def test_a_relative_needs_a_word(village: Village) -> None:
    answer = village.scorer.post("/ties", household=village.household.code, kind="relative")

    refused(answer, 422, "invalid")


def test_a_proxy_is_added_listed_and_ended(village: Village) -> None:
    here = f"/households/{village.household.code}/proxies"
    until = (today() + timedelta(days=30)).isoformat()

    made = answered(
        village.scorer.post(here, name="赵玉兰", relation="邻居", until=until, month_points=60),
        201,
    )

    assert answered(village.supervisor.get(here))["items"] == [made]
    assert (made["month_points"], made["until"]) == (60, until)
    refused(village.scorer.post(here, name="赵玉兰", relation="邻居", until=until), 409, "conflict")
    left = answered(village.scorer.post(f"{here}/{made['id']}/end", reason="搬走"))
    assert left["items"] == []
    refused(village.scorer.post(f"{here}/{made['id']}/end", reason="搬走"), 409, "conflict")
    refused(village.scorer.post(f"{here}/{2**70}/end", reason="搬走"), 404, "not_found")
    for stranger in (village.other_scorer, village.shopkeeper):
        assert stranger.post(here, name="a", relation="b", until=until).status_code in {403, 404}


@pytest.mark.parametrize(
    "change",
    [{"until": "2020-01-01"}, {"until": "9999-12-31"}, {"month_points": 0}, {"phone": "x"},
     {"name": ""}, {"month_points": "5"}],
)  # fmt: skip
def test_a_proxy_that_cannot_be_meant(village: Village, change: dict[str, object]) -> None:
    body = {"name": "赵玉兰", "relation": "邻居", "until": today().isoformat(), **change}

    refused(
        village.scorer.post(f"/households/{village.household.code}/proxies", body), 422, "invalid"
    )


def test_the_quiet_are_paged_without_gap(village: Village) -> None:
    codes = {village.household.code} | {make_household().code for _ in range(2)}
    make_household(village=OTHER_VILLAGE)

    first = answered(village.scorer.get("/households/inactive", days=1, limit=2))
    second = answered(
        village.scorer.get("/households/inactive", days=1, limit=2, cursor=first["next"])
    )

    listed = [item["code"] for item in first["items"] + second["items"]]
    assert sorted(listed) == sorted(codes)
    assert second["next"] is None
    refused(village.scorer.get("/households/inactive", days=0), 422, "invalid")
    refused(village.scorer.get("/households/inactive", region=OTHER_VILLAGE), 403, "forbidden")
    refused(village.shopkeeper.get("/households/inactive"), 403, "forbidden")


def test_a_helper_is_paired_sees_the_own_and_notes_a_visit(app: Flask, village: Village) -> None:
    helper, other = make_helper(), make_household()
    caller = with_token(app, helper)
    code = village.household.code

    done = answered(
        village.scorer.post("/pairings", helper=helper.username, households=[code, code])
    )

    assert done == {"paired": 1}
    assert [item["code"] for item in answered(caller.get("/helper/households"))["items"]] == [code]
    on = today().isoformat()
    made = answered(caller.post(f"/helper/households/{code}/visits", visited_on=on), 201)
    assert made == {"visited_on": on, "note": "", "planned": False}
    [row] = answered(caller.get("/helper/households"))["items"]
    assert row["last_visit_on"] == on
    refused(caller.post(f"/helper/households/{other.code}/visits", visited_on=on), 404, "not_found")
    refused(village.scorer.get("/helper/households"), 403, "forbidden")
    later = (today() + timedelta(days=3)).isoformat()
    refused(village.scorer.post(f"/households/{code}/visits", visited_on=later), 422, "invalid")
    answered(village.scorer.post(f"/households/{code}/visits", visited_on=later, planned=True), 201)


def test_pairing_out_of_reach_pairs_nobody(village: Village) -> None:
    helper, far = make_helper(), make_household(village=OTHER_VILLAGE)

    refused(
        village.scorer.post(
            "/pairings", helper=helper.username, households=[village.household.code, far.code]
        ),
        404,
        "not_found",
    )
    refused(
        village.scorer.post("/pairings", helper="nobody", households=[far.code]), 404, "not_found"
    )
    assert queries.paired_ids(helper.id) == set()
