"""The verbs of rounds: open, mark, sign in, submit once, cancel."""

from supermarket.rounds.service.checking import Obstacle, Tally, obstacles, tallies, whole
from supermarket.rounds.service.marking import (
    NOTE_LENGTH,
    SignedIn,
    annotate,
    mark,
    mark_rest,
    sign_in,
)
from supermarket.rounds.service.opening import (
    LABEL_LENGTH,
    MOST_GRADES,
    REASON_LENGTH,
    TITLE_LENGTH,
    GradeAsk,
    Opened,
    RoundAsk,
    cancel_round,
    change_round,
    earned_by,
    open_round,
    usual_grades,
)
from supermarket.rounds.service.submitting import submit_round

__all__ = [
    "LABEL_LENGTH",
    "MOST_GRADES",
    "NOTE_LENGTH",
    "REASON_LENGTH",
    "TITLE_LENGTH",
    "GradeAsk",
    "Obstacle",
    "Opened",
    "RoundAsk",
    "SignedIn",
    "Tally",
    "annotate",
    "cancel_round",
    "change_round",
    "earned_by",
    "mark",
    "mark_rest",
    "obstacles",
    "open_round",
    "sign_in",
    "submit_round",
    "tallies",
    "usual_grades",
    "whole",
]
