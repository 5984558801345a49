"""Codes of our own and shelf labels, read back from the printed page."""

from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from stdnum import ean

from supermarket.database import transaction
from supermarket.goods import queries
from supermarket.goods import service as goods
from supermarket.goods.errors import BarcodeTakenError, NoInStoreNumberError
from supermarket.goods.service import labels
from supermarket.goods.service.labels import ShelfLabel
from supermarket.staff.models import Role
from tests import pages
from tests.factories import COUNTY, make_goods, make_shop, make_staff

PACKAGE = "6901234567892"


def printed(pdf: bytes) -> list[Image.Image]:
    """The pages as a printer would lay them down."""
    document = pypdfium2.PdfDocument(pdf)
    drawn = [page.render(scale=200 / 72).to_pil() for page in document]
    document.close()
    return drawn


def codes(page: Image.Image) -> set[str]:
    """What a scanner reads on a page."""
    return {code.text for code in zxingcpp.read_barcodes(page)}


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    browser = app.test_client()
    pages.sign_in(browser, make_staff(Role.COUNTY, COUNTY))
    return browser


@pytest.mark.parametrize(("number", "code"), [(1, "2000000000015"), (2, "2000000000022")])
def test_our_own_numbers_are_ean_13_with_prefix_20(number: int, code: str) -> None:
    made = labels.in_store_code(number)

    assert made == code
    assert ean.is_valid(made)


@pytest.mark.parametrize("number", [0, -1, 10**10])
def test_no_number_is_made_beyond_ten_digits(number: int) -> None:
    with pytest.raises(NoInStoreNumberError):
        labels.in_store_code(number)


def test_goods_without_a_code_get_one_once(app: Flask) -> None:
    item = make_goods(name="散装鸡蛋")

    with transaction():
        first = labels.give_code(item, by=None).code
    with transaction():
        second = labels.give_code(item, by=None).code

    assert first == second == labels.in_store_code(item.id)
    assert queries.scan(first).sku == item.sku


def test_a_number_bound_by_hand_is_not_taken_away(app: Flask) -> None:
    eggs, soap = make_goods(name="鸡蛋"), make_goods(name="肥皂")
    with transaction():
        goods.bind_barcode(soap, labels.in_store_code(eggs.id), by=None)

    with pytest.raises(BarcodeTakenError), transaction():
        labels.give_code(eggs, by=None)


def test_every_label_of_a_sheet_reads_back() -> None:
    wanted = [
        ShelfLabel(f"商品{n}", "5 kg", "袋", n, f"G{n:03}", labels.in_store_code(n))
        for n in range(1, 31)
    ]
    out = BytesIO()

    count = labels.sheets(iter(wanted), out)

    drawn = printed(out.getvalue())
    assert (count, len(drawn)) == (30, 2)
    assert codes(drawn[0]) == {label.code for label in wanted[:24]}
    assert codes(drawn[1]) == {label.code for label in wanted[24:]}


def test_a_long_name_and_a_dear_thing_stay_on_their_label() -> None:
    label = ShelfLabel("很长的名字" * 12, "规格" * 20, "大箱", 100_000, "G001", PACKAGE)
    out = BytesIO()

    labels.sheets([label], out)

    page = printed(out.getvalue())[0]
    assert codes(page) == {PACKAGE}
    width = round(page.width / 3)
    beyond = page.crop((width + 6, 0, page.width, page.height)).convert("L")
    assert min(beyond.tobytes()) > 150  # nothing darker than a hairline


def test_nothing_chosen_prints_nothing(office: FlaskClient) -> None:
    answer = office.get("/goods/labels.pdf?q=nothing")

    assert answer.status_code == 422
    assert "没有选中商品" in answer.text


def test_labels_are_chosen_given_codes_and_downloaded(office: FlaskClient) -> None:
    make_goods(name="大米", price=35)

    before = pages.get(office, "/goods/labels")
    office.post("/goods/labels/codes")
    after = pages.get(office, "/goods/labels?copies=2")
    sheet = office.get("/goods/labels.pdf?copies=2")

    assert "没有条码" in before.text
    assert "没有条码" not in after.text
    assert len(codes(printed(sheet.data)[0])) == 1


def test_a_pack_code_is_not_printed_as_the_code_of_one(office: FlaskClient) -> None:
    item = make_goods(name="大米")
    with transaction():
        goods.bind_barcode(item, PACKAGE, units=12, by=None)

    office.post("/goods/labels/codes")

    assert {row.code for row in queries.goods_or_404(item.sku).barcodes} == {
        PACKAGE, labels.in_store_code(item.id),
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.SCORER, Role.SHOPKEEPER, Role.AUDITOR])
def test_other_roles_print_no_labels(app: Flask, role: Role) -> None:
    browser = app.test_client()
    shop = make_shop() if role is Role.SHOPKEEPER else None
    pages.sign_in(browser, make_staff(role, shop=shop))

    assert browser.get("/goods/labels.pdf").status_code == 403


def test_a_pack_and_a_shelf_label_off_the_paper_count_their_units_at_goods_in(
    office: FlaskClient,
) -> None:
    shop, item = make_shop(), make_goods(name="大米", price=35)
    with transaction():
        goods.bind_barcode(item, PACKAGE, units=12, by=None)
    office.post("/goods/labels/codes")
    sheet = office.get("/goods/labels.pdf")
    pack, url = BytesIO(), f"/shops/{shop.code}/goods-in/new"
    labels.sheets([ShelfLabel("大米 整箱", "12 袋", "箱", 420, item.sku, PACKAGE)], pack)
    [single] = codes(printed(sheet.data)[0])
    [carton] = codes(printed(pack.getvalue())[0])

    typed = {"code": carton, "step": "add", "key": "k" * 32, "source": "donation"}
    whole = pages.post(office, url, typed)
    line = {"lines-0-sku": whole.field("lines-0-sku"), "lines-0-quantity": "12"}
    both = pages.post(office, url, typed | line | {"code": single})
    twice = pages.post(office, url, typed | line | {"code": f"2*{carton}"})

    assert (carton, single) == (PACKAGE, labels.in_store_code(item.id))
    assert (whole.field("lines-0-sku"), whole.field("lines-0-quantity")) == (item.sku, "12")
    assert both.field("lines-0-quantity") == "13"
    assert twice.field("lines-0-quantity") == "36"
