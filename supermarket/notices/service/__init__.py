"""The verbs of notices: open, close, object, decide."""

from supermarket.notices.models import ObjectionChannel, ObjectionState
from supermarket.notices.service.closing import Closed, close
from supermarket.notices.service.deciding import decide
from supermarket.notices.service.objecting import raise_objection
from supermarket.notices.service.opening import open_notice

__all__ = [
    "Closed",
    "ObjectionChannel",
    "ObjectionState",
    "close",
    "decide",
    "open_notice",
    "raise_objection",
]
