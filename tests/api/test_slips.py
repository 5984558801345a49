"""Paper slips by program: numbered, typed in once, void, gaps."""

from datetime import timedelta

from flask import Flask

from supermarket.clock import today
from supermarket.staff.models import Role
from tests.api.callers import answered, key, refused, signed_in
from tests.api.conftest import Village
from tests.factories import COUNTY


def test_slips_are_numbered_typed_in_once_and_accounted_for(app: Flask, village: Village) -> None:
    keeper, code = village.shopkeeper, village.shop.code
    name = key()
    run = answered(keeper.post(f"/shops/{code}/slip-runs", key=name, count=6), 201)
    again = answered(keeper.post(f"/shops/{code}/slip-runs", key=name, count=6))
    changed = keeper.post(f"/shops/{code}/slip-runs", key=name, count=7)
    page = answered(keeper.get(f"/shops/{code}/slips", limit=4))
    rest = answered(keeper.get(f"/shops/{code}/slips", limit=4, cursor=page["next"]))
    blanks = [slip["number"] for slip in rest["items"][::-1] + page["items"][::-1]]
    body = {
        "number": blanks[2],
        "occurred_on": today().isoformat(),
        "household": village.household.code,
        "lines": [{"sku": village.soap, "quantity": 2}],
    }

    path = f"/shops/{code}/slips"
    first = answered(keeper.post(path, body), 201)
    repeat = answered(keeper.post(path, body))
    void = answered(
        keeper.post(f"{path}/void", first=blanks[0], last=blanks[1], reason="打印机卡纸")
    )
    reused = keeper.post(path, {**body, "number": blanks[0]})
    other = keeper.post(path, {**body, "lines": [{"sku": village.soap, "quantity": 1}]})
    late = {**body, "number": blanks[3], "occurred_on": (today() + timedelta(1)).isoformat()}
    answered(keeper.post(path, {**body, "number": blanks[4]}), 201)
    gaps = answered(village.supervisor.get("/slips/gaps"))["items"]
    [standing] = answered(signed_in(app, Role.AUDITOR, COUNTY).get("/slips"))["items"]

    assert (run, run["first"], run["count"]) == (again, blanks[0], 6)
    refused(changed, 409, "key_reused")
    assert (first, first["slip"], first["balance_after"]) == (repeat, blanks[2], 90)
    assert void == {"numbers": blanks[:2]}
    refused(reused, 409, "slip_void")
    refused(other, 409, "slip_used")
    refused(keeper.post(path, late), 422, "invalid")
    assert [(gap["first"], gap["last"], gap["count"]) for gap in gaps] == [
        (blanks[3], blanks[3], 1)
    ]
    figures = [standing[name] for name in ("printed", "used", "void", "missing", "blank")]
    assert figures == [6, 2, 2, 1, 1]
    assert answered(keeper.get(path, state="void"))["items"][0]["outcome"]["reason"] == "打印机卡纸"
    assert len(answered(keeper.get(f"/shops/{code}/slip-runs"))["items"]) == 1


def test_others_and_other_numbers_are_refused_in_words(village: Village) -> None:
    keeper, code = village.shopkeeper, village.shop.code
    run = answered(keeper.post(f"/shops/{code}/slip-runs", key=key(), count=1), 201)
    number = run["first"]
    path = f"/shops/{code}/slips"
    body = {
        "number": number,
        "occurred_on": today().isoformat(),
        "household": village.household.code,
        "lines": [{"sku": village.soap, "quantity": 1}],
    }
    swapped = number[:7] + number[8] + number[7] + number[9]

    refused(village.other_keeper.post(path, body), 404, "not_found")
    refused(village.other_keeper.get(path), 404, "not_found")
    refused(village.supervisor.post(path, body), 403, "forbidden")
    refused(village.scorer.post(f"/shops/{code}/slip-runs", key=key(), count=1), 403, "forbidden")
    refused(keeper.post(path, {**body, "number": swapped}), 422, "slip_mistyped")
    refused(keeper.post(path, {**body, "number": "甲"}), 422, "invalid")
    refused(keeper.post(path, {**body, "card": "1", "household": None}), 422, "card_number_invalid")
    refused(keeper.post(f"{path}/void", first=number, reason=""), 422, "invalid")
    refused(keeper.post(f"/shops/{code}/slip-runs", key=key(), count=10_000), 422, "invalid")
    assert answered(keeper.get(path))["items"][0]["state"] == "blank"
