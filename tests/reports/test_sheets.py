"""The county's forms as people meet them: columns, faces, rights, bad input."""

import io
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from supermarket.audit.models import AuditEvent
from supermarket.database import db, transaction
from supermarket.households.models import Household
from supermarket.ledger.models import Journal
from supermarket.reports.queries.sheets.shape import SHEETS, Sheet, in_order, register
from supermarket.reports.views import sheet_files, sheets
from supermarket.staff.models import Role
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    make_household,
    make_scheme,
    make_shop,
    make_staff,
)
from tests.pages import get, sign_in
from tests.reports.test_pages import one_redemption

#: The headings of the papers (section 7 of what officials ask for), in their order; F19 adds
#: whether a visit is planned or was paid.
HEADINGS = {
    "F1": "户编号, 村, 组, 户主, 人口, 户类别, 联系电话(掩码), 代理人, 卡号, 卡状态, "
    "帮扶责任人, 备注",
    "F2": "序号, 类别, 项目, 分值, 频次上限, 依据, 认定方式",
    "F3": "日期, 户编号, 事项, 规则号, 分值, 登记人, 证明人",
    "F4": "期次, 户编号, 户主, 项目, 申报分, 初审, 评议分, 不一致说明, 评议人签字(≥3), 日期",
    "F5": "期次, 户编号, 户主(掩码), 本期加分, 主要事项(固定用语), 累计余额, 公示起止, 异议电话",
    "F6": "编号, 日期, 提出人, 事项, 受理人, 调查结果, 复议结论, 答复日期, 是否更正",
    "F7": "日期, 凭证号, 事项, 收入, 支出, 余额, 经办, 审核",
    "F8": "日期, 凭证号, 店, 户编号, 物品, 单位, 数量, 单价(分), 合计分, 折合元, 余额, "
    "领取人(本人/代领), 签字, 经办人",
    "F9": "日期, 户编号, 代领人, 关系, 授权编号, 物品, 数量, 送达时间, 接收确认",
    "F10": "编号, 日期, 捐赠人, 联系, 现金/物资, 品名规格, 数量, 单价估值, 金额, 捐赠意愿/定向, "
    "保质期, 收据号, 接收人, 监督人",
    "F11": "编号, 日期, 供应商, 发票号, 品名, 规格, 条码, 批次, 生产日期, 到期日, 数量, 进价, "
    "金额, 资金来源, 验收人",
    "F12": "编号, 日期, 品名, 批次, 数量, 原因(过期/破损/盘亏/调拨), 处理方式, "
    "申请人, 审批人, 监督人",
    "F13": "日期, 品名, 批次, 账存, 实存, 盈亏, 金额, 原因, 盘点人, 监盘人",
    "F14": "日期, 摘要, 来源(财政/集体/捐赠), 收, 支, 余额, 凭证号",
    "F15": "期次, 村, 店数, 覆盖户, 本期得分户数, 发放分, 扣分, 兑换户数, 兑换人次, 兑换分, "
    "折合元, 期末积分余额, 库存价值, 保障率, 捐赠额, 采购额, 报损额, 异议数, 预警",
    "F17": "类别, 村, 次数, 分值, 户数, 占比",
    "F18": "物品, 月, 件数, 分, 元, 每店日均, 每户平均, 高峰日",
    "F19": "村, 组, 户编号, 最后得分日, 最后兑换日, 户类别, 责任人, 计划走访, 已走访",
    "F21": "捐赠人, 物资/金额, 去向(村, 人次), 余量",
}
ADDED = "同比, 环比, 未开展村名单(按店), 前 10 物品, 缺货次数"
HEADINGS["F16"] = HEADINGS["F15"].replace("村", "乡镇/县", 1) + ", " + ADDED
HEADINGS["F22"] = HEADINGS["F16"] + ", 典型户, 荣誉, 资金来源构成, 次年预算"
ADDRESS = "/reports/forms"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def home(app: Flask) -> Household:
    """A household that once redeemed, with a telephone."""
    make_scheme()
    one_redemption(make_shop())
    with transaction():
        household = db.session.scalars(select(Household)).one()
        household.phone = "13800001234"
    return household


def workbook(client: FlaskClient, address: str) -> CalamineWorkbook:
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    answer.close()
    return found


def cells(book: CalamineWorkbook, sheet: int = 0) -> list[list[Any]]:
    return book.get_sheet_by_index(sheet).to_python()


@pytest.mark.parametrize("code", HEADINGS)
def test_a_form_has_the_columns_of_the_paper(code: str) -> None:
    labels = ", ".join(column.label for column in SHEETS[code].columns)

    assert labels == HEADINGS[code]


def test_every_form_opens_as_page_and_excel(client: FlaskClient, home: Household) -> None:
    sign_in(client, make_staff(Role.COUNTY, COUNTY))

    index = get(client, ADDRESS)
    for of in in_order(SHEETS.values()):
        query = f"?preset=year&household={home.code}"
        page = get(client, f"{ADDRESS}/{of.code}{query}")
        rows = cells(workbook(client, f"{ADDRESS}/{of.code}{query}&format=xlsx"))
        labels = [column.label for column in of.columns]
        assert of.title in page.text
        assert of.title in index.text
        assert rows[0][0] == of.title
        assert labels in rows
        assert any("数据截至" in str(row[0]) for row in rows[: rows.index(labels)])


def test_the_paper_has_head_foot_and_chain(client: FlaskClient, home: Household) -> None:
    sign_in(client, make_staff(Role.SUPERVISOR, VILLAGE))

    paper = get(client, f"{ADDRESS}/F8?preset=year&format=print")
    seal = db.session.scalar(select(Journal.last_hash).where(Journal.code == VILLAGE))

    assert paper.heading == "兑换登记簿"
    for words in ("单位：安沟村民委员会", "制表", "数据截至", "肥皂", seal or "?"):
        assert words in paper.text


def test_excel_holds_real_numbers_days_and_the_chain_head(
    client: FlaskClient, home: Household
) -> None:
    sign_in(client, make_staff(Role.SUPERVISOR, VILLAGE))

    rows = cells(workbook(client, f"{ADDRESS}/F8?preset=year&format=xlsx"))
    heads = dict(db.session.execute(select(Journal.code, Journal.last_hash)).all())
    top = " ".join(str(row[0]) for row in rows[:10])
    line = rows[-1]

    assert isinstance(line[0], date)
    assert (line[3], line[6], line[8], line[9]) == (home.code, 2, 10, 10)
    assert all(heads[code] in top for code in heads if code.startswith(VILLAGE))


def test_many_journals_stand_behind_a_digest_and_are_listed(
    client: FlaskClient, home: Household
) -> None:
    for village in (OTHER_VILLAGE, "410482101201"):
        make_household(points_held=5, village=village)
    sign_in(client, make_staff(Role.COUNTY, COUNTY))

    book = workbook(client, f"{ADDRESS}/F15?format=xlsx")
    listed = [row for row in cells(book, 1) if str(row[0]).startswith("41")]
    text = "".join(f"{code} {int(number)} {seal}\n" for code, number, seal in listed)

    assert len(listed) > 3
    assert any(sha256(text.encode()).hexdigest() in str(row[0]) for row in cells(book)[:10])


def test_a_roster_masks_telephones_and_is_noted_once_seen_and_once_taken(
    client: FlaskClient, home: Household
) -> None:
    scorer = make_staff(Role.SCORER, VILLAGE)
    sign_in(client, scorer)

    page = get(client, f"{ADDRESS}/F1")
    rows = cells(workbook(client, f"{ADDRESS}/F1?format=xlsx"))
    noted = select(AuditEvent.action).where(AuditEvent.staff_id == scorer.id)

    assert "138****1234" in page.text
    assert "13800001234" not in str(rows) + page.html
    assert {"report.view_f1", "report.export_f1"} <= set(db.session.scalars(noted))


def test_a_keeper_sees_the_forms_of_the_own_shop_only(client: FlaskClient, home: Household) -> None:
    other = make_shop(OTHER_VILLAGE, name="北邻店")
    foreign = one_redemption(other, OTHER_VILLAGE, "赵玉兰")
    shop = make_shop(VILLAGE, name="第二店")
    one_redemption(shop)
    sign_in(client, make_staff(Role.SHOPKEEPER, shop=shop))

    page = get(client, f"{ADDRESS}/F8?preset=year")

    assert "第二店" in page.text
    assert "安沟村爱心超市" not in page.text
    assert foreign not in page.text
    assert client.get(f"{ADDRESS}/F1").status_code == 403
    assert client.get(f"{ADDRESS}/F15?region={VILLAGE}").status_code == 403
    assert "村级月报" not in get(client, ADDRESS).text
    assert client.get(f"{ADDRESS}/F8?shop={other.code}").status_code == 403


@pytest.mark.parametrize("form", ["", "xlsx", "csv", "print"])
def test_another_village_is_refused_on_every_face(
    client: FlaskClient, home: Household, form: str
) -> None:
    away = make_household(village=OTHER_VILLAGE, head="赵玉兰")
    sign_in(client, make_staff(Role.SUPERVISOR, VILLAGE))

    by_place = client.get(f"{ADDRESS}/F8?region={OTHER_VILLAGE}&format={form}")
    by_home = client.get(f"{ADDRESS}/F7?household={away.code}&format={form}")

    assert by_place.status_code == by_home.status_code == 403
    assert "不在您负责的范围内" in by_place.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("F8?since=2026-03-02&until=2026-03-01", 422, "开始日期要在结束日期之前"),
        ("F8?since=1900-01-01&until=2026-03-01", 422, "50 年"),
        ("F8?since=yesterday", 422, "日期不对"),
        ("F8?after=%5B1%2C2%5D", 422, "从第一页重新打开"),
        ("F8?after=%00'; DROP", 422, "从第一页重新打开"),
        ("F15?after=-1", 422, "从第一页重新打开"),
        ("F5?after=1~x", 422, "从第一页重新打开"),
        ("F7", 200, "请先填一户的户编号"),
        ("F7?household=%00%00&format=xlsx", 422, "请先填一户的户编号"),
        ("F7?household=nobody", 403, "不在您负责的范围内"),
        ("F23", 404, "没有“F23”这张报表"),
        ("F8?goods=%27%3B--&since=1980-01-01&until=2026-03-01", 200, "没有内容"),
    ],
)
def test_bad_input_is_told_in_words(
    client: FlaskClient, app: Flask, path: str, status: int, words: str
) -> None:
    make_scheme()
    sign_in(client, make_staff(Role.COUNTY, COUNTY))

    page = get(client, f"{ADDRESS}/{path}", status=status)

    assert words in page.text


def test_too_many_rows_for_excel_or_paper_say_how_to_narrow_and_csv_takes_them(
    client: FlaskClient, home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_files, "WORKBOOK_ROWS", 1)
    monkeypatch.setattr(sheets, "PAPER_ROWS", 1)
    make_household(head="赵玉兰")
    sign_in(client, make_staff(Role.COUNTY, COUNTY))

    for form in ("xlsx", "print"):
        refused = get(client, f"{ADDRESS}/F1?format={form}", status=422)
        assert "请缩短期间、选一个乡镇或村" in refused.text
    lines = client.get(f"{ADDRESS}/F1?format=csv").get_data(as_text=True).splitlines()

    assert len(lines) == 3


def test_pages_follow_each_other_without_a_gap(
    client: FlaskClient, home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "PAGE_ROWS", 2)
    heads = {make_household(head=f"李{name}").head for name in "甲乙丙丁"} | {home.head}
    sign_in(client, make_staff(Role.COUNTY, COUNTY))

    seen: list[str] = []
    address: str | None = f"{ADDRESS}/F1"
    while address:
        page = get(client, address)
        seen += [head for head in heads if head in page.text]
        address = next((link for link in page.links if "after=" in link), None)

    assert sorted(seen) == sorted(heads)


def test_a_form_of_another_slice_joins_in(monkeypatch: pytest.MonkeyPatch) -> None:
    more: Sheet = SHEETS["F1"]._replace(code="F99")
    monkeypatch.setattr("supermarket.reports.queries.sheets.shape.SHEETS", {"F1": SHEETS["F1"]})

    register(more)

    with pytest.raises(ValueError, match="F99"):
        register(more)
