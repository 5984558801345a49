"""Taking an award back: all of it, or by household."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select, update

from supermarket.awards import queries
from supermarket.awards.errors import NoteTooLongError, ReasonNeededError, ReversalNotYoursError
from supermarket.awards.models import Award, AwardLine
from supermarket.awards.service.asking import NOTE_LENGTH
from supermarket.clock import local, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.households import service as people
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import AlreadyReversedError
from supermarket.ledger.models import Entry
from supermarket.ledger.service import AccountKind, Left
from supermarket.ledger.service.reversing import PointsLeft
from supermarket.regions.models import VILLAGE
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
    key: str,
    reference: str,
    reason: str,
    households: Collection[str] | None,
    by: int,
    positions: Collection[int] | None = None,
) -> ledger.Request:
    """Name a reversal for ``reverse_award``."""
    codes = None if households is None else sorted(households)
    body: list[object] = [reference, reason, codes, by]
    if positions is not None:
        body.append(sorted(positions))
    return ledger.Request(key, ledger.fingerprint("reverse_award", body), by)


def may_reverse(award: Award, village_codes: Collection[str], by: StaffMember) -> set[str]:
    """Return in which of some villages somebody may take back what households got by an award.

    Who gave it, on the same day; later, or another's, or what a panel or a notice agreed
    to, whoever reverses awards there.
    """
    same_day = local(award.created_at).date() == today()
    mine = award.actor_id == by.id and by.may(Permission.AWARD)
    if mine and same_day and not db.session.get_one(Entry, award.entry_id).document:
        return set(village_codes)
    watched = by.scope(Permission.REVERSE_AWARDS)
    return {code for code in village_codes if watched.covers_region(code)}


def reverse_award(
    request: ledger.Request,
    reference: str,
    *,
    reason: str,
    households: Collection[str] | None = None,
    positions: Collection[int] | None = None,
    by: StaffMember,
) -> Reversed:
    """Take back what an award gave: to everybody, to the named households, or single lines.

    ``positions`` are those of lines in the award's entry. What is taken back fills no cap
    any more. ``request`` comes from ``asked_back``.

    Raises:
        NotFoundError: no such award, or a named household is not in it, or not in sight.
        ReversalNotYoursError: neither its scorer today nor a supervisor there.
        TiedHouseholdError: a household is the actor's own or a relative's.
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
    people.refuse_tied(by.id, {household.id for household in wanted})
    left = ledger.hold(award.entry_id)
    parts = _parts(left, wanted, positions)
    posted = ledger.reverse(left, request=request, occurred_on=today(), note=reason, points=parts)
    db.session.execute(
        update(AwardLine)
        .where(
            AwardLine.award_id == award.id,
            AwardLine.household_id.in_([household.id for household in wanted]),
            AwardLine.position.in_(parts),
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
    villages = {row.village_code for row in got}
    if not got or may_reverse(award, villages, by) != villages:
        raise ReversalNotYoursError
    return got


def _parts(
    left: Left, households: Sequence[Household], positions: Collection[int] | None
) -> dict[int, int]:
    """Map the positions of the entry's lines to what is taken back of each.

    What a household loses is taken off what its village issued: the one it lives in, or
    lived in when it was written down, if the entry has them, else any that has enough left.
    """
    accounts = {household.account_id: household for household in households}
    issued = {line.account_id: line for line in left.points if line.account_id < 0 and line.points}
    parts: dict[int, int] = {}
    for line in left.points:
        household = accounts.get(line.account_id)
        if household is None or line.points <= 0:
            continue
        if positions is not None and line.position not in positions:
            continue
        parts[line.position] = line.points
        side = _side(line.points, household, issued, parts)
        parts[side] = parts.get(side, 0) + line.points
    if not parts:
        raise AlreadyReversedError(reference=left.reference)
    return parts


def _side(
    points: int, household: Household, issued: dict[int, PointsLeft], parts: dict[int, int]
) -> int:
    """Return the position of the line that issued a household's points."""
    near = [
        ledger.open_system_account(AccountKind.ISSUED, village)
        for village in (household.village_code, household.code[:VILLAGE])
    ]
    for account in [*near, *issued]:
        line = issued.get(account)
        if line is not None and -line.points - parts.get(line.position, 0) >= points:
            return line.position
    raise AlreadyReversedError(reference=household.code)
