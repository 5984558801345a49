"""The verbs of awards: give points, take them back."""

from supermarket.awards.service.awarding import AwardAsk, Awarded, asked, award
from supermarket.awards.service.reversing import Reversed, asked_back, may_reverse, reverse_award

__all__ = [
    "AwardAsk",
    "Awarded",
    "Reversed",
    "asked",
    "asked_back",
    "award",
    "may_reverse",
    "reverse_award",
]
