"""Lists of what is to be checked, samples, findings, journals."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from supermarket.api.forms import cursors
from supermarket.api.forms import oversight as shapes
from supermarket.api.views.frame import bp, made
from supermarket.clock import today
from supermarket.database import db, once_more
from supermarket.errors import NotFoundError
from supermarket.ledger.models import EntryKind
from supermarket.oversight import queries
from supermarket.oversight import service as oversight
from supermarket.oversight.errors import SpanError
from supermarket.oversight.forms import lists as choices
from supermarket.oversight.forms.journals import LONGEST
from supermarket.oversight.forms.lists import LATELY, Choice
from supermarket.oversight.models import Finding, Method
from supermarket.oversight.queries import journals, samples
from supermarket.oversight.queries.asked import ListRule, asked, named
from supermarket.oversight.queries.journals import EntryRow, JournalRow, Narrow
from supermarket.oversight.queries.lines import lines
from supermarket.oversight.queries.lists import LISTS
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires


@bp.route("/oversight/lists", tags=["oversight"])
@requires(Permission.OVERSEE)
@bp.response(200, shapes.ListIndex)
def list_oversight() -> dict[str, Any]:
    """Return what there is to look for, and how each list decides."""
    told = [
        {"key": one.key, "title": gettext(one.title), "rule": gettext(one.rule)}
        for one in LISTS.values()
    ]
    return {"items": told}


@bp.route("/oversight/lists/<key>", tags=["oversight"])
@requires(Permission.OVERSEE)
@bp.arguments(shapes.DaysSent, location="query")
@bp.response(200, shapes.ItemList)
def oversight_list(sent: dict[str, Any], key: str) -> dict[str, Any]:
    """Return what is to be checked, with the figures it is listed for. Not a verdict."""
    rule, choice = _rule(key), _choice(sent)
    scope = current_user.scope(Permission.OVERSEE)
    choice.asked(scope)
    seen.note("oversight.view", choice.region or scope.regions[0])
    found = rule.items(choice.asked(scope))
    told = [
        {**item._asdict(), "why": gettext(rule.why).format(**item.facts)} for item in found.items
    ]
    return {"items": told, "too_few": found.too_few, "cut": found.cut}


@bp.route("/oversight/lists/<key>/rows", tags=["oversight"])
@requires(Permission.OVERSEE)
@bp.arguments(shapes.BehindSent, location="query")
@bp.response(200, shapes.BehindList)
def oversight_rows(sent: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the awards or redemptions behind a row of a list, by its ``subject``."""
    rule, choice = _rule(key), _choice(sent)
    if rule.behind is None:
        raise NotFoundError(what=key)
    scope = current_user.scope(Permission.OVERSEE)
    choice.asked(scope)
    seen.note("oversight.view", choice.region or scope.regions[0])
    rows = rule.behind(choice.asked(scope), sent["subject"])
    return {"items": named(rows, current_user.scope(Permission.VIEW_HOUSEHOLDS))}


@bp.route("/oversight/samples/redemptions", tags=["oversight"])
@requires(Permission.OVERSEE)
@bp.arguments(shapes.SampleSearch, location="query")
@bp.response(200, shapes.SamplePage)
def redemption_samples(sent: dict[str, Any]) -> dict[str, Any]:
    """Return the redemptions of a month that its journals' hashes drew, ten shops at a time."""
    month = choices.month_of(sent["month"])
    scope = current_user.scope(Permission.OVERSEE)
    place = asked(today(), today(), scope, sent["region"])
    after = cursors.read("samples", sent.get("cursor")) or ""
    seen.note("oversight.view", sent["region"] or scope.regions[0])
    found = samples.redemption_samples(place, month, after=after, limit=11)
    known = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    found = [one._replace(drawn=named(one.drawn, known)) for one in found]
    page = cursors.page("samples", found, 10, lambda row: row.shop_code)
    return {**page, "month": f"{month:%Y-%m}"}


@bp.route("/oversight/findings", tags=["oversight"])
@requires(Permission.OVERSEE)
@bp.arguments(shapes.FindingSearch, location="query")
@bp.response(200, shapes.FindingPage)
def list_findings(sent: dict[str, Any]) -> dict[str, Any]:
    """Return findings of the caller's places, newest first."""
    limit, part = sent["limit"], sent["part"]
    scope = current_user.scope(Permission.OVERSEE)
    region = sent["region"]
    seen.note("oversight.view", region if scope.covers_region(region) else scope.regions[0])
    rows = queries.findings(
        scope,
        region=region or None,
        states=choices.PARTS[part],
        late=part == "late",
        before=cursors.read_number("findings", sent.get("cursor")),
        limit=limit + 1,
    )
    rows = [queries.told_to(current_user.member, row) for row in rows]
    return cursors.page("findings", rows, limit, lambda row: row.finding.id)


@bp.route("/oversight/findings", methods=["POST"], tags=["oversight"])
@requires(Permission.OVERSEE)
@bp.arguments(shapes.FindingSent)
@bp.response(201, shapes.FindingWhole)
@bp.alt_response(200, schema=shapes.FindingWhole, description="It was noted before.")
def add_finding(sent: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Note what was checked; a problem is given to somebody to put right by a day."""
    key, by = sent.pop("key"), current_user.member
    new = queries.keyed(key) is None
    found = oversight.Found(
        region_code=sent.pop("region"),
        listed_in=sent.pop("list"),
        method=Method(sent.pop("method")),
        **sent,
    )
    receipt: tuple[dict[str, Any], int] = made(
        _whole(once_more(lambda: oversight.note(found, key=key, by=by))), new=new
    )
    return receipt


@bp.route("/oversight/findings/<code>", tags=["oversight"])
@requires(Permission.WORK)
@bp.response(200, shapes.FindingWhole)
def show_finding(code: str) -> dict[str, Any]:
    """Return a finding and its steps; to who oversees the place, or is to put it right."""
    found = queries.finding(code, current_user.member)
    if found is None:
        raise NotFoundError(what=code)
    return _whole(found)


@bp.route("/oversight/findings/<code>/answer", methods=["POST"], tags=["oversight"])
@requires(Permission.WORK)
@bp.arguments(shapes.WordsSent)
@bp.response(200, shapes.FindingWhole)
def answer_finding(sent: dict[str, Any], code: str) -> dict[str, Any]:
    """Say how it was put right; only the assignee."""
    by = current_user.member
    return _whole(once_more(lambda: oversight.answer(code, **sent, by=by)))


@bp.route("/oversight/findings/<code>/closing", methods=["POST"], tags=["oversight"])
@requires(Permission.OVERSEE)
@bp.arguments(shapes.WordsSent)
@bp.response(200, shapes.FindingWhole)
def close_finding(sent: dict[str, Any], code: str) -> dict[str, Any]:
    """Close what was checked again; neither who is concerned nor who put it right."""
    by = current_user.member
    return _whole(once_more(lambda: oversight.close(code, **sent, by=by)))


@bp.route("/oversight/findings/<code>/return", methods=["POST"], tags=["oversight"])
@requires(Permission.OVERSEE)
@bp.arguments(shapes.SentBackSent)
@bp.response(200, shapes.FindingWhole)
def return_finding(sent: dict[str, Any], code: str) -> dict[str, Any]:
    """Send back what is not right yet."""
    by = current_user.member
    return _whole(once_more(lambda: oversight.send_back(code, **sent, by=by)))


@bp.route("/oversight/findings/<code>/assignment", methods=["POST"], tags=["oversight"])
@requires(Permission.OVERSEE)
@bp.arguments(shapes.AssignmentSent)
@bp.response(200, shapes.FindingWhole)
def assign_finding(sent: dict[str, Any], code: str) -> dict[str, Any]:
    """Give an open finding to somebody else, or another day."""
    by = current_user.member
    return _whole(once_more(lambda: oversight.hand_on(code, **sent, by=by)))


@bp.route("/journals", tags=["oversight"])
@requires(Permission.OVERSEE)
@bp.arguments(shapes.JournalSearch, location="query")
@bp.response(200, shapes.JournalPage)
def list_journals(sent: dict[str, Any]) -> dict[str, Any]:
    """Return the journals of the caller's places and shops, by code."""
    limit = sent["limit"]
    rows = journals.journals(
        current_user.scope(Permission.OVERSEE),
        text=sent["text"],
        after=cursors.read("journals", sent.get("cursor")) or "",
        limit=limit + 1,
    )
    return cursors.page("journals", rows, limit, lambda row: row.code)


@bp.route("/journals/<code>/entries", tags=["oversight"])
@requires(Permission.OVERSEE)
@bp.arguments(shapes.EntrySearch, location="query")
@bp.response(200, shapes.EntryPage)
def list_entries(sent: dict[str, Any], code: str) -> dict[str, Any]:
    """Return the entries of a journal in order, with their lines and hashes."""
    limit, journal = sent["limit"], _journal(code)
    after = cursors.read_number("entries", sent.get("cursor")) or 0
    kind = sent.get("kind")
    names = ("since", "until", "actor", "household", "goods", "document")
    narrow = Narrow(
        kind=EntryKind(kind) if kind else None,
        **{name: sent[name] for name in names if name in sent},
    )
    if narrow.since and narrow.until and narrow.since > narrow.until:
        raise SpanError(days=LONGEST)
    seen.note("journal.view", journal.code)
    rows = journals.entries(journal, narrow, after=min(after, 999_999_999), limit=limit + 1)
    page = cursors.page("entries", rows, limit, lambda row: row.number)
    return {**page, "items": _entries(page["items"])}


@bp.route("/journals/<code>/entries/<number>", tags=["oversight"])
@requires(Permission.OVERSEE)
@bp.response(200, shapes.EntryShown)
def show_entry(code: str, number: str) -> dict[str, Any]:
    """Return one entry of a journal."""
    journal = _journal(code)
    proper = number.isascii() and number.isdecimal() and len(number) < 10
    found = journals.entry(journal, int(number)) if proper else None
    if found is None:
        raise NotFoundError(what=f"{code}-{number}")
    seen.note("journal.view", journal.code)
    return _entries([found])[0]


def _entries(rows: Sequence[EntryRow]) -> list[dict[str, Any]]:
    ids = [row.id for row in rows]
    of = lines(ids, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    backs = journals.reversed_by(ids)
    return [
        {
            **row._asdict(),
            "reference": row.reference,
            "lines": of[row.id],
            "reversed_by": backs.get(row.id, []),
        }
        for row in rows
    ]


def _journal(code: str) -> JournalRow:
    found = journals.journal(code, current_user.scope(Permission.OVERSEE))
    if found is None:
        raise NotFoundError(what=code)
    return found


def _rule(key: str) -> ListRule:
    if key not in LISTS:
        raise NotFoundError(what=key)
    return LISTS[key]


def _choice(sent: dict[str, Any]) -> Choice:
    until = sent.get("until") or today()
    since = sent.get("since") or until.fromordinal(max(1, until.toordinal() - LATELY + 1))
    return Choice(since, until, sent["region"])


def _whole(found: Finding) -> dict[str, Any]:
    db.session.expire_all()
    by = current_user.member
    row = queries.told_to(by, queries.row_of(found))
    return {
        **row._asdict(),
        "late": row.late,
        "closed_on": row.closed_on,
        "steps": queries.steps(found, by),
    }
