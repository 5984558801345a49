"""What a keeper scans, taps and types at the counter, and the office about its hours."""

from supermarket.counter.forms.till import BasketLineForm, TillForm, VoidForm, shown, till_form
from supermarket.counter.forms.windows import WindowsForm, written

__all__ = ["BasketLineForm", "TillForm", "VoidForm", "WindowsForm", "shown", "till_form", "written"]
