"""The page behind a receipt's QR code: real or not, taken back or not, and no name."""

from collections.abc import Callable

import pytest
from flask import Flask

from supermarket.counter.queries import checking
from supermarket.counter.queries.receipts import Receipt
from tests import pages
from tests.counter.stalls import Stall, make_stall
from tests.factories import make_goods


@pytest.fixture
def stall(app: Flask) -> Stall:
    return make_stall(points_held=100)


def code_of(app: Flask, receipt: Receipt) -> str:
    return checking.sign(receipt.entry_id, app.config["CARD_KEY"])


def test_a_receipt_is_confirmed_to_everybody_without_a_name(app: Flask, stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=20, name="肥皂")
    receipt = stall.redeem((soap, 3))
    code = code_of(app, receipt)

    page = pages.get(app.test_client(), f"/r/{code}")
    shouted = pages.get(app.test_client(), f"/R/{code.lower()}")

    for words in ("是真的", receipt.reference, stall.shop.name, "15 分", "肥皂", "3 块"):
        assert words in page.text
    for secret in ("李", "王秀英", "85", stall.household.code):
        assert secret not in page.text
    assert shouted.text == page.text
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.response.headers["X-Robots-Tag"]


def test_it_says_what_was_taken_back_and_so_does_the_return(app: Flask, stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)
    receipt = stall.redeem((soap, 3))
    client, code = app.test_client(), code_of(app, receipt)

    back = stall.reverse(receipt.reference, (soap, 1))
    part = pages.get(client, f"/r/{code}").text
    stall.reverse(receipt.reference)
    whole = pages.get(client, f"/r/{code}").text
    own = pages.get(client, f"/r/{code_of(app, back)}").text

    assert "退回了一部分，共 5 分" in part
    assert back.reference in part
    assert "已经全部退回" in whole
    assert f"原单号{receipt.reference}" in own
    assert "退回积分5 分" in own


def test_nobody_counts_upwards_and_no_other_code_fits(
    app: Flask, stall: Stall, statements: Callable[[], int]
) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)
    receipt = stall.redeem((soap, 1))
    client, code = app.test_client(), code_of(app, receipt)
    next_entry = checking.sign(receipt.entry_id + 1, b"another secret of somebody")
    unknown = checking.sign(receipt.entry_id + 1, app.config["CARD_KEY"])
    opening = checking.sign(receipt.entry_id - 1, app.config["CARD_KEY"])
    start = statements()
    client.get(f"/r/{next_entry}")
    asked = statements() - start
    changed = ("2" if code[0] != "2" else "3") + code[1:]

    assert asked == 0
    for wrong in (
        *(receipt.reference, next_entry, unknown, opening, changed, code[1:], code + "0"),
        *("x", "9" * 400, "'; DROP TABLE redemption;--", "%00", "<script>"),
    ):
        page = pages.get(client, f"/r/{wrong}", status=404)
        assert "没有认出这张单" in page.text, wrong
        assert stall.shop.name not in page.text
