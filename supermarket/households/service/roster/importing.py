"""Rosters: the dry run, then all of it or nothing."""

from collections.abc import Callable

from supermarket.audit import service as audit
from supermarket.households.errors import (
    NothingToImportError,
    RosterHeadingError,
    RosterMovedError,
    RosterRowsError,
)
from supermarket.households.models import RosterUpload
from supermarket.households.queries.villages import Villages
from supermarket.households.service.roster.applying import apply
from supermarket.households.service.roster.columns import COLUMNS
from supermarket.households.service.roster.planning import Plan, compare
from supermarket.households.service.roster.reading import Roster
from supermarket.households.service.roster.uploads import discard
from supermarket.regions.models import COUNTY
from supermarket.spreadsheets.errors import NoHeaderError
from supermarket.spreadsheets.reading import Readable, Table, read_table
from supermarket.staff.models import Scope

Progress = Callable[[int], None]


def check_heading(file: bytes | Readable, filename: str) -> None:
    """Refuse a file that cannot be a roster, whatever its rows say.

    Raises:
        SpreadsheetError: it cannot be read.
        RosterHeadingError: it has no heading a roster has.
    """
    _table(file, filename)


def dry_run(
    file: bytes | Readable,
    filename: str,
    scope: Scope,
    *,
    village_code: str = "",
    progress: Progress | None = None,
) -> Plan:
    """Compare a roster with the books; nothing is written.

    ``village_code`` is the village of rows that name none. What is wrong with rows is in
    the plan; ``progress`` is told how many more rows were read.

    Raises:
        SpreadsheetError: the file cannot be read.
        RosterHeadingError: it has no heading a roster has.
    """
    table = _table(file, filename)
    roster = Roster(Villages(scope), village_code)
    roster.take(table.rows, progress)
    return compare(roster, table.unknown_headers)


def take_in(
    file: bytes | Readable,
    filename: str,
    scope: Scope,
    by: int | None,
    *,
    village_code: str = "",
    digest: str | None = None,
    reading: Progress | None = None,
    writing: Progress | None = None,
) -> Plan:
    """Write what a roster says into the books: all of it or nothing; return what changed.

    ``digest`` is that of the dry run somebody confirmed. ``reading`` is told how many more
    rows were read, ``writing`` how many more households were written. Taking in the same
    file again changes nothing.

    Raises:
        SpreadsheetError: the file cannot be read.
        RosterHeadingError: it has no heading a roster has.
        RosterRowsError: rows are wrong.
        RosterMovedError: the books changed since the dry run.
        NothingToImportError: the books say all of it already.
        VillageFullError: a village has no number left.
    """
    plan = dry_run(file, filename, scope, village_code=village_code, progress=reading)
    if plan.problems:
        raise RosterRowsError(count=len(plan.problems))
    if digest is not None and digest != plan.digest:
        raise RosterMovedError
    if not plan.added and not plan.changed:
        raise NothingToImportError
    apply(plan, by, writing)
    audit.record("roster.import", _place(plan), by=by, after=_counts(plan, filename))
    return plan


def confirm(upload: RosterUpload, scope: Scope, by: int, *, digest: str) -> Plan:
    """Take in an upload as its dry run showed it, and forget it.

    Raises:
        DomainError: as for ``take_in``.
    """
    plan = take_in(
        upload.content,
        upload.filename,
        scope,
        by,
        village_code=upload.village_code,
        digest=digest,
    )
    discard(upload)
    return plan


def _place(plan: Plan) -> str:
    """Return the village of a roster, or the county of several."""
    return plan.villages[0] if len(plan.villages) == 1 else plan.villages[0][:COUNTY]


def _counts(plan: Plan, filename: str) -> dict[str, object]:
    return {
        "file": filename[:200],
        "rows": plan.rows,
        "added": len(plan.added),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
    }


def _table(file: bytes | Readable, filename: str) -> Table:
    try:
        return read_table(file, filename, headers=COLUMNS)
    except NoHeaderError as error:
        raise RosterHeadingError from error
