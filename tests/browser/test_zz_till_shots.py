import pytest
from flask import Flask
from datetime import timedelta
from tests.browser.conftest import DESK, PHONE, Live, fits, look
from supermarket.staff.models import Role
from supermarket.counter import service as counter
from supermarket.goods.models import Goods
from supermarket.database import db, transaction
from supermarket.cards.service import pins
from supermarket.clock import today
from supermarket.households import service as households
from supermarket.households.service import NewProxy
from tests.factories import *
from tests.counter.stalls import make_scheme
pytestmark = pytest.mark.browser

@pytest.mark.parametrize("at", ["phone", "desk"])
def test_shots(sign_in, app: Flask, live: Live, at) -> None:
    make_scheme(pin_above=50, redeem_month_cap=120)
    shop = make_shop(VILLAGE)
    keeper = make_staff(Role.SHOPKEEPER, shop=shop, username="keeper")
    office = make_staff(Role.ADMINISTRATOR, username="office")
    home = make_household(points_held=300, head="王建国")
    rice = make_goods(price=30, shop=shop, on_hand=50, name="大米")
    oil = make_goods(price=40, shop=shop, on_hand=50, name="食用油")
    with transaction():
        db.session.get_one(Goods, oil.id).month_limit = 1
        pins.set_pin(home, "7391", keeper.id, memory_kib=64)
        households.add_proxy(home, NewProxy("张三", "邻居", today() + timedelta(days=90), month_points=90), by=office.id)
        if at == "desk":
            counter.set_windows(shop, {1: [("08:30", "11:30"), ("14:00", "17:00")], 7: [("23:58", "24:00")]}, by=office.id)
    page = sign_in("keeper", PHONE if at == "phone" else DESK)
    page.goto("/counter")
    for text in (home.code, oil.sku, rice.sku):
        page.keyboard.type(text); page.keyboard.press("Enter"); page.wait_for_timeout(700)
    look(page, f"till-{at}")
    page.keyboard.press("Enter"); page.wait_for_timeout(700)
    focused = page.evaluate("document.activeElement.name")
    print("FOCUS", focused)
    look(page, f"till-asked-{at}")
    page.fill("[name=pin]", "1357"); page.keyboard.press("Enter"); page.wait_for_timeout(900)
    look(page, f"till-wrong-{at}")
    page.fill("[name=pin]", "7391"); page.keyboard.press("Enter"); page.wait_for_timeout(900)
    look(page, f"till-done-{at}")
    page2 = sign_in("office", PHONE if at == "phone" else DESK)
    page2.goto(f"/shops/{shop.code}/windows"); look(page2, f"windows-{at}")
    page2.goto(f"/goods/{oil.sku}/edit"); look(page2, f"goods-{at}")
    fits(page2)
