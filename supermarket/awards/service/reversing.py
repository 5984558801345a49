"""Taking an award back: all of it, or by household."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select, update

from supermarket.awards import queries
from supermarket.awards.errors import NoteTooLongError, ReasonNeededError, ReversalNotYoursError
from supermarket.awards.models import Award, AwardLine
from supermarket.awards.service.awarding import NOTE_LENGTH
from supermarket.clock import local, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import AlreadyReversedError
from supermarket.ledger.service import AccountKind, Left
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, StaffMember


class Reversed(NamedTuple):
    """What taking an award back did."""

    #: Number of the new entry, and of the one it takes back.
    reference: str
    reverses: str
    #: What each household lost (negative) and holds now, by household code.
    lines: list[queries.Given]
    #: The key was used before: this is the first receipt.
    replayed: bool


def asked_back(
    key: str, reference: str, reason: str, households: Collection[str] | None, by: int
) -> ledger.Request:
    """Name a reversal for ``reverse_award``."""
    body = [reference, reason, None if households is None else sorted(households), by]
    return ledger.Request(key, ledger.fingerprint("reverse_award", body), by)


def may_reverse(award: Award, village_code: str, by: StaffMember) -> bool:
    """Whether somebody may take back what a household of the village got by an award.

    Who gave it, on the same day; later, or another's, whoever reverses awards there.
    """
    same_day = local(award.created_at).date() == today()
    mine = award.actor_id == by.id and by.may(Permission.AWARD)
    return (mine and same_day) or by.scope(Permission.REVERSE_AWARDS).covers_region(village_code)


def reverse_award(
    request: ledger.Request,
    reference: str,
    *,
    reason: str,
    households: Collection[str] | None = None,
    by: StaffMember,
) -> Reversed:
    """Take back what an award gave: to everybody, or to the named households.

    What is taken back fills no cap any more. ``request`` comes from ``asked_back``.

    Raises:
        NotFoundError: no such award, or a named household is not in it, or not in sight.
        ReversalNotYoursError: neither its scorer today nor a supervisor there.
        AlreadyReversedError: nothing is left to take back.
        InsufficientPointsError: a household has already spent the points.
        InvalidError: no reason is given, or too long a one.
    """
    if (entry_id := ledger.seen(request)) is not None:
        return Reversed(queries.reference_of(entry_id), reference, queries.given(entry_id), True)
    reason = cleaned(reason)
    if len(reason) < 2:
        raise ReasonNeededError
    if len(reason) > NOTE_LENGTH:
        raise NoteTooLongError(most=NOTE_LENGTH)
    award = queries.award(reference, by.scope(Permission.VIEW_HOUSEHOLDS))
    if award is None or award.entry_id is None:
        raise NotFoundError(what=reference[:40])
    wanted = _wanted(award, households, by)
    left = ledger.hold(award.entry_id)
    posted = ledger.reverse(
        left, request=request, occurred_on=today(), note=reason, points=_parts(left, wanted)
    )
    db.session.execute(
        update(AwardLine)
        .where(
            AwardLine.award_id == award.id,
            AwardLine.household_id.in_([household.id for household in wanted]),
        )
        .values(reversed_points=AwardLine.points)
    )
    return Reversed(posted.reference, reference, queries.given(posted.entry_id), False)


def _wanted(
    award: Award, households: Collection[str] | None, by: StaffMember
) -> Sequence[Household]:
    """Return the households to take back from, if ``by`` may."""
    sight = by.scope(Permission.VIEW_HOUSEHOLDS)
    got = db.session.scalars(
        select(Household)
        .where(
            Household.id.in_(select(AwardLine.household_id).where(AwardLine.award_id == award.id))
        )
        .order_by(Household.code)
    ).all()
    if households is not None:
        seen = {row.code for row in got if sight.covers_region(row.village_code)}
        for code in sorted(households):
            if code not in seen:
                raise NotFoundError(what=code[:40])
        got = [row for row in got if row.code in households]
    if not got or not all(may_reverse(award, row.village_code, by) for row in got):
        raise ReversalNotYoursError
    return got


def _parts(left: Left, households: Sequence[Household]) -> dict[int, int]:
    """Map the positions of the entry's lines to what is taken back of each."""
    accounts = {household.account_id: household for household in households}
    parts: dict[int, int] = {}
    issued: dict[str, int] = {}
    for line in left.points:
        household = accounts.get(line.account_id)
        if household is None or not line.points:
            continue
        parts[line.position] = line.points
        village = household.village_code
        issued[village] = issued.get(village, 0) + line.points
    if not parts:
        raise AlreadyReversedError(reference=left.reference)
    positions = {line.account_id: line.position for line in left.points}
    for village, points in issued.items():
        account = ledger.open_system_account(AccountKind.ISSUED, village)
        parts[positions[account]] = points
    return parts
