"""The verbs of the counter: redeem and take back, try a PIN, set a shop's hours."""

from supermarket.counter.service.pins import try_pin
from supermarket.counter.service.redeeming import redeem
from supermarket.counter.service.reversing import reverse
from supermarket.counter.service.windows import set_windows

__all__ = ["redeem", "reverse", "set_windows", "try_pin"]
