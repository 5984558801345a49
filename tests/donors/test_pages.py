"""Pages of donors and funds, by role and place, with what people send wrongly."""

from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supermarket.audit.models import AuditEvent
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.donors import queries
from supermarket.donors import service as donors
from supermarket.donors.models import Donor, DonorKind, Fund, FundSource
from supermarket.donors.service import DonorText
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Role, Scope
from tests import pages
from tests.donors.test_funds import make_donor, make_fund, take_in
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_goods,
    make_shop,
    make_staff,
    the_actor,
)

Enter = Callable[..., FlaskClient]


@pytest.fixture
def enter(app: Flask) -> Enter:
    def sign_in(role: Role = Role.COUNTY, region: str = COUNTY, **more: object) -> FlaskClient:
        browser = app.test_client()
        pages.sign_in(browser, make_staff(role, region, **more))  # type: ignore[arg-type]
        return browser

    return sign_in


def donor_form(**changes: object) -> dict[str, object]:
    """What the office types about a donor."""
    return {"kind": "company", "name": "汝州面粉厂", "contact": "张经理", "phone": "13800000000",
            "public": "y", "note": "", "region": COUNTY} | changes  # fmt: skip


def money_form(**changes: object) -> dict[str, object]:
    """What the office types about money."""
    return {"key": uuid4().hex, "amount": "1,234.50", "summary": "中秋捐款",
            "occurred_on": today().isoformat(), "document": ""} | changes  # fmt: skip


def all_donors() -> list[Donor]:
    db.session.rollback()
    return list(db.session.scalars(select(Donor).order_by(Donor.id)))


def test_the_office_registers_and_changes_a_donor(enter: Enter) -> None:
    office = enter()

    pages.get(office, "/donors/new")
    pages.post(office, "/donors/new", donor_form(), follow_redirects=True)
    [made] = all_donors()
    pages.get(office, f"/donors/{made.code}/edit")
    page = pages.post(
        office, f"/donors/{made.code}/edit", donor_form(name="汝州面业"), follow_redirects=True
    )

    assert page.heading == "汝州面业"
    assert "13800000000" in page.text
    assert {"donor.add", "donor.update", "donor.view"} <= set(
        db.session.scalars(select(AuditEvent.action))
    )


def test_a_donor_without_a_name_or_known_already_is_refused_and_typing_is_kept(
    enter: Enter,
) -> None:
    office = enter()
    make_donor()

    empty = pages.post(office, "/donors/new", donor_form(name=" ", note="中秋"), status=422)
    again = pages.post(office, "/donors/new", donor_form(), status=409)
    odd = pages.post(
        office, "/donors/new", donor_form(kind="x", region="99", name="甲"), status=422
    )

    assert empty.field("note") == "中秋"
    assert "已在名册里" in again.text
    assert odd.field("name") == "甲"
    assert len(all_donors()) == 1


def test_others_see_names_and_no_contact(enter: Enter) -> None:
    with_contact = DonorText(DonorKind.PERSON, "李大姐", "李大姐", "13911112222", True, "亲戚")
    shop, by = make_shop(), the_actor().id
    with transaction():
        donor = donors.add_donor(with_contact, COUNTY, by=by)

    for browser in (
        enter(Role.SHOPKEEPER, shop=shop),
        enter(Role.SUPERVISOR, VILLAGE),
        enter(Role.TOWNSHIP, TOWNSHIP),
    ):
        for page in (pages.get(browser, "/donors"), pages.get(browser, f"/donors/{donor.code}")):
            assert "李大姐" in page.text
            assert "13911112222" not in page.text
            assert "亲戚" not in page.text
    township = enter(Role.TOWNSHIP, TOWNSHIP)
    assert township.get(f"/donors/{donor.code}/edit").status_code == 403
    assert enter(Role.SCORER, VILLAGE).get("/donors").status_code == 403


def test_donors_of_another_county_are_not_there(enter: Enter) -> None:
    donor = make_donor(region=OTHER_COUNTY)

    assert "汝州面粉厂" not in pages.get(enter(), "/donors").text
    assert enter().get(f"/donors/{donor.code}").status_code == 404


def test_donors_are_found_by_name_and_paged(app: Flask, enter: Enter) -> None:
    for name in ("甲厂", "乙厂", "丙社"):
        make_donor(name)
    office = enter()

    app.config["PAGE_SIZE"] = 2
    first = pages.get(office, "/donors")
    found = pages.get(office, "/donors?q=厂")
    hostile = pages.get(office, "/donors?q=%25%27<script>&after=x%00y")

    assert "下一页" in first.text
    assert ("甲厂" in found.text, "丙社" in found.text) == (True, False)
    assert "没有找到捐赠方" in hostile.text


def downloaded(browser: FlaskClient, url: str) -> list[tuple[object, ...]]:
    """The rows of an Excel file."""
    with browser.get(url) as answer:
        assert answer.status_code == 200
        book = openpyxl.load_workbook(BytesIO(answer.data))
    return list(book.worksheets[0].iter_rows(values_only=True))


def workbook(*rows: tuple[str, ...]) -> BytesIO:
    """A register as the office sends it."""
    headers = [column.header for column in donors.COLUMNS]
    sheet = Sheet("名册", "", (), [Column(header, Kind.TEXT) for header in headers], rows)
    with write_xlsx([sheet]) as file:
        return BytesIO(file.read())


def load(browser: FlaskClient, file: BytesIO, status: int = 200) -> pages.Page:
    return pages.post(
        browser, "/donors/load", {"file": (file, "名册.xlsx")}, status=status,
        follow_redirects=True, content_type="multipart/form-data",
    )  # fmt: skip


def test_a_register_is_taken_in_whole_or_not_at_all(enter: Enter) -> None:
    office = enter()
    good = ("", "甲厂", "企业", "", "", "是", "")

    pages.get(office, "/donors/load")
    bad = load(office, workbook(good, ("", "乙", "公司", "", "", "也许", "")), 422)
    assert all_donors() == []
    load(office, workbook(good, ("", "乙", "个人", "", "", "", "")))
    again = load(office, workbook(good))

    assert "应为个人、企业、社会组织或机关单位" in bad.text
    assert "第 3 行" in bad.text
    assert [(donor.name, donor.public) for donor in all_donors()] == [("甲厂", True), ("乙", False)]
    assert "没有变化 1 个" in again.text


def test_the_export_can_be_changed_and_taken_in_again(enter: Enter) -> None:
    make_donor()
    office = enter()

    rows = downloaded(office, "/donors/export.xlsx")
    changed = (*(str(cell or "") for cell in rows[1][:-1]), "每年都捐")
    page = load(office, workbook(changed))

    assert rows[0][:3] == ("编号", "名称", "类别")
    assert "修改 1 个" in page.text
    assert all_donors()[0].note == "每年都捐"
    assert downloaded(office, "/donors/template.xlsx")


def test_a_name_in_a_refused_row_is_shown_as_it_was_typed(enter: Enter) -> None:
    first, _other = make_donor("甲厂"), make_donor("<b>100%</b>")

    page = load(enter(), workbook((first.code, "<b>100%</b>", "企业", "", "", "", "")), 422)

    assert "名册里另有一个捐赠方叫这个名称" in page.text
    assert "<b>100%</b>" in page.text


def test_another_places_donor_is_not_changed_by_a_file(enter: Enter) -> None:
    donor = make_donor()

    page = load(
        enter(Role.TOWNSHIP, TOWNSHIP),
        workbook((donor.code, "改了", "企业", "", "", "", "")),
        422,
    )

    assert "名册里没有这个编号" in page.text
    assert all_donors()[0].name == "汝州面粉厂"


def test_a_fund_is_opened_filled_spent_and_closed(enter: Enter) -> None:
    office = enter()
    make_goods(category="粮油食品")
    fields = {"name": "慈善会资金", "region": COUNTY, "source": "donation", "purpose": "买粮",
              "only_region": TOWNSHIP, "only_category": "粮油食品"}  # fmt: skip

    pages.get(office, "/funds/new")
    pages.post(office, "/funds/new", fields, follow_redirects=True)
    fund = db.session.scalars(select(Fund)).one()
    at = f"/funds/{fund.code}"
    pages.get(office, f"{at}/income")
    pages.post(office, f"{at}/income", money_form(), follow_redirects=True)
    pages.get(office, f"{at}/expense")
    short = pages.post(office, f"{at}/expense", money_form(amount="2000"), status=409)
    pages.post(office, f"{at}/expense", money_form(amount="1234.5"), follow_redirects=True)
    closed = pages.post(office, f"{at}/closing", follow_redirects=True)

    assert "不够" in short.text
    assert short.field("amount") == "2000"
    assert "已停用" in closed.text
    assert "慈善会资金" in pages.get(office, "/funds").text
    assert queries.balance(fund) == 0


def test_a_gift_of_money_ends_at_its_receipt_in_capitals(enter: Enter) -> None:
    office, fund, donor = enter(), make_fund(), make_donor()
    form = money_form(donor=f"{donor.code} {donor.name}")

    page = pages.post(office, f"/funds/{fund.code}/income", form, follow_redirects=True)
    again = pages.post(office, f"/funds/{fund.code}/income", form, follow_redirects=True)

    assert f"{COUNTY}-JZ{today().year}-0001" in page.text
    assert "壹仟贰佰叁拾肆元伍角整" in page.text
    assert "汝州面粉厂" in page.text
    assert again.text == page.text or "已登记收入" in again.text
    assert queries.balance(fund) == 1234_50
    assert f"{COUNTY}-JZ{today().year}-0001" in pages.get(office, f"/donors/{donor.code}").text


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "-5"}, {"amount": "1.234"}, {"amount": "甲"}, {"amount": "0"}, {"summary": " "},
        {"occurred_on": "2999-01-01"}, {"occurred_on": "x"}, {"donor": "没有的人"}, {"key": ""},
    ],
)  # fmt: skip
def test_money_that_cannot_be_meant_is_refused(enter: Enter, change: dict[str, str]) -> None:
    office, fund = enter(), make_fund()

    page = pages.post(office, f"/funds/{fund.code}/income", money_form(**change), status=422)

    assert page.field("document") == ""
    assert queries.balance(fund) == 0


def test_a_movement_is_taken_back_with_its_reason_and_its_receipt_is_void(enter: Enter) -> None:
    office, fund, donor = enter(), make_fund(), make_donor()
    moved = take_in(fund, 5_00, donor=donor)
    at = f"/funds/{fund.code}/lines/{moved.reference}/reversal"

    pages.get(office, at)
    pages.post(office, at, {"key": uuid4().hex, "reason": ""}, status=422)
    page = pages.post(office, at, {"key": uuid4().hex, "reason": "重复登记"}, follow_redirects=True)
    second = pages.post(office, at, {"key": uuid4().hex, "reason": "再来"}, status=409)

    assert "重复登记" in page.text
    assert "已经冲正过" in second.text
    assert queries.balance(fund) == 0
    assert "收据作废" in pages.get(office, f"/donors/receipts/{moved.receipt_number}").text
    other = make_fund()
    assert office.get(f"/funds/{other.code}/lines/{moved.reference}/reversal").status_code == 409
    assert office.get(f"/funds/{fund.code}/lines/x-{'9' * 40}/reversal").status_code == 409


def test_why_is_it_so_much_is_answered_page_by_page(app: Flask, enter: Enter) -> None:
    fund = make_fund()
    for fen in range(1, 6):
        take_in(fund, fen)
    app.config["PAGE_SIZE"] = 2
    supervisor = enter(Role.AUDITOR, COUNTY)

    first = pages.get(supervisor, f"/funds/{fund.code}")
    follow = next(link for link in first.links if "before=" in link)
    second = pages.get(supervisor, follow)

    assert "0.15 元" in first.text
    assert "0.06 元" in second.text
    assert "冲正" not in first.text
    assert pages.get(supervisor, f"/funds/{fund.code}?before=-9999999999999").heading == fund.name


def test_a_fund_of_another_place_is_not_there(enter: Enter) -> None:
    fund = make_fund(OTHER_TOWNSHIP)
    township = enter(Role.TOWNSHIP, TOWNSHIP)

    for path in ("", "/income", "/expense", "/sheet"):
        assert township.get(f"/funds/{fund.code}{path}").status_code == 404
    assert township.post(f"/funds/{fund.code}/closing").status_code == 404
    assert enter(Role.SUPERVISOR, VILLAGE).get("/funds/new").status_code == 403
    keeper = enter(Role.SHOPKEEPER, shop=make_shop())
    assert keeper.get(f"/funds/{fund.code}").status_code == 404


def test_the_sheet_adds_up_and_downloads(enter: Enter) -> None:
    fund, office = make_fund(fen=100_00), enter()
    moved = take_in(fund, 50_00, summary="集体分红<b>")
    with transaction():
        donors.reverse_money(moved.entry_id, reason="记错", key="k" * 8, by=the_actor().id)

    page = pages.get(office, f"/funds/{fund.code}/sheet?since=2020-01-01&until=x")
    rows = downloaded(office, f"/funds/{fund.code}/sheet?format=xlsx")
    book = queries.cash_book(fund, today(), today())

    assert "集体分红<b>" in page.text
    assert [line.balance_fen for line in book.lines] == [100_00, 150_00, 100_00]
    assert (book.received_fen, book.spent_fen, book.closing_fen) == (150_00, 50_00, 100_00)
    assert rows[-1][3:6] == (150, 50, 100)


def test_a_region_without_funds_says_so(enter: Enter) -> None:
    assert "还没有设立资金" in pages.get(enter(), "/funds").text
    assert queries.funds(Scope((), ())) == []
    assert FundSource("other").label == "其他"


def delivery_form(sku: str, **changes: object) -> dict[str, object]:
    """A delivery of ten units, typed by the shop."""
    return {
        "key": uuid4().hex, "source": "purchase", "received_on": today().isoformat(),
        "lines-0-sku": sku, "lines-0-quantity": "10", "lines-0-best_before": "",
        "lines-0-unit_cost": "4.50", "step": "",
    } | changes  # fmt: skip


def test_a_gift_of_somebody_new_is_taken_in_from_one_page(enter: Enter) -> None:
    shop, soap = make_shop(), make_goods()
    keeper = enter(Role.SHOPKEEPER, shop=shop)
    at = f"/shops/{shop.code}/goods-in/new"
    gift = {"source": "donation", "donor": "新来的厂", "wish": "给老人", "only_region": VILLAGE}

    pages.get(keeper, at)
    unknown = pages.post(keeper, at, delivery_form(soap.sku, **gift), status=422)
    added = pages.post(keeper, at, delivery_form(soap.sku, **gift, step="donor-company"))
    gift["donor"] = added.field("donor")
    review = pages.post(keeper, at, delivery_form(soap.sku, **gift))
    paper = pages.post(
        keeper, at, delivery_form(soap.sku, **gift, step="confirm"), follow_redirects=True
    )

    [donor] = all_donors()
    assert "登记为企业" in unknown.text
    assert (donor.name, donor.region_code, donor.public) == ("新来的厂", COUNTY, False)
    assert gift["donor"] == f"{donor.code} 新来的厂"
    assert "给老人" in review.text
    assert f"{COUNTY}-JZ{today().year}-0001" in paper.text
    assert "给老人" in paper.text


def test_a_gift_says_who_gave_it_and_a_hostile_kind_adds_nobody(enter: Enter) -> None:
    shop, soap = make_shop(), make_goods()
    keeper = enter(Role.SHOPKEEPER, shop=shop)
    at = f"/shops/{shop.code}/goods-in/new"

    nobody = pages.post(keeper, at, delivery_form(soap.sku, source="donation"), status=422)
    odd = {"source": "donation", "donor": "x" * 80}
    pages.post(keeper, at, delivery_form(soap.sku, **odd, step="donor-robber"), status=422)
    pages.post(keeper, at, delivery_form(soap.sku, **odd, step="donor-person"), status=422)

    assert "请填写捐赠方" in nobody.text
    assert all_donors() == []


def test_a_purchase_shows_what_the_fund_has_left_before_it_is_paid(enter: Enter) -> None:
    shop, soap, fund = make_shop(), make_goods(), make_fund(fen=50_00)
    keeper = enter(Role.SHOPKEEPER, shop=shop)
    at = f"/shops/{shop.code}/goods-in/new"
    bought = {"partner": "批发部", "fund": fund.code, "donor": "写错了地方"}

    review = pages.post(keeper, at, delivery_form(soap.sku, **bought))
    dear = pages.post(
        keeper, at, delivery_form(soap.sku, **bought) | {"lines-0-unit_cost": "6"}, status=409
    )
    paper = pages.post(
        keeper, at, delivery_form(soap.sku, **bought, step="confirm"), follow_redirects=True
    )

    assert "付款后还剩 5.00 元" in review.text
    assert "不够" in dear.text
    assert dear.field("fund") == fund.code
    assert fund.name in paper.text
    assert queries.balance(fund) == 5_00
    assert "付款资金" in paper.text
    foreign = make_fund(OTHER_TOWNSHIP, fen=1)
    pages.post(keeper, at, delivery_form(soap.sku, fund=foreign.code), status=409)
