"""What people type about programmes and rules."""

from supermarket.schemes.forms.fields import DayField, WholeField, YuanField
from supermarket.schemes.forms.programme import LABELS, ProgrammeForm
from supermarket.schemes.forms.rules import RuleFileForm, RuleForm, WhatIfForm

__all__ = [
    "LABELS",
    "DayField",
    "ProgrammeForm",
    "RuleFileForm",
    "RuleForm",
    "WhatIfForm",
    "WholeField",
    "YuanField",
]
