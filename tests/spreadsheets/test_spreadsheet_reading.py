"""What people send is read as they meant it."""

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from supermarket.spreadsheets.columns import Column, Kind
from supermarket.spreadsheets.errors import (
    DuplicateHeadersError,
    MissingHeadersError,
    NoHeaderError,
    NoRowsError,
    UnknownHeadersError,
)
from supermarket.spreadsheets.reading import read_rows, read_table
from tests.spreadsheets.files import HEADINGS, LI, ROSTER, csv_text, ods, read, saved, xls, xlsx

#: A moment without a zone, as a spreadsheet has it.
moment = datetime.fromisoformat


def test_a_roster_becomes_typed_rows_with_their_numbers() -> None:
    data = xlsx(HEADINGS, LI)

    (row,) = read(data)

    assert row.number == 2
    assert row.values == {
        "head": "李建国",
        "id_number": "410482197001010011",
        "phone": "13800000000",
        "members": 4,
        "born_on": date(1970, 1, 1),
        "income": Decimal("1200.50"),
    }
    assert row.errors == ()


def test_an_upload_is_read_like_bytes() -> None:
    upload = io.BytesIO(xlsx(HEADINGS, LI))

    rows = list(read_rows(upload, "花名册.xlsx", headers=ROSTER))

    assert [row.values["head"] for row in rows] == ["李建国"]


def test_a_title_above_and_notes_below_are_no_rows() -> None:
    data = xlsx(
        ["蟒川镇杨庄村花名册"],
        ["填报单位：杨庄村", None, "2026 年 3 月"],
        [],
        HEADINGS,
        LI,
        [],
        ["合计", None, None, 4],
        ["注：本表一式两份"],
        ["填表人：王芳", None, "13900000000"],
    )

    rows = read(data)

    assert [row.number for row in rows] == [5]


def test_a_heading_repeated_for_printing_is_no_row() -> None:
    data = xlsx(HEADINGS, LI, HEADINGS, LI)

    rows = read(data)

    assert [row.number for row in rows] == [2, 4]


def test_a_heading_in_two_rows_is_read_as_one() -> None:
    book = openpyxl.Workbook()
    book.active.append(["户主", "联系方式", None, "人口"])
    book.active.append([None, "手机号", "身份证号", None])
    book.active.append(["李建国", "13800000000", "410482197001010011", 4])
    book.active.merge_cells("A1:A2")
    book.active.merge_cells("B1:C1")

    (row,) = read(saved(book))

    assert row.number == 3
    assert row.values["head"] == "李建国"
    assert row.values["id_number"] == "410482197001010011"
    assert row.values["members"] == 4


@pytest.mark.parametrize(
    "heading",
    ["户主", " 户 主 *", "户主：", "户\n主", "户主（必填）", "户主姓名", "姓名*", "＊户主"],
)
def test_a_heading_is_known_however_it_is_dressed(heading: str) -> None:
    data = xlsx([heading, "手机号"], ["李建国", "138"])

    assert read(data)[0].values["head"] == "李建国"


def test_the_sheet_with_the_heading_is_found_and_hidden_ones_are_not_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(["使用说明"])
    hidden = book.create_sheet("旧")
    hidden.append(HEADINGS)
    hidden.append(["张三"])
    hidden.sheet_state = "hidden"
    sheet = book.create_sheet("名单")
    sheet.append(HEADINGS)
    sheet.append(LI)

    rows = read(saved(book))

    assert [row.values["head"] for row in rows] == ["李建国"]


def test_a_workbook_of_1997_is_read() -> None:
    data = xls({(0, 0): "户主", (0, 1): "手机号", (1, 0): "李建国", (1, 1): 13800000000.0})

    (row,) = read(data, "花名册.xls")

    assert (row.values["head"], row.values["phone"]) == ("李建国", "13800000000")


def test_an_open_document_is_read() -> None:
    (row,) = read(ods(["户主", "手机号"], ["李建国", "13800000000"]), "花名册.ods")

    assert (row.values["head"], row.values["phone"]) == ("李建国", "13800000000")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_every_encoding(encoding: str, delimiter: str) -> None:
    data = csv_text(["杨庄村花名册"], HEADINGS, LI, delimiter=delimiter).encode(encoding)

    (row,) = read(data, "花名册.csv")

    assert (row.number, row.values["head"], row.values["members"]) == (3, "李建国", 4)


def test_utf_16_with_the_high_byte_first_is_read() -> None:
    data = b"\xfe\xff" + csv_text(HEADINGS, LI).encode("utf-16-be")

    assert read(data)[0].values["head"] == "李建国"


def test_a_csv_called_xlsx_is_read_and_so_is_an_xlsx_called_csv() -> None:
    as_csv = read(csv_text(HEADINGS, LI).encode(), "花名册.xlsx")
    as_xlsx = read(xlsx(HEADINGS, LI), "花名册.csv")

    assert as_csv[0].values == as_xlsx[0].values


def test_a_number_kept_as_a_formula_for_excel_is_read_as_it_was() -> None:
    data = '户主,手机号\n李建国,="007"\n'.encode()

    assert read(data)[0].values["phone"] == "007"


def test_commas_inside_an_address_do_not_make_the_delimiter() -> None:
    data = csv_text(["户主", "手机号"], ["李建国", "甲,乙,丙,丁"], delimiter="\t").encode()

    assert read(data)[0].values["phone"] == "甲,乙,丙,丁"


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        (13800000000, "13800000000"),
        (13800000000.0, "13800000000"),
        ("007", "007"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        ("  138\u200b\x7f 0000\u3000", "138 0000"),
        ("甲\r\n乙\t丙", "甲 乙 丙"),
        (moment("2026-03-01"), "2026-03-01"),
    ],
)
def test_a_text_column_keeps_what_was_meant(cell: object, phone: str) -> None:
    data = xlsx(["户主", "手机号"], ["李建国", cell])

    assert read(data)[0].values["phone"] == phone


@pytest.mark.parametrize(
    "cell",
    ["1970-1-1", "1970/01/01", "1970.1.1", "1970年1月1日", "19700101", 19700101, "１９７０-１-１",
     moment("1970-01-01"), date(1970, 1, 1), "1970-01-01 00:00:00"],
)  # fmt: skip
def test_a_date_is_read_in_every_spelling(cell: object) -> None:
    data = xlsx(["户主", "出生日期"], ["李建国", cell])

    assert read(data)[0].values["born_on"] == date(1970, 1, 1)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (Kind.YUAN, "￥1,200.50元", Decimal("1200.50")),
        (Kind.YUAN, 3.3000000000000003, Decimal("3.3")),
        (Kind.POINTS, "２０分", 20),
        (Kind.INT, -3.0, -3),
        (Kind.PERCENT, "85%", Decimal("0.85")),
        (Kind.PERCENT, 0.85, Decimal("0.85")),
        (Kind.DATETIME, "2026-03-01 09:30", moment("2026-03-01 09:30")),
        (Kind.DATETIME, "2026年3月1日 9时30分", moment("2026-03-01 09:30")),
        (Kind.DATETIME, date(2026, 3, 1), moment("2026-03-01")),
    ],
)
def test_numbers_and_moments_are_read_as_typed(kind: Kind, cell: object, value: object) -> None:
    columns = (Column("head", "户主", required=True), Column("it", "数值", kind=kind))
    data = xlsx(["户主", "数值"], ["李建国", cell])

    (row,) = read_rows(data, "表.xlsx", headers=columns)

    assert row.values["it"] == value


@pytest.mark.parametrize(
    ("heading", "cell", "words"),
    [
        ("手机号", 410482197001010011, "设为“文本”格式"),
        ("手机号", "4.10482E+17", "科学计数法"),
        ("手机号", "长" * 501, "最多 500 个字"),
        ("手机号", "长" * 30_000, "最多 500 个字"),
        ("人口", "四", "应为数字"),
        ("人口", 4.5, "应为整数"),
        ("人口", "1e400000", "数字太长"),
        ("人口", "nan", "应为数字"),
        ("人口", True, "应为数字"),
        ("出生日期", "1970-02-30", "应为日期"),
        ("出生日期", 25569.5, "应为日期"),
        ("出生日期", "不详", "应为日期"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(heading: str, cell: object, words: str) -> None:
    data = xlsx(["花名册"], ["户主", heading], ["李建国", cell])

    (row,) = read(data)

    (error,) = row.errors
    assert (error.row, error.column) == (3, heading)
    assert words in error.sentence
    assert len(error.value) <= 40


def test_a_failed_formula_in_a_csv_is_an_error() -> None:
    data = csv_text(["户主", "手机号"], ["李建国", "#N/A"]).encode()

    (row,) = read(data)

    assert row.errors[0].sentence == "公式出错，请改填结果"


def test_an_empty_required_cell_is_an_error_of_its_row_only() -> None:
    data = xlsx(HEADINGS, [None, "410482197001010011"], LI)

    first, second = read(data)

    assert [(error.row, error.column) for error in first.errors] == [(2, "户主")]
    assert first.errors[0].sentence == "必填，不能为空"
    assert second.errors == ()


def test_two_headings_for_one_thing_are_refused_with_their_places() -> None:
    data = xlsx(["户主", "手机号", "联系电话"], ["李建国", "1", "2"])

    with pytest.raises(DuplicateHeadersError, match=r"手机号（B 列）、联系电话（C 列）"):
        read(data)


def test_a_missing_heading_is_refused_with_what_is_there() -> None:
    data = xlsx(["门牌", "手机号"], ["3", "138"])

    with pytest.raises(MissingHeadersError, match=r"表头缺少：户主。第 1 行现有的列：门牌、手机号"):
        read(data)


def test_a_table_without_any_known_heading_is_refused_with_what_was_found() -> None:
    data = xlsx(["商品", "规格"], ["大米", "5kg"])

    with pytest.raises(NoHeaderError, match=r"需要的列：户主；表格里的内容：商品、规格、大米"):
        read(data)


def test_a_heading_further_down_than_ten_rows_is_not_looked_for() -> None:
    data = xlsx(*[["说明"]] * 10, HEADINGS, LI)

    with pytest.raises(NoHeaderError):
        read(data)


def test_unknown_headings_are_told_and_refused_only_on_wish() -> None:
    data = xlsx(["户主", "门牌"], ["李建国", "3"])

    table = read_table(data, "表.xlsx", headers=ROSTER)

    assert (table.header_row, table.unknown_headers) == (1, ("门牌",))
    with pytest.raises(UnknownHeadersError, match="不认识的列：门牌。可以使用的列：户主、身份证号"):
        read_table(data, "表.xlsx", headers=ROSTER, strict=True)


def test_a_heading_alone_is_refused() -> None:
    with pytest.raises(NoRowsError, match="只有表头"):
        read(xlsx(HEADINGS))
