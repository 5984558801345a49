"""Meetings of the panel: who sits, by choice or by lot; opening and closing."""

import json
import secrets
from collections.abc import Collection

from sqlalchemy import update

from supermarket.awards import queries
from supermarket.awards.errors import (
    MinutesTooLongError,
    NotAReviewerError,
    NotOnPanelError,
    PanelTooSmallError,
    ReviewClosedError,
    ReviewOpenError,
    TooFewReviewersError,
)
from supermarket.awards.models import Review, ReviewMember
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.regions.models import VILLAGE
from supermarket.schemes import queries as schemes
from supermarket.staff.models import Permission, StaffMember

#: Characters of the minutes.
MINUTES_LENGTH = 2000
#: Most people who are drawn from, or sit: their numbers are kept beside the seed.
MOST_REVIEWERS = 200


def open_review(
    village_code: str, *, members: Collection[int] = (), draw: int = 0, by: StaffMember
) -> Review:
    """Open a meeting of a village's panel: of the named members, or of ``draw`` drawn by lot.

    The seed and whom it drew from are kept, so that anybody can check it
    (``queries.drawn``). A village has one open meeting at most.

    Raises:
        NotFoundError: the actor does not review there.
        PanelTooSmallError: fewer people than the programme wants.
        TooFewReviewersError: fewer reviewers are there than are to be drawn.
        NotAReviewerError: somebody named does not review there.
        ReviewOpenError: a meeting is not over.
    """
    if len(village_code) != VILLAGE or not by.scope(Permission.REVIEW).covers_region(village_code):
        raise NotFoundError(what=village_code[:40])
    number = ledger.number(village_code, "review")  # from here on nobody else opens one there
    if (other := queries.open_review(village_code)) is not None:
        raise ReviewOpenError(review=other.code)
    least = schemes.scheme(village_code, today()).panel_least
    pool = sorted(member.id for member in queries.reviewers(village_code))[:MOST_REVIEWERS]
    seed = ""
    if draw:
        if draw < least:
            raise PanelTooSmallError(least=least, count=draw)
        if len(pool) < draw:
            raise TooFewReviewersError(count=len(pool), wanted=draw)
        seed = secrets.token_hex(16)
        members = queries.drawn(seed, pool, draw)
    if not set(members) <= set(pool):
        raise NotAReviewerError
    if len(set(members)) < least:
        raise PanelTooSmallError(least=least, count=len(set(members)))
    made = Review(
        code=f"{village_code}R{number}",
        village_code=village_code,
        held_on=today(),
        seed=seed,
        pool=json.dumps(pool) if seed else "",
        opened_by=by.id,
        opened_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        ReviewMember(review_id=made.id, staff_id=member) for member in sorted(set(members))
    )
    return made


def may_end(review: Review, by: StaffMember) -> bool:
    """Whether somebody may end a meeting that is not over."""
    if not by.scope(Permission.REVIEW).covers_region(review.village_code):
        return False
    mine = by.id == review.opened_by or by.id in {row.id for row in queries.panel(review.id)}
    return mine or review.held_on < today()


def close_review(code: str, *, minutes: str, by: StaffMember) -> Review:
    """End a meeting and keep its minutes; what was not decided waits for the next.

    From the next day on whoever reviews there may, lest a village wait for people who left.

    Raises:
        NotFoundError: there is none where the actor reviews.
        NotOnPanelError: it is of today, and the actor neither sat on it nor opened it.
        ReviewClosedError: it has ended already.
        MinutesTooLongError: the minutes do not fit.
    """
    review = queries.review(code, by.scope(Permission.REVIEW))
    if review is None:
        raise NotFoundError(what=code[:40])
    if not may_end(review, by):
        raise NotOnPanelError(review=code)
    text = "\n".join(line.rstrip() for line in minutes.strip().splitlines())
    if len(text) > MINUTES_LENGTH:
        raise MinutesTooLongError(most=MINUTES_LENGTH)
    done = db.session.execute(
        update(Review)
        .where(Review.id == review.id, Review.closed_at.is_(None))
        .values(closed_at=now(), minutes=text)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise ReviewClosedError(review=code)
    return review
