"""Which notice announced a declaration."""

from collections.abc import Sequence

from sqlalchemy import select

from supermarket.database import db
from supermarket.notices.models import Notice, NoticeLine


def announced(declaration_ids: Sequence[int]) -> dict[int, Notice]:
    """Return the notice that announced each of some declarations, by the declaration's id."""
    rows = db.session.execute(
        select(NoticeLine.declaration_id, Notice)
        .join(Notice, Notice.id == NoticeLine.notice_id)
        .where(NoticeLine.declaration_id.in_(declaration_ids))
    )
    return {row[0]: row[1] for row in rows}
