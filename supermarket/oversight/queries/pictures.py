"""Photos of declarations that look like the photo of another."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from supermarket.awards.models import Declaration
from supermarket.clock import VILLAGE
from supermarket.database import db
from supermarket.households.models import Household
from supermarket.oversight.queries.asked import MOST, Asked, Item, Listed, listed
from supermarket.photos.models import Photo
from supermarket.photos.queries import NEAR
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.staff.models import StaffMember

#: Photos of the days that are compared, the newest first, and photos they are compared with,
#: those of a year.
COMPARED, AGAINST, DAYS = 2_000, 20_000, 366
#: Where the 16 digits of a likeness are cut into 7 parts: two that differ in 6 bits or fewer
#: share at least one part, so that only those need be compared bit by bit.
CUTS = ((0, 3), (3, 6), (6, 8), (8, 10), (10, 12), (12, 14), (14, 16))


class Shot(NamedTuple):
    """A photo and the declaration it belongs to."""

    photo_id: int
    likeness: str
    code: str
    household: str
    head: str
    village: str
    village_code: str
    who: str
    username: str
    at: datetime
    #: The likeness as a number.
    bits: int


def alike(asked: Asked) -> Listed:
    """Return declarations of the days whose photo looks like that of an earlier declaration.

    Looks at the 2,000 newest photos of the days, and 20,000 of the year before their end.
    """
    known = _shots(asked, asked.until - timedelta(days=DAYS), AGAINST)
    since = datetime.combine(asked.since, time(), VILLAGE)
    recent = [shot for shot in known if shot.at >= since]
    cut = len(known) == AGAINST or len(recent) > COMPARED
    parts: dict[tuple[int, str], list[Shot]] = defaultdict(list)
    for shot in known:
        for key in _parts(shot.likeness):
            parts[key].append(shot)
    items = []
    for shot in recent[:COMPARED]:
        near = _nearest(shot, parts)
        if near is not None:
            other, bits = near
            facts = {
                "other": other.code, "whose": other.head, "bits": bits, "who": shot.who or "—",
                "day": shot.at.astimezone(VILLAGE).date().isoformat(),
            }  # fmt: skip
            items.append(
                Item(shot.code, shot.head, shot.village, shot.village_code, facts, shot.username)
            )
    items.sort(key=lambda item: (item.region_code, item.subject))
    found = listed(items[: MOST + 1])
    return found._replace(cut=found.cut or cut)


def _shots(asked: Asked, since: Any, limit: int) -> list[Shot]:
    """Return photos of declarations in the places, newest first, none of the pictures."""
    first = datetime.combine(since, time(), VILLAGE)
    end = datetime.combine(asked.until + timedelta(days=1), time(), VILLAGE)
    rows = db.session.execute(
        select(
            Photo.id, Photo.likeness, Declaration.code, Household.code, Household.head,
            Region.name, Declaration.village_code, StaffMember.name, StaffMember.username,
            Declaration.submitted_at,
        )
        .join(Declaration, Declaration.photo_id == Photo.id)
        .join(Household, Household.id == Declaration.household_id)
        .join(Region, Region.code == Declaration.village_code)
        .outerjoin(StaffMember, StaffMember.id == Declaration.declared_by)
        .where(
            under(Declaration.village_code, asked.areas),
            Declaration.submitted_at >= first,
            Declaration.submitted_at < end,
        )
        .order_by(Declaration.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [Shot(*row[:7], row[7] or "", row[8] or "", row[9], int(row[1], 16)) for row in rows]


def _parts(likeness: str) -> Iterator[tuple[int, str]]:
    for start, end in CUTS:
        yield start, likeness[start:end]


def _nearest(shot: Shot, parts: dict[tuple[int, str], list[Shot]]) -> tuple[Shot, int] | None:
    """Return the earlier photo that looks most like one, and the bits that differ.

    The same photo on two declarations of one sheet is not two photos that look alike.
    """
    mine = int(shot.likeness, 16)
    near: dict[int, Shot] = {}
    for key in _parts(shot.likeness):
        for other in parts[key]:
            bits = (other.bits ^ mine).bit_count()
            if bits <= NEAR and other.photo_id < shot.photo_id and other.code != shot.code:
                near.setdefault(bits, other)
                if bits == 0:
                    return other, 0
    return (near[min(near)], min(near)) if near else None
