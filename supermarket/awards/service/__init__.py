"""The verbs of awards: give, declare, review, confirm, post, take back."""

from supermarket.awards.service.asking import AwardAsk
from supermarket.awards.service.awarding import Awarded, asked, award
from supermarket.awards.service.caps import Used, so_far
from supermarket.awards.service.deciding import MOST_DECIDED, record_decision
from supermarket.awards.service.declaring import declare, due, withdraw
from supermarket.awards.service.judging import (
    Decided,
    Judgement,
    asked_decisions,
    confirm,
    decide,
)
from supermarket.awards.service.posting import advance, hold_accounts, post_declared
from supermarket.awards.service.reversing import Reversed, asked_back, may_reverse, reverse_award
from supermarket.awards.service.reviewing import close_review, may_end, open_review

__all__ = [
    "MOST_DECIDED",
    "AwardAsk",
    "Awarded",
    "Decided",
    "Judgement",
    "Reversed",
    "Used",
    "advance",
    "asked",
    "asked_back",
    "asked_decisions",
    "award",
    "close_review",
    "confirm",
    "decide",
    "declare",
    "due",
    "hold_accounts",
    "may_end",
    "may_reverse",
    "open_review",
    "post_declared",
    "record_decision",
    "reverse_award",
    "so_far",
    "withdraw",
]
