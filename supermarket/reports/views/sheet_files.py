"""A form as a file: Excel as people file it, CSV for more rows than that."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from flask import Response, send_file, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.reports.errors import TooManyRowsError
from supermarket.reports.queries.sheets.heads import Heads
from supermarket.reports.queries.sheets.shape import Asked, Sheet, Time
from supermarket.spreadsheets import writing
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Content

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Rows of a workbook that people can still open on their machines; more go out as CSV.
WORKBOOK_ROWS = 100_000


class Head(NamedTuple):
    """What stands above and below a form's table."""

    place: str
    period: str
    as_of: str
    heads: Heads


def workbook(of: Sheet, asked: Asked, head: Head) -> ResponseReturnValue:
    """Return a form as an Excel file with the paper's headings.

    Raises:
        TooManyRowsError: it has more rows than a workbook should hold.
    """
    if of.long and next(islice(of.rows(asked, ""), WORKBOOK_ROWS, None), None) is not None:
        raise TooManyRowsError(limit=f"{WORKBOOK_ROWS:,}")
    title = f"{of.code} {_(of.title)}"
    sheets = [
        writing.Sheet(
            name=title,
            title=_(of.title),
            notes=_notes(of, head),
            columns=_columns(of),
            rows=_cells(of, asked),
        )
    ]
    if not head.heads.few:
        sheets.append(_chain(head.heads))
    file = writing.write_xlsx(sheets, title=title)
    return send_file(
        file, mimetype=XLSX, as_attachment=True, download_name=_name(of, asked, "xlsx")
    )


def csv(of: Sheet, asked: Asked) -> ResponseReturnValue:
    """Return a form as CSV, however many rows it has: they are sent as they are read."""
    pieces = writing.write_csv(_columns(of), _cells(of, asked))
    answer = Response(stream_with_context(pieces), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=_name(of, asked, "csv"))
    return answer


def _columns(of: Sheet) -> list[Column]:
    return [Column(_(column.label), column.kind, column.width) for column in of.columns]


def _cells(of: Sheet, asked: Asked) -> Iterator[tuple[Content, ...]]:
    return (row.cells for row in of.rows(asked, ""))


def _notes(of: Sheet, head: Head) -> list[str]:
    """Return the lines between title and table: whose, when, as of when, drawn from what."""
    notes = [_("单位：%(place)s", place=head.place)]
    if head.period:
        notes.append(_("期间：%(period)s", period=head.period))
    notes += [_(note) for note in of.notes]
    notes.append(_("数据截至 %(moment)s（北京时间）", moment=head.as_of))
    if head.heads.few:
        notes += [chain_line(one.code, one.number, one.hash) for one in head.heads.heads]
    else:
        notes.append(chain_digest(head.heads))
    return notes


def chain_line(code: str, number: int, seal: str) -> str:
    """Say which entry is the newest of a journal, and its seal."""
    words: str = _(
        "台账 %(code)s 第 %(number)s 号，校验码 %(hash)s", code=code, number=number, hash=seal
    )
    return words


def chain_digest(of: Heads) -> str:
    """Say what the seals of many journals come to."""
    words: str = _(
        "%(count)s 本台账的总校验码 %(hash)s（各本见“台账校验”）",
        count=len(of.heads),
        hash=of.digest,
    )
    return words


def _chain(of: Heads) -> writing.Sheet:
    """List the heads behind the digest."""
    words = _("总校验码 %(hash)s：每行写“台账 号码 校验码”，按行排好后的 SHA-256", hash=of.digest)
    return writing.Sheet(
        name=_("台账校验"),
        title=_("台账校验"),
        notes=[words],
        columns=[
            Column(_("台账")),
            Column(_("最后一号"), Kind.INT),
            Column(_("校验码"), width=66),
        ],
        rows=of.heads,
    )


def _name(of: Sheet, asked: Asked, ending: str) -> str:
    days = f"{asked.window.since}-{asked.window.until}" if of.time is Time.WINDOW else f"{today()}"
    return f"{of.code}-{_(of.title)}-{days}.{ending}".replace("/", "、")
