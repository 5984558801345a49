from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.database import db
from supermarket.ledger.models import Lot
from supermarket.shops.models import Shop
from supermarket.staff.models import Role
from tests.api.callers import Caller, answered, key, refused, signed_in, with_token
from tests.api.conftest import Village
from tests.factories import OTHER_COUNTY, TOWNSHIP, VILLAGE, add_lot, make_shop, make_staff
from tests.movements.makers import code_of


@pytest.fixture
def depot(village: Village) -> Shop:
    """A township shop with 30 soaps, 10 of them old."""
    shop = make_shop(TOWNSHIP, name="寄料镇爱心超市")
    add_lot(shop, soap(village), 20)
    add_lot(shop, soap(village), 10, best_before=today() + timedelta(days=9))
    return shop


def soap(village: Village) -> Any:
    """The goods of the fixture, by number."""
    from supermarket.goods import queries as goods

    return goods.goods_or_404(village.soap)


def sent(depot: Shop, village: Village, office: Caller, **changes: Any) -> dict[str, Any]:
    """A transfer of twelve soaps."""
    body = {
        "key": key(),
        "to": village.shop.code,
        "lines": [{"sku": village.soap, "quantity": 12}],
        **changes,
    }
    return answered(office.post(f"/shops/{depot.code}/transfers", body), 201)


def test_goods_go_from_shop_to_shop(app: Flask, village: Village, depot: Shop) -> None:
    office = signed_in(app, Role.TOWNSHIP, TOWNSHIP)

    paper = sent(depot, village, office, note="老张带")

    assert (paper["state"], paper["from"], paper["to"]) == (
        "sent",
        depot.code,
        village.shop.code,
    )
    assert [(line["quantity"], line["in_transit"]) for line in paper["lines"]] == [
        (10, 10),
        (2, 2),
    ]  # first expired first out
    coming = answered(village.shopkeeper.get("/transfers", section="on_the_way"))
    assert [row["code"] for row in coming["items"]] == [paper["code"]]
    path = f"/transfers/{paper['code']}/receipt"
    short = {"key": key(), "lines": [{"position": 1, "quantity": 7, "note": "少一箱"}]}

    got = answered(village.shopkeeper.post(path, short))

    assert (got["state"], got["missing"]) == ("received", 3)
    assert got["lines"][0]["note"] == "少一箱"
    assert answered(village.shopkeeper.post(path, short)) == got
    refused(village.shopkeeper.post(path, {**short, "key": key()}), 409, "already_decided")
    refused(village.shopkeeper.post(path, {**short, "lines": []}), 409, "key_reused")


def test_missing_units_are_found_out_by_a_third_person(
    app: Flask, village: Village, depot: Shop
) -> None:
    office = signed_in(app, Role.TOWNSHIP, TOWNSHIP)
    code = sent(depot, village, office)["code"]
    lines = [{"position": 1, "quantity": 0}, {"position": 2, "quantity": 0}]
    village.shopkeeper.post(f"/transfers/{code}/receipt", key=key(), lines=lines)
    path = f"/transfers/{code}/findings"
    lost = {"key": key(), "position": 1, "outcome": "lost", "quantity": 4, "reason": "翻车了"}

    refused(office.post(path, lost), 409, "same_person")
    refused(village.shopkeeper.post(path, lost), 403, "forbidden")
    found = answered(village.county.post(path, lost))
    assert (found["missing"], found["lines"][0]["lost"]) == (8, 4)
    assert answered(village.county.post(path, lost))["missing"] == 8
    back = {**lost, "key": key(), "outcome": "back", "quantity": 6}
    assert answered(village.county.post(path, back))["missing"] == 2
    refused(village.county.post(path, {**back, "key": key()}), 409, "already_decided")


def test_a_transfer_is_taken_back(app: Flask, village: Village, depot: Shop) -> None:
    office = signed_in(app, Role.TOWNSHIP, TOWNSHIP)
    code = sent(depot, village, office)["code"]
    body = {"key": key(), "reason": "发错了"}

    refused(village.shopkeeper.post(f"/transfers/{code}/cancellation", body), 403, "forbidden")
    done = answered(office.post(f"/transfers/{code}/cancellation", body))

    assert [line["returned"] for line in done["lines"]] == [10, 2]
    late = village.shopkeeper.post(f"/transfers/{code}/receipt", key=key())
    refused(late, 409, "already_decided")


def test_a_transfer_is_for_its_two_shops(app: Flask, village: Village, depot: Shop) -> None:
    office = signed_in(app, Role.TOWNSHIP, TOWNSHIP)
    code = sent(depot, village, office)["code"]
    abroad = signed_in(app, Role.COUNTY, OTHER_COUNTY)

    for caller in (village.other_keeper, abroad):
        refused(caller.get(f"/transfers/{code}"), 404, "not_found")
        refused(caller.post(f"/transfers/{code}/receipt", key=key()), 404, "not_found")
        assert answered(caller.get("/transfers"))["items"] == []
    refused(village.scorer.get("/transfers"), 403, "forbidden")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"lines": []}, 422, "invalid"),
        ({"lines": [{"sku": "NOTHING", "quantity": 1}]}, 404, "not_found"),
        ({"lines": [{"sku": "x", "quantity": -1}]}, 422, "invalid"),
        ({"lines": [{"sku": "x", "quantity": 1.5}]}, 422, "invalid"),
        ({"lines": [{"sku": "x", "quantity": "1"}]}, 422, "invalid"),
        ({"to": "nowhere"}, 404, "not_found"),
        ({"sent_on": "soon"}, 422, "invalid"),
        ({"note": "长" * 201}, 422, "invalid"),
        ({"surprise": 1}, 422, "invalid"),
    ],
)
def test_what_cannot_be_sent(
    app: Flask, village: Village, depot: Shop, change: dict[str, Any], status: int, code: str
) -> None:
    office = signed_in(app, Role.TOWNSHIP, TOWNSHIP)
    body = {
        "key": key(),
        "to": village.shop.code,
        "lines": [{"sku": village.soap, "quantity": 1}],
        **change,
    }

    refused(office.post(f"/shops/{depot.code}/transfers", body), status, code)


def test_too_many_units_are_out_of_stock(app: Flask, village: Village, depot: Shop) -> None:
    office = signed_in(app, Role.TOWNSHIP, TOWNSHIP)
    path = f"/shops/{depot.code}/transfers"
    lines = [{"sku": village.soap, "quantity": 31}]

    refused(office.post(path, key=key(), to=village.shop.code, lines=lines), 409, "out_of_stock")


def lot_of(village: Village) -> Lot:
    """The soaps on the village's shelf."""
    return db.session.query(Lot).filter_by(shop_id=village.shop.id).order_by(Lot.id).first()  # type: ignore[return-value]  # the fixture made one


def test_a_write_off_takes_two(app: Flask, village: Village) -> None:
    lot = code_of(lot_of(village))
    path = f"/shops/{village.shop.code}/write-offs"
    body = {
        "key": key(),
        "kind": "damaged",
        "lines": [{"sku": village.soap, "quantity": 4, "lot": lot}],
    }

    made = answered(village.shopkeeper.post(path, body), 201)
    assert answered(village.shopkeeper.post(path, body), 200) == made
    refused(village.shopkeeper.post(path, {**body, "kind": "lost"}), 409, "key_reused")
    waits = answered(village.supervisor.get("/write-offs", state="proposed"))["items"]
    assert [(row["code"], row["units"], row["points"]) for row in waits] == [(made["code"], 4, 20)]
    approval = f"/write-offs/{made['code']}/approval"
    refused(village.shopkeeper.post(approval, key=key()), 403, "forbidden")
    less = [{"position": 1, "quantity": 3}]
    done = answered(village.supervisor.post(approval, key=key(), lines=less))

    assert (done["state"], done["lines"][0]["approved"]) == ("approved", 3)
    assert done["lines"][0]["on_hand"] == 17
    refused(village.county.post(approval, key=key()), 409, "already_decided")
    reversal = f"/write-offs/{made['code']}/reversal"
    words = {"key": key(), "reason": "批错了"}
    refused(village.supervisor.post(reversal, words), 409, "same_person")
    assert answered(village.county.post(reversal, words))["lines"][0]["on_hand"] == 20


def test_a_write_off_is_refused_or_withdrawn(app: Flask, village: Village) -> None:
    lot = code_of(lot_of(village))
    path = f"/shops/{village.shop.code}/write-offs"
    line = {"sku": village.soap, "quantity": 1, "lot": lot}

    def proposed() -> str:
        body = {"key": key(), "kind": "spoiled", "lines": [line]}
        return str(answered(village.shopkeeper.post(path, body), 201)["code"])

    no, back = proposed(), proposed()
    refusal = village.supervisor.post(f"/write-offs/{no}/refusal", reason="没坏")
    withdrawal = village.shopkeeper.post(f"/write-offs/{back}/withdrawal", reason="填错")

    assert answered(refusal)["reason"] == "没坏"
    assert answered(withdrawal)["state"] == "withdrawn"
    much = {"key": key(), "kind": "damaged", "lines": [{**line, "quantity": 21}]}
    refused(village.shopkeeper.post(path, much), 409, "out_of_stock")
    silent = {"key": key(), "kind": "other", "lines": [line]}
    refused(village.shopkeeper.post(path, silent), 422, "invalid")


def test_a_recall_stops_the_counter_and_names_households(app: Flask, village: Village) -> None:
    redemption = {
        "key": key(),
        "shop": village.shop.code,
        "household": village.household.code,
        "lines": [{"sku": village.soap, "quantity": 2}],
    }
    answered(village.shopkeeper.post("/redemptions", redemption), 201)
    lot = code_of(lot_of(village))
    path = f"/lots/{lot}/recall"
    keeper = village.shopkeeper.post(path, reason="厂家通知")
    refused(keeper, 403, "forbidden")

    found = answered(village.supervisor.post(path, reason="厂家通知"), 201)
    refused(village.supervisor.post(path, reason="厂家通知"), 409, "already_recalled")
    stopped = village.shopkeeper.post("/redemptions", {**redemption, "key": key()})
    refused(stopped, 409, "out_of_stock")
    households = f"/recalls/{found['code']}/households"
    rows = answered(village.supervisor.get(households))
    assert [(row["household"], row["units"]) for row in rows["items"]] == [
        (village.household.code, 2)
    ]
    mark = f"{households}/{village.household.code}/mark"
    assert answered(village.supervisor.post(mark, collected=True))["collected_at"]
    refused(village.supervisor.post(f"{households}/nobody/mark", {}), 404, "not_found")
    listed = answered(village.county.get("/recalls"))["items"]
    assert [row["code"] for row in listed] == [found["code"]]
    lifting = f"/recalls/{found['code']}/lifting"
    assert answered(village.supervisor.post(lifting, reason="检验合格"))["lifted_at"]
    refused(village.supervisor.post(lifting, reason="检验合格"), 409, "not_recalled")
    answered(village.shopkeeper.post("/redemptions", {**redemption, "key": key()}), 201)


def test_lists_of_what_expires_and_runs_out(app: Flask, village: Village, depot: Shop) -> None:
    for days in (3, 5, 40):
        add_lot(village.shop, soap(village), 1, best_before=today() + timedelta(days=days))

    first = answered(village.county.get("/stock/near-expiry", limit=2))
    second = answered(village.county.get("/stock/near-expiry", limit=2, cursor=first["next"]))
    rows = first["items"] + second["items"]
    assert [row["days_left"] for row in rows] == [3, 5, 9]
    assert second["next"] is None
    mine = answered(village.shopkeeper.get("/stock/near-expiry", days="60"))["items"]
    assert [row["days_left"] for row in mine] == [3, 5, 40]
    assert answered(village.county.get("/stock/near-expiry", region=VILLAGE, q="油"))["items"] == []
    assert answered(village.county.get("/stock/low"))["items"] == []
    refused(village.county.get("/stock/near-expiry", days="7"), 422, "invalid")
    refused(village.county.get("/stock/near-expiry", cursor="bm9uc2Vuc2U"), 422, "invalid")
    keeper = with_token(app, make_staff(Role.SHOPKEEPER, shop=make_shop(VILLAGE)))
    assert answered(keeper.get("/stock/near-expiry", days="60"))["items"] == []
