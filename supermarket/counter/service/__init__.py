"""The verbs of the counter: redeem and take back."""

from supermarket.counter.service.redeeming import redeem
from supermarket.counter.service.reversing import reverse

__all__ = ["redeem", "reverse"]
