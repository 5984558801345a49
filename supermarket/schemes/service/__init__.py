"""The verbs of programmes and rules: set a scheme, load rules, change one, keep one at hand."""

from supermarket.schemes.service.favourites import favourite
from supermarket.schemes.service.files import COLUMNS, read_rules
from supermarket.schemes.service.programme import set_scheme
from supermarket.schemes.service.rules import Loaded, RuleText, load_rules, set_rule

__all__ = [
    "COLUMNS",
    "Loaded",
    "RuleText",
    "favourite",
    "load_rules",
    "read_rules",
    "set_rule",
    "set_scheme",
]
