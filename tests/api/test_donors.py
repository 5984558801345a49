"""Donors, funds, statements, settlements, for programs."""

from flask import Flask

from supermarket.clock import today
from supermarket.staff.models import Role
from tests.api.callers import answered, key, refused, signed_in
from tests.api.conftest import Village
from tests.donors.test_funds import make_donor, make_fund
from tests.factories import COUNTY, OTHER_COUNTY, VILLAGE
from tests.settlements.makers import month, partner, sell

DONOR = {"region": COUNTY, "kind": "company", "name": "汝州面粉厂", "phone": "13800000000"}


def test_donors_are_registered_and_listed_page_by_page(village: Village) -> None:
    made = answered(village.county.post("/donors", DONOR), 201)
    answered(village.county.post("/donors", {**DONOR, "name": "乙厂"}), 201)

    page = answered(village.county.get("/donors", limit=1))
    rest = answered(village.county.get("/donors", cursor=page["next"]))
    names = answered(village.shopkeeper.get("/donors", q="面粉"))

    assert [row["code"] for row in page["items"]] == [made["code"]]
    assert [row["name"] for row in rest["items"]] == ["乙厂"]
    assert made["phone"] == "13800000000"
    assert [(row["name"], row["phone"]) for row in names["items"]] == [("汝州面粉厂", None)]
    refused(village.county.post("/donors", DONOR), 409, "donor_known")
    refused(village.county.post("/donors", {**DONOR, "region": OTHER_COUNTY}), 403, "forbidden")
    refused(village.county.post("/donors", {**DONOR, "kind": 5}), 422, "invalid")
    refused(village.shopkeeper.post("/donors", DONOR), 403, "forbidden")


def test_a_gift_comes_in_and_is_stated(village: Village) -> None:
    donor = answered(village.county.post("/donors", DONOR), 201)["code"]
    body = {"key": key(), "source": "donation", "donor": donor, "wish": "给老人",
            "only_region": VILLAGE, "lines": [{"sku": village.soap, "quantity": 4}]}  # fmt: skip

    paper = answered(village.shopkeeper.post(f"/shops/{village.shop.code}/goods-in", body), 201)
    stated = answered(village.county.get(f"/donors/{donor}/statement"))

    assert (paper["donor"], paper["receipt_number"]) == (donor, f"{COUNTY}-JZ{today().year}-0001")
    [row] = stated["goods"]
    assert (row["given"], row["on_shelf"], row["households"]) == (4, 4, 0)
    bad = village.county.get(f"/donors/{donor}/statement", since="2026-02-01", until="2026-01-01")
    refused(bad, 422, "invalid")
    refused(village.county.get("/donors/NOPE/statement"), 404, "not_found")


def test_a_fund_is_opened_moved_and_explained(village: Village) -> None:
    donor = make_donor()
    sent = {"region": COUNTY, "name": "爱心资金", "source": "donation"}
    fund = answered(village.county.post("/funds", sent), 201)["code"]
    income = {"key": key(), "amount": "100.50", "summary": "捐款", "donor": donor.code}

    first = answered(village.county.post(f"/funds/{fund}/income", income), 201)
    again = answered(village.county.post(f"/funds/{fund}/income", income))
    spent = answered(
        village.county.post(f"/funds/{fund}/expense", key=key(), amount=20, summary="运费"), 201
    )
    back = f"/funds/{fund}/lines/{spent['reference']}/reversal"
    answered(village.county.post(back, key=key(), reason="记错"), 201)

    assert first == again
    lines = answered(village.county.get(f"/funds/{fund}/lines", limit=2))
    assert [row["amount"] for row in lines["items"]] == ["20.00", "-20.00"]
    older = answered(village.county.get(f"/funds/{fund}/lines", cursor=lines["next"]))
    assert older["items"][0]["balance_after"] == "100.50"
    [shown] = answered(village.county.get("/funds"))["items"]
    assert shown["balance"] == "100.50"
    poor = village.county.post(f"/funds/{fund}/expense", key=key(), amount=1000, summary="x")
    refused(poor, 409, "insufficient_funds")
    refused(village.county.post(back, key=key(), reason="再"), 409, "already_reversed")
    refused(village.county.post(f"/funds/{fund}/lines/x-1/reversal", key=key(), reason="x"),
            409, "not_a_fund_move")  # fmt: skip
    refused(village.shopkeeper.post(f"/funds/{fund}/income", income), 403, "forbidden")
    refused(village.supervisor.get(f"/funds/{fund}/lines"), 404, "not_found")


def test_a_purchase_is_paid_by_a_fund(village: Village) -> None:
    fund = make_fund(fen=10_00)
    line = {"sku": village.soap, "quantity": 2, "unit_cost": "6.00"}
    body = {"key": key(), "source": "purchase", "fund": fund.code, "lines": [line]}

    dear = village.shopkeeper.post(f"/shops/{village.shop.code}/goods-in", body)
    line["unit_cost"] = "5"
    answered(village.shopkeeper.post(f"/shops/{village.shop.code}/goods-in", body), 201)

    refused(dear, 409, "insufficient_funds")
    assert answered(village.county.get("/funds"))["items"][0]["balance"] == "0.00"


def test_a_month_is_settled_by_two(app: Flask) -> None:
    stall, soap = partner()
    sell(stall, soap, 2, month())
    drafter, payer = signed_in(app, Role.COUNTY), signed_in(app, Role.COUNTY)
    asked = {"shop": stall.shop.code, "month": f"{month():%Y-%m}"}

    made = answered(drafter.post("/settlements", asked), 201)
    at = f"/settlements/{made['code']}/payment"

    assert (made["amount"], made["state"]) == ("5.00", "drafted")
    refused(drafter.post(at, amount="5", document="1"), 409, "same_person")
    refused(payer.post(at, amount="4", document="1"), 409, "settlement_changed")
    refused(payer.post(at, amount="5"), 422, "invalid")
    assert answered(payer.post(at, amount="5", document="回单1"))["state"] == "paid"
    refused(drafter.post("/settlements", asked), 409, "settlement_paid")
    refused(drafter.post("/settlements", {**asked, "month": "2026-13"}), 422, "invalid")
    assert len(answered(payer.get("/settlements", state="paid"))["items"]) == 1
    refused(signed_in(app, Role.TOWNSHIP, "410482100").get("/settlements"), 403, "forbidden")
