"""What people type about awards, declarations and reviews."""

from supermarket.awards.forms.giving import AwardForm, ReversalForm
from supermarket.awards.forms.reviewing import (
    ConfirmForm,
    DecideForm,
    MinutesForm,
    OpenReviewForm,
    WithdrawForm,
)

__all__ = [
    "AwardForm",
    "ConfirmForm",
    "DecideForm",
    "MinutesForm",
    "OpenReviewForm",
    "ReversalForm",
    "WithdrawForm",
]
