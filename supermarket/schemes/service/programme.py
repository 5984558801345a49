"""Setting what a programme is called and worth, and what it grants, asks and allows."""

import json
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.households.models import TagKind
from supermarket.schemes import queries
from supermarket.schemes.errors import (
    AppealDaysError,
    BaseGrantError,
    BaseScoreError,
    BudgetWarnError,
    CoverageStopError,
    CoverageWarnError,
    ExpiryMonthsError,
    ExpiryNoticeError,
    MonthCapError,
    NoticeDaysError,
    OfflineAllowanceError,
    PanelError,
    PinAboveError,
    ProgrammeNameError,
    RateError,
    RedeemCapError,
    RedeemMinimumError,
    RetroactiveError,
    ReviewDayError,
    SchemeChangedError,
    SchemeWrongError,
)
from supermarket.schemes.models import Expiry, ReviewPeriod, Scheme
from supermarket.schemes.service.holding import hold
from supermarket.spreadsheets.cells import cleaned

MOST_POINTS = 1_000_000
#: Field, least, most, whether it may be None, refusal. A point's worth is limited because a
#: slip of the comma must not make a county rich.
_LIMITS: tuple[tuple[str, int, int, bool, type[SchemeWrongError]], ...] = (
    ("fen_per_point", 1, 100_000, False, RateError),
    ("household_month_cap", 1, MOST_POINTS, True, MonthCapError),
    ("panel_least", 3, 15, False, PanelError),
    ("notice_days", 1, 30, False, NoticeDaysError),
    ("appeal_days", 7, 90, False, AppealDaysError),
    ("expiry_months", 1, 120, True, ExpiryMonthsError),
    ("expiry_notice_days", 14, 365, False, ExpiryNoticeError),
    ("base_score", 0, 1000, False, BaseScoreError),
    ("redeem_minimum", 0, 10_000, False, RedeemMinimumError),
    ("redeem_month_cap", 1, MOST_POINTS, True, RedeemCapError),
    ("pin_above", 1, MOST_POINTS, True, PinAboveError),
    ("offline_allowance", 0, 1000, False, OfflineAllowanceError),
    ("budget_warn", 1, 100, False, BudgetWarnError),
    ("coverage_warn", 0, 500, False, CoverageWarnError),
    ("coverage_stop", 1, 500, True, CoverageStopError),
)
_TAGS = {kind.value for kind in TagKind}


class SchemeText(NamedTuple):
    """What a programme is to say; see ``Scheme`` for the meaning of each field."""

    programme_name: str
    fen_per_point: int
    household_month_cap: int | None = None
    review_period: ReviewPeriod = ReviewPeriod.MONTH
    review_day: int = 25
    panel_least: int = 3
    notice_days: int = 3
    appeal_days: int = 7
    expiry: Expiry = Expiry.NONE
    expiry_months: int | None = None
    expiry_notice_days: int = 30
    base_score: int = 100
    #: Whole points by the value of a tag.
    base_grants: Mapping[str, int] = {}
    redeem_minimum: int = 0
    redeem_month_cap: int | None = None
    pin_above: int | None = None
    offline_allowance: int = 0
    budget_warn: int = 80
    coverage_warn: int = 100
    coverage_stop: int | None = None


def scheme_text(scheme: Scheme) -> SchemeText:
    """Return what a programme says."""
    kept = {name: getattr(scheme, name) for name in SchemeText._fields}
    return SchemeText(**(kept | {"base_grants": scheme.grants}))


def check_scheme(text: SchemeText) -> SchemeText:
    """Return a programme with its name cleaned, or refuse what cannot be meant.

    Raises:
        SchemeWrongError: the subclass says why, and its ``field`` where.
    """
    text = text._replace(programme_name=cleaned(text.programme_name))
    if not text.programme_name or len(text.programme_name) > 40:
        raise ProgrammeNameError
    for name, least, most, may_be_none, refusal in _LIMITS:
        value = getattr(text, name)
        if not (may_be_none if value is None else least <= value <= most):
            raise refusal
    if not 1 <= text.review_day <= (7 if text.review_period is ReviewPeriod.WEEK else 31):
        raise ReviewDayError
    if (text.expiry is Expiry.ROLLING) != (text.expiry_months is not None):
        raise ExpiryMonthsError
    if any(tag not in _TAGS or not 1 <= given <= 1000 for tag, given in text.base_grants.items()):
        raise BaseGrantError
    if text.coverage_stop is not None and text.coverage_stop > text.coverage_warn:
        raise CoverageStopError
    return text


def set_scheme(
    region_code: str,
    text: SchemeText,
    *,
    since: date,
    by: int | None,
    seen: int | None = None,
) -> Scheme:
    """Set the programme of a region from a day on; the rows before it stay as they are.

    Where a programme runs already, the day must not lie in the past. Setting what the
    newest row of the region says already changes nothing. ``seen`` is the newest row of
    the region the caller looked at, 0 if there was none; None does not ask.

    Raises:
        NotFoundError: there is no such region.
        SchemeWrongError: a value cannot be meant.
        SchemeChangedError: somebody set it since.
        RetroactiveError: the day is too early.
    """
    hold(region_code)
    text = check_scheme(text)
    own = [row for row in queries.schemes(region_code) if row.region_code == region_code]
    newest = own[0] if own else None
    before = scheme_text(newest) if newest else None
    if newest and before == text:
        return newest
    if newest and seen is not None and seen != newest.id:
        raise SchemeChangedError(who=queries.author(newest.created_by))
    check_day(region_code, since)
    plain = _plain(text)
    scheme = Scheme(
        region_code=region_code,
        since=since,
        created_at=now(),
        created_by=by,
        **(text._asdict() | {"base_grants": plain["base_grants"]}),
    )
    db.session.add(scheme)
    db.session.flush()
    audit.record(
        "scheme.set",
        region_code,
        by=by,
        before=_plain(before) if before else None,
        after={"since": since.isoformat()} | plain,
    )
    return scheme


def first_day(region_code: str) -> date:
    """Return the first day on which a change of a region's programme may apply."""
    own = [row for row in queries.schemes(region_code) if row.region_code == region_code]
    return max(today(), _day_after(own[0].since)) if own else today()


def check_day(region_code: str, since: date) -> None:
    """Refuse a day before today where a programme runs, or not after the region's newest row.

    Raises:
        RetroactiveError: it says the first day that will do.
    """
    known = queries.schemes(region_code)
    own = [row for row in known if row.region_code == region_code]
    earliest = [today()] if any(row.since <= today() for row in known) else []
    if own:
        earliest.append(_day_after(own[0].since))
    if earliest and since < max(earliest):
        raise RetroactiveError(earliest=max(earliest))


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _plain(text: SchemeText) -> dict[str, object]:
    """Write a programme as text and numbers, for the row and the audit log."""
    plain = {name: getattr(value, "value", value) for name, value in text._asdict().items()}
    granted = dict(sorted(text.base_grants.items()))
    return plain | {"base_grants": json.dumps(granted, separators=(",", ":")) if granted else ""}
