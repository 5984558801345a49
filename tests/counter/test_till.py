from io import BytesIO
from typing import Any

import pytest
import qrcode
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from supermarket.cards import queries as cards_queries
from supermarket.cards.models import CardState
from supermarket.clock import now, today
from supermarket.counter.models import Redemption
from supermarket.database import db, transaction
from supermarket.goods.models import Barcode, Goods, PointsPrice
from supermarket.households.models import Household, HouseholdState
from supermarket.households.service import index
from supermarket.staff import service as staff
from supermarket.staff.models import Role
from tests import pages
from tests.counter.stalls import Stall, make_card, make_stall, on_hand
from tests.factories import (
    OTHER_VILLAGE,
    balance,
    make_goods,
    make_household,
    make_shop,
    make_staff,
)
from tests.pages import Page


class Till:
    """A browser at the counter: what it would send is what stands in its form."""

    def __init__(self, app: Flask, stall: Stall) -> None:
        self.url = f"/counter/{stall.shop.code}"
        self.client: FlaskClient = app.test_client()
        pages.sign_in(self.client, stall.keeper)
        self.page = pages.get(self.client, self.url)

    def form(self) -> dict[str, Any]:
        return {
            element.get("name", ""): element.get("value", "")
            for element in self.page.all("input")
            if element.get("name") not in {"csrf_token", "photo", None}
        }

    def send(self, step: str = "", *, status: int = 200, **typed: Any) -> Page:
        data = {**self.form(), **typed} | ({"step": step} if step else {})
        self.page = pages.post(self.client, self.url, data, status=status)
        return self.page

    def scan(self, text: str, *, status: int = 200) -> Page:
        return self.send(scan=text, status=status)

    def confirm(self, **typed: Any) -> Page:
        """Press Enter in the empty field and follow where it leads."""
        answer = self.client.post(self.url, data={**self.form(), **typed}, follow_redirects=True)
        self.page = pages.check(answer)
        return self.page


@pytest.fixture
def stall(app: Flask) -> Stall:
    return make_stall(points_held=100)


@pytest.fixture
def till(app: Flask, stall: Stall) -> Till:
    return Till(app, stall)


def redemptions() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Redemption)) or 0


def test_card_goods_goods_enter_and_the_goods_are_handed_over(till: Till, stall: Stall) -> None:
    card = make_card(stall.household)
    soap = make_goods(price=5, shop=stall.shop, on_hand=9, name="肥皂")
    rice = make_goods(price=40, shop=stall.shop, on_hand=2, name="大米")

    assert "李建国" in till.scan(card.card_number).text
    till.scan(soap.sku)
    page = till.scan(f"2*{rice.sku}")
    assert "合计 85 分，兑换后剩余 15 分" in page.text
    assert "兑完货架还剩 8" in page.text
    done = till.confirm()

    assert "已兑换 85 分，李**现有 15 分" in done.text
    assert "下一位" in done.text
    assert done.field("card") == ""
    assert balance(stall.household) == 15
    assert on_hand(soap) == {None: 8}


def test_a_card_is_read_by_its_code_and_by_a_photo(app: Flask, till: Till, stall: Stall) -> None:
    card = make_card(stall.household)
    with transaction():
        db.session.execute(update(type(card)).values(token="0123456789AB"))
        db.session.refresh(card)
    issued = cards_queries.code_of(
        card, secret=app.config["CARD_KEY"], public_url="http://127.0.0.1:8000"
    )
    photo = BytesIO()
    qrcode.make(issued.url).save(photo)

    assert "李建国" in till.scan(issued.url).text
    till.client.post(till.url, data={"step": "clear"})
    till.page = pages.get(till.client, till.url)
    page = till.send(photo=(BytesIO(photo.getvalue()), "card.png"))
    assert "李建国" in page.text


def test_a_photo_that_is_no_card_is_told_so(till: Till) -> None:
    page = till.send(photo=(BytesIO(b"no picture"), "card.png"), status=422)

    assert "这不是能打开的照片" in page.text


def test_a_household_without_its_card_is_found_by_its_code(till: Till, stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)

    assert "李建国" in till.scan(stall.household.code).text
    till.scan(soap.sku)
    till.confirm()

    assert balance(stall.household) == 95


def test_a_household_of_another_village_is_not_found_without_its_card(till: Till) -> None:
    other = make_household(points_held=50, village=OTHER_VILLAGE, head="赵六")

    page = till.scan(other.code, status=422)

    assert "没有找到" in page.text
    assert "赵六" not in page.text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CardState.LOST, "已挂失"),
        (CardState.REVOKED, "已注销"),
        (CardState.EXPIRED, "已过期"),
    ],
)
def test_a_card_that_is_not_in_use_is_told_in_words(
    till: Till, stall: Stall, state: CardState, words: str
) -> None:
    card = make_card(stall.household, state)

    assert words in till.scan(card.card_number, status=422).text


def test_a_card_of_another_county_or_of_a_household_that_left_is_refused(
    till: Till, stall: Stall
) -> None:
    foreign = make_card(make_household(points_held=5, village="411025001001"))
    gone = make_card(stall.household)
    with transaction():
        db.session.execute(
            update(Household)
            .where(Household.id == stall.household.id)
            .values(state=HouseholdState.LEFT)
        )

    assert "不是本县" in till.scan(foreign.card_number, status=422).text
    assert "已退出" in till.scan(gone.card_number, status=422).text


@pytest.mark.parametrize("text", ["x" * 600, "<script>", "0" * 9, "%00", "🂡"])
def test_what_is_no_card_is_told_so_and_makes_room_for_the_next_scan(till: Till, text: str) -> None:
    page = till.scan(text, status=422)

    assert redemptions() == 0
    assert page.field("scan") == ""
    assert text[:20] in page.text.replace(" ", "")


def test_enter_with_nobody_there_changes_nothing(till: Till, stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    till.scan(stall.household.code)
    till.scan(soap.sku)
    done = till.client.post(till.url, data=till.form()).location or ""

    before = pages.get(till.client, done)
    action = next(form.get("action") for form in before.all("form") if "done" in str(form.attrib))
    again = till.client.post(action, data={"scan": ""})
    waiting = till.client.post(till.url, data={"scan": ""})

    assert again.location == done
    assert "已兑换 5 分" in before.text
    assert waiting.location == till.url


@pytest.mark.parametrize("text", ["肥皂", "6900000000001", "GOODS"])
def test_goods_wait_for_their_household(till: Till, stall: Stall, text: str) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9, name="肥皂")
    page = till.scan(soap.sku if text == "GOODS" else text, status=422)

    assert ("没有找到“肥皂”" if text == "肥皂" else "请先扫积分卡，再扫商品") in page.text
    assert "不是本县的积分卡" not in page.text


@pytest.mark.parametrize("typed", ["李建国", "ljg", "7788"])
def test_a_household_without_its_card_is_found_by_a_few_letters(
    till: Till, stall: Stall, typed: str
) -> None:
    with transaction():
        home = db.session.merge(stall.household)
        home.phone = "13800007788"
        index(home)
    elsewhere = make_household(points_held=5, village=OTHER_VILLAGE, head="李建功")

    page = till.scan(typed, status=200)
    assert "是哪一户" in page.html
    assert elsewhere.code not in page.html
    assert "13800007788" not in page.html
    page = till.send(f"household:{stall.household.code}")

    assert "100分" in page.text
    assert page.field("household") == stall.household.code


def test_a_household_of_another_village_cannot_be_chosen(till: Till) -> None:
    other = make_household(points_held=50, village=OTHER_VILLAGE, head="赵六")

    assert other.code not in till.scan("赵六", status=422).html
    assert "没有找到" in till.send(f"household:{other.code}", status=422).text


def test_a_typed_card_number_is_a_card_while_somebody_is_served(till: Till, stall: Stall) -> None:
    own = make_card(stall.household)
    other = make_card(make_household(points_held=50, head="赵六"))
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    till.scan(stall.household.code)
    till.scan(soap.sku)

    assert "另一户的卡" in till.scan(other.card_number, status=422).text
    page = till.scan(own.card_number)

    assert page.field("card") == own.card_number
    assert page.field("lines-0-sku") == soap.sku


def test_goods_are_found_by_barcode_name_and_initials(till: Till, stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=90, name="肥皂")
    with transaction():
        db.session.add(Barcode(code="6901234567892", goods_id=soap.id, units=6))
        db.session.execute(update(Goods).values(initials="fz"))
    till.scan(stall.household.code)

    till.scan("6901234567892")
    till.scan("肥")
    till.scan("3*fz")

    assert till.page.field("lines-0-quantity") == "10"


def test_a_name_of_several_goods_asks_which(till: Till, stall: Stall) -> None:
    make_goods(price=5, shop=stall.shop, on_hand=90, name="肥皂")
    powder = make_goods(price=7, shop=stall.shop, on_hand=90, name="皂粉")
    till.scan(stall.household.code)

    assert "是哪一种" in till.scan("4*皂").html
    page = till.send(f"add:4:{powder.sku}")

    assert "合计 28 分" in page.text


def test_unknown_goods_are_named_and_keep_the_basket(till: Till, stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=90)
    till.scan(stall.household.code)
    till.scan(soap.sku)

    page = till.scan("6900000000000", status=422)

    assert "没有找到“6900000000000”" in page.text
    assert page.field("scan") == ""
    assert page.field("lines-0-sku") == soap.sku


def test_a_line_is_changed_and_taken_away(till: Till, stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    till.scan(stall.household.code)
    till.send(f"add:1:{soap.sku}")

    more: dict[str, Any] = {"lines-0-quantity": "4"}
    page = till.send(**more)
    assert "请看一眼合计" in page.text
    assert "合计 20 分" in page.text
    assert redemptions() == 0
    page = till.send(f"remove:{soap.sku}")

    assert "还没有商品" in page.text


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "1000", "99999999999", "三", ""])
def test_a_quantity_that_makes_no_sense_is_told_and_kept(
    till: Till, stall: Stall, typed: str
) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    till.scan(stall.household.code)
    till.send(f"add:1:{soap.sku}")

    wrong: dict[str, Any] = {"lines-0-quantity": typed}
    page = till.send(**wrong, status=422)

    assert page.field("lines-0-quantity") == typed
    assert "整数" in page.text
    assert redemptions() == 0


def test_too_few_points_or_units_are_told_and_the_basket_stays(till: Till, stall: Stall) -> None:
    gold = make_goods(price=101, shop=stall.shop, on_hand=9, name="金")
    last = make_goods(price=1, shop=stall.shop, on_hand=1, name="末")
    till.scan(stall.household.code)

    till.send(f"add:1:{gold.sku}")
    assert "还差 1 分" in till.send(status=409).text
    till.send(f"remove:{gold.sku}")
    till.send(f"add:2:{last.sku}")
    page = till.send(status=409)

    assert "“末”库存不够：只有 1 件能兑，需要 2 件" in page.text
    assert page.field("lines-0-sku") == last.sku
    assert balance(stall.household) == 100


def test_a_price_that_changed_meanwhile_is_shown_and_asked_again(till: Till, stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    till.scan(stall.household.code)
    till.send(f"add:1:{soap.sku}")
    with transaction():
        db.session.add(
            PointsPrice(
                goods_id=soap.id, shop_id=stall.shop.id, since=today(), points=8, created_at=now()
            )
        )

    page = till.send(status=409)
    assert "原来合计 5 分，现在合计 8 分" in page.text
    till.confirm()

    assert balance(stall.household) == 92


def test_the_form_sent_twice_hands_out_once(till: Till, stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    till.scan(stall.household.code)
    till.send(f"add:1:{soap.sku}")
    sent = till.form()

    answers = [till.client.post(till.url, data=sent) for _ in range(2)]

    assert answers[0].location == answers[1].location
    assert redemptions() == 1


def test_a_key_that_was_used_for_another_basket_is_replaced(till: Till, stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    till.scan(stall.household.code)
    till.send(f"add:1:{soap.sku}")
    till.client.post(till.url, data=till.form())
    before = till.page.field("key")
    till.send(f"add:1:{soap.sku}")

    page = till.send(status=409)

    assert page.field("key") not in {"", before}
    assert redemptions() == 1


def test_another_card_does_not_take_over_a_full_basket(
    app: Flask, till: Till, stall: Stall
) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    other = make_card(make_household(points_held=50, head="赵六"))
    with transaction():
        db.session.execute(update(type(other)).values(token="0123456789AB"))
        db.session.refresh(other)
    code = cards_queries.code_of(
        other, secret=app.config["CARD_KEY"], public_url="http://127.0.0.1:8000"
    ).code
    till.scan(stall.household.code)
    assert "赵六" in till.scan(code).text
    till.send(f"add:1:{soap.sku}")
    till.client.post(till.url, data={"step": "clear"})

    till.page = pages.get(till.client, till.url)
    till.scan(stall.household.code)
    till.send(f"add:1:{soap.sku}")

    assert "另一户的卡" in till.scan(code, status=422).text
    assert "李建国" in till.page.text


def test_what_can_be_afforded_comes_before_what_can_not(till: Till, stall: Stall) -> None:
    make_goods(price=101, shop=stall.shop, on_hand=9, name="自行车")
    make_goods(price=5, shop=stall.shop, on_hand=9, name="肥皂")
    make_goods(price=5, shop=stall.shop, on_hand=0, name="空货架")

    text = till.scan(stall.household.code).text

    assert text.index("肥皂") < text.index("还差分的") < text.index("自行车")
    assert "空货架" not in text


def test_the_last_three_redemptions_stand_beside(till: Till, stall: Stall) -> None:
    soap = make_goods(price=7, shop=stall.shop, on_hand=9)
    for _ in range(4):
        stall.redeem((soap, 1))

    assert till.scan(stall.household.code).text.count("7 分") >= 3


def test_only_keepers_of_the_shop_may_serve(app: Flask, stall: Stall) -> None:
    other = make_stall()
    client = app.test_client()
    pages.sign_in(client, other.keeper)

    assert client.get(f"/counter/{stall.shop.code}").status_code == 404
    assert client.post(f"/counter/{stall.shop.code}", data={"scan": "1"}).status_code == 404


@pytest.mark.parametrize("role", [Role.SCORER, Role.COUNTY, Role.AUDITOR, Role.SUPERVISOR])
def test_other_roles_have_no_counter(app: Flask, stall: Stall, role: Role) -> None:
    client = app.test_client()
    pages.sign_in(client, make_staff(role))

    assert client.get("/counter").status_code == 403
    assert client.get(f"/counter/{stall.shop.code}").status_code == 403


def test_a_keeper_of_one_shop_goes_straight_to_it_and_of_two_chooses(
    app: Flask, stall: Stall
) -> None:
    client = app.test_client()
    pages.sign_in(client, stall.keeper)
    assert client.get("/counter").location == f"/counter/{stall.shop.code}"
    second = make_shop(OTHER_VILLAGE, name="北邻村爱心超市")
    with transaction():
        staff.grant(
            db.session.merge(stall.keeper),
            Role.SHOPKEEPER,
            region_code=second.region_code,
            shop_code=second.code,
            by=None,
        )

    assert "北邻村爱心超市" in pages.get(client, "/counter").text


def test_a_form_sent_after_sign_out_is_kept_for_afterwards(till: Till, stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    till.scan(stall.household.code)
    till.send(f"add:1:{soap.sku}")
    till.client.post("/sign-out")

    answer = till.client.post(till.url, data=till.form(), headers={"Origin": "http://localhost"})

    assert answer.status_code == 401
    assert soap.sku in answer.get_data(as_text=True)
    assert redemptions() == 0


def test_the_number_of_statements_does_not_grow_with_basket_and_shelf(
    till: Till, stall: Stall, statements: Any
) -> None:
    shelf = [make_goods(price=1, shop=stall.shop, on_hand=9) for _ in range(12)]
    till.scan(stall.household.code)
    till.send(f"add:1:{shelf[0].sku}")
    before = statements()
    till.send(f"add:1:{shelf[1].sku}")
    one = statements() - before
    for goods in shelf[2:]:
        till.send(f"add:1:{goods.sku}")
    before = statements()

    till.send(f"add:1:{shelf[5].sku}")

    assert statements() - before == one
    assert one <= 20
