"""Programs keep the catalogue, its prices and barcodes, and the hours of shops."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.staff.models import Role
from tests.api.callers import answered, refused, signed_in
from tests.api.conftest import Village
from tests.factories import OTHER_COUNTY

RICE = {
    "sku": "g900",
    "name": "大米",
    "specification": "5 kg",
    "unit": "袋",
    "category": "粮油食品",
    "has_expiry": True,
    "points": 30,
}


def said(**changes: Any) -> dict[str, Any]:
    """What the catalogue shall say of rice."""
    fields = {name: RICE[name] for name in ("name", "unit", "category", "has_expiry")}
    return {**fields, "active": True, "month_limit": 2, **changes}


def test_goods_are_added_changed_and_priced(village: Village) -> None:
    added = answered(village.county.post("/goods", RICE), 201)
    changed = answered(village.county.send("PUT", "/goods/G900", json=said()))
    tomorrow = (today() + timedelta(days=1)).isoformat()
    later = answered(village.county.post("/goods/G900/prices", points=40, since=tomorrow))
    now = answered(village.county.post("/goods/G900/prices", points=35, since=today().isoformat()))

    assert (added["sku"], added["points"], added["month_limit"]) == ("G900", 30, None)
    assert (changed["month_limit"], changed["specification"]) == (2, "")
    assert (later["points"], now["points"]) == (30, 35)
    refused(village.county.post("/goods", RICE), 422, "sku_taken")
    past = (today() - timedelta(days=1)).isoformat()
    refused(village.county.post("/goods/G900/prices", points=1, since=past), 422, "price_in_past")


def test_a_shop_may_have_its_own_price(village: Village) -> None:
    price = {"points": 9, "since": today().isoformat(), "shop": village.shop.code}

    general = answered(village.county.post(f"/goods/{village.soap}/prices", price))

    assert general["points"] == 5
    bought = {"sku": village.soap, "quantity": 1}
    sold = village.shopkeeper.post(
        "/redemptions",
        key="own-price-1",
        shop=village.shop.code,
        household=village.household.code,
        lines=[bought],
    )
    assert answered(sold, 201)["points"] == 9


def test_a_code_is_bound_counted_and_taken_off(village: Village) -> None:
    path = f"/goods/{village.soap}/barcodes"

    bound = answered(village.county.post(path, code="6901234567892", units=12))
    listed = answered(village.county.get(path))
    other = village.county.post(f"/goods/{village.oil}/barcodes", code="6901234567892")
    gone = village.county.send("DELETE", f"{path}/6901234567892")

    assert bound == {"code": "6901234567892", "units": 12}
    assert listed["items"] == [bound]
    refused(other, 422, "barcode_taken")
    assert answered(gone)["items"] == []


def test_hours_are_set_and_read(village: Village) -> None:
    path = f"/shops/{village.shop.code}/windows"
    hours = [
        {"weekday": 6, "opens": "14:00", "closes": "17:30"},
        {"weekday": 6, "opens": "08:30", "closes": "11:30"},
    ]

    kept = answered(village.county.send("PUT", path, json={"hours": hours}))

    assert kept["hours"] == hours[::-1]
    assert answered(village.shopkeeper.get(path)) == kept
    turned = [{"weekday": 1, "opens": "11:00", "closes": "09:00"}]
    assert village.county.send("PUT", path, json={"hours": turned}).status_code == 422
    assert answered(village.county.send("PUT", path, json={"hours": []}))["hours"] == []


@pytest.mark.parametrize(
    "part", [{"weekday": 8}, {"opens": "25:00"}, {"opens": "8:30"}, {"closes": "<b>"}]
)
def test_hours_that_no_clock_shows_are_named(village: Village, part: dict[str, Any]) -> None:
    hours = [{"weekday": 1, "opens": "08:00", "closes": "09:00", **part}]

    answer = village.county.send(
        "PUT", f"/shops/{village.shop.code}/windows", json={"hours": hours}
    )

    assert answer.status_code == 422
    assert next(iter(part)) in str(answer.get_json()["errors"])


def test_only_the_office_keeps_the_catalogue(app: Flask, village: Village) -> None:
    foreign = signed_in(app, Role.COUNTY, OTHER_COUNTY)
    price = {"points": 9, "since": today().isoformat()}
    path = f"/goods/{village.soap}"

    for caller in (village.shopkeeper, village.scorer):
        refused(caller.post("/goods", RICE), 403, "forbidden")
        refused(caller.send("PUT", path, json=said()), 403, "forbidden")
        refused(caller.post(f"{path}/prices", price), 403, "forbidden")
    refused(foreign.post(f"{path}/prices", price | {"shop": village.shop.code}), 404, "not_found")
    hours: dict[str, list[str]] = {"hours": []}
    windows = f"/shops/{village.shop.code}/windows"
    refused(village.shopkeeper.send("PUT", windows, json=hours), 403, "forbidden")
    refused(foreign.send("PUT", windows, json=hours), 404, "not_found")
