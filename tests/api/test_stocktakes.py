from typing import Any

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.staff.models import Role
from tests.api.callers import Caller, answered, refused, signed_in, with_token
from tests.factories import OTHER_VILLAGE, make_shop
from tests.stocktakes.makers import Counted, held_by


@pytest.fixture
def counted(app: Flask) -> Counted:
    return Counted()


@pytest.fixture
def keeper(app: Flask, counted: Counted) -> Caller:
    return with_token(app, counted.keeper)


@pytest.fixture
def second(app: Flask, counted: Counted) -> Caller:
    return with_token(app, counted.second)


def test_a_stocktake_by_program(counted: Counted, keeper: Caller, second: Caller) -> None:
    path = f"/stocktakes/{counted.code}"
    under_way = keeper.post(f"/shops/{counted.shop.code}/stocktakes")
    lots = {line["sku"]: line["lot"] for line in answered(keeper.get(path))["lines"]}
    rice, soap = lots[counted.rice.sku], lots[counted.soap.sku]

    unlikely = keeper.post(f"{path}/counts", {"lot": rice, "counted": 10_000})
    line = answered(keeper.post(f"{path}/counts", {"lot": rice, "counted": 18, "note": "破袋"}))
    counted.sell(counted.rice, 1)
    early = second.post(f"{path}/approval", {"round": 1})
    undecided = keeper.post(f"{path}/hand-in", {"leaving": 1})
    kept = answered(keeper.post(f"{path}/decisions", {"lot": rice, "decision": "keep"}))
    unnamed = keeper.post(f"{path}/hand-in", {})
    handed = answered(keeper.post(f"{path}/hand-in", {"leaving": 1}))
    late = keeper.post(f"{path}/counts", {"lot": soap, "counted": 1})
    stale = second.post(f"{path}/approval", {"round": 7})
    posted = answered(second.post(f"{path}/approval", {"round": 1}))
    again = answered(second.post(f"{path}/approval", {"round": 1}))

    refused(under_way, 409, "stocktake_under_way")
    refused(unlikely, 422, "count_unlikely")
    assert (line["counted"], line["book"], line["difference"]) == (18, None, None)
    assert (kept["moved"], kept["decision"]) == (True, "keep")
    refused(early, 409, "already_decided")
    refused(undecided, 409, "lines_undecided")
    refused(unnamed, 409, "lots_uncounted")
    refused(late, 409, "already_decided")
    refused(stale, 409, "conflict")
    shown = {line["sku"]: line for line in handed["lines"]}
    assert shown[counted.rice.sku]["difference"] == -2
    assert (shown[counted.soap.sku]["counted"], shown[counted.soap.sku]["difference"]) == (
        None,
    ) * 2
    assert (posted["state"], again["entry"]) == ("posted", posted["entry"])
    assert held_by(counted.rice) == 17
    listed = answered(keeper.get(f"/shops/{counted.shop.code}/stocktakes", limit=1))
    assert [item["code"] for item in listed["items"]] == [counted.code]


def test_sent_back_and_given_up(counted: Counted, keeper: Caller, second: Caller) -> None:
    path = f"/stocktakes/{counted.code}"
    counted.count(counted.rice, 18)
    counted.hand_in(leaving=1)

    back = answered(
        second.post(f"{path}/return", {"reason": "再数", "lots": [counted.lot(counted.rice)]})
    )
    gone = answered(keeper.post(f"{path}/cancellation", {"reason": "改天"}))
    twice = keeper.post(f"{path}/cancellation", {"reason": "改天"})
    fresh = answered(keeper.post(f"/shops/{counted.shop.code}/stocktakes"), 201)

    assert (back["state"], back["reason"]) == ("open", "再数")
    assert (gone["state"], fresh["state"]) == ("cancelled", "open")
    refused(twice, 409, "already_decided")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lot": "x", "counted": -1},
        {"lot": "x", "counted": 1.0},
        {"lot": "x", "counted": "1"},
        {"lot": "x", "counted": True},
        {"lot": ["x"], "counted": 1},
        {"lot": "x" * 70, "counted": 1},
        {"lot": "x", "counted": 1, "book": 20},
        {"lot": "<b>-1-1", "counted": 1},
        [],
    ],
)
def test_what_is_no_count_is_refused(counted: Counted, keeper: Caller, body: Any) -> None:
    refused(keeper.post(f"/stocktakes/{counted.code}/counts", body), 422, "invalid")


def test_other_people_find_or_do_nothing(app: Flask, counted: Counted, keeper: Caller) -> None:
    path = f"/stocktakes/{counted.code}"
    far = signed_in(app, Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE))
    auditor = signed_in(app, Role.AUDITOR)

    refused(far.get(path), 404, "not_found")
    refused(far.post(f"{path}/counts", {"lot": "x", "counted": 1}), 404, "not_found")
    refused(auditor.post(f"{path}/hand-in", {}), 403, "forbidden")
    refused(keeper.post(f"{path}/approval", {"round": 1}), 403, "forbidden")
    refused(Caller(app).get(path), 401, "unauthorized")
    answered(auditor.get(path))


def test_the_stock_card_pages_back_to_nothing(counted: Counted, keeper: Caller) -> None:
    for _ in range(3):
        counted.sell(counted.rice)
    path = f"/shops/{counted.shop.code}/stock/{counted.rice.sku}/card"
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}

    while True:
        page = answered(keeper.get(path, limit=2, **cursor))
        found += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert [row["balance"] for row in found] == [17, 18, 19, 20]
    assert sum(row["quantity"] for row in found) == page["on_hand"] == 17
    refused(keeper.get(path, cursor="rubbish"), 422, "invalid")
    refused(keeper.get(f"/shops/{counted.shop.code}/stock/NO/card"), 404, "not_found")


def test_a_day_is_closed_and_signed_by_program(
    counted: Counted, keeper: Caller, second: Caller
) -> None:
    counted.sell(counted.rice, 2)
    path, day = f"/shops/{counted.shop.code}/day-closes", today().isoformat()
    counts = [
        {"sku": counted.rice.sku, "counted": 17},
        {"sku": counted.soap.sku, "counted": 10},
    ]
    body = {"day": day, "counts": counts}

    missing = keeper.post(path, {"day": day})
    differ = keeper.post(path, body)
    closed = answered(keeper.post(path, {**body, "sure": True}), 201)
    twice = keeper.post(path, {**body, "sure": True})
    signed = answered(second.post(f"{path}/{day}/signature"))
    again = second.post(f"{path}/{day}/signature")

    refused(missing, 422, "invalid")
    refused(differ, 422, "counts_differ")
    assert closed["closed"] == closed["now"] == {"points": 20, "times": 1, "voids": 0}
    assert [(row["book"], row["difference"]) for row in closed["goods"]] == [(18, -1), (10, 0)]
    refused(twice, 409, "day_closed")
    assert signed["signed_by"] == counted.second.name
    refused(again, 409, "already_decided")
    assert [row["day"] for row in answered(keeper.get(path))["items"]] == [day]
    answered(keeper.get(f"{path}/{day}"))
    refused(keeper.get(f"{path}/2020-01-01"), 404, "not_found")
    refused(keeper.get(f"{path}/x"), 404, "not_found")
