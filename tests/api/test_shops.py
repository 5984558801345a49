from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.staff.models import Role
from tests.api.callers import answered, key, refused, signed_in
from tests.api.conftest import Village
from tests.factories import OTHER_COUNTY, OTHER_VILLAGE, VILLAGE, make_goods


def delivery(village: Village, **changes: Any) -> dict[str, Any]:
    """Ten soaps, bought."""
    return {
        "key": key(),
        "source": "purchase",
        "lines": [{"sku": village.soap, "quantity": 10, "unit_cost": 3.5}],
        **changes,
    }


def test_goods_come_in_and_stand_on_the_shelf(village: Village) -> None:
    path = f"/shops/{village.shop.code}/goods-in"
    soon = (today() + timedelta(days=20)).isoformat()
    lines = [
        {"sku": village.soap, "quantity": 10, "best_before": soon, "unit_cost": "3.50"},
        {"sku": village.oil, "quantity": 2, "unit_cost": None},
    ]

    receipt = answered(village.shopkeeper.post(path, delivery(village, lines=lines)), 201)

    assert receipt["reference"] == f"{village.shop.code}-3"
    assert [(line["sku"], line["quantity"]) for line in receipt["lines"]] == [
        (village.soap, 10),
        (village.oil, 2),
    ]
    stock = answered(village.shopkeeper.get(f"/shops/{village.shop.code}/stock"))
    soap = next(item for item in stock["items"] if item["sku"] == village.soap)
    assert (soap["on_hand"], soap["usable"], soap["name"]) == (30, 30, "肥皂")
    assert soap["lots"][0]["best_before"] == soon
    assert [lot["on_hand"] for lot in soap["lots"]] == [10, 20]


def test_a_repeated_key_brings_nothing_in_again(village: Village) -> None:
    path, body = f"/shops/{village.shop.code}/goods-in", delivery(village)
    first = village.shopkeeper.post(path, body)

    again = village.shopkeeper.post(path, body)
    other = village.shopkeeper.post(path, {**body, "source": "donation"})

    assert answered(again, 200) == answered(first, 201)
    refused(other, 409, "key_reused")


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ({"sku": "NOTHING"}, "lines.0.sku"),
        ({"quantity": 0}, "lines.0.quantity"),
        ({"quantity": 100_001}, "lines.0.quantity"),
        ({"unit_cost": 1.234}, "lines.0.unit_cost"),
        ({"unit_cost": -1}, "lines.0.unit_cost"),
        ({"unit_cost": True}, "lines.0.unit_cost"),
        ({"unit_cost": "1e3"}, "lines.0.unit_cost"),
        ({"unit_cost": 1e300}, "lines.0.unit_cost"),
        ({"best_before": "2020-01-01"}, "lines.0.best_before"),
        ({"best_before": "soon"}, "lines.0.best_before"),
        ({"colour": "red"}, "lines.0.colour"),
    ],
)
def test_a_wrong_line_is_pointed_at(village: Village, line: dict[str, Any], path: str) -> None:
    lines = [{"sku": village.soap, "quantity": 1, **line}]

    answer = village.shopkeeper.post(
        f"/shops/{village.shop.code}/goods-in", delivery(village, lines=lines)
    )

    assert list(refused(answer, 422, "invalid")["errors"]) == [path]


def test_goods_that_perish_need_their_day(village: Village) -> None:
    rice = make_goods(name="大米")
    with transaction():
        rice.has_expiry = True
    lines = [{"sku": rice.sku, "quantity": 1}]

    answer = village.shopkeeper.post(
        f"/shops/{village.shop.code}/goods-in", delivery(village, lines=lines)
    )

    assert list(refused(answer, 422, "invalid")["errors"]) == ["lines.0.best_before"]


def test_shops_are_for_those_who_work_there(app: Flask, village: Village) -> None:
    code = village.shop.code
    abroad = signed_in(app, Role.COUNTY, OTHER_COUNTY)

    for caller in (village.other_keeper, abroad):
        refused(caller.get(f"/shops/{code}/stock"), 404, "not_found")
        refused(caller.post(f"/shops/{code}/goods-in", delivery(village)), 404, "not_found")
    refused(village.scorer.get(f"/shops/{code}/stock"), 403, "forbidden")
    assert [shop["code"] for shop in answered(village.shopkeeper.get("/shops"))["items"]] == [code]
    assert len(answered(village.county.get("/shops"))["items"]) == 2
    refused(village.shopkeeper.get("/shops", region=OTHER_VILLAGE), 403, "forbidden")
    inside = answered(village.county.get("/shops", region=VILLAGE))
    assert [shop["code"] for shop in inside["items"]] == [code]


def test_the_catalogue_is_paged_and_searched(village: Village) -> None:
    first = answered(village.shopkeeper.get("/goods", limit=1))
    second = answered(village.shopkeeper.get("/goods", limit=1, cursor=first["next"]))
    searched = answered(village.scorer.get("/goods", q="食用"))

    assert [item["sku"] for item in first["items"] + second["items"]] == [village.soap, village.oil]
    assert second["next"] is None
    assert [(item["name"], item["points"]) for item in searched["items"]] == [("食用油", 30)]
    assert answered(village.scorer.get("/goods", q="%"))["items"] == []
