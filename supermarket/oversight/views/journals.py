"""Journals for auditors: which there are, their entries in order, one entry, a file."""

from collections.abc import Iterator
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    render_template,
    request,
    send_file,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.errors import DomainError, NotFoundError
from supermarket.filters import moment
from supermarket.ledger.models import EntryKind
from supermarket.oversight.errors import TooLongError
from supermarket.oversight.forms import journals as forms
from supermarket.oversight.queries import journals as queries
from supermarket.oversight.queries.journals import LONGEST, EntryRow, JournalRow, Narrow
from supermarket.oversight.queries.lines import Book, LineRow, lines, sealed
from supermarket.oversight.views import papers
from supermarket.spreadsheets.cells import cleaned
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Content, Sheet, write_csv, write_xlsx
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("journals", __name__, url_prefix="/oversight/journals")
#: What narrows a journal, by the names of its address.
NARROWS = ("kind", "since", "until", "actor", "household", "goods", "document")


@bp.get("")
@requires(Permission.OVERSEE)
def index() -> ResponseReturnValue:
    """List the journals of the places and shops in sight."""
    size: int = current_app.config["PAGE_SIZE"]
    text = cleaned(request.args.get("text", ""))[:40]
    after = cleaned(request.args.get("after", ""))[:64]
    scope = current_user.scope(Permission.OVERSEE)
    rows = queries.journals(scope, text=text, after=after, limit=size + 1)
    return render_template(
        "oversight/journals.html",
        rows=rows[:size],
        text=text,
        next_url=url_for(".index", text=text or None, after=rows[size - 1].code)
        if len(rows) > size
        else None,
        first_url=url_for(".index", text=text or None) if after else None,
    )


@bp.get("/<code>")
@requires(Permission.OVERSEE)
def show(code: str) -> ResponseReturnValue:
    """Show a journal's entries in order; ``?format=xlsx`` or ``csv`` downloads them."""
    journal = _journal(code)
    try:
        asked, refused = forms.read(request.args), ""
        if request.args.get("format") in {"xlsx", "csv"}:
            return _download(journal, asked, request.args["format"])
    except DomainError as error:
        asked, refused = Narrow(), say(error)
    seen.note("journal.view", journal.code)
    size: int = current_app.config["PAGE_SIZE"]
    after = forms.place(request.args.get("after", ""))
    rows = [] if refused else queries.entries(journal, asked, after=after, limit=size + 1)
    page, chosen = rows[:size], _chosen()
    ids = [row.id for row in page]
    shown = render_template(
        "oversight/journal.html",
        journal=journal,
        rows=page,
        lines=lines(ids, _named()),
        backs=queries.reversed_by(ids),
        papers=papers.urls(page),
        kinds=list(EntryKind),
        chosen=chosen,
        refused=refused,
        download=lambda kind: url_for(".show", code=journal.code, **chosen, format=kind),
        entry_url=entry_url,
        next_url=url_for(".show", code=journal.code, **chosen, after=page[-1].number)
        if len(rows) > size
        else None,
        first_url=url_for(".show", code=journal.code, **chosen) if after else None,
    )
    return shown, 422 if refused else 200


@bp.get("/<code>/<int:number>")
@requires(Permission.OVERSEE)
def entry(code: str, number: int) -> ResponseReturnValue:
    """Show one entry: what it moved, what it rests on, its seal."""
    journal = _journal(code)
    found = queries.entry(journal, number)
    if found is None:
        raise NotFoundError(what=f"{journal.code}-{number}")
    seen.note("journal.view", journal.code)
    return render_template(
        "oversight/entry.html",
        journal=journal,
        row=found,
        lines=lines([found.id], _named())[found.id],
        backs=queries.reversed_by([found.id]).get(found.id, []),
        paper=papers.urls([found]).get(found.id),
        sealed=sealed(found.id),
        entry_url=entry_url,
        finding_url=finding_url,
    )


def entry_url(reference: str) -> str:
    """Return the page of an entry by its number."""
    code, _dash, number = reference.rpartition("-")
    return url_for("journals.entry", code=code, number=int(number))


def finding_url(reference: str, **more: Any) -> str:
    """Return the page to note a check of an entry, of its place where the reader oversees that."""
    place = reference.rpartition("-")[0].partition("S")[0]
    inside = current_user.scope(Permission.OVERSEE).covers_region(place)
    return url_for("findings.new", subject=reference, region=place if inside else None, **more)


def _named() -> Scope:
    """Return where the reader may see whole names."""
    return current_user.scope(Permission.VIEW_HOUSEHOLDS)


def _journal(code: str) -> JournalRow:
    found = queries.journal(code, current_user.scope(Permission.OVERSEE))
    if found is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return found


def _chosen() -> dict[str, Any]:
    """Return the choice as query parameters, the empty ones left out."""
    return {
        name: cleaned(value)[:64]
        for name, value in request.args.items()
        if name in NARROWS and value.strip()
    }


def _download(journal: JournalRow, asked: Narrow, kind: str) -> Response:
    """Return a file with a row for each line, or say how to narrow.

    Raises:
        TooLongError: there are more entries than one file may hold.
    """
    if queries.too_many(journal, asked):
        raise TooLongError(count=LONGEST, most=LONGEST)
    seen.note("journal.export", journal.code)
    columns, rows = _columns(), _rows(journal, asked, _named())
    name = f"{_('台账')}-{journal.code}-{today():%Y%m%d}.{kind}"
    if kind == "xlsx":
        notes = [
            _("台账校验码 %(head)s", head=f"{journal.code}-{journal.last_number} "
              f"{journal.last_hash[:16]}"),
            _("截至 %(moment)s", moment=moment(now())),
        ]  # fmt: skip
        title = _("%(name)s 台账", name=journal.name or journal.code)
        sheet = Sheet(_("台账"), title, notes, columns, rows)
        file = write_xlsx([sheet], title=title)
        return send_file(file, as_attachment=True, download_name=name)
    response = Response(stream_with_context(write_csv(columns, rows)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _columns() -> list[Column]:
    return [
        Column(_("单号")),
        Column(_("发生日期"), Kind.DATE),
        Column(_("记账时间"), Kind.DATETIME),
        Column(_("类型")),
        Column(_("单据号")),
        Column(_("说明")),
        Column(_("经办人")),
        Column(_("账本")),
        Column(_("对象")),
        Column(_("编号")),
        Column(_("名称")),
        Column(_("变动"), Kind.INT),
        Column(_("结余"), Kind.INT),
        Column(_("变动（元）"), Kind.YUAN),
        Column(_("结余（元）"), Kind.YUAN),
        Column(_("冲正的单号")),
        Column(_("上一笔校验码"), width=20),
        Column(_("校验码"), width=20),
    ]


def _rows(journal: JournalRow, asked: Narrow, named: Scope) -> Iterator[tuple[Content, ...]]:
    """Yield a row for each line of each entry, a batch of entries in memory."""
    for batch in queries.all_of(journal, asked):
        of = lines([row.id for row in batch], named)
        for row in batch:
            for line in of[row.id]:
                yield (*_head(row), *_line(line), row.reverses, row.prev_hash, row.hash)


def _head(row: EntryRow) -> tuple[Content, ...]:
    actor = f"{row.actor}（{row.username}）"
    said = (_(row.kind.label), row.document, row.note, actor)
    return (row.reference, row.occurred_on, row.posted_at, *said)


def _line(line: LineRow) -> tuple[Content, ...]:
    side = _(line.side) if line.book is not Book.STOCK else line.side
    moved: tuple[Content, ...] = (line.moved, line.after, None, None)
    if line.book is Book.MONEY:
        left = None if line.after is None else line.after / 100
        moved = (None, None, line.moved / 100, left)
    return (_(line.book.label), side, line.code, line.name, *moved)
