"""The page of the document behind an entry."""

from collections.abc import Sequence

from flask import current_app, url_for

from supermarket.oversight.queries.journals import EntryRow
from supermarket.oversight.queries.papers import Paper, PaperKind, papers
from supermarket.staff.views.guard import current_user

#: The page of each kind of document, and what it is called by.
PAGES = {
    PaperKind.AWARD: ("award_book.show", "reference"),
    PaperKind.REDEMPTION: ("redemptions.show", "reference"),
    PaperKind.GOODS_IN: ("goods_in.show", "reference"),
    PaperKind.DEDUCTION: ("deductions.show", "code"),
    PaperKind.EXPIRY: ("expiry.show", "code"),
    PaperKind.HOUSEHOLD_EVENT: ("household_events.show", "code"),
    PaperKind.TRANSFER: ("transfers.show", "code"),
    PaperKind.WRITE_OFF: ("write_offs.show", "code"),
    PaperKind.STOCKTAKE: ("stocktakes.show", "code"),
    PaperKind.SETTLEMENT: ("settlements.show", "code"),
    PaperKind.FUND: ("funds.show", "code"),
}


def urls(rows: Sequence[EntryRow]) -> dict[int, str]:
    """Return the pages of the documents behind entries, by entry, that the reader may open.

    A reversal without a document of its own rests on that of what it takes back.
    """
    backs = {row.reverses_id for row in rows if row.reverses_id is not None}
    found = papers({row.id for row in rows} | backs)
    pages = {}
    for row in rows:
        paper, reference = found.get(row.id), row.reference
        if paper is None and row.reverses_id is not None:
            paper, reference = found.get(row.reverses_id), row.reverses
        if paper is not None and (url := _url(paper, reference)):
            pages[row.id] = url
    return pages


def _url(paper: Paper, reference: str) -> str:
    endpoint, name = PAGES[paper.kind]
    needs = vars(current_app.view_functions[endpoint]).get("needs")
    if needs is None or not current_user.may(needs):
        return ""
    values = {name: reference if name == "reference" else paper.code}
    return url_for(endpoint, _external=False, **values)
