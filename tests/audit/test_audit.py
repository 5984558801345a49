import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from supermarket.audit import service as audit
from supermarket.audit.models import FIELD_LABELS, VALUE_LABELS, AuditEvent
from supermarket.cards.models import CardState
from supermarket.cards.service import cards
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import ConflictError
from supermarket.goods.service.catalogue import NewGoods
from supermarket.households import service as households
from supermarket.households.models import HouseholdState, TagKind
from supermarket.households.service import HouseholdDetails, NewHousehold, roster
from supermarket.schemes.models import CapPeriod, Category, Evidence
from supermarket.schemes.service import RuleText
from supermarket.staff import service as staff
from supermarket.staff.models import Role, Scope
from supermarket.staff.queries import audit_log
from supermarket.staff.queries.audit_log import Asked
from tests import pages
from tests.cards.conftest import signing
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_staff,
    the_actor,
)

EVERYWHERE = Scope((COUNTY,), ())
HOUSEHOLD = f"{VILLAGE}0001"


def noted(action: str, subject: str, by: int | None = None, **after: object) -> None:
    with transaction():
        audit.record(action, subject, by=by, after=after or None)


def subjects(scope: Scope, asked: Asked | None = None) -> list[str]:
    lines = audit_log.listed(scope, asked or Asked(), limit=100)
    return [line.subject for line in lines if not line.action.startswith("staff.")]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    pages.sign_in(client, make_staff(Role.AUDITOR, COUNTY, username="auditor"))
    return client


def test_what_was_done_is_told_in_words_newest_first(client: FlaskClient) -> None:
    member = make_staff(Role.SCORER, VILLAGE, username="wangxiu")
    with transaction():
        audit.record(
            "household.update", HOUSEHOLD, by=member.id,
            before={"head": "李建国", "tags": []}, after={"head": "李<b>", "tags": ["lifted"]},
        )  # fmt: skip
    noted("unheard.of", HOUSEHOLD)

    page = pages.get(client, "/audit/?subject=" + VILLAGE)

    assert page.text.index("unheard.of") < page.text.index("户主：李建国 → 李<b>")
    assert "户类别：脱贫户" in page.text
    assert "王秀英（wangxiu） 修改农户" in page.text.replace("）", "） ").replace("  ", " ")
    assert "命令行" in page.text


def test_fields_and_values_are_told_in_chinese(app: Flask, client: FlaskClient) -> None:
    by = the_actor().id
    with transaction():
        household = households.add(
            NewHousehold(VILLAGE, "李建国", helper="张明", tags=[TagKind.LIFTED]), by
        )
        issued = cards.issue(household, by, **signing(app))
    with transaction():
        cards.report_lost(issued.card, by, "卡丢了")
        wanted = HouseholdDetails("李建国", helper="赵敏", state=HouseholdState.LEFT)
        households.update(household, wanted, by)
        roster.take_in("村,户主\n安沟村,赵玉兰\n".encode(), "名册.csv", EVERYWHERE, by)

    said = pages.get(client, f"/audit/?subject={VILLAGE}").text

    for words in (
        "成员：李建国 户主",
        "帮扶责任人：张明 → 赵敏",
        "状态：在册 → 已退出",
        "状态：在用 → 已挂失",
        "户类别：脱贫户",
        "文件：名册.csv；行数：1；新增户数：1",
        "有变化的户数：0；没有变化的户数：0",
    ):
        assert words in said
    assert not re.search(r"(active|lost|left|lifted|helper|members|tags|state|rows|added)\b", said)


def test_the_ends_of_personal_numbers_are_all_that_is_shown(client: FlaskClient) -> None:
    with transaction():
        audit.record(
            "household.update", HOUSEHOLD, by=None,
            before={"phone": "13800001234", "identity_tail": "001X"},
            after={"phone": "13900005634", "identity_tail": ""},
        )  # fmt: skip

    page = pages.get(client, f"/audit/?subject={HOUSEHOLD}").text
    with client.get(f"/audit/?subject={HOUSEHOLD}&format=xlsx") as answer:
        rows = list(openpyxl.load_workbook(BytesIO(answer.data)).active.values)
    text = client.get(f"/audit/?subject={HOUSEHOLD}&format=csv").get_data(as_text=True)

    for shown in (page, str(rows[-1]), text):
        assert "电话：*********34 → *********34" in shown
        assert "身份证后四位：**1X → —" in shown
        for number in ("1380000", "1390000", "001X"):
            assert number not in shown


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("household.tag", TagKind),
        ("household.tags", TagKind),
        ("household.state", HouseholdState),
        ("card.state", CardState),
        ("rule.category", Category),
        ("rule.cap_period", CapPeriod),
        ("rule.evidence", Evidence),
    ],
)
def test_the_log_has_the_words_of_those_who_write_into_it(field: str, kind: Any) -> None:
    assert VALUE_LABELS[field] == {one.value: one.label for one in kind}


@pytest.mark.parametrize(
    ("about", "names"),
    [
        ("goods", NewGoods._fields),
        ("rule", RuleText._fields),
        ("staff", ("role", "region", "shop")),
    ],
)
def test_every_value_that_changes_has_a_name(about: str, names: tuple[str, ...]) -> None:
    nameless = [n for n in names if f"{about}.{n}" not in FIELD_LABELS and n not in FIELD_LABELS]

    assert nameless == []


def test_the_log_is_narrowed_by_who_what_subject_and_days(app: Flask) -> None:
    scope = Scope((COUNTY,), ())
    member = make_staff(Role.SCORER, VILLAGE, username="wangxiu")
    noted("household.update", HOUSEHOLD, member.id)
    noted("card.issue", f"{VILLAGE}0002")

    day = timedelta(days=1)

    assert subjects(scope, Asked(username="wangxiu")) == [HOUSEHOLD]
    assert subjects(scope, Asked(action="card.issue")) == [f"{VILLAGE}0002"]
    assert subjects(scope, Asked(subject=HOUSEHOLD)) == [HOUSEHOLD]
    assert len(subjects(scope, Asked(subject=VILLAGE))) == 2
    assert len(subjects(scope, Asked(since=today(), until=today()))) == 2
    assert subjects(scope, Asked(since=today() + day)) == []
    assert subjects(scope, Asked(until=today() - day)) == []


def test_the_log_reaches_as_far_as_the_scope(app: Flask) -> None:
    here = make_staff(Role.SCORER, VILLAGE)
    there = make_staff(Role.SCORER, OTHER_TOWNSHIP)
    abroad = make_staff(Role.SCORER, OTHER_COUNTY)
    noted("household.update", HOUSEHOLD)
    noted("household.update", "4104821012010001")
    noted("household.update", "4110250010010001")
    noted("goods.add", "A001", here.id)
    noted("goods.add", "A002", there.id)
    noted("goods.add", "A003", abroad.id)
    noted("goods.add", "A004")

    assert set(subjects(Scope((TOWNSHIP,), ()))) == {HOUSEHOLD, "A001"}
    assert set(subjects(Scope((COUNTY,), ()))) == {
        HOUSEHOLD, "4104821012010001", "A001", "A002", "A004",
    }  # fmt: skip
    assert subjects(Scope((), ("410482100203S01",))) == []


def test_what_somebody_did_in_another_place_is_that_places(app: Flask) -> None:
    both = make_staff(Role.SCORER, TOWNSHIP)
    with transaction():
        staff.grant(both, Role.SCORER, region_code=OTHER_COUNTY, shop_code=None, by=None)
    noted("household.update", HOUSEHOLD, both.id)
    noted("household.update", "4110250010010001", both.id)
    noted("card.blank", "100000173", both.id)

    assert set(subjects(Scope((COUNTY,), ()))) == {HOUSEHOLD, "100000173"}
    assert set(subjects(Scope((OTHER_COUNTY,), ()))) == {"4110250010010001", "100000173"}


def test_a_telephone_number_as_username_is_no_place(app: Flask) -> None:
    make_staff(Role.SCORER, VILLAGE, username="41102500001")

    def named(scope: Scope) -> list[str]:
        return [line.subject for line in audit_log.listed(scope, Asked(), limit=100)]

    assert "41102500001" in named(Scope((COUNTY,), ()))
    assert named(Scope((OTHER_COUNTY,), ())) == []


def test_a_long_log_goes_on_where_the_page_ended(app: Flask, client: FlaskClient) -> None:
    app.config["PAGE_SIZE"] = 2
    for number in range(5):
        noted("household.update", f"{VILLAGE}000{number}")

    first = pages.get(client, f"/audit/?subject={VILLAGE}")
    following = next(link for link in first.links if "before=" in link)
    second = pages.get(client, following)

    assert f"{VILLAGE}0003" in first.text
    assert f"{VILLAGE}0002" not in first.text
    assert f"{VILLAGE}0002" in second.text
    assert f"subject={VILLAGE}" in following


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=2026-03-02&until=2026-03-01",
        "until=9999-12-31",
        "since=0001-01-01",
    ],
)
def test_days_that_cannot_be_are_refused_in_words(client: FlaskClient, query: str) -> None:
    page = pages.get(client, f"/audit/?{query}&format=csv", status=422)

    assert "日期写法不对，或开始晚于结束" in page.text


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "before=" + "9" * 40, "who=%01", "subject=%01", "action=%01"]
)
def test_odd_addresses_open_all_the_same(client: FlaskClient, query: str) -> None:
    pages.get(client, f"/audit/?{query}")


def test_the_log_is_downloaded_as_narrowed(client: FlaskClient) -> None:
    noted("household.update", HOUSEHOLD, None, head="=cmd()")
    noted("household.update", "4104821012010001")

    answer = client.get(f"/audit/?subject={HOUSEHOLD}&format=xlsx")
    rows = list(openpyxl.load_workbook(BytesIO(answer.data)).active.values)
    answer.close()
    text = client.get(f"/audit/?subject={HOUSEHOLD}&format=csv").get_data(as_text=True)

    assert [row[4] for row in rows[3:]] == [HOUSEHOLD]
    assert len(text.splitlines()) == 2
    assert "户主：=cmd()" in text


def test_a_download_goes_on_over_its_own_pages(app: Flask) -> None:
    make_staff(Role.AUDITOR)
    for number in range(7):
        noted("household.update", f"{VILLAGE}000{number}")

    asked = Asked(subject=VILLAGE)
    lines = list(audit_log.all_of(Scope((COUNTY,), ()), asked, size=3))

    assert [line.subject[-1] for line in lines] == list("6543210")


def test_only_auditors_and_administrators_look_into_the_log(app: Flask) -> None:
    for role in Role:
        if role is Role.SHOPKEEPER:
            continue
        client = app.test_client()
        pages.sign_in(client, make_staff(role))

        allowed = role in {Role.AUDITOR, Role.ADMINISTRATOR}

        pages.get(client, "/audit/", status=200 if allowed else 403)


def test_the_database_keeps_the_log_as_it_was_written(app: Flask) -> None:
    make_staff()
    noted("household.update", HOUSEHOLD)

    for change in (update(AuditEvent).values(action="nothing"), delete(AuditEvent)):
        with pytest.raises((DBAPIError, ConflictError)), transaction():
            db.session.execute(change)

    assert subjects(Scope((COUNTY,), ())) == [HOUSEHOLD]
