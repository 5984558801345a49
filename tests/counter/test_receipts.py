"""What stands on a receipt and on the receipt of a return, on any paper."""

from datetime import timedelta

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from sqlalchemy import select

from supermarket.clock import today
from supermarket.counter.queries import checking
from supermarket.database import db, transaction
from supermarket.goods.models import Goods, PointsPrice
from supermarket.staff.models import Role
from tests import pages
from tests.counter.stalls import Stall, make_stall, on_hand
from tests.factories import TOWNSHIP, balance, make_goods, make_staff


@pytest.fixture
def stall(app: Flask) -> Stall:
    return make_stall(points_held=100)


@pytest.fixture
def soap(stall: Stall) -> Goods:
    return make_goods(price=5, shop=stall.shop, on_hand=20, name="肥皂")


@pytest.fixture
def keeper(app: Flask, stall: Stall) -> FlaskClient:
    client = app.test_client()
    pages.sign_in(client, stall.keeper)
    return client


def test_the_code_on_a_receipt_leads_to_its_check(
    app: Flask, keeper: FlaskClient, stall: Stall, soap: Goods
) -> None:
    app.config["PUBLIC_URL"] = "https://jf.example.cn"
    receipt = stall.redeem((soap, 3), slip="A0001")

    page = pages.get(keeper, f"/redemptions/{receipt.reference}/paper")

    check = checking.check_of(
        receipt.entry_id, secret=app.config["CARD_KEY"], public_url="https://jf.example.cn"
    )
    assert check.path in page.html
    assert check.code in page.text
    assert "手写单A0001" in page.text
    assert read(check) == check.url == f"HTTPS://JF.EXAMPLE.CN/R/{check.code}"
    assert checking.entry_of(check.code.lower(), app.config["CARD_KEY"]) == receipt.entry_id
    lower = checking.check_of(1_000_000_007, secret=b"s", public_url="https://x.cn/shop/")
    assert lower.url == f"https://x.cn/shop/r/{lower.code}"


def read(check: checking.ReceiptCheck) -> str:
    """Read the code as it is drawn."""
    image = Image.new("L", (check.side * 4, check.side * 4), 255)
    canvas = ImageDraw.Draw(image)
    for bar in check.path.split("z")[:-1]:
        at, wide = bar.split("v")[0][1:].split("h")
        x, y = map(int, at.split())
        canvas.rectangle((x * 4, y * 4, (x + int(wide)) * 4 - 1, y * 4 + 3), fill=0)
    return str(zxingcpp.read_barcodes(image)[0].text)


def test_the_width_chosen_once_stays_with_the_device(
    app: Flask, keeper: FlaskClient, stall: Stall, soap: Goods
) -> None:
    url = f"/redemptions/{stall.redeem((soap, 1)).reference}/paper"
    other = app.test_client()
    pages.sign_in(other, stall.keeper)

    first = pages.get(keeper, url).html
    pages.get(keeper, f"{url}?width=80")
    kept = pages.get(keeper, url).html
    pages.get(keeper, f"{url}?width=9999")
    still = pages.get(keeper, url).html

    assert "receipt-58" in first
    assert "receipt-80" in kept
    assert "receipt-80" in still
    assert "receipt-58" in pages.get(other, url).html


@pytest.mark.parametrize("width", ["58", "80", "a4"])
def test_a_return_has_a_receipt_of_its_own(
    keeper: FlaskClient, stall: Stall, soap: Goods, width: str
) -> None:
    oil = make_goods(price=30, shop=stall.shop, on_hand=3, name="食用油")
    first = stall.redeem((soap, 3), (oil, 1))
    back = stall.reverse(first.reference, (soap, 2))

    page = pages.get(keeper, f"/redemptions/{back.reference}/paper?width={width}")

    for words in (
        "冲正单",
        back.reference,
        first.reference,
        "商品有破损",
        "肥皂",
        "现有积分",
        "65 分",
    ):
        assert words in page.text
    assert "食用油" not in page.text
    assert "-" not in page.text.replace(back.reference, "").replace(first.reference, "")
    assert "退货人" in page.text


def test_yesterdays_is_returned_by_line_by_the_supervisor_through_the_page(
    app: Flask, keeper: FlaskClient, stall: Stall, soap: Goods
) -> None:
    with transaction():
        price = db.session.scalars(select(PointsPrice).filter_by(goods_id=soap.id)).one()
        price.since = today() - timedelta(days=1)
    reference = stall.redeem((soap, 3), occurred_on=today() - timedelta(days=1)).reference
    supervisor = app.test_client()
    pages.sign_in(supervisor, make_staff(Role.SUPERVISOR, TOWNSHIP))
    url = f"/redemptions/{reference}/reversal"
    form = pages.get(supervisor, url)
    sent = {
        "key": form.field("key"),
        "reason": "商品有破损",
        "detail": "",
        "lines-0-sku": soap.sku,
        "lines-0-quantity": "2",
    }

    late = pages.get(keeper, url, status=403)
    refused = keeper.post(url, data=sent)
    done = [supervisor.post(url, data=sent).location for _press in range(2)]

    assert "请监督员办理" in late.text
    assert refused.status_code == 403
    assert done[0] == done[1]
    assert balance(stall.household) == 95
    assert sum(on_hand(soap).values()) == 19
    assert "退回合计10 分" in pages.get(supervisor, done[0]).text
