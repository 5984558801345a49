"""Pages of budgets: who sees what, setting many, files, overrides."""

import io
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from supermarket.budgets import queries
from supermarket.clock import today
from supermarket.database import db
from supermarket.staff.models import Role
from tests.budgets.makers import EVERYWHERE, give, programme, set_budget, year
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_goods,
    make_household,
    make_shop,
    make_staff,
)
from tests.pages import check, get, post, sign_in


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    """The township's browser, with a programme running."""
    programme(coverage_stop=50)
    client = app.test_client()
    sign_in(client, make_staff(Role.TOWNSHIP, TOWNSHIP))
    return client


def fields(**changes: object) -> dict[str, object]:
    start, end = year()
    return {
        "starts_on": start.isoformat(),
        "ends_on": end.isoformat(),
        "points": "1000",
        "villages": [VILLAGE, OTHER_VILLAGE],
        **changes,
    }


def points_of(village: str = VILLAGE) -> int | None:
    db.session.rollback()
    found = queries.budget(village, today())
    return found.points if found else None


def test_the_list_shows_budget_use_and_coverage(office: FlaskClient) -> None:
    set_budget(1000)
    make_goods(price=10, shop=make_shop(), on_hand=100)
    give(make_household(), 900)

    page = get(office, "/budgets")

    assert "1,000 分 900 分 100 分 111%" in page.text
    assert "没设预算" in page.text
    assert "温泉村" not in page.text


def test_one_village_is_explained(office: FlaskClient) -> None:
    set_budget(1000)
    give(make_household(), 1000)

    page = get(office, f"/budgets/{VILLAGE}")

    assert "已经用完" in page.text
    assert "保障率只有 0%" in page.text
    assert "农户手里的积分1,000 分" in page.text


def test_many_villages_are_set_at_once(office: FlaskClient) -> None:
    assert get(office, "/budgets/set").field("starts_on") == year()[0].isoformat()

    page = post(office, "/budgets/set", fields(), follow_redirects=True)

    assert "新设 2 个村" in page.text
    assert (points_of(), points_of(OTHER_VILLAGE)) == (1000, 1000)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"points": "一千"}, "请填整数"),
        ({"points": "-1"}, "应为 0 到 100000000 的整数"),
        ({"points": ""}, "请填整数"),
        ({"starts_on": ""}, "请填写起始日期"),
        ({"ends_on": "2026-02-30"}, "请填日期"),
        ({"ends_on": "2001-01-01"}, "起止日期不对"),
        ({"villages": []}, "请至少选一个村"),
        ({"villages": ["410482101201"]}, "不是您负责的村"),
        ({"villages": ["<script>alert(1)</script>"]}, "不是您负责的村"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_it_and_kept(
    office: FlaskClient, changes: dict[str, object], words: str
) -> None:
    page = post(office, "/budgets/set", fields(**changes), status=422)

    assert words in page.text
    assert points_of() is None


def test_the_export_is_changed_and_taken_in_again(office: FlaskClient) -> None:
    set_budget(1000)
    with office.get("/budgets/export.xlsx") as sent:
        book = load_workbook(io.BytesIO(sent.data))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]][3:6] == [1000, "安沟村民委员会", 0]
    for row in sheet.iter_rows(min_row=2):
        row[3].value = 2500
    changed = io.BytesIO()
    book.save(changed)

    page = upload(office, changed.getvalue(), status=200, follow=True)

    assert "新设 1 个村，修改 1 个村" in page
    assert (points_of(), points_of(OTHER_VILLAGE)) == (2500, 2500)


def upload(client: FlaskClient, content: bytes, *, status: int = 422, follow: bool = False) -> str:
    answer = client.post(
        "/budgets/load",
        data={"file": (io.BytesIO(content), "预算.xlsx")},
        content_type="multipart/form-data",
        follow_redirects=follow,
    )
    return check(answer, status=status).text


def table(*rows: tuple[object, ...]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.active.append(("村代码", "起始日期", "截止日期", "预算分"))
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def test_a_file_with_a_wrong_row_sets_nothing(office: FlaskClient) -> None:
    good = (VILLAGE, "2026-01-01", "2026-12-31", 5)

    wrong_cells = upload(office, table(good, (OTHER_VILLAGE, "去年", "2026-12-31", "很多")))
    wrong_village = upload(office, table(good, ("410482101201", "2026-01-01", "2026-12-31", 5)))
    too_many = upload(office, table(good, (OTHER_VILLAGE, "2026-01-01", "2026-12-31", 10**9)))
    no_table = upload(office, b"\x00\x01nothing")

    assert "第 3 行" in wrong_cells
    assert "不是您负责的村" in wrong_village
    assert "应为 0 到 100000000 的整数" in too_many
    assert len(no_table) > 10
    assert points_of() is None
    with office.get("/budgets/template.xlsx") as template:
        assert template.status_code == 200
    get(office, "/budgets/load")


@pytest.mark.parametrize("role", [Role.SCORER, Role.SUPERVISOR, Role.REVIEWER, Role.AUDITOR])
def test_the_village_sets_no_budgets(app: Flask, role: Role) -> None:
    client = app.test_client()
    sign_in(client, make_staff(role, VILLAGE))

    for url in ("/budgets", "/budgets/set", "/budgets/overrides", f"/budgets/{VILLAGE}"):
        assert client.get(url).status_code == 403


def test_another_townships_villages_are_not_found(app: Flask) -> None:
    programme()
    client = app.test_client()
    sign_in(client, make_staff(Role.TOWNSHIP, OTHER_TOWNSHIP))

    get(client, f"/budgets/{VILLAGE}", status=404)
    get(client, f"/budgets?region={VILLAGE}", status=404)
    get(client, "/budgets?region=村", status=404)


def test_before_there_is_a_programme_the_pages_still_open(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, make_staff(Role.TOWNSHIP, TOWNSHIP))
    set_budget(10)

    assert "还没有积分方案" in get(client, "/budgets").text
    get(client, "/")
    get(client, f"/budgets/{VILLAGE}")
    with client.get("/budgets/export.xlsx") as sent:
        assert sent.status_code == 200
    told = app.test_cli_runner().invoke(args=["budgets", "show", "--region", VILLAGE])
    assert "还没有积分方案" in told.output


def test_only_the_county_lets_a_village_pass_the_stop(app: Flask, office: FlaskClient) -> None:
    assert office.get("/budgets/overrides/new").status_code == 403
    county = app.test_client()
    sign_in(county, make_staff(Role.COUNTY, COUNTY))
    asked = {"from_on": today().isoformat(), "until_on": today().isoformat()}
    get(county, f"/budgets/overrides/new?region={TOWNSHIP}")

    unsaid = post(county, f"/budgets/overrides/new?region={TOWNSHIP}", asked, status=422)
    done = post(
        county,
        f"/budgets/overrides/new?region={TOWNSHIP}",
        asked | {"reason": "秋收<b>表彰</b>"},
        follow_redirects=True,
    )

    assert "请写明批准的原因" in unsaid.text
    assert "秋收<b>表彰</b>" in done.text
    seen = get(office, "/budgets/overrides")
    assert "寄料镇" in seen.text
    assert "收回" not in [text.text for text in seen.all("button")]
    (row,) = queries.overrides(EVERYWHERE)
    url = f"/budgets/overrides/{row.override.id}/withdraw"
    assert office.post(url).status_code == 403
    assert "已收回" in post(county, url, follow_redirects=True).text
    assert "已经收回" in post(county, url, follow_redirects=True).text
    assert county.post("/budgets/overrides/999/withdraw").status_code == 404


def test_a_budget_nearly_spent_waits_on_the_offices_first_page(office: FlaskClient) -> None:
    set_budget(100)
    household = make_household()
    give(household, 79)
    calm = get(office, "/")
    give(household, 1)

    page = get(office, "/")

    assert "发放预算快用完的村" not in calm.text
    assert "发放预算快用完的村" in page.text
    assert f"/budgets?region={VILLAGE}" in page.links


def test_the_command_shows_how_villages_stand(app: Flask) -> None:
    programme()
    set_budget(10)
    give(make_household(), 10)

    told = app.test_cli_runner().invoke(args=["budgets", "show", "--region", VILLAGE])

    assert told.output == f"{VILLAGE} 安沟村民委员会：预算 10，已发 10，保障率 0%，停发\n"
    assert date(today().year, 1, 1) == year()[0]
