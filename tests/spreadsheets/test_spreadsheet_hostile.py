"""Wrong, huge, broken and hostile files are refused with a sentence, and harm nothing."""

import io
import random
import struct
import subprocess
import zipfile
from contextlib import suppress
from typing import Any

import openpyxl
import pytest

from supermarket.spreadsheets.columns import Limits
from supermarket.spreadsheets.errors import (
    DamagedFileError,
    EmptyFileError,
    FileTooLargeError,
    PasswordProtectedError,
    SpreadsheetError,
    TooManyColumnsError,
    TooManyRowsError,
    UnclosedQuoteError,
    UnknownEncodingError,
    UnpacksTooLargeError,
    WrongKindError,
)
from supermarket.spreadsheets.reading import read_rows
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from tests.spreadsheets.files import HEADINGS, LI, ROSTER, csv_text, read, saved, xls, xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(**entries: bytes) -> bytes:
    """A zip; in the names ``__`` stands for ``/`` and ``_`` for ``.``."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "一张图片"),
        (b"\x89PNG\r\n\x1a\n\0\0", "一张图片"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "一张图片"),
        (b"\0\0\0\x18ftypheic", "一张图片"),
        (b"%PDF-1.7\n", "PDF"),
        (b"MZ\x90\0\x03\0\0\0", "程序"),
        (b"\x7fELF\x02\x01", "程序"),
        (b"Rar!\x1a\x07", "压缩包"),
        (zipped(readme_txt=b"hello"), "压缩包"),
        (zipped(word__document_xml=b"<x/>"), "Word"),
        (zipped(ppt__presentation_xml=b"<x/>"), "演示文稿"),
        (zipped(OFD_xml=b"<x/>"), "OFD"),
        (OLE + b"\0" * 512 + "WordDocument".encode("utf-16-le"), "Word"),
        (OLE + b"\0" * 512, "不是表格"),
        (b"\xef\xbb\xbf <html><table><tr><td>", "其实是网页"),
        (b"<?xml version='1.0'?><Workbook>", "XML"),
        (b'{"rows": []}', "JSON"),
        (b"a\x01\x02\x03\x04b,c\0\0\n", "不是表格"),
    ],
)
def test_another_kind_of_file_is_told_what_it_is(data: bytes, words: str) -> None:
    with pytest.raises(WrongKindError, match=words) as refused:
        read(data, "花名册.xlsx")

    assert (refused.value.code, refused.value.status) == ("invalid", 422)
    assert "花名册.xlsx" in str(refused.value)


def test_a_csv_that_begins_like_a_program_or_an_image_is_a_csv() -> None:
    data = csv_text(["MZ 户主", "户主"], ["BM", "李建国"]).encode()

    assert read(data)[0].values["head"] == "李建国"


@pytest.mark.parametrize("data", [b"", b"\0\0\0", b" \r\n\r\n", xlsx()])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(EmptyFileError):
        read(data)


def test_a_workbook_with_a_password_is_refused() -> None:
    data = OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le")

    with pytest.raises(PasswordProtectedError, match="取消密码"):
        read(data)


@pytest.mark.parametrize("kept", [40, 2000, -30])
def test_half_a_workbook_is_damaged(kept: int) -> None:
    with pytest.raises(DamagedFileError, match="已损坏"):
        read(xlsx(HEADINGS, LI)[:kept])


def test_a_workbook_without_its_sheets_is_damaged() -> None:
    with pytest.raises(DamagedFileError):
        read(zipped(xl__workbook_xml=b"<workbook><sheets/>", xl__worksheets__sheet1_xml=b"<"))


def test_a_text_in_no_encoding_is_refused() -> None:
    with pytest.raises(UnknownEncodingError, match="另存为"):
        read("户主,电话\n".encode("gbk") + b"\xff\xff\xff\n")


def test_a_file_above_the_limit_is_refused_before_it_is_read_whole() -> None:
    upload = io.BytesIO(b"x" * 5_000_000)

    with pytest.raises(FileTooLargeError, match="超过 1 MB"):
        read_rows(upload, "大.xlsx", headers=ROSTER, limits=Limits(size=1024**2))

    assert upload.tell() == 1024**2 + 1


def test_more_rows_than_the_limit_are_refused() -> None:
    data = csv_text(HEADINGS, *[LI] * 11).encode()

    with pytest.raises(TooManyRowsError, match="超过 10 行"):
        list(read_rows(data, "表.csv", headers=ROSTER, limits=Limits(rows=10)))


@pytest.mark.parametrize("as_csv", [True, False])
def test_more_columns_than_the_limit_are_refused(*, as_csv: bool) -> None:
    heading = [*HEADINGS, *["多"] * 200]
    data = csv_text(heading, LI).encode() if as_csv else xlsx(heading, LI)

    with pytest.raises(TooManyColumnsError, match="206 列，最多 200 列"):
        read(data)


def test_a_zip_bomb_is_refused_by_its_directory() -> None:
    data = zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b" " * 30_000_000)
    assert len(data) < 100_000

    with pytest.raises(UnpacksTooLargeError, match="展开后过大"):
        list(read_rows(data, "炸弹.xlsx", headers=ROSTER, limits=Limits(unpacked=20_000_000)))


def test_a_zip_bomb_with_a_lying_directory_only_costs_its_own_process() -> None:
    book = zipfile.ZipFile(io.BytesIO(xlsx(HEADINGS, LI)))
    entries = {name: book.read(name) for name in book.namelist()}
    sheet = entries["xl/worksheets/sheet1.xml"]
    entries["xl/worksheets/sheet1.xml"] = sheet.replace(
        b"</sheetData>", b"<row><c t='str'><v>%s</v></c></row></sheetData>" % (b"9" * 150_000_000)
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    size = len(entries["xl/worksheets/sheet1.xml"])
    data = file.getvalue().replace(struct.pack("<L", size), struct.pack("<L", len(sheet)))

    with pytest.raises(SpreadsheetError):
        list(read_rows(data, "炸弹.xlsx", headers=ROSTER, limits=Limits(memory=128 * 1024**2)))


def test_a_cell_in_the_farthest_corner_only_costs_its_own_process() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "户主"
    book.active["XFD1048576"] = "远"

    with pytest.raises(UnpacksTooLargeError, match="展开后过大"):
        read(saved(book))


def test_an_xls_with_far_corners_only_costs_its_own_process() -> None:
    data = xls({(0, 0): "户主", (65535, 60000): "远"})

    with pytest.raises(UnpacksTooLargeError):
        read(data)


def test_a_parser_that_computes_too_long_is_ended() -> None:
    many = (("李建国", "410482197001010011", "13800000000") for _ in range(100_000))
    columns = [Column(heading) for heading in HEADINGS[:3]]
    with write_xlsx([Sheet("名单", "", (), columns, many)]) as file:
        data = file.read()

    with pytest.raises(UnpacksTooLargeError):
        list(read_rows(data, "慢.xlsx", headers=ROSTER, limits=Limits(seconds=0)))


def test_a_formula_is_only_its_value() -> None:
    data = xlsx(["户主", "手机号"], ["李建国", '=HYPERLINK("http://x","y")'])

    assert read(data)[0].values["phone"] == ""


def test_an_unclosed_quote_is_named_by_its_row() -> None:
    data = csv_text(HEADINGS, LI).encode() + '"张三,138\n李四,139\n'.encode()

    with pytest.raises(UnclosedQuoteError, match="第 3 行附近"):
        read(data)


def test_a_huge_cell_of_a_csv_is_refused() -> None:
    data = csv_text(HEADINGS, ["长" * 200_000]).encode()

    with pytest.raises(SpreadsheetError, match="第 2 行"):
        read(data)


def test_a_long_or_odd_file_name_cannot_break_the_sentence() -> None:
    with pytest.raises(WrongKindError) as refused:
        read(b"%PDF-1.7", "{0}{filename}\n\x00" + "长" * 500)

    assert len(str(refused.value)) < 120


def test_rows_left_unread_leave_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    rows = read_rows(xlsx(HEADINGS, *[LI] * 5000), "表.xlsx", headers=ROSTER)

    first = next(rows)
    del rows

    assert first.number == 2
    assert [process.poll() is not None for process in started] == [True]


@pytest.mark.parametrize("seed", range(20))
def test_a_workbook_with_flipped_bytes_is_read_or_refused_and_nothing_else(seed: int) -> None:
    noise = random.Random(seed)
    data = bytearray(xlsx(HEADINGS, LI))
    for _ in range(8):
        data[noise.randrange(len(data))] = noise.randrange(256)

    with suppress(SpreadsheetError):
        rows = read(bytes(data))

        assert len(rows) == 1
