"""Setting what a programme is called and worth."""

from collections.abc import Sequence
from datetime import date

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.regions import queries as regions
from supermarket.schemes import queries
from supermarket.schemes.errors import (
    MonthCapError,
    ProgrammeNameError,
    RateError,
    RetroactiveError,
)
from supermarket.schemes.models import Scheme
from supermarket.spreadsheets.cells import cleaned

#: Most fen a point may be worth: a slip of the comma must not make a county rich.
MOST_FEN = 100_000
MOST_POINTS_A_MONTH = 1_000_000


def set_scheme(
    region_code: str,
    *,
    since: date,
    programme_name: str,
    fen_per_point: int,
    household_month_cap: int | None = None,
    by: int | None,
) -> Scheme:
    """Set the programme of a region from a day on; the rows before it stay as they are.

    Where a programme runs already, the day must not lie in the past. Setting what the
    newest row of the region says already changes nothing.

    Raises:
        NotFoundError: there is no such region.
        RetroactiveError: the day is too early.
        ProgrammeNameError, RateError, MonthCapError: a value cannot be meant.
    """
    if regions.region(region_code) is None:
        raise NotFoundError(what=region_code)
    name = cleaned(programme_name)
    if not name or len(name) > 40:
        raise ProgrammeNameError
    if not 1 <= fen_per_point <= MOST_FEN:
        raise RateError
    if household_month_cap is not None and not 1 <= household_month_cap <= MOST_POINTS_A_MONTH:
        raise MonthCapError
    wanted = (name, fen_per_point, household_month_cap)
    known = queries.schemes(region_code)
    own = [row for row in known if row.region_code == region_code]
    if own and (own[0].programme_name, own[0].fen_per_point, own[0].household_month_cap) == wanted:
        return own[0]
    _refuse_too_early(known, own, since)
    scheme = Scheme(
        region_code=region_code,
        since=since,
        programme_name=name,
        fen_per_point=fen_per_point,
        household_month_cap=household_month_cap,
        created_at=now(),
        created_by=by,
    )
    db.session.add(scheme)
    db.session.flush()
    after = {
        "since": since.isoformat(),
        "programme_name": name,
        "fen_per_point": fen_per_point,
        "household_month_cap": household_month_cap,
    }
    audit.record("scheme.set", region_code, by=by, after=after)
    return scheme


def _refuse_too_early(known: Sequence[Scheme], own: Sequence[Scheme], since: date) -> None:
    """Raise if the day lies before today where a programme runs, or not after the newest row."""
    earliest = [today()] if any(row.since <= today() for row in known) else []
    if own:
        earliest.append(date.fromordinal(own[0].since.toordinal() + 1))
    if earliest and since < max(earliest):
        raise RetroactiveError(earliest=max(earliest))
