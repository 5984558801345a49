"""The verbs of reports: bring the sums forward, empty them, close a month, make its papers."""

from supermarket.reports.service.closing import Frozen, close_month, freeze, measure
from supermarket.reports.service.folding import Folded, empty, fold
from supermarket.reports.service.papers import make_papers

__all__ = [
    "Folded",
    "Frozen",
    "close_month",
    "empty",
    "fold",
    "freeze",
    "make_papers",
    "measure",
]
