"""The verbs of programmes and rules: set a scheme, load rules, change one, keep one at hand."""

from supermarket.schemes.service.bounds import check_within
from supermarket.schemes.service.favourites import favourite
from supermarket.schemes.service.files import COLUMNS, read_rules
from supermarket.schemes.service.programme import (
    SchemeText,
    check_day,
    check_scheme,
    first_day,
    scheme_text,
    set_scheme,
)
from supermarket.schemes.service.rules import Loaded, load_rules, set_rule, template_of
from supermarket.schemes.service.text import RuleText, check, check_basis, needs_basis, text_of

__all__ = [
    "COLUMNS",
    "Loaded",
    "RuleText",
    "SchemeText",
    "check",
    "check_basis",
    "check_day",
    "check_scheme",
    "check_within",
    "favourite",
    "first_day",
    "load_rules",
    "needs_basis",
    "read_rules",
    "scheme_text",
    "set_rule",
    "set_scheme",
    "template_of",
    "text_of",
]
