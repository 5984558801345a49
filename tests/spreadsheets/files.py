"""Small files as people send them, made on the spot."""

import csv
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

import openpyxl

from supermarket.spreadsheets.columns import Column, Kind, Row
from supermarket.spreadsheets.reading import read_rows

ROSTER = (
    Column("head", "户主", ("户主姓名", "姓名"), required=True, max_length=20),
    Column("id_number", "身份证号", ("公民身份号码",)),
    Column("phone", "手机号", ("电话", "联系电话")),
    Column("members", "人口", kind=Kind.INT),
    Column("born_on", "出生日期", kind=Kind.DATE),
    Column("income", "收入", ("收入(元)",), kind=Kind.YUAN),
)

HEADINGS = ["户主", "身份证号", "手机号", "人口", "出生日期", "收入"]
LI: list[str | int] = ["李建国", "410482197001010011", "13800000000", 4, "1970-01-01", "1200.50"]


def xlsx(*rows: Sequence[object]) -> bytes:
    """A workbook whose only sheet has ``rows``."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xls(cells: Mapping[tuple[int, int], str | float]) -> bytes:
    """A workbook of 1997 with one sheet: the cells by row and column, from 0."""
    begin = _record(0x0809, struct.pack("<HHHHLL", 0x0600, 0x0010, 0, 0, 0, 0))
    sheet = begin
    for (row, column), content in cells.items():
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(content, str):
            text = struct.pack("<HB", len(content), 1) + content.encode("utf-16-le")
            sheet += _record(0x0204, place + text)
        else:
            sheet += _record(0x0203, place + struct.pack("<d", content))
    sheet += _record(0x000A, b"")
    name = struct.pack("<BB", 2, 1) + "名单".encode("utf-16-le")
    start = len(begin) + 4 + 6 + len(name) + 4
    book = _record(0x0809, struct.pack("<HHHHLL", 0x0600, 0x0005, 0, 0, 0, 0))
    book += _record(0x0085, struct.pack("<LBB", start, 0, 0) + name) + _record(0x000A, b"")
    return _ole("Workbook", book + sheet)


def _record(number: int, content: bytes) -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def _ole(name: str, stream: bytes) -> bytes:
    """An OLE file with one stream: header, sector table, directory, stream; sectors of 512."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    # 1 table sector, directory in sector 1, no small streams, no more table sectors.
    header += struct.pack("<HHHHH6xLLL4x", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1)
    header += struct.pack("<LLLLL", 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109L", 0, *[0xFFFFFFFF] * 108)
    packed = struct.pack("<128L", *table, *[0xFFFFFFFF] * (128 - len(table)))
    directory = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(
        name, 2, 0xFFFFFFFF, 2, len(stream)
    )
    return header + packed + directory.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le")
    none = 0xFFFFFFFF
    return struct.pack(
        "<64sHBBLLL36xLLL", encoded, len(encoded) + 2, kind, 1, none, none, child, start, size, 0
    )


def ods(*rows: Sequence[str]) -> bytes:
    """An OpenDocument spreadsheet of texts."""
    lines = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content{spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="名单">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return file.getvalue()


def csv_text(*rows: Sequence[object], delimiter: str = ",") -> str:
    """The rows as the text of a CSV."""
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue()


def read(data: bytes, filename: str = "花名册.xlsx") -> list[Row]:
    """Everything in a roster."""
    return list(read_rows(data, filename, headers=ROSTER))
