"""The catalogue out as Excel, changed by hand, in again: all of it or nothing."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.goods import queries
from supermarket.goods import service as goods
from supermarket.goods.models import Goods
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Content, Sheet, write_xlsx
from supermarket.staff.models import Role
from tests import pages
from tests.factories import COUNTY, TOWNSHIP, make_goods, make_staff

CODE = "6901234567892"


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    browser = app.test_client()
    pages.sign_in(browser, make_staff(Role.COUNTY, COUNTY))
    return browser


def workbook(*rows: tuple[Content, ...]) -> BytesIO:
    headers = [Column(column.header, Kind.TEXT) for column in goods.COLUMNS]
    with write_xlsx([Sheet("目录", "", (), headers, rows)]) as file:
        return BytesIO(file.read())


def load(browser: FlaskClient, file: BytesIO, status: int = 200) -> pages.Page:
    return pages.post(
        browser, "/goods/load", {"file": (file, "目录.xlsx")}, status=status,
        follow_redirects=True, content_type="multipart/form-data",
    )  # fmt: skip


def downloaded(browser: FlaskClient, url: str) -> list[tuple[Content, ...]]:
    with browser.get(url) as answer:
        book = load_workbook(BytesIO(answer.data))
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_the_catalogue_goes_out_is_changed_and_comes_in_again(office: FlaskClient) -> None:
    soap = make_goods(name="肥皂", price=5)
    with transaction():
        goods.bind_barcode(soap, CODE, by=None)
        goods.bind_barcode(soap, "16901234567899", units=24, by=None)
    pages.get(office, "/goods/load")

    head, row, *rest = downloaded(office, "/goods/export.xlsx")
    unchanged = load(office, workbook(row))
    changed = list(row)
    changed[head.index("兑换分值")] = 7
    page = load(office, workbook(tuple(changed), ("N1", "毛巾", "条", 9, "", "", "", "", "")))

    assert (rest, row[head.index("条码")]) == ([], CODE)
    assert "已导入 1 行：新增 0 种，修改 0 种" in unchanged.text
    assert "新增 1 种，修改 1 种" in page.text
    assert queries.prices(None, [soap.id], today()) == {soap.id: 7}
    assert queries.scan("N1").name == "毛巾"
    assert downloaded(office, "/goods/template.xlsx")


def test_one_wrong_line_keeps_all_of_it_out_and_every_one_is_named(office: FlaskClient) -> None:
    good = ("N1", "毛巾", "条", 9, "", "", "", "", "")
    refused = load(
        office, workbook(good, ("N2", "<b>100%</b>", "条", 0, "也许", "", "", "", "")), 422
    )

    assert "第 3 行" in refused.text
    assert "应填“是”或“否”" in refused.text
    assert db.session.query(Goods).count() == 0
    no_table = load(office, BytesIO(b"nothing"), 422)
    assert "没有找到表头" in no_table.text


def test_only_the_county_takes_a_catalogue_in(app: Flask) -> None:
    browser = app.test_client()
    pages.sign_in(browser, make_staff(Role.TOWNSHIP, TOWNSHIP))

    assert browser.get("/goods/load").status_code == 403
    load(browser, workbook(("N1", "毛巾", "条", 9, "", "", "", "", "")), 403)
    assert db.session.query(Goods).count() == 0
    assert "导入" not in pages.get(browser, "/goods").text
