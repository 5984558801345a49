"""The verbs of donors and funds."""

from supermarket.donors.service.funds import (
    close_fund,
    cost_of,
    open_fund,
    paid,
    receipt_number,
    reverse_money,
    spend,
    take_in,
)
from supermarket.donors.service.register import DonorText, add_donor, update_donor

__all__ = [
    "DonorText",
    "add_donor",
    "close_fund",
    "cost_of",
    "open_fund",
    "paid",
    "receipt_number",
    "reverse_money",
    "spend",
    "take_in",
    "update_donor",
]
