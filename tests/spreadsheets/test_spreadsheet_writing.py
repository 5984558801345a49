"""What goes out opens in Excel as what it is, prints on A4, and comes back the same."""

import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO

import openpyxl
import pytest
import python_calamine
from hypothesis import example, given
from hypothesis import strategies as st

from supermarket.spreadsheets import columns as wanted
from supermarket.spreadsheets import writing
from supermarket.spreadsheets.cells import cleaned
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.errors import NoRowsError
from supermarket.spreadsheets.reading import read_rows
from supermarket.spreadsheets.templates import template_xlsx
from supermarket.spreadsheets.writing import Column, Sheet, write_csv, write_xlsx
from tests.spreadsheets.files import HEADINGS, LI, ROSTER

MOMENT = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
FIGURES = Sheet(
    name="兑换",
    title="焦村镇积分兑换情况表",
    notes=("2026 年 3 月", "截至 2026-03-31 18:00"),
    columns=[
        Column("村"),
        Column("次数", Kind.INT),
        Column("积分", Kind.POINTS),
        Column("金额", Kind.YUAN),
        Column("日期", Kind.DATE),
        Column("时间", Kind.DATETIME),
        Column("占比", Kind.PERCENT),
    ],
    rows=[("杨庄村", 3, 12000, Decimal("60.50"), date(2026, 3, 1), MOMENT, 0.85), (None,) * 7],
)

#: A moment without a zone, as a spreadsheet has it.
moment = datetime.fromisoformat


def opened(file: IO[bytes]) -> openpyxl.Workbook:
    """The workbook as another program reads it."""
    return openpyxl.load_workbook(io.BytesIO(content(file)))


def content(file: IO[bytes]) -> bytes:
    """The bytes of a file, which is closed."""
    with file:
        return file.read()


def test_numbers_dates_and_texts_are_written_as_what_they_are() -> None:
    page = opened(write_xlsx([FIGURES]))["兑换"]

    assert page["A1"].value == "焦村镇积分兑换情况表"
    assert page["A3"].value == "截至 2026-03-31 18:00"
    assert [cell.value for cell in page[4]] == [column.header for column in FIGURES.columns]
    assert [cell.value for cell in page[5]] == [
        "杨庄村", 3, 12000, 60.5, moment("2026-03-01"), moment("2026-03-01 07:30"), 0.85,
    ]  # fmt: skip
    assert [cell.value for cell in page[6]] == [None] * 7
    assert page["C5"].number_format == "#,##0"
    assert page["D5"].number_format == "#,##0.00"


def test_calamine_reads_the_same() -> None:
    workbook = python_calamine.load_workbook(io.BytesIO(content(write_xlsx([FIGURES]))))

    rows = workbook.get_sheet_by_name("兑换").to_python()

    assert rows[4] == [
        "杨庄村", 3, 12000, 60.5, date(2026, 3, 1), moment("2026-03-01 07:30"), 0.85,
    ]  # fmt: skip


def test_a_sheet_is_ready_for_the_printer() -> None:
    page = opened(write_xlsx([FIGURES]))["兑换"]

    assert page.freeze_panes == "A5"
    assert page.print_title_rows == "$4:$4"
    assert page.page_setup.paperSize == 9
    assert page.page_setup.fitToHeight == 0
    assert page.sheet_properties.pageSetUpPr.fitToPage


def test_columns_are_as_wide_as_their_contents_within_reason() -> None:
    sheet = Sheet("表", "", (), [Column("甲"), Column("乙"), Column("丙", width=9)],
                  [("汝州市焦村镇杨庄村", "长" * 900, "x")])  # fmt: skip

    page = opened(write_xlsx([sheet]))["表"]

    assert 18 <= page.column_dimensions["A"].width <= 21
    assert 50 <= page.column_dimensions["B"].width < 51
    assert 9 <= page.column_dimensions["C"].width < 10
    assert page.page_setup.orientation != "landscape"


def test_a_wide_table_lies_on_its_side() -> None:
    sheet = Sheet("表", "", (), [Column("列", width=20)] * 6, [])

    assert opened(write_xlsx([sheet]))["表"].page_setup.orientation == "landscape"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "{=1}", "http://x", "007"])
def test_no_text_becomes_a_formula_or_a_link_or_a_number(text: str) -> None:
    sheet = Sheet("表", text, (text,), [Column(text)], [(text,)])

    page = opened(write_xlsx([sheet]))["表"]

    assert [cell.value for cell in page["A"]] == [text] * 4
    assert {cell.data_type for cell in page["A"]} == {"s"}
    assert page["A4"].hyperlink is None


def test_a_number_with_more_digits_than_excel_keeps_is_written_as_text() -> None:
    sheet = Sheet("表", "", (), [Column("号", Kind.INT)], [(410482197001010011,), (10**14,)])

    page = opened(write_xlsx([sheet]))["表"]

    assert [cell.value for cell in page["A"]] == ["号", "410482197001010011", 10**14]


def test_a_cell_longer_than_the_format_allows_is_shortened_not_lost() -> None:
    sheet = Sheet("表", "", (), [Column("文")], [("长" * 40_000,), (date(1800, 1, 1),)])

    page = opened(write_xlsx([sheet]))["表"]

    assert page["A2"].value == "长" * 32_766 + "…"
    assert page["A3"].value == "1800-01-01"


def test_names_of_sheets_obey_the_rules() -> None:
    names = ["a/b:c[d]", "'x'", "History", "", "长" * 40, "长" * 40, "A B C D "]

    sheets = [Sheet(name, "", (), [Column("x")], []) for name in names]

    assert opened(write_xlsx(sheets)).sheetnames == [
        "a b c d", "x", "History1", "Sheet", "长" * 31, "长" * 27 + " (2)", "A B C D (2)",
    ]  # fmt: skip


def test_a_table_longer_than_a_sheet_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SHEET_ROWS", 5)
    sheet = Sheet("表", "标题", (), [Column("号", Kind.INT)], ((n,) for n in range(7)))

    book = opened(write_xlsx([sheet]))

    pages = [[cell.value for cell in page["A"]] for page in book]
    assert pages == [["标题", "号", 0, 1, 2], ["标题", "号", 3, 4, 5], ["标题", "号", 6]]


def test_the_same_rows_at_the_same_time_are_the_same_bytes() -> None:
    first = content(write_xlsx([FIGURES], title="月报", created_at=MOMENT))
    second = content(write_xlsx([FIGURES], title="月报", created_at=MOMENT))

    assert first == second


def test_neither_way_out_keeps_the_rows_in_memory() -> None:
    titles = [Column("村"), *[Column("积分", Kind.POINTS)] * 4]

    def rows() -> Iterator[tuple[str | int, ...]]:
        for number in range(10_000):
            yield (f"第 {number} 户", number, number, number, number)

    tracemalloc.start()
    write_xlsx([Sheet("表", "", (), titles, rows())]).close()
    for _ in write_csv(titles, rows()):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1_000_000


def test_a_csv_is_what_excel_takes_for_utf_8() -> None:
    data = b"".join(write_csv(FIGURES.columns, FIGURES.rows))

    assert data.decode("utf-8-sig").splitlines() == [
        "村,次数,积分,金额,日期,时间,占比",
        "杨庄村,3,12000,60.50,2026-03-01,2026-03-01 07:30:00,0.85",
        ",,,,,,",
    ]
    assert data.startswith(b"\xef\xbb\xbf")


def test_a_csv_cannot_carry_a_formula_and_keeps_negative_numbers() -> None:
    columns = [Column("文"), Column("分", Kind.POINTS)]

    data = b"".join(write_csv(columns, [("=cmd|'/c'!A1", -5), ("\t=1", -6)]))

    assert data.decode("utf-8-sig").splitlines()[1:] == ["'=cmd|'/c'!A1,-5", "'=1,-6"]


TEXTS = st.lists(st.text(max_size=30), min_size=1, max_size=20)
BOOK = (wanted.Column("number", "序号", required=True), wanted.Column("text", "内容"))


@given(TEXTS)
@example(["=1", "'=1", "''-1", "'x", "'", "1e5", "a;b", "a\tb", '"'])
def test_every_text_comes_back_from_a_csv(texts: list[str]) -> None:
    titles = [Column("序号"), Column("内容")]
    expected = [cleaned(text) for text in texts]

    data = b"".join(write_csv(titles, ((f"n{n}", text) for n, text in enumerate(texts))))
    rows = read_rows(data, "表.csv", headers=BOOK)

    assert _texts(rows, expected) == expected


def test_every_text_comes_back_from_a_workbook() -> None:
    texts = ["=1", "'x", "  李  建国 ", "\U00020000𠮷骉", "<&>\"'", "_x0041_", "\x0b\x1f\ufffe",
             "e\u0301", "\ud800", "1e5", "#N/A", "0012", "a\nb", "😀", "'=1"]  # fmt: skip
    titles = [Column("序号"), Column("内容")]
    expected = [cleaned(text) for text in texts]

    file = write_xlsx([Sheet("表", "", (), titles, [(f"n{n}", t) for n, t in enumerate(texts)])])
    rows = read_rows(content(file), "表.xlsx", headers=BOOK)

    assert _texts(rows, expected) == expected


def _texts(rows: Iterator[wanted.Row], expected: list[str]) -> list[str]:
    """The texts read; where a text was refused in words, the one it was."""
    return [
        expected[index] if row.errors else str(row.values["text"]) for index, row in enumerate(rows)
    ]


def test_a_template_is_understood_by_the_reader_and_explains_itself() -> None:
    file = template_xlsx("农户花名册", ROSTER, [LI])

    book = opened(file)

    assert [cell.value for cell in book["农户花名册"][1]] == ["户主*", *HEADINGS[1:]]
    assert book["农户花名册"].column_dimensions["A"].number_format == "@"
    explained = {row[0].value: [cell.value for cell in row[1:]] for row in book["填写说明"]}
    assert explained["户主"] == ["是", "文字", "李建国"]
    assert explained["出生日期"] == ["", "日期，例如 2026-03-01", "1970-01-01"]


def test_an_empty_template_has_no_rows_and_a_filled_one_has() -> None:
    data = content(template_xlsx("农户花名册", ROSTER, [LI]))
    book = openpyxl.load_workbook(io.BytesIO(data))
    book["农户花名册"].append(LI)
    filled = io.BytesIO()
    book.save(filled)

    rows = list(read_rows(filled.getvalue(), "表.xlsx", headers=ROSTER))

    assert [row.values["head"] for row in rows] == ["李建国"]
    with pytest.raises(NoRowsError):
        list(read_rows(data, "表.xlsx", headers=ROSTER))
