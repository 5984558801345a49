"""Who saw or changed what, and the words people have for it."""

from supermarket.audit.models.actions import ACTION_LABELS
from supermarket.audit.models.events import AuditEvent
from supermarket.audit.models.fields import FIELD_LABELS, MASKED, VALUE_LABELS

__all__ = ["ACTION_LABELS", "FIELD_LABELS", "MASKED", "VALUE_LABELS", "AuditEvent"]
