"""Moving goods between shops, writing them off, holding them back: never by one person alone."""

from supermarket.movements.service.deciding import approve, refuse, reverse_write_off, withdraw
from supermarket.movements.service.finding_out import decide_missing
from supermarket.movements.service.proposing import WriteOffAsk, check_lines, propose_write_off
from supermarket.movements.service.recalling import lift, mark, recall
from supermarket.movements.service.receiving import cancel, receive
from supermarket.movements.service.sending import (
    MOST_LINES,
    MOST_UNITS,
    Allotted,
    MoveAsk,
    propose,
    send,
)
from supermarket.movements.service.words import WORDS

__all__ = [
    "MOST_LINES",
    "MOST_UNITS",
    "WORDS",
    "Allotted",
    "MoveAsk",
    "WriteOffAsk",
    "approve",
    "cancel",
    "check_lines",
    "decide_missing",
    "lift",
    "mark",
    "propose",
    "propose_write_off",
    "recall",
    "receive",
    "refuse",
    "reverse_write_off",
    "send",
    "withdraw",
]
