"""What became of gifts: every figure equals a plain recount of the books."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supermarket.clock import today
from supermarket.counter.models import Redemption
from supermarket.database import db, transaction
from supermarket.donors import service as donors
from supermarket.donors.models import Donor, DonorKind
from supermarket.donors.service import DonorText
from supermarket.errors import DomainError
from supermarket.goods.models import Goods
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Entry, EntryKind, Lot, LotSource, StockLine
from supermarket.reports.queries import donations, gifts
from supermarket.reports.queries.donations import GoodsGiven
from supermarket.reports.views.giving import sentences
from supermarket.shops.models import Shop
from supermarket.shops.service import GoodsInAsk, GoodsInRequest, Received
from supermarket.shops.service.provenance import Origin
from supermarket.staff.models import Role
from tests import pages
from tests.counter.stalls import Stall, make_stall
from tests.donors.test_funds import make_donor, make_fund, spend, take_in
from tests.donors.test_pages import downloaded
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    make_goods,
    make_household,
    make_shop,
    make_staff,
    request_for,
    the_actor,
)
from tests.shops.makers import receive, reverse

pytestmark = pytest.mark.usefixtures("app")
EVER = date(2000, 1, 1)


def give(shop: Shop, donor: Donor, goods: Goods, units: int, fen: int | None = 35_00) -> Received:
    """A gift of one goods."""
    return receive(
        shop,
        GoodsInRequest(
            LotSource.DONATION,
            [GoodsInAsk(goods.sku, units, unit_cost_fen=fen)],
            partner=donor.name,
            origin=Origin(donor=donor.code, wish="给需要的人"),
        ),
    )


def lots_of(goods: Goods, shop: Shop) -> list[Lot]:
    db.session.rollback()
    wanted = select(Lot).where(Lot.goods_id == goods.id, Lot.shop_id == shop.id).order_by(Lot.id)
    return list(db.session.scalars(wanted))


def send(lot: Lot, shop: Shop, units: int) -> None:
    """Units put on the way, then half of them received by another shop, as transfers post."""
    source = db.session.get_one(Shop, lot.shop_id)
    request, more = request_for("send"), request_for("receive")
    with transaction():
        ledger.post(source.journal_id, kind=EntryKind.TRANSFER, occurred_on=today(),
                    request=request, stock=[ledger.StockMove(lot.id, -units)])  # fmt: skip
    with transaction():
        arrived = Lot(shop_id=shop.id, goods_id=lot.goods_id, source=lot.source,
                      received_on=today(), origin_id=lot.origin_id or lot.id)  # fmt: skip
        db.session.add(arrived)
        db.session.flush()
        ledger.post(shop.journal_id, kind=EntryKind.TRANSFER, occurred_on=today(),
                    request=more, stock=[ledger.StockMove(arrived.id, -(-units // 2))])  # fmt: skip


def lose(lot: Lot, units: int, kind: EntryKind = EntryKind.WRITE_OFF) -> None:
    """Units off a lot that nobody got."""
    shop = db.session.get_one(Shop, lot.shop_id)
    request = request_for("lose")
    with transaction():
        ledger.post(shop.journal_id, kind=kind, occurred_on=today(), request=request,
                    stock=[ledger.StockMove(lot.id, -units)])  # fmt: skip


def stated(donor: Donor, until: date | None = None) -> GoodsGiven:
    """The only goods of a donor's statement."""
    db.session.rollback()
    [row] = donations.statement(donor, EVER, until or today()).goods
    return row


def recount(root_ids: set[int]) -> dict[str, int]:
    """The same figures, line by line in plain Python."""
    db.session.rollback()
    family = {lot.id for lot in db.session.scalars(select(Lot))
              if lot.id in root_ids or lot.origin_id in root_ids}  # fmt: skip
    entries = {entry.id: entry for entry in db.session.scalars(select(Entry))}
    units: Counter[EntryKind] = Counter()
    households: Counter[int] = Counter()
    villages: Counter[str] = Counter()
    for line in db.session.scalars(select(StockLine)):
        if line.lot_id not in family:
            continue
        entry = entries[line.entry_id]
        kind = entries[entry.reverses_id].kind if entry.reverses_id else entry.kind
        units[kind] += line.quantity
        if kind is EntryKind.REDEMPTION:
            redemption = db.session.get_one(Redemption, entry.id)
            households[redemption.household_id] -= line.quantity
            villages[redemption.village_code] -= line.quantity
    return {
        "given": units[EntryKind.GOODS_IN],
        "handed_out": -units[EntryKind.REDEMPTION],
        "in_transit": -units[EntryKind.TRANSFER],
        "written_off": -units[EntryKind.WRITE_OFF],
        "counted": units[EntryKind.STOCKTAKE],
        "on_shelf": sum(lot.on_hand for lot in db.session.scalars(select(Lot)) if lot.id in family),
        "households": sum(count > 0 for count in households.values()),
        "villages": sum(count > 0 for count in villages.values()),
    }


def test_a_gift_is_followed_to_households_and_villages_without_names() -> None:
    stall, donor = make_stall(region_code=TOWNSHIP), make_donor()
    there = make_household(points_held=100, village=OTHER_VILLAGE, head="赵大爷")
    rice = make_goods(name="大米", price=10)
    with transaction():
        db.session.merge(rice).unit = "袋"
    give(stall.shop, donor, rice, 5)

    stall.redeem((rice, 2))
    stall.redeem((rice, 1), household=there.code)
    back = stall.redeem((rice, 1))
    stall.reverse(back.reference)

    row = stated(donor)
    assert (row.given, row.handed_out, row.on_shelf) == (5, 3, 2)
    assert (row.households, row.villages, row.value_fen) == (2, 2, 175_00)


def test_the_sentence_says_what_the_figures_say(app: Flask) -> None:
    stall, donor, rice = make_stall(), make_donor(), make_goods(name="大米", price=10)
    give(stall.shop, donor, rice, 2)

    with app.test_request_context():
        waiting = sentences(donations.statement(donor, EVER, today()))
        stall.redeem((rice, 1))
        partly = sentences(donations.statement(donor, EVER, today()))
        stall.redeem((rice, 1))
        wholly = sentences(donations.statement(donor, EVER, today()))
        public = sentences(donations.statement(donor, EVER, today()), to_donor=False)

    assert waiting == ["您捐赠的 2 块大米已经入库，正等着送到村民手里"]
    assert partly == ["您捐赠的 2 块大米，已有 1 块送到 1 个村 1 户"]
    assert wholly == ["您捐赠的 2 块大米已送到 1 个村 1 户"]
    assert public == ["2 块大米已送到 1 个村 1 户"]


def test_a_household_that_brought_all_back_was_not_reached() -> None:
    stall, donor, rice = make_stall(), make_donor(), make_goods(price=10)
    give(stall.shop, donor, rice, 2)
    taken = stall.redeem((rice, 1))

    stall.reverse(taken.reference)

    row = stated(donor)
    assert (row.handed_out, row.households, row.villages, row.on_shelf) == (0, 0, 0, 2)


def test_other_peoples_goods_and_bought_ones_do_not_count() -> None:
    stall, donor, other = make_stall(), make_donor(), make_donor("别的厂")
    rice = make_goods(price=1, shop=stall.shop, on_hand=3)
    give(stall.shop, other, rice, 4)
    give(stall.shop, donor, rice, 2)

    stall.redeem((rice, 8))

    assert (stated(donor).given, stated(donor).handed_out) == (2, 1)
    assert (stated(other).given, stated(other).handed_out) == (4, 4)


def test_a_gift_of_another_window_and_what_came_later_are_left_out() -> None:
    stall, donor, rice = make_stall(), make_donor(), make_goods(price=1)
    give(stall.shop, donor, rice, 2)
    yesterday = today() - timedelta(days=1)

    assert donations.statement(donor, EVER, yesterday).goods == []
    assert donations.statement(donor, today() + timedelta(days=1), date(2999, 1, 1)).goods == []


def test_a_gift_taken_back_whole_is_none() -> None:
    shop, donor, rice = make_shop(), make_donor(), make_goods()
    received = give(shop, donor, rice, 3)

    reverse(received)

    assert donations.statement(donor, EVER, today()).goods == []
    assert gifts.givers(EVER, today()) == []


@pytest.mark.parametrize("seed", range(4))
def test_every_figure_equals_a_plain_recount_of_random_documents(seed: int) -> None:
    chance = random.Random(seed)
    stall, donor = make_stall(points_held=5000, region_code=TOWNSHIP), make_donor()
    rice = make_goods(price=1)
    village_shop = make_shop(OTHER_VILLAGE)
    people = [stall.household, make_household(points_held=5000, village=OTHER_VILLAGE),
              make_household(points_held=5000)]  # fmt: skip
    received = [give(stall.shop, donor, rice, chance.randint(3, 9)) for _ in range(3)]
    roots = {lot.id for lot in lots_of(rice, stall.shop)}
    redeemed: list[str] = []

    for _step in range(25):
        shop = chance.choice([stall.shop, village_shop])
        shelf = [lot for lot in lots_of(rice, shop) if lot.on_hand]
        what = chance.choice(["redeem", "redeem", "back", "send", "lose", "count", "return"])
        try:
            if what == "redeem":
                seller = Stall(stall.shop, stall.keeper, chance.choice(people))
                redeemed.append(seller.redeem((rice, chance.randint(1, 3))).reference)
            elif what == "back" and redeemed:
                stall.reverse(redeemed.pop())
            elif what == "return":
                reverse(chance.choice(received), {1: 1})
            elif shelf and what == "send":
                send(chance.choice(shelf), village_shop, 1 + chance.randrange(shelf[0].on_hand))
            elif shelf and what in {"lose", "count"}:
                kind = EntryKind.WRITE_OFF if what == "lose" else EntryKind.STOCKTAKE
                lose(chance.choice(shelf), 1, kind)
        except DomainError:
            continue  # not enough left: a refused document changes nothing

    row, plain = stated(donor), recount(roots)
    assert {name: getattr(row, name) for name in plain} == plain
    assert row.given == (
        row.handed_out + row.on_shelf + row.in_transit + row.lost + row.written_off - row.counted
    )


def test_a_gift_of_money_shows_the_fund_it_went_into() -> None:
    donor, fund = make_donor(), make_fund(fen=50_00)
    take_in(fund, 100_00, donor=donor)
    twice = take_in(fund, 7_00, donor=donor)
    with transaction():
        donors.reverse_money(twice.entry_id, reason="重复", key="k" * 8, by=the_actor().id)
    spend(fund, 30_00)

    [row] = donations.statement(donor, EVER, today()).money

    assert (row.given, row.received, row.spent, row.left) == (100_00, 150_00, 30_00, 120_00)


def enter(
    app: Flask, role: Role = Role.COUNTY, region: str = COUNTY, **more: object
) -> FlaskClient:
    browser = app.test_client()
    pages.sign_in(browser, make_staff(role, region, **more))  # type: ignore[arg-type]
    return browser


@pytest.fixture
def given(app: Flask) -> tuple[Stall, Donor]:
    """Rice of a donor, one bag of which a household has."""
    stall, donor, rice = make_stall(), make_donor(), make_goods(name="大米", price=10)
    give(stall.shop, donor, rice, 200)
    stall.redeem((rice, 1))
    return stall, donor


def test_the_statement_is_read_printed_and_downloaded(
    app: Flask, given: tuple[Stall, Donor]
) -> None:
    stall, donor = given
    office, keeper = enter(app), enter(app, Role.SHOPKEEPER, shop=stall.shop)

    page = pages.get(office, f"/donors/{donor.code}/statement")
    rows = downloaded(office, f"/donors/{donor.code}/statement?format=xlsx")

    assert "您捐赠的 200 块大米，已有 1 块送到 1 个村 1 户" in page.text
    assert stall.household.head not in page.text
    assert rows[-1][2:7] == (200, 1, 1, 1, 199)
    assert "200" in pages.get(keeper, f"/donors/{donor.code}").text
    assert pages.get(office, f"/donors/{donor.code}/statement?since=x&until=9999-99-99")


def test_the_receipt_of_goods_is_complete(app: Flask, given: tuple[Stall, Donor]) -> None:
    stall, donor = given
    number = f"{COUNTY}-JZ{today().year}-0001"

    page = pages.get(enter(app, Role.SHOPKEEPER, shop=stall.shop), f"/donors/receipts/{number}")
    other = enter(app, Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE))

    for words in (number, donor.name, "大米", "200", "7,000.00 元", "柒仟元整", "给需要的人",
                  "接收单位（盖章）"):  # fmt: skip
        assert words in page.text
    assert other.get(f"/donors/receipts/{number}").status_code == 404
    assert other.get("/donors/receipts/%00<b>").status_code == 404


def named(name: str, kind: DonorKind, *, public: bool) -> Donor:
    by = the_actor().id
    with transaction():
        return donors.add_donor(DonorText(kind, name, public=public), COUNTY, by=by)


def test_thanks_name_those_who_agreed_in_the_order_of_pinyin_and_count_the_others(
    app: Flask,
) -> None:
    fund = make_fund()
    for fen, (name, kind, public) in enumerate(
        [("张三", DonorKind.PERSON, False), ("郑州粮店", DonorKind.COMPANY, True),
         ("安阳面粉厂", DonorKind.COMPANY, True), ("某局", DonorKind.GOVERNMENT, False)], start=1
    ):  # fmt: skip
        take_in(fund, fen * 100, donor=named(name, kind, public=public))
    named("没捐过的厂", DonorKind.COMPANY, public=True)

    everybody = pages.get(app.test_client(), "/thanks")
    board = pages.get(enter(app), "/donors/honours")
    rows = downloaded(enter(app), "/donors/honours?format=xlsx")

    for page in (everybody, board):
        assert 0 < page.text.index("安阳面粉厂") < page.text.index("郑州粮店")
        assert "爱心人士 1 位" in page.text
        assert "爱心单位 1 家" in page.text
        assert not {"张三", "某局", "没捐过的厂"} & set(page.text.split())
        assert "张三" not in page.text
    assert rows[-4][1] == "某局"
    supervisor = enter(app, Role.AUDITOR)
    assert supervisor.get("/donors/honours?format=xlsx").status_code == 403


def test_thanks_follow_goods_without_names_of_households(
    app: Flask, given: tuple[Stall, Donor]
) -> None:
    stall, _donor = given

    page = pages.get(app.test_client(), "/thanks?year=x")

    assert "200 块大米，已有 1 块送到 1 个村 1 户" in page.text
    assert stall.household.head not in page.text
    assert stall.household.code not in page.html


def test_thanks_for_nothing_yet_say_so(app: Flask) -> None:
    assert "还没有登记捐赠" in pages.get(app.test_client(), "/thanks").text
    assert "还没有登记捐赠" in pages.get(enter(app), "/donors/honours?year=1999").text
