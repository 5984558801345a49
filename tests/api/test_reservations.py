"""Reservations, wishes and deliveries for programs."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.households import service as households
from supermarket.reservations import service as reservations
from supermarket.staff.models import Role
from tests.api.callers import answered, key, refused, with_token
from tests.api.conftest import Village
from tests.factories import VILLAGE, balance, make_household, make_staff, the_actor


def ask(village: Village, **changes: Any) -> dict[str, Any]:
    """Two oils kept for the household."""
    return {
        "key": key(),
        "shop": village.shop.code,
        "household": village.household.code,
        "sku": village.oil,
        "quantity": 2,
        **changes,
    }


def test_goods_are_kept_collected_and_kept_no_more(village: Village) -> None:
    keeper, sent = village.shopkeeper, ask(village)

    kept = answered(keeper.post("/reservations", sent), 201)

    assert (kept["state"], kept["taken"], kept["head"], kept["channel"]) == (
        "held", 0, "李**", "counter",
    )  # fmt: skip
    assert kept["until"] == (today() + timedelta(days=3)).isoformat()
    assert answered(keeper.post("/reservations", sent), 200)["code"] == kept["code"]
    refused(keeper.post("/reservations", sent | {"quantity": 1}), 409, "key_reused")
    other = make_household(points_held=90)
    basket = {"key": key(), "shop": village.shop.code, "household": other.code,
              "lines": [{"sku": village.oil, "quantity": 2}]}  # fmt: skip
    refused(keeper.post("/redemptions", basket), 409, "held_for_others")
    refused(keeper.post("/reservations", ask(village, household=other.code)), 409, "out_of_stock")
    mine = basket | {"household": village.household.code}
    answered(keeper.post("/redemptions", mine), 201)
    again = answered(keeper.get(f"/reservations/{kept['code']}"))
    assert (again["state"], again["taken"]) == ("fulfilled", 2)
    cancelled = keeper.post(f"/reservations/{kept['code']}/cancellation", {})
    refused(cancelled, 409, "reservation_closed")
    assert balance(village.household) == 40


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 10**9, "2", True])
def test_quantities_that_nobody_keeps_are_refused(village: Village, quantity: Any) -> None:
    refused(
        village.shopkeeper.post("/reservations", ask(village, quantity=quantity)), 422, "invalid"
    )


def test_only_those_whose_business_it_is_keep_and_read(app: Flask, village: Village) -> None:
    kept = answered(village.shopkeeper.post("/reservations", ask(village, quantity=1)), 201)["code"]
    member = make_staff(Role.HELPER, VILLAGE)
    helper = with_token(app, member)
    refused(helper.post("/reservations", ask(village)), 404, "not_found")
    with transaction():
        households.pair(member, [village.household], by=the_actor().id)
        reservations.wish(village.household, "棉鞋", by=None)

    for stranger in (village.other_keeper, village.scorer):
        refused(stranger.get(f"/reservations/{kept}"), 404, "not_found")
        refused(stranger.post(f"/reservations/{kept}/cancellation", {}), 404, "not_found")
    refused(village.other_keeper.post("/reservations", ask(village)), 404, "not_found")
    refused(village.scorer.post("/reservations", ask(village)), 403, "forbidden")
    assert answered(village.other_keeper.get("/reservations"))["items"] == []
    own = answered(helper.post("/reservations", ask(village, quantity=1)), 201)
    assert own["channel"] == "helper"
    assert answered(helper.get(f"/reservations/{own['code']}"))["code"] == own["code"]
    page = answered(village.supervisor.get("/reservations", limit=1))
    assert [row["code"] for row in page["items"]] == [own["code"]]
    rest = answered(village.supervisor.get("/reservations", limit=1, cursor=page["next"]))
    assert ([row["code"] for row in rest["items"]], rest["next"]) == ([kept], None)
    ended = answered(helper.post(f"/reservations/{own['code']}/cancellation", {"reason": "不来"}))
    assert (ended["state"], ended["reason"]) == ("cancelled", "不来")
    [wish] = answered(village.shopkeeper.get("/wishes"))["items"]
    assert (wish["words"], wish["households"]) == ("棉鞋", 1)
    assert answered(village.other_keeper.get("/wishes"))["items"] == []


def test_goods_are_brought_handed_over_and_written_into_the_register(village: Village) -> None:
    keeper = village.shopkeeper
    basket = {"key": key(), "shop": village.shop.code, "household": village.household.code,
              "lines": [{"sku": village.soap, "quantity": 2}]}  # fmt: skip
    first, second = (
        answered(keeper.post("/redemptions", basket | {"key": key()}), 201)["reference"]
        for _ in range(2)
    )
    errand = {"name": "赵志愿", "note": "东头第二家"}

    for reference in (first, second):
        sent = answered(keeper.post(f"/redemptions/{reference}/delivery", errand))
    assert (sent["state"], sent["goods"], sent["late"]) == ("to_deliver", "肥皂×2", False)
    other = {"name": "钱志愿"}
    refused(keeper.post(f"/redemptions/{first}/delivery", other), 409, "delivery_exists")
    refused(village.other_keeper.get(f"/deliveries/{first}"), 404, "not_found")
    refused(
        village.supervisor.post(f"/deliveries/{first}/hand-over", {"proof": "paper"}),
        404,
        "not_found",
    )
    refused(keeper.post(f"/deliveries/{first}/hand-over", {"proof": "paper"}), 422, "invalid")
    signed = {"name": "李大嫂", "relation": "邻居", "proof": "paper"}
    done = answered(keeper.post(f"/deliveries/{first}/hand-over", signed))
    assert (done["state"], done["relation"]) == ("delivered", "邻居")
    back = answered(keeper.post(f"/deliveries/{second}/failure", {"reason": "没有人"}))
    assert back["state"] == "undelivered"
    once_more = answered(keeper.post(f"/deliveries/{second}/again", errand))
    assert once_more["state"] == "to_deliver"
    gone = {"reason": "没有人", "key": key()}
    returned = answered(keeper.post(f"/deliveries/{second}/failure", gone))
    assert returned["returned"] is True
    assert answered(keeper.get("/deliveries"))["items"] == []
    assert len(answered(keeper.get("/deliveries", section="done"))["items"]) == 2
    assert answered(keeper.get("/deliveries/mine"))["items"] == []
    window = {"since": today().isoformat(), "until": today().isoformat()}
    [row] = answered(village.supervisor.get("/deliveries/register", **window))["items"]
    assert (row["collector"], row["relation"], row["quantity"], row["confirmation"]) == (
        "李大嫂", "邻居", 2, "纸单签字",
    )  # fmt: skip
    assert answered(village.other_keeper.get("/deliveries/register", **window))["items"] == []
