"""Questions about reminders, deductions and appeals."""

from supermarket.deductions.queries.appeals import (
    AppealFound,
    appeal,
    appeal_of,
    open_appeals,
)
from supermarket.deductions.queries.finding import (
    DeductionFound,
    Section,
    StepFound,
    deduction,
    due,
    keyed,
    last_reminder,
    listed,
    rule_of,
    steps,
    titles,
)
from supermarket.deductions.queries.privately import OfHousehold, of_household
from supermarket.deductions.queries.waiting import Queue, to_answer, to_approve, to_confirm

__all__ = [
    "AppealFound",
    "DeductionFound",
    "OfHousehold",
    "Queue",
    "Section",
    "StepFound",
    "appeal",
    "appeal_of",
    "deduction",
    "due",
    "keyed",
    "last_reminder",
    "listed",
    "of_household",
    "open_appeals",
    "rule_of",
    "steps",
    "titles",
    "to_answer",
    "to_approve",
    "to_confirm",
]
