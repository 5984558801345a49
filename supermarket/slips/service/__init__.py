"""The verbs of paper slips: print blanks, type in what was written, declare void."""

from supermarket.slips.service.printing import MOST_SLIPS, MOST_TOGETHER, print_slips, run_key
from supermarket.slips.service.typing_in import MOST_LINES, WrittenSlip, key_of, type_in
from supermarket.slips.service.voiding import MOST_REASON, MOST_VOID, declare_void

__all__ = [
    "MOST_LINES",
    "MOST_REASON",
    "MOST_SLIPS",
    "MOST_TOGETHER",
    "MOST_VOID",
    "WrittenSlip",
    "declare_void",
    "key_of",
    "print_slips",
    "run_key",
    "type_in",
]
