"""What a household is registered as, from one day until another."""

from datetime import date, timedelta

from supermarket.audit import service as audit
from supermarket.clock import today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.households.errors import TagDatesError, TagPresentError
from supermarket.households.models import Household, HouseholdTag, TagKind


def tag(household: Household, kind: TagKind, by: int | None, *, since: date) -> HouseholdTag:
    """Register a household as ``kind`` from a day on, today at the latest.

    Raises:
        TagDatesError: the day lies in the future.
        TagPresentError: it is registered so already, on that day or later.
    """
    if since > today():
        raise TagDatesError
    if any(t.kind is kind and (t.until is None or t.until >= since) for t in household.tags):
        raise TagPresentError(tag=kind.label)
    made = HouseholdTag(kind=kind, since=since)
    household.tags.append(made)
    db.session.flush()
    after = {"tag": kind.value, "since": since.isoformat()}
    audit.record("household.tag", household.code, by=by, after=after)
    return made


def end_tag(
    household: Household, kind: TagKind, by: int | None, *, until: date | None = None
) -> HouseholdTag:
    """End what a household is registered as; its last day is yesterday unless said.

    Raises:
        NotFoundError: it is not registered so.
        TagDatesError: the day lies in the future, or before the registration.
    """
    found = next((t for t in household.tags if t.kind is kind and t.until is None), None)
    if found is None:
        raise NotFoundError(what=kind.label)
    last = last_day(found.since) if until is None else until
    if last < found.since or last > today():
        raise TagDatesError
    found.until = last
    db.session.flush()
    audit.record(
        "household.end_tag",
        household.code,
        by=by,
        before={"tag": kind.value, "since": found.since.isoformat()},
        after={"until": last.isoformat()},
    )
    return found


def last_day(since: date) -> date:
    """Return the last day of what ends now: yesterday, or its only day if it began today."""
    return max(since, today() - timedelta(days=1))
