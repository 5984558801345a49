"""A form as somebody asks for it: read from parameters, checked against what they may see."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy import Select, select

from supermarket.clock import today
from supermarket.database import db
from supermarket.households.models import Household
from supermarket.regions.queries import under
from supermarket.reports.errors import HouseholdNeededError, NoSheetError, WindowError
from supermarket.reports.queries.sheets.shape import SHEETS, Asked, Narrow, Say, Sheet, Time
from supermarket.reports.queries.window import LONGEST, Preset, preset, window
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Permission, Scope


def sheet(code: str) -> Sheet:
    """Return a form by its number.

    Raises:
        NoSheetError: there is none.
    """
    found = SHEETS.get(cleaned(code).upper())
    if found is None:
        raise NoSheetError(code=cleaned(code)[:10])
    return found


def asked(
    of: Sheet,
    args: Mapping[str, str],
    say: Say,
    reach: Callable[[Permission], Scope],
    *,
    reader: int = 0,
) -> Asked:
    """Return a checked question for a form; without days it is about this month.

    What the form cannot be narrowed by is passed over.

    Raises:
        WindowError: the days cannot be read, or are the wrong way round, or too far apart.
        HouseholdNeededError: the form is about one household and none was named.
        OutOfScopeError: the place, shop or household is not the asker's to see.
    """
    scope = reach(of.needs)
    since, until = days(of, args)
    asked_window = window(
        since,
        until,
        scope,
        region=_text(args, "region"),
        shop=_text(args, "shop") if Narrow.SHOP in of.narrows else "",
        goods=_text(args, "goods") if Narrow.GOODS in of.narrows else "",
    )
    household = _text(args, "household") if Narrow.HOUSEHOLD in of.narrows else ""
    if of.must is Narrow.HOUSEHOLD and not household:
        raise HouseholdNeededError
    if household:
        _may_see(household, scope)
    return Asked(asked_window, say, reach, household, reader)


def days(of: Sheet, args: Mapping[str, str]) -> tuple[date, date]:
    """Return the days asked for: a named window, or a first and last day.

    Raises:
        WindowError: a day cannot be read.
    """
    kind = Preset.YEAR if of.code == "F22" else Preset.MONTH
    with contextlib.suppress(ValueError):
        kind = Preset(args.get("preset", ""))
    since, until = preset(kind, today())
    if of.time is Time.NOW:
        return today(), today()
    if of.time is Time.DAY:
        until = _day(args.get("until"), today())
        return until, until
    return _day(args.get("since"), since), _day(args.get("until"), until)


def _may_see(household: str, scope: Scope) -> None:
    """Refuse a household of another village; a keeper's rows are bound by the shop instead."""
    village = db.session.scalar(select(Household.village_code).where(Household.code == household))
    if scope.shops and not scope.regions:
        return
    if village is None or not scope.covers_region(village):
        raise OutOfScopeError(what=household)


def _text(args: Mapping[str, str], name: str) -> str:
    return cleaned(args.get(name, ""))[:64]


def _day(text: str | None, default: date) -> date:
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WindowError(years=LONGEST) from None


def shops(wanted: Select[Shop], region: str) -> Sequence[Shop]:
    """Return the shops to choose from, of one place if one is chosen."""
    if region:
        wanted = wanted.where(under(Shop.region_code, [region]))
    return db.session.scalars(wanted).all()
