"""The verbs of expiry: announce, expire, call off, give back; and the yearly grant."""

from supermarket.expiry.service.announcing import announce, call_off
from supermarket.expiry.service.expiring import Expired, expire
from supermarket.expiry.service.granting import Granted, grant
from supermarket.expiry.service.returning import GivenBack, asked_back, give_back, may_give_back

__all__ = [
    "Expired",
    "GivenBack",
    "Granted",
    "announce",
    "asked_back",
    "call_off",
    "expire",
    "give_back",
    "grant",
    "may_give_back",
]
