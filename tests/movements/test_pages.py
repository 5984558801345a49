"""The pages: one screen to send, one tap to receive, two people to write off, one list to tell."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supermarket.audit.models import AuditEvent
from supermarket.clock import at, now
from supermarket.database import db, transaction
from supermarket.goods.models import Goods
from supermarket.ledger.models import Lot
from supermarket.movements.models import Outcome, Transfer, WriteOff, WriteOffState
from supermarket.staff.models import Role, StaffMember
from tests.counter.stalls import Stall, make_scheme
from tests.factories import OTHER_COUNTY, VILLAGE, add_lot, make_goods, make_household, make_staff
from tests.movements.makers import (
    Cast,
    approve,
    ask,
    code_of,
    make_cast,
    on_shelf,
    propose,
    recall,
    receive,
    send,
)
from tests.pages import Page, get, post, sign_in
from tests.shops.makers import days, hand_out, make_rice


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The shops and people."""
    return make_cast()


def at_desk(app: Flask, member: StaffMember) -> FlaskClient:
    """A browser in which somebody is signed in."""
    client = app.test_client()
    sign_in(client, member)
    return client


def transfer_now() -> Transfer:
    """The newest transfer, as the database has it."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Transfer).order_by(Transfer.id.desc())).first() or Transfer()


def write_off_now() -> WriteOff:
    """The newest write-off, as the database has it."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(WriteOff).order_by(WriteOff.id.desc())).first() or WriteOff()


def lines(*wanted: tuple[str, object, str]) -> dict[str, str]:
    """Lines of a form: number, units, lot."""
    return {
        name: str(value)
        for place, (sku, units, lot) in enumerate(wanted)
        for name, value in (
            (f"lines-{place}-sku", sku),
            (f"lines-{place}-quantity", units),
            (f"lines-{place}-lot", lot),
        )
    }


def test_scan_choose_next_confirm(app: Flask, cast: Cast) -> None:
    rice, soap = make_rice(), make_goods()
    add_lot(cast.depot, rice, 5, best_before=days(5))
    add_lot(cast.depot, rice, 5, best_before=days(90))
    add_lot(cast.depot, soap, 7)
    desk = at_desk(app, cast.sender)
    url = f"/shops/{cast.depot.code}/transfers/new"
    assert desk.get("/transfers/new").location == url

    form = get(desk, url)
    typed = {"key": form.field("key"), "to": cast.shop.code, "code": f"6*{rice.sku}"}
    scanned = post(desk, url, typed)
    assert "已加：大米，共 6 块" in scanned.text
    again = typed | lines((rice.sku, 6, "")) | {"code": soap.sku}
    assert "第 2 行 肥皂" in post(desk, url, again).text
    typed |= {"code": "", "note": "老张带"} | lines((rice.sku, 6, ""), (soap.sku, 2, ""))
    review = post(desk, url, typed)
    assert "请按这些批次拿货" in review.text
    assert "3 行 8 件" in review.text
    edited = post(desk, url, typed | {"step": "edit"})
    assert edited.field("lines-0-quantity") == "6"
    answer = desk.post(url, data=typed | {"step": "confirm"})

    sent = transfer_now()
    assert answer.location == f"/transfers/{sent.code}"
    assert (sent.note, sent.to_shop_id) == ("老张带", cast.shop.id)
    assert desk.post(url, data=typed | {"step": "confirm"}).location == answer.location
    assert on_shelf(cast.depot) == 9


def test_what_was_typed_stays_when_it_is_refused(app: Flask, cast: Cast) -> None:
    soap = make_goods()
    add_lot(cast.depot, soap, 7)
    desk = at_desk(app, cast.sender)
    url = f"/shops/{cast.depot.code}/transfers/new"
    typed = {"key": "a-long-enough-key", "to": cast.shop.code, "note": "<b>老张</b>"}

    nothing = post(desk, url, typed, status=422)
    many = post(desk, url, typed | lines((soap.sku, 8, "")), status=409)
    words = post(desk, url, typed | lines((soap.sku, "八", "")), status=422)
    nowhere = post(desk, url, {"key": "a-long-enough-key"} | lines((soap.sku, 1, "")), status=422)
    strange = post(desk, url, typed | {"code": "<script>"}, status=422)
    elsewhere = post(desk, url, typed | {"to": "410482"} | lines((soap.sku, 1, "")), status=404)
    wrong_lot = post(desk, url, typed | lines((soap.sku, 1, "x-1-1")), status=404)

    assert "还没有商品" in nothing.text
    assert "能调出的只有 7 件，要调 8 件" in many.text
    assert (many.field("lines-0-quantity"), many.field("note")) == ("8", "<b>老张</b>")
    assert words.field("lines-0-quantity") == "八"
    assert "请选收货店" in nowhere.text
    assert "<script>" not in strange.html.split("main")[1]
    assert elsewhere.field("to") in {"410482", ""}
    assert "没有找到" in wrong_lot.text
    assert transfer_now().id is None


def test_choosing_removing_splitting_lines(app: Flask, cast: Cast) -> None:
    rice, oil = make_rice(), make_goods(name="菜籽油")
    near = add_lot(cast.depot, rice, 5, best_before=days(5))
    add_lot(cast.depot, rice, 5, best_before=days(90))
    add_lot(cast.depot, oil, 5)
    desk = at_desk(app, cast.sender)
    url = f"/shops/{cast.depot.code}/transfers/new"
    typed = {"key": "a-long-enough-key", "to": cast.shop.code}
    basket = typed | lines((rice.sku, 2, ""), (oil.sku, 1, ""))

    offered = post(desk, url, typed | {"step": "choose"})
    taken = post(desk, url, typed | {"step": f"take-{oil.sku}"})
    without = post(desk, url, basket | {"step": "remove-0"})
    split = post(desk, url, basket | {"step": "split-0"})
    by_name = post(desk, url, typed | {"code": "菜籽"})
    chosen = post(desk, url, typed | lines((rice.sku, 2, code_of(near))))

    assert "大米，10 块" in offered.text
    assert "第 1 行 菜籽油" in taken.text
    assert (without.field("lines-0-sku"), "第 2 行" in without.text) == (oil.sku, False)
    assert split.field("lines-2-sku") == rice.sku
    assert "已加：菜籽油，共 1 块" in by_name.text
    assert code_of(near).rsplit("-", 2)[1] in chosen.text
    assert "先到期的先出" in split.text
    assert re.search("保质期至.*，剩 5 块", split.text)


def test_the_receiver_sees_it_at_home_and_receives_with_one_tap(app: Flask, cast: Cast) -> None:
    soap = make_goods()
    add_lot(cast.depot, soap, 7)
    sent = send(cast, ask(soap, 4))
    desk = at_desk(app, cast.keeper)
    assert "在途，等我收货" in get(desk, "/").text
    assert sent.code in get(desk, "/transfers").text

    paper = get(desk, f"/transfers/{sent.code}")
    tap = {"key": paper.field("key"), "whole": "1"}
    first = desk.post(f"/transfers/{sent.code}/receipt", data=tap)
    second = desk.post(f"/transfers/{sent.code}/receipt", data=tap)

    assert first.location == second.location == f"/transfers/{sent.code}"
    assert on_shelf(cast.shop) == 4
    assert "在途，等我收货" not in get(desk, "/").text
    after = get(desk, f"/transfers/{sent.code}")
    assert "全部收到" not in after.text
    assert "收货人：王秀英" in after.text
    late = post(
        desk, f"/transfers/{sent.code}/receipt", {"key": "another-press", "whole": "1"}, status=409
    )
    assert "不能再办一次" in late.text


def test_receiving_short_is_told_to_somebody_else_who_finds_out(app: Flask, cast: Cast) -> None:
    soap = make_goods()
    add_lot(cast.depot, soap, 7)
    sent = send(cast, ask(soap, 5))
    keeper, office = at_desk(app, cast.keeper), at_desk(app, cast.township)
    url = f"/transfers/{sent.code}/receipt"
    form = get(keeper, url)
    typed = {"key": form.field("key"), "lines-0-position": "1", "lines-0-note": "破了"}

    too_many = post(keeper, url, typed | {"lines-0-quantity": "6"}, status=422)
    assert "发来 5 件，收货不能填 6 件" in too_many.text
    bad = post(keeper, url, typed | {"lines-0-quantity": "-1"}, status=422)
    assert bad.field("lines-0-quantity") == "-1"
    keeper.post(url, data=typed | {"lines-0-quantity": "3"})
    assert "还有 2 件没有下落" in get(keeper, f"/transfers/{sent.code}").text
    assert "调拨缺少，待查明" in get(office, "/").text
    assert sent.code in get(office, "/transfers?section=missing").text
    asked = f"/transfers/{sent.code}/missing/1"
    page = get(office, asked)
    assert "收货人说明" in page.text
    refused = post(office, asked, {"key": page.field("key"), "quantity": "2"}, status=422)
    assert "请选一种结果" in refused.text
    found = {
        "key": page.field("key"),
        "outcome": Outcome.LOST.value,
        "quantity": "2",
        "reason": "路上掉了",
    }
    more = post(office, asked, found | {"quantity": "3"}, status=409)
    assert "还差 2 件没有下落" in more.text
    office.post(asked, data=found)

    paper = get(office, f"/transfers/{sent.code}")
    assert "路上丢了，不再找" in paper.text
    assert transfer_now().missing == 0
    assert keeper.get(asked).status_code == 403


def test_the_sender_takes_a_transfer_back_with_a_reason(app: Flask, cast: Cast) -> None:
    soap = make_goods()
    add_lot(cast.depot, soap, 7)
    sent = send(cast, ask(soap, 5))
    desk, keeper = at_desk(app, cast.sender), at_desk(app, cast.keeper)
    url = f"/transfers/{sent.code}/cancellation"

    page = get(desk, url)
    nothing = post(desk, url, {"key": page.field("key"), "reason": " "}, status=422)
    assert "请写明原因" in nothing.text
    other = post(keeper, url, {"key": "a-long-enough-key", "reason": "不要了"}, status=403)
    assert "只能由发货店撤回" in other.text
    desk.post(url, data={"key": page.field("key"), "reason": "发错店"})

    assert on_shelf(cast.depot) == 7
    assert "已撤回" in get(desk, f"/transfers/{sent.code}").text


def test_papers_of_other_places_are_not_found(app: Flask, cast: Cast) -> None:
    soap = make_goods()
    add_lot(cast.depot, soap, 7)
    lot = add_lot(cast.shop, soap, 7)
    sent = send(cast, ask(soap, 5))
    paper = propose(cast.shop, cast.keeper, ask(soap, 1, lot))
    stranger = at_desk(app, cast.other_keeper)
    abroad = at_desk(app, make_staff(Role.COUNTY, OTHER_COUNTY))
    scorer = at_desk(app, make_staff(Role.SCORER, VILLAGE))

    for desk in (stranger, abroad):
        assert desk.get(f"/transfers/{sent.code}").status_code == 404
        assert desk.get(f"/write-offs/{paper.code}").status_code == 404
        assert desk.get(f"/shops/{cast.shop.code}/transfers/new").status_code == 404
        tap = {"key": "a-long-enough-key", "whole": "1"}
        assert desk.post(f"/transfers/{sent.code}/receipt", data=tap).status_code == 404
    assert scorer.get("/transfers").status_code == 403
    assert scorer.get("/recalls").status_code == 403
    assert stranger.get("/recalls").status_code == 403
    assert sent.code not in get(stranger, "/transfers?section=all").text
    assert on_shelf(cast.shop) == 7


def test_everything_expired_is_proposed_at_once(app: Flask, cast: Cast) -> None:
    rice, milk = make_rice(), make_rice("牛奶")
    add_lot(cast.shop, rice, 5, best_before=days(-2))
    add_lot(cast.shop, milk, 3, best_before=days(-9))
    add_lot(cast.shop, milk, 8, best_before=days(9))
    desk = at_desk(app, cast.keeper)
    home = get(desk, "/")
    assert "过期商品，请下架报损" in home.text
    url = f"/shops/{cast.shop.code}/write-offs/new?expired=1"
    assert url in home.links
    assert url in get(desk, f"/shops/{cast.shop.code}/stock").links

    form = get(desk, url)
    assert [form.field(f"lines-{n}-quantity") for n in (0, 1)] == ["5", "3"]
    typed = {
        name: form.field(name) for name in ("key", "lines-0-sku", "lines-0-lot", "lines-0-quantity")
    }
    typed |= {name: form.field(name) for name in ("lines-1-sku", "lines-1-lot", "lines-1-quantity")}
    answer = desk.post(url.partition("?")[0], data=typed | {"kind": "expired", "disposal": "销毁"})

    made = write_off_now()
    assert answer.location == f"/write-offs/{made.code}"
    assert "过期商品，请下架报损" not in get(desk, "/").text
    assert "没有要报损的过期商品" in get(desk, url).text
    paper = get(desk, answer.location)
    assert "出库（报损）单" in paper.text
    assert "销毁" in paper.text
    assert "批准报损" not in paper.text  # not by the one who proposed


def test_a_write_off_is_approved_by_the_figures_of_now(app: Flask, cast: Cast) -> None:
    soap = make_goods()
    lot = add_lot(cast.shop, soap, 5)
    paper = propose(cast.shop, cast.keeper, ask(soap, 5, lot))
    desk = at_desk(app, cast.supervisor)
    assert "待审批的报损" in get(desk, "/").text
    assert paper.code in get(desk, "/write-offs").text
    before = get(desk, f"/write-offs/{paper.code}")
    assert "批准报损" in before.text
    for half in ("1.5", "-1", ""):
        strange = {"key": before.field("key"), "units-1": half}
        post(desk, f"/write-offs/{paper.code}/approval", strange, status=422)
    hand_out(cast.shop, lot.id, 2)

    refused = post(
        desk, f"/write-offs/{paper.code}/approval", {"key": before.field("key")}, status=409
    )
    assert "现在只有 3 件，单上报 5 件" in refused.text
    assert "按现在的数量批准" in refused.text
    now_sent = {"key": refused.field("key"), "units-1": refused.field("units-1")}
    desk.post(f"/write-offs/{paper.code}/approval", data=now_sent)

    assert on_shelf(cast.shop) == 0
    after = get(desk, f"/write-offs/{paper.code}")
    assert "（报 5）" in after.text
    assert "审批人：王秀英" in after.text
    strange = {"key": "another-key", "units-1": "x", "units-": "1", "units-9": "99999999"}
    again = post(desk, f"/write-offs/{paper.code}/approval", strange, status=409)
    assert "不能再办一次" in again.text


def test_a_write_off_is_refused_withdrawn_or_reversed_with_a_reason(app: Flask, cast: Cast) -> None:
    soap = make_goods()
    lot = add_lot(cast.shop, soap, 9)
    no, back, done = (propose(cast.shop, cast.keeper, ask(soap, 1, lot)) for _ in range(3))
    approve(done, cast.supervisor)
    keeper, supervisor = at_desk(app, cast.keeper), at_desk(app, cast.supervisor)
    office = at_desk(app, cast.township)

    get(supervisor, f"/write-offs/{no.code}/refusal")
    supervisor.post(f"/write-offs/{no.code}/refusal", data={"reason": "没坏"})
    get(keeper, f"/write-offs/{back.code}/withdrawal")
    keeper.post(f"/write-offs/{back.code}/withdrawal", data={"reason": "填错"})
    same = {"reason": "批错", "key": "reverse-by-the-same"}
    own = post(supervisor, f"/write-offs/{done.code}/reversal", same, status=409)
    assert "由另一个人办理" in own.text
    office.post(
        f"/write-offs/{done.code}/reversal", data={"reason": "批错", "key": "reverse-by-another"}
    )

    db.session.rollback()
    db.session.expire_all()
    states = [db.session.get_one(WriteOff, paper.id).state for paper in (no, back, done)]
    assert states == [WriteOffState.REFUSED, WriteOffState.WITHDRAWN, WriteOffState.REVERSED]
    assert on_shelf(cast.shop) == 9
    assert "王秀英：没坏" in get(keeper, f"/write-offs/{no.code}").text
    assert done.code in get(keeper, "/write-offs?part=all").text
    assert done.code not in get(keeper, "/write-offs").text
    assert supervisor.get("/write-offs/new").status_code == 403


def test_write_offs_keep_what_was_typed(app: Flask, cast: Cast) -> None:
    rice = make_rice()
    old = add_lot(cast.shop, rice, 5, best_before=days(-3))
    add_lot(cast.shop, rice, 5, best_before=days(30))
    desk = at_desk(app, cast.keeper)
    assert desk.get("/write-offs/new").location == f"/shops/{cast.shop.code}/write-offs/new"
    url = f"/shops/{cast.shop.code}/write-offs/new"
    typed = {"key": "a-long-enough-key", "kind": "lost", "happened": ""}
    basket = typed | lines((rice.sku, 2, code_of(old)))

    scanned = post(desk, url, typed | {"code": rice.sku})
    silent = post(desk, url, basket, status=422)
    much = basket | {"kind": "expired"} | lines((rice.sku, 6, code_of(old)))
    greedy = post(desk, url, much, status=409)
    unsaid = post(desk, url, {"key": "a-long-enough-key"} | lines((rice.sku, 2, "")), status=422)

    assert scanned.field("lines-0-lot") == code_of(old)  # what expires first stands first
    assert "已过期" in scanned.text
    assert "写明是怎么回事" in silent.text
    assert "只有 5 件，填了 6 件" in greedy.text
    assert greedy.field("lines-0-quantity") == "6"
    assert "请选原因" in unsaid.text


def test_a_recall_from_the_lots_page_to_the_last_household(app: Flask, cast: Cast) -> None:
    soap: Goods = make_goods()
    make_scheme()
    lot = add_lot(cast.depot, soap, 20)
    receive(cast, send(cast, ask(soap, 8)))
    household = make_household(points_held=100)
    with transaction():
        household.phone = "13812345678"
    Stall(cast.shop, cast.keeper, household).redeem((soap, 2))
    office, supervisor = at_desk(app, cast.township), at_desk(app, cast.supervisor)
    keeper = at_desk(app, cast.keeper)
    lot_page = f"/lots/{code_of(lot)}"
    url = f"{lot_page}/recall"
    assert url in get(office, lot_page).links

    get(office, url)
    assert "请写明原因" in post(office, url, {"reason": ""}, status=422).text
    answer = office.post(url, data={"reason": "厂家通知"})
    assert office.get(url).location == answer.location
    mine = db.session.scalars(select(Lot).where(Lot.shop_id == cast.shop.id)).one()
    assert "召回中" in get(keeper, f"/lots/{code_of(mine)}").text
    assert "召回：还没通知的农户" in get(supervisor, "/").text

    page = get(supervisor, answer.location)
    assert "李建国" in page.text
    assert "5678" in page.text
    assert "13812345678" not in page.html
    mark = f"{answer.location}/households/{household.code}/mark"
    supervisor.post(mark, data={"done": "told"})
    supervisor.post(mark, data={"done": "collected"})
    assert "已收回" in get(supervisor, answer.location).text
    stranger = f"{answer.location}/households/{make_household().code}/mark"
    assert supervisor.post(stranger, data={"done": "told"}).status_code == 404
    assert {"李建国", "5678"} <= cells_of(supervisor, f"{answer.location}?format=xlsx")
    lifting = f"{answer.location}/lifting"
    elsewhere = post(supervisor, lifting, {"reason": "没事了"}, status=403)
    assert "寄料镇爱心超市" in elsewhere.text
    office.post(lifting, data={"reason": "检验合格"})
    assert "已解除" in get(office, "/recalls").text
    noted = set(db.session.scalars(select(AuditEvent.action)))
    assert noted >= {"recall.start", "recall.mark", "recall.lift", "recall.view_households"}
    assert "recall.export" in noted


def cells_of(client: FlaskClient, url: str) -> set[str]:
    """What the cells of a downloaded workbook hold."""
    answer = client.get(url)
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    answer.close()
    return {str(cell.value) for row in book.active.iter_rows() for cell in row}


def rows_of(page: Page) -> list[str]:
    """The words of each row's first cell."""
    return [
        " ".join("".join(cell.itertext()).split())
        for cell in page.all("th")
        if cell.get("scope") == "row"
    ]


def test_lists_of_what_expires_and_runs_out(app: Flask, cast: Cast) -> None:
    rice, milk = make_rice(), make_rice("牛奶")
    add_lot(cast.shop, rice, 5, best_before=days(45))
    add_lot(cast.shop, milk, 5, best_before=days(5))
    add_lot(cast.other, milk, 50, best_before=days(25))
    add_lot(cast.depot, milk, 5, best_before=days(-1))
    office, keeper = at_desk(app, cast.county), at_desk(app, cast.keeper)

    assert rows_of(get(office, "/stock/near-expiry")) == ["牛奶", "牛奶"]
    assert rows_of(get(keeper, "/stock/near-expiry?days=60")) == ["牛奶", "大米"]
    assert rows_of(get(office, "/stock/near-expiry?days=expired")) == ["牛奶"]
    assert rows_of(get(office, "/stock/near-expiry?days=60&q=大米")) == ["大米"]
    one = f"/stock/near-expiry?days=60&shop={cast.other.code}"
    assert rows_of(get(office, one)) == ["牛奶"]
    assert rows_of(get(keeper, one)) == []  # somebody else's shop shows nothing
    assert rows_of(get(office, "/stock/near-expiry?region=410482101&days=60")) == []
    assert len(rows_of(get(office, "/stock/low"))) == 3
    assert rows_of(get(keeper, "/stock/low")) == ["大米", "牛奶"]
    hostile = "/stock/near-expiry?days=<b>&after=x_y&q=%25&region='&shop=%00&format=pdf"
    assert rows_of(get(office, hostile)) == []
    for url in ("/stock/near-expiry?days=60&format=xlsx", "/stock/low?format=xlsx"):
        assert "牛奶" in cells_of(office, url)
    home = get(keeper, "/").text
    assert "30 天内到期的批次，请先发" in home
    assert "该进货的商品" in home


def test_long_lists_are_paged(app: Flask, cast: Cast) -> None:
    app.config["PAGE_SIZE"] = 2
    rice = make_rice()
    lots = [add_lot(cast.shop, rice, 1, best_before=days(5)) for _ in range(3)]
    soap = make_goods()
    add_lot(cast.depot, soap, 9)
    for _ in range(3):
        send(cast, ask(soap, 1))
        propose(cast.shop, cast.keeper, ask(rice, 1, lots[0]))
    for number in range(3):
        add_lot(cast.shop, make_rice(f"面粉{number}"), 1, best_before=days(400))
    desk = at_desk(app, cast.keeper)

    for url in ("/transfers", "/write-offs", "/stock/near-expiry", "/stock/low"):
        first = get(desk, url)
        following = next(link for link in first.links if "after=" in link or "before=" in link)
        second = get(desk, following)
        both = rows_of(first) + rows_of(second)
        assert len(both) >= 3
        if url != "/stock/near-expiry":
            assert len(set(both)) == len(both)


def test_goods_long_on_the_way_are_late(app: Flask, cast: Cast) -> None:
    soap = make_goods()
    add_lot(cast.depot, soap, 9)
    send(cast, ask(soap, 1))
    desk = at_desk(app, cast.keeper)

    with at(now() + timedelta(days=4)):
        page = get(desk, "/")

    assert re.search("在途，等我收货 ?已超期", page.text)


def test_a_recalled_lot_cannot_be_chosen(app: Flask, cast: Cast) -> None:
    soap = make_goods()
    lot = add_lot(cast.depot, soap, 9)
    recall(lot, cast.township)
    desk = at_desk(app, cast.sender)
    url = f"/shops/{cast.depot.code}/transfers/new"
    typed = {"key": "a-long-enough-key", "to": cast.shop.code}

    refused = post(desk, url, typed | lines((soap.sku, 1, code_of(lot))), status=409)

    assert "正在召回，不能调拨" in refused.text
