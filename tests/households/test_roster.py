"""Taking a roster in: what it may look like, what it changes, what it refuses."""

import csv
import io
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.audit.models import AuditEvent
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.errors import (
    NothingToImportError,
    RosterHeadingError,
    RosterMovedError,
    RosterRowsError,
)
from supermarket.households.models import Household, HouseholdState, TagKind
from supermarket.households.service import HouseholdDetails, NewHousehold, roster
from supermarket.households.service.roster import COLUMNS, EXAMPLES, Plan
from supermarket.regions.models import Region
from supermarket.spreadsheets.errors import SpreadsheetError
from supermarket.spreadsheets.templates import template_xlsx
from supermarket.staff.models import Scope
from tests.factories import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, make_regions
from tests.spreadsheets.files import xlsx

HEADINGS = ["户编号", "村", "组", "户主", "姓名", "与户主关系", "联系电话", "户类别", "帮扶责任人"]
LI = ["", "安沟村", "1组", "李建国", "李建国", "户主", "13800001234", "脱贫户", "张明"]
WANG = ["", "安沟村", "1组", "李建国", "王秀英", "配偶", "", "", ""]
ZHAO = ["", "安沟村", "2组", "赵玉兰", "", "", "", "一般户、低保户", ""]
EVERYWHERE = Scope((COUNTY,), ())


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    make_regions()


def table(*rows: Sequence[object], headings: Sequence[str] = HEADINGS) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode()


def plan(
    *rows: Sequence[object],
    headings: Sequence[str] = HEADINGS,
    scope: Scope = EVERYWHERE,
    village: str = "",
) -> Plan:
    """The dry run of a table of ``rows``."""
    content = table(*rows, headings=headings)
    return roster.dry_run(content, "花名册.csv", scope, village_code=village)


def taken_in(
    *rows: Sequence[object],
    headings: Sequence[str] = HEADINGS,
    village: str = "",
    digest: str | None = None,
) -> Plan:
    """A table of ``rows``, written."""
    with transaction():
        return roster.take_in(
            table(*rows, headings=headings),
            "花名册.csv",
            EVERYWHERE,
            None,
            village_code=village,
            digest=digest,
        )


def said(made: Plan) -> list[tuple[int, str, str]]:
    """Row, column and sentence of everything that is wrong."""
    return [(p.row, p.column, p.message.format(**p.facts)) for p in made.problems]


def the(head: str) -> Household:
    db.session.expire_all()
    return db.session.scalars(select(Household).where(Household.head == head)).one()


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Household)) or 0


def test_a_row_for_each_person_becomes_households_with_members() -> None:
    made = taken_in(LI, WANG, ZHAO)

    li, zhao = the("李建国"), the("赵玉兰")
    assert (made.rows, made.households, len(made.added)) == (3, 2, 2)
    assert (li.code, li.village_code, li.group, li.phone, li.helper) == (
        f"{VILLAGE}0001", VILLAGE, "1组", "13800001234", "张明",
    )  # fmt: skip
    assert [(m.name, m.relation, m.present) for m in li.members] == [
        ("李建国", "户主", True),
        ("王秀英", "配偶", True),
    ]
    assert [(m.name, m.relation) for m in zhao.members] == [("赵玉兰", "户主")]
    assert {t.kind for t in queries.current_tags(zhao, today())} == {
        TagKind.ORDINARY,
        TagKind.MINIMUM_LIVING,
    }
    assert queries.balance(li) == 0


def test_a_household_taken_in_is_found_like_any_other() -> None:
    taken_in(LI, WANG, ZHAO)

    for text in ("wxy", "lijianguo", "1234", "1组 李", "0001"):
        assert [row.head for row in queries.search(text, EVERYWHERE)] == ["李建国"]


def test_the_terms_are_those_the_service_would_keep() -> None:
    taken_in(LI, WANG, ZHAO)
    household = the("李建国")

    with transaction():
        households.index(household)
        changed = db.session.new or db.session.dirty

    assert not changed


def test_every_new_household_is_in_the_audit_log() -> None:
    taken_in(LI, WANG, ZHAO)

    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    by_action = [event.action for event in events if event.action != "staff.add"]
    assert by_action == ["household.add", "household.add", "roster.import"]
    assert events[-3].after is not None
    assert events[-3].after["members"] == [["李建国", "户主"], ["王秀英", "配偶"]]


def test_a_dry_run_writes_nothing() -> None:
    made = plan(LI, WANG, ZHAO)

    assert len(made.added) == 2
    assert count() == 0


def test_the_same_file_again_changes_nothing() -> None:
    taken_in(LI, WANG, ZHAO)

    again = plan(LI, WANG, ZHAO)

    assert (again.added, again.changed, again.unchanged) == ([], [], 2)
    with pytest.raises(NothingToImportError):
        taken_in(LI, WANG, ZHAO)


def test_a_changed_file_shows_old_and_new_and_then_changes_only_that() -> None:
    taken_in(LI, WANG, ZHAO)
    li = [*LI[:6], "13900005678", "脱贫不稳定户", "赵明"]
    child = ["", "安沟村", "1组", "李建国", "李小红", "之女", "", "", ""]

    made = taken_in(li, WANG, child)

    household = the("李建国")
    assert [tuple(d) for d in made.changed[0].differences] == [
        ("联系电话", "13800001234", "13900005678"),
        ("帮扶责任人", "张明", "赵明"),
        ("成员", "", "李小红 之女"),
        ("户类别", "脱贫户", "脱贫不稳定户"),
    ]
    assert [one.head for one in made.absent] == ["赵玉兰"]
    assert household.phone == "13900005678"
    assert [t.kind for t in household.tags if t.until is None] == [TagKind.LIFTED_UNSTABLE]
    assert [row.head for row in queries.search("lxh 5678", EVERYWHERE)] == ["李建国"]
    assert queries.search("13800001234", EVERYWHERE) == []
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "household.update")
    ).one()
    assert event.before == {
        "phone": "13800001234", "helper": "张明", "members": [], "tags": ["lifted"],
    }  # fmt: skip


def test_empty_cells_change_nothing() -> None:
    taken_in(LI, WANG)

    made = plan(["", "安沟村", "1组", "李建国", "", "", "", "", ""])

    assert (made.changed, made.unchanged) == ([], 1)


def test_a_code_finds_a_household_whose_head_changed() -> None:
    taken_in(LI, WANG)

    made = taken_in([f"{VILLAGE}0001", "", "", "王秀英", "王秀英", "户主", "", "", ""])

    assert [tuple(d) for d in made.changed[0].differences] == [
        ("户主", "李建国", "王秀英"),
        ("成员", "王秀英 配偶", "王秀英 户主"),
    ]
    assert the("王秀英").code == f"{VILLAGE}0001"


@pytest.mark.parametrize("code", ["12", f"{VILLAGE}0012"])
def test_a_number_nobody_has_is_a_mistake_and_no_new_household(code: str) -> None:
    wrong = said(plan([code, *LI[1:]], ZHAO))

    assert wrong == [(2, "户编号", "没有这个户编号，请核对；新户请留空，系统会编")]
    with pytest.raises(RosterRowsError):
        taken_in([code, *LI[1:]], ZHAO)
    assert count() == 0


def test_a_number_nobody_has_is_refused_without_a_head_too() -> None:
    wrong = said(plan(["12", "安沟村", "", "", "王秀英", "配偶", "", "", ""]))

    assert [(row, column) for row, column, _ in wrong] == [(2, "户编号")]


def test_merged_cells_continue_the_household_and_the_village_above() -> None:
    made = taken_in(
        LI,
        ["", "", "", "", "王秀英", "配偶", "", "", ""],
        ["", "", "2组", "赵玉兰", "赵玉兰", "户主", "", "", ""],
    )

    assert made.households == 2
    assert [m.name for m in the("李建国").members] == ["李建国", "王秀英"]
    assert the("赵玉兰").village_code == VILLAGE


def test_a_file_of_one_village_need_not_name_it() -> None:
    taken_in(["1组", "李建国"], headings=["组", "户主"], village=VILLAGE)

    assert the("李建国").village_code == VILLAGE


@pytest.mark.parametrize(
    "headings",
    [
        ["行政村", "村民小组", "户主姓名", "成员姓名", "关系"],
        ["村名", "小组", "户主姓名*", "姓名", "与户主的关系"],
        ["所在村（必填）", "组 别", "户 主", "家庭成员", "家庭关系"],
    ],
)
def test_the_headings_people_have(headings: list[str]) -> None:
    made = plan(["安沟", "三组", "李建国", "李建国", "户主"], headings=headings)

    assert [one.listed.head for one in made.added] == ["李建国"]


@pytest.mark.parametrize(
    "village",
    ["安沟村", "安沟", "安沟村委会", "安沟村民委员会", "寄料镇安沟村", VILLAGE,
     "汝州市寄料镇安沟村", "安 沟 村", "寄料镇 安沟"],
)  # fmt: skip
def test_what_people_call_a_village(village: str) -> None:
    made = plan(["", village, *LI[2:]])

    assert said(made) == []
    assert made.villages == [VILLAGE]


@pytest.mark.parametrize(
    ("change", "row", "column", "words"),
    [
        ({"村": "安构村"}, 2, "村", "没有这个村"),
        ({"村": ""}, 2, "村", "请填村名"),
        ({"村": "东街村"}, 2, "村", "不在您负责的范围内"),
        ({"村": "411025001001"}, 2, "村", "不在您负责的范围内"),
        ({"村": "410482100999"}, 2, "村", "没有这个村"),
        ({"户主": "", "与户主关系": "配偶"}, 2, "户主", "看不出是哪一户"),
        ({"联系电话": "没有"}, 2, "联系电话", "不是电话号码"),
        ({"户类别": "富裕户"}, 2, "户类别", "可以填：脱贫户"),
        ({"户编号": "AG-001"}, 2, "户编号", "没有编号请留空"),
        ({"户编号": f"{OTHER_VILLAGE}0001"}, 2, "户编号", "没有编号请留空"),
        ({"户主": "李" * 61}, 2, "户主", "最多 60 个字"),
        ({"户编号": "4.10482E+15"}, 2, "户编号", "科学计数法"),
        ({"联系电话": "#N/A"}, 2, "联系电话", "公式出错"),
    ],
)
def test_a_wrong_cell_is_named_with_what_to_do(
    change: dict[str, str], row: int, column: str, words: str
) -> None:
    cells = [change.get(heading, cell) for heading, cell in zip(HEADINGS, LI, strict=True)]

    wrong = said(plan(cells))

    assert [(number, name) for number, name, _ in wrong] == [(row, column)]
    assert words in wrong[0][2]


def test_a_village_name_borne_twice_asks_which_one() -> None:
    with transaction():
        db.session.add(Region(code="410482101202", name="安沟村民委员会", parent_code="410482101"))

    wrong = said(plan(LI))
    inside = plan(LI, scope=Scope((TOWNSHIP,), ()))

    assert wrong[0][2] == (
        "有 2 个村叫这个名字：寄料镇安沟村民委员会（410482100203）、"
        "温泉镇安沟村民委员会（410482101202）。请写成“乡镇+村名”，或填 12 位区划代码"
    )
    assert said(inside) == []
    assert said(plan(["", "温泉镇安沟村", *LI[2:]])) == []


@pytest.mark.parametrize(
    ("second", "column", "words"),
    [
        (LI, "姓名", "与第 2 行重复"),
        ([*LI[:4], "", "", "", "", ""], "户主", "与第 2 行重复"),
        ([*WANG[:8], "赵明"], "帮扶责任人", "与第 2 行是同一户"),
        ([*WANG[:7], "低保户", ""], "户类别", "与第 2 行是同一户"),
    ],
)
def test_two_rows_that_cannot_both_hold(second: list[str], column: str, words: str) -> None:
    wrong = said(plan(LI, second))

    assert [(row, name) for row, name, _ in wrong] == [(3, column)]
    assert words in wrong[0][2]


def test_two_new_households_of_a_name_and_group_are_told_apart_by_hand() -> None:
    wrong = said(plan(LI, [*LI[:2], " 1 组", *LI[3:]]))

    assert [(row, column) for row, column, _ in wrong] == [(3, "姓名")]
    assert "同组同名的另一户，请在“农户”页面单独添加" in wrong[0][2]


def test_one_household_may_not_stand_twice_under_code_and_name() -> None:
    taken_in(LI)

    wrong = said(plan([f"{VILLAGE}0001", *LI[1:]], LI))

    assert [(row, column) for row, column, _ in wrong] == [(3, "户主")]
    assert "与第 2 行重复，请只保留一行" in wrong[0][2]


def test_namesakes_of_a_group_need_their_codes() -> None:
    with transaction():
        households.add(NewHousehold(VILLAGE, "李建国", "1组"), None)
    with transaction():
        households.add(NewHousehold(VILLAGE, "李建国", "1组"), None, namesake=True)

    wrong = said(plan(["", *LI[1:6], "", "", ""]))

    assert "请填“户编号”" in wrong[0][2]
    assert plan(["2", *LI[1:6], "", "", ""]).unchanged == 1


def test_another_villages_household_is_not_taken_over() -> None:
    with transaction():
        moved = households.add(NewHousehold(VILLAGE, "李建国"), None)
        moved.village_code = OTHER_VILLAGE

    wrong = said(plan(["1", *LI[1:]]))

    assert "是别的村的" in wrong[0][2]


def test_a_household_that_left_does_not_come_back_by_itself() -> None:
    taken_in(LI)
    with transaction():
        households.update(
            the("李建国"), HouseholdDetails("李建国", "1组", state=HouseholdState.LEFT), None
        )

    assert "已登记退出" in said(plan(LI))[0][2]


def test_one_wrong_row_keeps_all_out() -> None:
    with pytest.raises(RosterRowsError) as refused:
        taken_in(LI, ZHAO, ["", "没有村", *LI[2:]])

    assert str(refused.value) == "花名册有 1 处要改，一行也没有导入。请改好后重新上传"
    assert count() == 0


def test_what_somebody_else_changed_meanwhile_is_shown_again() -> None:
    confirmed = plan(LI, ZHAO).digest
    taken_in(ZHAO)

    with pytest.raises(RosterMovedError):
        taken_in(LI, ZHAO, digest=confirmed)

    assert count() == 1


def test_columns_nobody_asked_for_are_named_and_not_read() -> None:
    made = plan([*LI, "410482197001011234"], headings=[*HEADINGS, "身份证号"])

    assert made.unknown_headers == ("身份证号",)
    assert said(made) == []


def test_the_whole_identity_number_is_refused() -> None:
    made = plan([*LI, "410482197001011234"], headings=[*HEADINGS, "身份证后四位"])

    assert "不要填完整号码" in said(made)[0][2]
    assert said(plan([*LI, "123x"], headings=[*HEADINGS, "身份证后四位"])) == []


def test_gbk_and_excel_read_the_same() -> None:
    text = "村,组,户主\n安沟村,1组,李建国\n"

    gbk = roster.dry_run(text.encode("gb18030"), "花名册.csv", EVERYWHERE)
    excel = roster.dry_run(
        xlsx(["农户花名册"], ["村", "组", "户主"], ["安沟村", 1, "李建国"]),
        "花名册.xlsx",
        EVERYWHERE,
    )

    assert [
        (one.listed.village_code, one.listed.group, one.listed.head)
        for made in (gbk, excel)
        for one in made.added
    ] == [(VILLAGE, "1组", "李建国")] * 2


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", SpreadsheetError),
        (b"\x89PNG\r\n\x1a\n....", SpreadsheetError),
        (b"PK\x03\x04broken", SpreadsheetError),
        (bytes(range(256)) * 20, SpreadsheetError),
        (b"a,b\n1,2\n", RosterHeadingError),
        ("村,组,户主\n".encode(), SpreadsheetError),
    ],
)
def test_files_that_are_no_roster(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        roster.dry_run(content, "花名册.xlsx", EVERYWHERE)


def test_the_template_reads_back_and_its_examples_are_right() -> None:
    with template_xlsx("农户花名册", COLUMNS, EXAMPLES) as file, pytest.raises(SpreadsheetError):
        roster.dry_run(file.read(), "模板.xlsx", EVERYWHERE)

    made = plan(*EXAMPLES, headings=[column.header for column in COLUMNS])

    assert said(made) == []
    assert made.households == 2


def test_formulas_are_text_and_stay_text() -> None:
    taken_in(["", "安沟村", "1组", "=HYPERLINK(1)", "", "", "", "", ""])

    assert the("=HYPERLINK(1)").code == f"{VILLAGE}0001"
