"""The report as people and their Excel see it."""

from datetime import UTC, date, datetime
from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supermarket.audit.models import AuditEvent
from supermarket.clock import at, today
from supermarket.counter import service as counter
from supermarket.database import db, once_more
from supermarket.shops.models import Shop
from supermarket.staff.models import Role, Scope, StaffMember
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    PASSWORD,
    VILLAGE,
    make_goods,
    make_household,
    make_scheme,
    make_shop,
    make_staff,
)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def sign_in(client: FlaskClient, member: StaffMember) -> None:
    client.post("/sign-in", data={"username": member.username, "password": PASSWORD})


def one_redemption(shop: Shop, village: str = VILLAGE, head: str = "李建国") -> str:
    """Two bars of soap for ten points; return the reference."""
    soap = make_goods(price=5, shop=shop, on_hand=9, name="肥皂")
    home = make_household(points_held=50, village=village, head=head)
    keeper = make_staff(Role.SHOPKEEPER, shop=shop)
    receipt = once_more(
        lambda: counter.redeem(
            uuid4().hex,
            shop=shop.code,
            household=home.code,
            lines=[(soap.sku, 2)],
            by=keeper.id,
            scope=Scope((), (shop.code,)),
        )
    )
    return receipt.reference


def test_the_county_sees_every_village_and_opens_the_rows(client: FlaskClient) -> None:
    make_scheme()
    reference = one_redemption(make_shop())
    sign_in(client, make_staff(Role.COUNTY, COUNTY))

    page = client.get("/reports/redemptions?by=village").get_data(as_text=True)
    rows = client.get(f"/reports/redemptions/rows?region={VILLAGE}").get_data(as_text=True)

    assert "安沟村民委员会" in page
    assert reference in rows
    assert "李建国" in rows


def test_a_keeper_sees_the_own_shop_only(client: FlaskClient) -> None:
    make_scheme()
    mine, other = make_shop(name="安沟店"), make_shop(OTHER_VILLAGE, name="北邻店")
    one_redemption(mine)
    foreign = one_redemption(other, OTHER_VILLAGE, "赵玉兰")
    sign_in(client, make_staff(Role.SHOPKEEPER, shop=mine))

    page = client.get("/reports/redemptions?by=shop").get_data(as_text=True)
    rows = client.get("/reports/redemptions/rows").get_data(as_text=True)
    refused = client.get(f"/reports/redemptions?shop={other.code}")

    assert "安沟店" in page
    assert "北邻店" not in page
    assert foreign not in rows
    assert refused.status_code == 403
    assert "不在您负责的范围内" in refused.get_data(as_text=True)


def test_a_scorer_has_no_reports(client: FlaskClient, app: Flask) -> None:
    sign_in(client, make_staff(Role.SCORER, VILLAGE))

    assert client.get("/reports/redemptions").status_code == 403
    assert client.get("/reports/redemptions/rows").status_code == 403


def test_the_workbook_holds_the_numbers_of_the_page(client: FlaskClient) -> None:
    make_scheme(fen_per_point=50)
    one_redemption(make_shop())
    sign_in(client, make_staff(Role.COUNTY, COUNTY))

    answer = client.get("/reports/redemptions?by=village&format=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    rows = [[cell.value or None for cell in row] for row in sheet.iter_rows()]
    answer.close()

    assert ["安沟村民委员会", VILLAGE, 1, 1, 2, 10, 5] in rows
    assert ["合计", None, 1, 1, 2, 10, 5] in rows
    assert answer.headers["Content-Disposition"].endswith("xlsx")


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("since=2026-03-02&until=2026-03-01", 422, "开始日期要在结束日期之前"),
        ("since=yesterday", 422, "日期不对"),
        ("since=1000-01-01&until=2026-03-01", 422, "50 年"),
        ("by=staff", 422, "不能按“staff”汇总"),
        (f"region={OTHER_VILLAGE}", 403, "不在您负责的范围内"),
        ("region=%27%3B--", 403, "不在您负责的范围内"),
        ("shop=S99", 403, "不在您负责的范围内"),
    ],
)
@pytest.mark.parametrize("path", ["/reports/redemptions", "/reports/redemptions/rows"])
def test_what_cannot_be_shown_is_explained_and_kept(
    client: FlaskClient, path: str, query: str, status: int, words: str
) -> None:
    sign_in(client, make_staff(Role.SUPERVISOR, VILLAGE))

    answer = client.get(f"{path}?{query}")

    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    if query.startswith("since=2026"):
        assert 'value="2026-03-02"' in answer.get_data(as_text=True)


def test_a_place_without_redemptions_says_so(client: FlaskClient) -> None:
    sign_in(client, make_staff(Role.COUNTY, COUNTY))

    page = client.get("/reports/redemptions").get_data(as_text=True)

    assert "这段时间没有兑换" in page


def test_time_is_written_as_people_say_it(client: FlaskClient) -> None:
    with at(datetime(2025, 3, 20, 4, tzinfo=UTC)):
        make_scheme()
        one_redemption(make_shop())
    sign_in(client, make_staff(Role.COUNTY, COUNTY))
    window = "since=2025-03-01&until=2025-03-31"

    months = client.get(f"/reports/redemptions?by=month&{window}").get_data(as_text=True)
    halves = client.get(f"/reports/redemptions?by=half_month&{window}").get_data(as_text=True)
    into = client.get("/reports/redemptions?by=day&preset=year").status_code

    assert "2025年3月" in months
    assert "2025年3月下半月" in halves
    assert into == 200
    assert today() > date(2025, 3, 20)


@pytest.mark.parametrize(
    "before", ["x~5", "2026-13-40~5", "2026-01-01~²", f"2026-01-01~{'9' * 30}"]
)
def test_a_mistyped_place_shows_the_rows_from_the_top(client: FlaskClient, before: str) -> None:
    make_scheme()
    reference = one_redemption(make_shop())
    sign_in(client, make_staff(Role.COUNTY, COUNTY))

    page = client.get("/reports/redemptions/rows", query_string={"before": before})

    assert page.status_code == 200
    assert reference in page.get_data(as_text=True)


def test_the_first_page_says_how_the_month_goes_without_a_click(client: FlaskClient) -> None:
    make_scheme()
    one_redemption(make_shop())
    sign_in(client, make_staff(Role.TOWNSHIP, VILLAGE[:9]))

    page = client.get("/").get_data(as_text=True)

    assert "本月兑换" in page
    assert ">1<" in page.replace("\n", "").replace(" ", "").replace("次", "<")


def test_opening_the_rows_leaves_a_note(client: FlaskClient) -> None:
    member = make_staff(Role.SUPERVISOR, VILLAGE)
    sign_in(client, member)

    client.get("/reports/redemptions/rows")
    client.get("/reports/redemptions/rows")

    notes = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "report.view_rows")
    ).all()
    assert [(note.staff_id, note.subject) for note in notes] == [(member.id, VILLAGE)]
