"""The verbs of donors and funds."""

from supermarket.donors.service.funds import (
    close_fund,
    cost_of,
    open_fund,
    paid,
    receipt_number,
    spend,
    take_in,
)
from supermarket.donors.service.loading import (
    COLUMNS,
    KINDS,
    DonorsLoaded,
    load_donors,
    read_donors,
)
from supermarket.donors.service.ordering import in_order
from supermarket.donors.service.register import DonorText, add_donor, update_donor
from supermarket.donors.service.reversing import reopen_credited, reverse_money

__all__ = [
    "COLUMNS",
    "KINDS",
    "DonorText",
    "DonorsLoaded",
    "add_donor",
    "close_fund",
    "cost_of",
    "in_order",
    "load_donors",
    "open_fund",
    "paid",
    "read_donors",
    "receipt_number",
    "reopen_credited",
    "reverse_money",
    "spend",
    "take_in",
    "update_donor",
]
