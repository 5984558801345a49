"""What a scanner meant where the computer read its keys by another keyboard."""

import pytest
from flask import Flask
from sqlalchemy import update

from supermarket.cards import queries as cards
from supermarket.cards.models import Card
from supermarket.counter.views import keyboards
from supermarket.database import db, transaction
from supermarket.goods.models import Goods
from tests.counter.stalls import Stall, make_card
from tests.counter.test_faults import soap, stall, till
from tests.counter.test_till import Till
from tests.factories import make_goods

__all__ = ["soap", "stall", "till"]


@pytest.mark.parametrize(
    ("read", "pressed"),
    [
        ("^(&@#$%^&*(@", "6901234567892"),
        ("^(){!@#$%^&*(@".replace("{", ""), ""),
        ("-çà&é\"'(-è_çé", ""),
        ("６９０１２３４５６７８９２", ""),
        ("六九零一", "6901234567892"),
    ],
)
def test_goods_are_known_whatever_keyboard_read_them(
    till: Till, stall: Stall, soap: Goods, read: str, pressed: str
) -> None:
    till.scan(stall.household.code)

    page = till.send(scan=read, keys=pressed)

    assert page.field("lines-0-sku") == soap.sku
    assert ("请把输入法切换成英文" in page.text) is (read[0] != "６")


def test_a_card_is_known_whatever_keyboard_read_it(app: Flask, till: Till, stall: Stall) -> None:
    card = make_card(stall.household)
    with transaction():
        db.session.execute(update(Card).where(Card.id == card.id).values(token="AQWZ5678AQWZ"))
        card = db.session.merge(card)
        db.session.refresh(card)
    code = cards.code_of(card, secret=app.config["CARD_KEY"], public_url="http://localhost").code
    french = code.translate(str.maketrans("AQZW1234567890", "QAWZ&é\"'(-è_çà"))

    page = till.send(scan=french, keys=code)

    assert page.field("card") == card.card_number
    assert code not in page.text


def test_what_cannot_be_made_out_is_told_with_what_to_do(till: Till, stall: Stall) -> None:
    till.scan(stall.household.code)

    page = till.scan("^()!@#$%^&@@", status=422)

    assert "请把输入法切换成英文再扫" in page.text
    assert page.field("scan") == ""


def test_a_guess_is_never_the_text_itself_and_never_short() -> None:
    assert "690123" not in keyboards.readings("690123", "")
    assert keyboards.meant("!@#", "123", is_signed=lambda _r: True, is_known=lambda _r: True) == ""
    assert not keyboards.looks_misread("肥皂 (大)")


@pytest.mark.parametrize(("typed", "other"), [("RZ00019", "RY00019"), ("2*1234567", "281234567")])
def test_what_was_typed_by_hand_is_never_taken_for_other_goods(
    till: Till, stall: Stall, typed: str, other: str
) -> None:
    goods = make_goods(price=5, shop=stall.shop, on_hand=9)
    with transaction():
        db.session.execute(update(Goods).where(Goods.id == goods.id).values(sku=other))
    till.scan(stall.household.code)

    page = till.scan(typed, status=422)

    assert "lines-0-sku" not in page.html
    assert "lines-0-sku" in till.scan(other).html
