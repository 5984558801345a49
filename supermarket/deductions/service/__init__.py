"""Reminding, proposing, telling, hearing and at last taking points: never by one person alone."""

from supermarket.deductions.service.acts import check_rule
from supermarket.deductions.service.appealing import appeal, decide_appeal, standing
from supermarket.deductions.service.deciding import cancel, confirm, notify
from supermarket.deductions.service.posting import asked_back, post, reverse
from supermarket.deductions.service.proposing import MOST_POINTS, propose, remind
from supermarket.deductions.service.steps import WORDS

__all__ = [
    "MOST_POINTS",
    "WORDS",
    "appeal",
    "asked_back",
    "cancel",
    "check_rule",
    "confirm",
    "decide_appeal",
    "notify",
    "post",
    "propose",
    "remind",
    "reverse",
    "standing",
]
