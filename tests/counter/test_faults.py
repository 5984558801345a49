"""What goes wrong at a counter, and what the keeper is told: nothing lost, nothing sold twice."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import update

from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.goods.models import Barcode, Goods, PointsPrice
from supermarket.goods.service import pictures
from supermarket.households.models import HouseholdFreeze, Proxy
from supermarket.photos.service import develop
from supermarket.staff.models import Role
from tests import pages
from tests.counter.stalls import Stall, make_card, make_stall, on_hand
from tests.counter.test_agreeing import add_proxy
from tests.counter.test_till import Till, redemptions
from tests.factories import balance, make_goods, make_household, make_staff

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


def test_prices_that_changed_against_each_other_are_asked_as_well(
    till: Till, stall: Stall, soap: Goods
) -> None:
    rice = make_goods(price=8, shop=stall.shop, on_hand=9, name="大米")
    till.scan(stall.household.code)
    till.scan(EAN)
    till.send(f"add:1:{rice.sku}")
    with transaction():
        for goods, points in ((soap, 8), (rice, 5)):
            db.session.add(
                PointsPrice(
                    goods_id=goods.id, shop_id=stall.shop.id, since=today(), points=points,
                    created_at=now(),
                )
            )  # fmt: skip

    page = till.send(status=409)

    assert "原来每块 5 分，现在 8 分" in page.text
    assert redemptions() == 0


def test_somebody_else_who_signs_in_sees_the_basket_before_it_is_sold(
    app: Flask, till: Till, stall: Stall, soap: Goods
) -> None:
    till.scan(stall.household.code)
    till.scan(EAN)
    other = Till(app, stall._replace(keeper=make_staff(Role.SHOPKEEPER, shop=stall.shop)))

    other.page = till.page
    page = other.send()

    assert "换了人登录" in page.text
    assert redemptions() == 0
    other.confirm()
    assert redemptions() == 1


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
