"""What awards were for, as a bank book says it."""

from collections.abc import Sequence

from sqlalchemy import func, select

from supermarket.awards.models import Award, AwardLine
from supermarket.database import db
from supermarket.ledger.models import Entry
from supermarket.schemes.models import RuleVersion


def titles(entry_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return what the rule of each award entry says, and the document behind the entry.

    The title is empty if the award is under several rules; other entries are left out.
    """
    rows = db.session.execute(
        select(Award.entry_id, func.coalesce(RuleVersion.title, ""), Entry.document)
        .join(Entry, Entry.id == Award.entry_id)
        .outerjoin(RuleVersion, RuleVersion.id == Award.rule_version_id)
        .where(Award.entry_id.in_(entry_ids))
    )
    return {key: (title, document) for key, title, document in rows if key is not None}


def line_titles(entry_ids: Sequence[int]) -> dict[tuple[int, int], tuple[str, str]]:
    """Return what the rule of each line of awards under several rules says, and the document.

    By entry and position of the points line; awards under one rule are left out.
    """
    rows = db.session.execute(
        select(Award.entry_id, AwardLine.position, RuleVersion.title, Entry.document)
        .join(AwardLine, AwardLine.award_id == Award.id)
        .join(RuleVersion, RuleVersion.id == AwardLine.rule_version_id)
        .join(Entry, Entry.id == Award.entry_id)
        .where(Award.entry_id.in_(entry_ids), Award.rule_version_id.is_(None))
    )
    return {
        (entry_id, position): (title, document)
        for entry_id, position, title, document in rows
        if entry_id is not None
    }
