from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from supermarket.cards.service import pins
from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.schemes.models import Scheme
from supermarket.staff.models import Role
from tests.api.callers import Caller, answered, key, refused, signed_in
from tests.api.conftest import Village
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    balance,
    make_household,
    make_shop,
)


def basket(village: Village, **changes: Any) -> dict[str, Any]:
    """Two soaps and an oil for the household."""
    return {
        "key": key(),
        "shop": village.shop.code,
        "household": village.household.code,
        "lines": [{"sku": village.soap, "quantity": 2}, {"sku": village.oil, "quantity": 1}],
        **changes,
    }


def card_of(village: Village) -> dict[str, str]:
    """A card of the household."""
    answer = village.scorer.post(f"/households/{village.household.code}/cards")
    issued: dict[str, str] = answered(answer, 201)
    return issued


def test_goods_leave_for_points_and_the_receipt_can_be_read_again(village: Village) -> None:
    answer = village.shopkeeper.post("/redemptions", basket(village))

    receipt = answered(answer, 201)
    assert receipt["reference"] == f"{village.shop.code}-3"
    assert (receipt["points"], receipt["balance_before"], receipt["balance_after"]) == (40, 100, 60)
    assert [(line["sku"], line["quantity"], line["points"]) for line in receipt["lines"]] == [
        (village.soap, 2, 10),
        (village.oil, 1, 30),
    ]
    assert receipt["head"] == "李**"
    again = answered(village.shopkeeper.get(f"/redemptions/{receipt['reference']}"))
    assert again == receipt
    assert balance(village.household) == 60


@pytest.mark.parametrize("shown", ["code", "url", "card_number"])
def test_a_card_is_read_as_code_address_or_number(village: Village, shown: str) -> None:
    card = card_of(village)

    answer = village.shopkeeper.post(
        "/redemptions", basket(village, card=card[shown], household=None)
    )

    assert answered(answer, 201)["household"] == village.household.code


def test_a_repeated_key_is_answered_with_the_first_receipt(village: Village) -> None:
    body = basket(village)
    first = village.shopkeeper.post("/redemptions", body)

    again = village.shopkeeper.post("/redemptions", body)
    other = village.shopkeeper.post("/redemptions", {**body, "lines": body["lines"][:1]})

    assert answered(again, 200) == answered(first, 201)
    refused(other, 409, "key_reused")
    assert balance(village.household) == 60


def test_of_twenty_at_once_with_one_key_one_is_new(village: Village) -> None:
    body = basket(village)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: village.shopkeeper.post("/redemptions", body), range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.get_json()["reference"] for answer in answers}) == 1
    assert balance(village.household) == 60


def test_of_many_spending_the_same_points_one_succeeds(village: Village) -> None:
    bodies = [basket(village, lines=[{"sku": village.soap, "quantity": 20}]) for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: village.shopkeeper.post("/redemptions", body), bodies))

    codes = sorted((answer.status_code, answer.get_json().get("code", "")) for answer in answers)
    assert codes[0] == (201, "")
    assert {status for status, _code in codes[1:]} == {409}
    assert {code for _status, code in codes[1:]} <= {"insufficient_points", "out_of_stock"}
    assert balance(village.household) == 0


def test_too_few_points_or_goods_are_refused_in_words(village: Village) -> None:
    dear = village.shopkeeper.post(
        "/redemptions", basket(village, lines=[{"sku": village.oil, "quantity": 3},
                                               {"sku": village.soap, "quantity": 3}])
    )  # fmt: skip
    many = village.shopkeeper.post(
        "/redemptions", basket(village, lines=[{"sku": village.oil, "quantity": 4}])
    )

    assert "100" in refused(dear, 409, "insufficient_points")["detail"]
    refused(many, 409, "out_of_stock")
    assert balance(village.household) == 100


def test_a_dead_card_buys_nothing(village: Village) -> None:
    card = card_of(village)
    revoked = village.scorer.post(f"/cards/{card['card_number']}/revocation", reason="卡丢了")

    answer = village.shopkeeper.post(
        "/redemptions", basket(village, card=card["code"], household=None)
    )

    assert answered(revoked) == {"card_number": card["card_number"], "state": "revoked"}
    refused(answer, 409, "card_not_active")


def test_a_strange_card_or_household_or_sku_is_not_found(app: Flask, village: Village) -> None:
    stranger = make_household(points_held=50, village=OTHER_VILLAGE)
    bodies = [
        basket(village, card="0" * 22, household=None),
        basket(village, card="100000009", household=None),
        basket(village, household=stranger.code),
        basket(village, household="4104821002039999"),
        basket(village, lines=[{"sku": "NOTHING", "quantity": 1}]),
        basket(village, shop=f"{VILLAGE}S99"),
    ]

    answers = [village.shopkeeper.post("/redemptions", body) for body in bodies]

    assert [answer.status_code for answer in answers] == [404, 422, 404, 404, 404, 404]
    assert balance(village.household) == 100


def test_nobody_redeems_in_anothers_shop_or_without_the_job(village: Village) -> None:
    body = basket(village)

    refused(village.other_keeper.post("/redemptions", body), 404, "not_found")
    refused(village.scorer.post("/redemptions", body), 403, "forbidden")
    refused(village.county.post("/redemptions", body), 403, "forbidden")
    assert balance(village.household) == 100


def test_a_card_or_a_household_but_not_both(village: Village) -> None:
    both = village.shopkeeper.post("/redemptions", basket(village, card="x"))
    neither = village.shopkeeper.post("/redemptions", basket(village, household=None))

    refused(both, 422, "invalid")
    refused(neither, 422, "invalid")


@pytest.mark.parametrize("quantity", [0, -1, 1000, 10**30, 1.0, 1.5, "1", True, None, [], {}])
def test_a_quantity_is_a_whole_number(village: Village, quantity: object) -> None:
    body = basket(village, lines=[{"sku": village.soap, "quantity": quantity}])

    answer = village.shopkeeper.post("/redemptions", body)

    assert list(refused(answer, 422, "invalid")["errors"]) == ["lines.0.quantity"]


def test_a_receipt_is_seen_in_its_scope_only(app: Flask, village: Village) -> None:
    reference = answered(village.shopkeeper.post("/redemptions", basket(village)), 201)["reference"]
    abroad = signed_in(app, Role.COUNTY, OTHER_COUNTY)

    answered(village.county.get(f"/redemptions/{reference}"))
    refused(village.other_keeper.get(f"/redemptions/{reference}"), 404, "not_found")
    refused(abroad.get(f"/redemptions/{reference}"), 404, "not_found")
    refused(village.scorer.get(f"/redemptions/{reference}"), 403, "forbidden")
    refused(village.county.get("/redemptions/nonsense"), 404, "not_found")


def test_the_keeper_takes_back_part_and_then_the_rest(village: Village) -> None:
    reference = answered(village.shopkeeper.post("/redemptions", basket(village)), 201)["reference"]
    path = f"/redemptions/{reference}/reversal"
    part = {"key": key(), "reason": "拿错了", "lines": [{"sku": village.soap, "quantity": 1}]}

    first = village.shopkeeper.post(path, part)
    again = village.shopkeeper.post(path, part)
    rest = village.supervisor.post(path, key=key(), reason="全部退回")
    over = village.supervisor.post(path, key=key(), reason="再退一次")
    reused = village.shopkeeper.post(path, {**part, "reason": "别的原因"})

    assert answered(first, 201)["points"] == -5
    assert answered(again, 200) == answered(first, 201)
    assert answered(rest, 201)["reverses"] == reference
    refused(over, 409, "already_reversed")
    refused(reused, 409, "key_reused")
    assert balance(village.household) == 100


def test_strangers_take_nothing_back(app: Flask, village: Village) -> None:
    reference = answered(village.shopkeeper.post("/redemptions", basket(village)), 201)["reference"]
    path, body = f"/redemptions/{reference}/reversal", {"key": key(), "reason": "拿错了"}

    refused(village.other_keeper.post(path, body), 404, "not_found")
    refused(village.county.post(path, body), 403, "forbidden")
    refused(village.scorer.post(path, body), 403, "forbidden")
    refused(signed_in(app, Role.SUPERVISOR, OTHER_VILLAGE).post(path, body), 404, "not_found")
    assert balance(village.household) == 60


def test_reports_show_exactly_what_was_redeemed(village: Village) -> None:
    answered(village.shopkeeper.post("/redemptions", basket(village)), 201)

    report = answered(village.county.get("/reports/redemptions", by="goods"))
    places = answered(village.county.get("/reports/redemptions", region=COUNTY))
    own = answered(village.shopkeeper.get("/reports/redemptions", by="shop"))
    none = answered(village.other_keeper.get("/reports/redemptions", by="half_month"))

    assert [(row["group"], row["units"], row["points"]) for row in report["rows"]] == [
        (village.soap, 2, 10),
        (village.oil, 1, 30),
    ]
    assert places["rows"][0]["label"] == "寄料镇"
    assert places["rows"][0]["households"] == 1
    assert places["total"]["yuan"] == places["rows"][0]["yuan"] > 0
    assert report["as_of"].endswith("Z")
    assert own["rows"][0]["group"] == village.shop.code
    assert none["rows"] == []


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"region": OTHER_COUNTY}, 403, "forbidden"),
        ({"region": f"{COUNTY}999"}, 404, "not_found"),
        ({"region": "41"}, 403, "forbidden"),
        ({"by": "weather"}, 422, "invalid"),
        ({"since": "2026-02-30"}, 422, "invalid"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, 422, "invalid"),
        ({"since": "0001-01-01"}, 422, "invalid"),
        ({"regoin": COUNTY}, 422, "invalid"),
        ({"shop": "nonsense"}, 403, "forbidden"),
    ],
)
def test_reports_refuse_in_words(
    village: Village, query: dict[str, str], status: int, code: str
) -> None:
    answer = village.county.get("/reports/redemptions", **query)

    refused(answer, status, code)


def test_reports_are_not_for_scorers(village: Village) -> None:
    refused(village.scorer.get("/reports/redemptions"), 403, "forbidden")


def test_a_report_of_an_empty_shop_is_empty(app: Flask, village: Village) -> None:
    caller: Caller = signed_in(app, Role.SHOPKEEPER, shop=make_shop(VILLAGE, name="二店"))

    report = answered(caller.get("/reports/redemptions", since="2026-01-01", until="2026-12-31"))

    assert report["rows"] == []
    assert report["total"]["redemptions"] == 0


def with_limits(village: Village, **settings: Any) -> None:
    """Let a programme with these settings apply in the village from today on."""
    with transaction():
        db.session.add(
            Scheme(
                region_code=VILLAGE,
                since=today(),
                programme_name="爱心超市",
                fen_per_point=50,
                created_at=now(),
                **settings,
            )
        )


def test_a_large_basket_takes_the_pin_and_wrong_ones_count(village: Village) -> None:
    with_limits(village, pin_above=40)
    keeper = village.shopkeeper
    nobody = keeper.post("/redemptions", basket(village, pin="7391"))
    unknown = keeper.post("/redemptions", basket(village))
    with transaction():
        pins.set_pin(village.household, "7391", None, memory_kib=64)
    sent = basket(village, pin="7391")

    asked = keeper.post("/redemptions", basket(village))
    wrong = [keeper.post("/redemptions", basket(village, pin="1357")) for _n in range(2)]
    done = keeper.post("/redemptions", sent)
    again = keeper.post("/redemptions", {**sent, "pin": "1357"})
    locked = [keeper.post("/redemptions", basket(village, pin="1357")) for _n in range(6)][-1]

    refused(nobody, 409, "pin_not_set")
    refused(unknown, 409, "identity_needed")
    refused(asked, 409, "pin_needed")
    assert "还可以再试 3 次" in refused(wrong[1], 409, "pin_wrong")["detail"]
    assert answered(done, 201)["collector"] == "本人（密码核对）"
    assert answered(again) == answered(done, 201)
    refused(locked, 409, "pin_locked")
    assert balance(village.household) == 60


def test_a_collector_is_named_and_limits_answer_what_is_left(village: Village) -> None:
    with_limits(village, pin_above=40, redeem_month_cap=50)
    made = village.scorer.post(
        f"/households/{village.household.code}/proxies",
        {"name": "张三", "relation": "邻居", "until": str(today() + timedelta(days=90))},
    )
    number = str(answered(made, 201)["id"])
    keeper = village.shopkeeper

    strange = keeper.post("/redemptions", basket(village, collector="999999"))
    done = keeper.post("/redemptions", basket(village, collector=number))
    more = keeper.post("/redemptions", basket(village, collector=number))
    odd = keeper.post("/redemptions", basket(village, known_by="rumour"))

    refused(strange, 404, "not_found")
    receipt = answered(done, 201)
    assert receipt["collector"] == "张三（邻居）"
    assert answered(keeper.get(f"/redemptions/{receipt['reference']}")) == receipt
    assert "还可兑 10 分" in refused(more, 409, "limit_reached")["detail"]
    refused(odd, 422, "invalid")


def test_strangers_try_no_pin(village: Village) -> None:
    with transaction():
        pins.set_pin(village.household, "7391", None, memory_kib=64)

    tries = [
        village.other_keeper.post("/redemptions", basket(village, pin="1357")) for _ in "12345"
    ]
    done = village.shopkeeper.post("/redemptions", basket(village, pin="7391"))

    for answer in tries:
        refused(answer, 404, "not_found")
    assert answered(done, 201)["points"] == 40
