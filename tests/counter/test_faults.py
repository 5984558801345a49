"""What goes wrong at a counter, and what the keeper is told: nothing lost, nothing sold twice."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import update

from supermarket.cards import queries as cards
from supermarket.cards.models import Card
from supermarket.clock import now, today
from supermarket.counter.views import keyboards
from supermarket.database import db, transaction
from supermarket.goods.models import Barcode, Goods, PointsPrice
from supermarket.goods.service import pictures
from supermarket.households.models import HouseholdFreeze, Proxy
from supermarket.photos.service import develop
from tests import pages
from tests.counter.stalls import Stall, make_card, make_stall, on_hand
from tests.counter.test_agreeing import add_proxy
from tests.counter.test_till import Till, redemptions
from tests.factories import balance, make_goods, make_household

DIST = Path(__file__).resolve().parents[2] / "static" / "dist"
EAN = "6901234567892"


@pytest.fixture
def stall(app: Flask) -> Stall:
    return make_stall(points_held=100)


@pytest.fixture
def till(app: Flask, stall: Stall) -> Till:
    return Till(app, stall)


@pytest.fixture
def soap(stall: Stall) -> Goods:
    goods = make_goods(price=5, shop=stall.shop, on_hand=9, name="肥皂")
    with transaction():
        db.session.add(Barcode(code=EAN, goods_id=goods.id, units=1))
    return goods


def said(till: Till) -> list[str]:
    """What is read aloud."""
    return [str(e.get("data-say")) for e in till.page.all("div") if e.get("data-say")]


# -- scanners --------------------------------------------------------------------------------------


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
    assert keyboards.meant("!@#", "123", lambda _reading: True) == ""
    assert not keyboards.looks_misread("肥皂 (大)")


def test_a_second_card_of_another_household_never_mixes_baskets(
    till: Till, stall: Stall, soap: Goods
) -> None:
    mine = make_card(stall.household)
    other = make_card(make_household(points_held=50, head="赵六"))
    till.scan(mine.card_number)
    assert "赵六" in till.scan(other.card_number).text
    assert "李建国" in till.scan(mine.card_number).text
    till.scan(EAN)

    page = till.scan(other.card_number, status=422)

    assert "这是另一户的卡" in page.text
    assert page.field("card") == mine.card_number
    assert page.field("lines-0-sku") == soap.sku


# -- what changed meanwhile ------------------------------------------------------------------------


def test_a_price_that_changed_is_shown_old_and_new_and_asked(
    till: Till, stall: Stall, soap: Goods
) -> None:
    till.scan(stall.household.code)
    till.scan(EAN)
    with transaction():
        db.session.add(
            PointsPrice(
                goods_id=soap.id, shop_id=stall.shop.id, since=today(), points=8, created_at=now()
            )
        )

    page = till.send(status=409)
    assert "原来每块 5 分，现在 8 分" in page.text
    assert "原来合计 5 分，现在合计 8 分" in page.text
    assert redemptions() == 0
    till.confirm()

    assert balance(stall.household) == 92


def test_what_another_till_sold_meanwhile_is_told_and_the_basket_stays(
    till: Till, stall: Stall, soap: Goods
) -> None:
    till.scan(stall.household.code)
    till.send(f"add:5:{soap.sku}")
    stall.redeem((soap, 6), household=make_household(points_held=50).code)

    page = till.send(status=409)

    assert "“肥皂”库存不够：只有 3 件能兑，需要 5 件" in page.text
    assert "货架只有 3 块 能兑" in page.text
    assert page.field("lines-0-quantity") == "5"
    assert on_hand(soap) == {None: 3}


def test_the_card_of_a_frozen_household_is_told_until_when_and_whom_to_ask(
    till: Till, stall: Stall
) -> None:
    card = make_card(stall.household)
    _freeze(stall)

    page = till.scan(card.card_number, status=422)

    assert "暂停" in page.text
    assert page.field("card") == ""


def test_a_household_frozen_with_goods_on_the_counter_gets_nothing(
    till: Till, stall: Stall, soap: Goods
) -> None:
    till.scan(stall.household.code)
    till.scan(EAN)
    _freeze(stall)

    page = till.send(status=422)

    assert "暂停" in page.text
    assert redemptions() == 0


def _freeze(stall: Stall) -> None:
    with transaction():
        db.session.add(
            HouseholdFreeze(
                code="410482100203F1", household_id=stall.household.id, basis="村规民约第九条",
                document_number="安政〔2026〕3号", reason="转卖积分", starts_on=today(),
                ends_on=today() + timedelta(days=30), proposed_by=stall.keeper.id,
                proposed_at=now(), approved=True, decided_by=stall.keeper.id, decided_at=now(),
            )
        )  # fmt: skip


def test_a_proxy_whose_time_ended_yesterday_is_named_and_refused(
    till: Till, stall: Stall, soap: Goods
) -> None:
    proxy = add_proxy(stall, name="张强", until=today())
    till.scan(stall.household.code)
    till.send(f"add:1:{soap.sku}", collector=proxy)
    with transaction():
        yesterday = today() - timedelta(days=1)
        db.session.execute(update(Proxy).values(since=yesterday, until=yesterday))

    page = till.send(collector=proxy, status=409)

    assert "张强代领的期限到" in page.text
    assert "已不能代领" in page.text
    assert page.field("lines-0-sku") == soap.sku
    assert redemptions() == 0
    assert "代领的期限到" in till.scan(stall.household.code, status=422).text


# -- what is seen, heard and fetched ---------------------------------------------------------------


def test_what_matters_is_read_aloud(till: Till, stall: Stall, soap: Goods) -> None:
    till.scan(stall.household.code)
    assert said(till) == ["现有 100 分"]
    till.send(f"add:2:{soap.sku}")
    assert said(till) == ["合计 10 分，兑换后剩余 90 分"]
    till.scan("6900000000000", status=422)
    assert "没有找到" in said(till)[0]
    till.confirm()

    assert said(till) == ["已兑换 10 分，现有 90 分"]


def test_goods_show_their_picture_on_the_tile_small(till: Till, stall: Stall, soap: Goods) -> None:
    make_goods(price=6, shop=stall.shop, on_hand=9, name="毛巾")
    with transaction():
        pictures.set_photo(db.session.merge(soap), develop(_jpeg()), by=stall.keeper.id)

    page = till.scan(stall.household.code)
    shown = [image for image in page.all("img") if "/goods/" in str(image.get("src"))]
    answer = till.client.get(str(shown[0].get("src")))
    whole = till.client.get(f"/goods/{soap.sku}/photo")

    assert len(shown) == 1
    assert shown[0].get("alt") == ""
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert len(answer.data) * 4 < len(whole.data)


def _jpeg() -> bytes:
    written = BytesIO()
    Image.effect_noise((1200, 900), 60).convert("RGB").save(written, "JPEG")
    return written.getvalue()


def test_a_counter_full_of_goods_weighs_less_than_150_kilobytes(till: Till, stall: Stall) -> None:
    for number in range(60):
        make_goods(price=number % 9 + 1, shop=stall.shop, on_hand=9, name=f"日用品第{number}种")
    page = pages.get(till.client, till.url)
    served = till.scan(stall.household.code)

    files = set(re.findall(r'(?:src|href)="/static/dist/([^"#]+\.(?:css|js|svg))', served.html))
    files -= {name for name in files if name.startswith("fonts-")}  # where Chinese is missing
    for name in sorted(files):
        if name.endswith(".js"):
            parts = re.findall(r'(?:from|import)"\./(part-[^"]+)"', (DIST / name).read_text())
            files |= set(parts)
    weight = sum((DIST / f"{name}.gz").stat().st_size for name in files)

    assert weight + len(page.html.encode()) + len(served.html.encode()) <= 150_000
