"""Deliveries on the carrier's phone, in the shop's list, on the receipt, at home."""

from uuid import uuid4

import pytest
from flask import Flask

from supermarket.cards.service import pins
from supermarket.clock import today
from supermarket.database import transaction
from supermarket.households import service as households
from supermarket.staff.models import Role
from tests import pages
from tests.counter.stalls import Stall, make_stall
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_goods, make_shop, make_staff


@pytest.fixture
def stall(app: Flask) -> Stall:
    return make_stall()


def errand(**more: str) -> dict[str, str]:
    return {"carrier": "other", "name": "赵志愿", "due_on": today().isoformat(), **more}


def test_the_keeper_sends_it_off_from_the_receipt_and_notes_the_signature(
    app: Flask, stall: Stall
) -> None:
    rice = make_goods(price=10, shop=stall.shop, on_hand=9, name="大米")
    reference = stall.redeem((rice, 2)).reference
    client = app.test_client()
    pages.sign_in(client, stall.keeper)
    till = pages.get(client, f"/counter/{stall.shop.code}?done={reference}")
    assert f"/deliveries/{reference}/new" in till.links
    assert f"/deliveries/{reference}/new" in pages.get(client, f"/redemptions/{reference}").links

    wrong = pages.post(
        client, f"/deliveries/{reference}/new", errand(name="", note="东头"), status=422
    )
    assert ("请填写由谁送" in wrong.text, wrong.field("note")) == (True, "东头")
    past = errand(due_on="2020-01-01")
    assert "送达日期" in pages.post(client, f"/deliveries/{reference}/new", past, status=422).text
    assert client.post(f"/deliveries/{reference}/new", data=errand()).status_code == 302

    assert "大米×2" in pages.get(client, "/deliveries").text
    assert stall.household.head not in pages.get(client, "/deliveries").text
    assert "送货上门：待送，赵志愿送" in pages.get(client, f"/redemptions/{reference}").text
    assert "店里待送的货" in pages.get(client, "/").text
    one = f"/deliveries/{reference}"
    assert stall.household.head in pages.get(client, one).text
    nobody = pages.post(client, f"{one}/hand-over", {"who": "other", "proof": "paper"}, status=422)
    assert "请选谁收的" in nobody.text
    signed = {"who": "self", "proof": "paper"}
    for _click in range(2):
        assert client.post(f"{one}/hand-over", data=signed).status_code == 302
    assert "纸单签字" in pages.get(client, one).text
    late = pages.post(
        client, f"{one}/failure", {"key": uuid4().hex, "reason": "没有人"}, status=409
    )
    assert "送到" in late.text
    assert "没有要送的货" in pages.get(client, "/deliveries").text
    assert "大米×2" in pages.get(client, "/deliveries?section=done").text


def test_the_helper_has_it_on_the_phone_and_the_household_types_its_pin(
    app: Flask, stall: Stall
) -> None:
    helper = make_staff(Role.HELPER, VILLAGE)
    with transaction():
        households.pair(helper, [stall.household], by=stall.keeper.id)
        pins.set_pin(stall.household, "7391", stall.keeper.id, memory_kib=64)
    soap = make_goods(shop=stall.shop, on_hand=9)
    reference = stall.redeem((soap, 1)).reference
    keeper, phone = app.test_client(), app.test_client()
    pages.sign_in(keeper, stall.keeper)
    pages.sign_in(phone, helper)
    by_helper = errand(carrier=helper.username)
    assert keeper.post(f"/deliveries/{reference}/new", data=by_helper).status_code == 302

    assert "我要送的货" in pages.get(phone, "/").text
    assert stall.household.head in pages.get(phone, "/deliveries/mine").text
    one = f"/deliveries/{reference}"
    assert "确认送到" in pages.get(phone, one).text
    typed = {"who": "self", "proof": "pin", "pin": "1357"}
    assert "密码" in pages.post(phone, f"{one}/hand-over", typed, status=409).text
    assert phone.post(f"{one}/hand-over", data=typed | {"pin": "7391"}).status_code == 302
    assert "密码核对" in pages.get(phone, one).text
    assert stall.household.head in pages.get(phone, one).text
    with transaction():
        households.unpair(helper, [stall.household], by=stall.keeper.id)
    assert stall.household.head not in pages.get(phone, one).text


def test_what_was_not_received_goes_back_or_out_again(app: Flask, stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    first, second = (stall.redeem((soap, 1)).reference for _ in range(2))
    client, watcher = app.test_client(), app.test_client()
    pages.sign_in(client, stall.keeper)
    pages.sign_in(watcher, make_staff(Role.SUPERVISOR, VILLAGE))
    for reference in (first, second):
        client.post(f"/deliveries/{reference}/new", data=errand())
    failed = {"key": uuid4().hex, "reason": "家里没有人", "then": "wait"}

    assert client.post(f"/deliveries/{first}/failure", data=failed).status_code == 302
    assert "没送到、等再送或退货" in pages.get(watcher, "/").text
    seen = pages.get(watcher, f"/deliveries/{first}")
    assert stall.household.head not in seen.text
    assert "再送一次" in pages.get(client, f"/deliveries/{first}").text
    assert client.post(f"/deliveries/{first}/again", data=errand(name="")).status_code == 422
    assert client.post(f"/deliveries/{first}/again", data=errand()).status_code == 302
    back = failed | {"key": uuid4().hex, "then": "take_back"}
    assert client.post(f"/deliveries/{second}/failure", data=back).status_code == 302

    assert balance(stall.household) == 95
    assert "已退货" in pages.get(client, f"/deliveries/{second}").text


def test_others_neither_see_nor_move_it(app: Flask, stall: Stall) -> None:
    soap = make_goods(shop=stall.shop, on_hand=9)
    reference = stall.redeem((soap, 1)).reference
    keeper = app.test_client()
    pages.sign_in(keeper, stall.keeper)
    keeper.post(f"/deliveries/{reference}/new", data=errand())
    strangers = [
        make_staff(Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE)),
        make_staff(Role.HELPER, VILLAGE),
        make_staff(Role.SCORER, VILLAGE),
    ]

    for somebody in strangers:
        client = app.test_client()
        pages.sign_in(client, somebody)
        assert client.get(f"/deliveries/{reference}").status_code == 404
        hand = {"who": "self", "proof": "paper"}
        assert client.post(f"/deliveries/{reference}/hand-over", data=hand).status_code == 404
        assert "肥皂" not in pages.get(client, "/deliveries/mine").text
    assert keeper.get("/deliveries/x-1%27%20OR%201").status_code == 404
