from supermarket.database import transaction
from supermarket.shops.service import GoodsInAsk
from tests.browser.conftest import fits, look
from tests.counter.stalls import Stall, make_scheme
from tests.factories import add_lot, make_goods, make_household
from tests.movements.makers import *
from tests.shops.makers import days, make_rice, delivery
from tests.shops.makers import receive as take_in

def test_shots(sign_in, size, live):
    cast = make_cast(); make_scheme()
    rice, soap = make_rice(), make_goods(name="肥皂")
    with transaction():
        rice.specification = "5 kg"; rice.unit = "袋"
    take_in(cast.depot, delivery(GoodsInAsk(rice.sku, 40, days(20), 4200), GoodsInAsk(rice.sku, 30, days(90), 4300)))
    lot = add_lot(cast.depot, soap, 20)
    old = add_lot(cast.shop, rice, 6, best_before=days(-3))
    add_lot(cast.shop, rice, 6, best_before=days(12))
    sent = send(cast, ask(rice, 10), ask(soap, 4), note="老张带去")
    got = receive(cast, send(cast, ask(soap, 8)), {1: 5}, notes={1: "少一箱"})
    paper = propose(cast.shop, cast.keeper, ask(rice, 6, old))
    homes = [make_household(points_held=100, head=h) for h in ("李建国", "王秀兰")]
    for h in homes:
        Stall(cast.shop, cast.keeper, h).redeem((soap, 2))
    found = recall(lot, cast.township)
    page = sign_in(cast.sender.username, size)
    page.goto(f"/shops/{cast.depot.code}/transfers/new")
    page.get_by_label("收货店").select_option(cast.shop.code)
    page.get_by_label("条码、商品编号").fill(f"12*{rice.sku}"); page.keyboard.press("Enter")
    page.get_by_text("已加").wait_for()
    fits(page); look(page, "send")
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("请按这些批次拿货").wait_for()
    fits(page); look(page, "review")
    page.goto("/transfers?section=all"); fits(page); look(page, "transfers")
    page = sign_in(cast.keeper.username, size)
    look(page, "home")
    for name, url in {
        "receive": f"/transfers/{sent.code}", "receipt": f"/transfers/{sent.code}/receipt",
        "expired": f"/shops/{cast.shop.code}/write-offs/new?expired=1",
        "proposing": f"/shops/{cast.shop.code}/write-offs/new", "stock": f"/shops/{cast.shop.code}/stock",
        "near": "/stock/near-expiry?days=60", "low": "/stock/low", "shop": f"/shops/{cast.shop.code}"}.items():
        page.goto(url); fits(page); look(page, name)
    page = sign_in(cast.township.username, size)
    for name, url in {
        "missing0": f"/transfers/{got.code}/missing/1", "short": f"/transfers/{got.code}",
        "write_off": f"/write-offs/{paper.code}", "write_offs": "/write-offs", "recall": f"/recalls/{found.code}", "recalls": "/recalls",
        "lot": f"/lots/{code_of(lot)}", "shops": "/shops", "neart": "/stock/near-expiry?days=60", "refuse": f"/write-offs/{paper.code}/refusal"}.items():
        page.goto(url); fits(page); look(page, name)
