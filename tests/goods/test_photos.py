"""The picture of goods: sent by the county, seen by everybody, stripped of what it tells."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from supermarket.goods import queries
from supermarket.staff.models import Role
from tests import pages
from tests.factories import COUNTY, TOWNSHIP, make_goods, make_staff


def jpeg(side: int = 40) -> BytesIO:
    """A small red picture."""
    file = BytesIO()
    Image.new("RGB", (side, side), (200, 30, 30)).save(file, "JPEG")
    file.seek(0)
    return file


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    browser = app.test_client()
    pages.sign_in(browser, make_staff(Role.COUNTY, COUNTY))
    return browser


def send(browser: FlaskClient, sku: str, content: BytesIO) -> str:
    """Send a file as the page does; return the page that follows."""
    answer = browser.post(
        f"/goods/{sku}/photo", data={"photo": (content, "x.jpg")}, follow_redirects=True
    )
    return answer.text


def test_a_picture_is_set_shown_to_everybody_and_replaced(app: Flask, office: FlaskClient) -> None:
    item = make_goods()

    first = send(office, item.sku, jpeg())
    token = queries.photo_token(item.id)
    shown = app.test_client().get(f"/goods/{item.sku}/photo")
    send(office, item.sku, jpeg(60))

    assert "照片已换上" in first
    assert Image.open(BytesIO(shown.data)).size == (40, 40)
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert queries.photo_token(item.id) != token
    assert "撤下照片" in pages.get(office, f"/goods/{item.sku}").text


def test_a_picture_is_taken_away(app: Flask, office: FlaskClient) -> None:
    item = make_goods()
    send(office, item.sku, jpeg())

    office.post(f"/goods/{item.sku}/photo/removal")
    again = office.post(f"/goods/{item.sku}/photo/removal")

    assert again.status_code == 302
    assert app.test_client().get(f"/goods/{item.sku}/photo").status_code == 404


def test_what_is_no_picture_is_refused_in_words(office: FlaskClient) -> None:
    item = make_goods()

    wrong = send(office, item.sku, BytesIO(b"<script>alert(1)</script>"))
    empty = office.post(f"/goods/{item.sku}/photo", data={}, follow_redirects=True).text

    assert "照片已换上" not in wrong
    assert "请先选一张照片" in empty
    assert queries.photo_token(item.id) is None


def test_only_the_county_changes_pictures(app: Flask) -> None:
    item, browser = make_goods(), app.test_client()
    pages.sign_in(browser, make_staff(Role.TOWNSHIP, TOWNSHIP))

    assert browser.post(f"/goods/{item.sku}/photo", data={}).status_code == 403
    assert browser.post(f"/goods/{item.sku}/photo/removal").status_code == 403


def test_goods_without_a_picture_have_none_to_show(app: Flask) -> None:
    item = make_goods()

    assert app.test_client().get(f"/goods/{item.sku}/photo").status_code == 404
    assert app.test_client().get("/goods/NOTHING/photo").status_code == 404
