"""Questions about transfers, write-offs and recalls."""

from supermarket.movements.queries.allotting import Shelf, receiving_shops, shelves
from supermarket.movements.queries.recalls import (
    RecallPaper,
    RecallRow,
    Receiver,
    elsewhere,
    recall,
    recall_of,
    recall_paper,
    recalls,
    receivers,
)
from supermarket.movements.queries.transfers import (
    Section,
    TransferPaper,
    TransferRow,
    transfer,
    transfers,
)
from supermarket.movements.queries.waiting import (
    Queue,
    to_approve,
    to_find_out,
    to_receive,
    to_take_off,
    to_tell,
)
from supermarket.movements.queries.write_offs import (
    WriteOffPaper,
    WriteOffRow,
    proposed_units,
    write_off,
    write_offs,
)

__all__ = [
    "Queue",
    "RecallPaper",
    "RecallRow",
    "Receiver",
    "Section",
    "Shelf",
    "TransferPaper",
    "TransferRow",
    "WriteOffPaper",
    "WriteOffRow",
    "elsewhere",
    "proposed_units",
    "recall",
    "recall_of",
    "recall_paper",
    "recalls",
    "receivers",
    "receiving_shops",
    "shelves",
    "to_approve",
    "to_find_out",
    "to_receive",
    "to_take_off",
    "to_tell",
    "transfer",
    "transfers",
    "write_off",
    "write_offs",
]
