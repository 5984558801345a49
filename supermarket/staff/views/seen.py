"""Whoever opens somebody's data leaves a note: the one thing that a GET writes."""

from supermarket.audit import queries
from supermarket.audit import service as audit
from supermarket.database import transaction
from supermarket.staff.views.guard import current_user


def note(action: str, subject: str) -> None:
    """Note in the audit log that this person sees the data of ``subject``, once a day.

    ``subject`` is a household's or a place's code; the action is ``slice.verb``. Call it once
    it is clear that they may see it, and before loading what they see: its transaction ends
    what was read before.
    """
    by = current_user.id
    if queries.noted_today(action, subject, by):
        return
    with transaction():
        audit.record(action, subject, by=by)
