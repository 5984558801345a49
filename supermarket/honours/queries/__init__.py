"""Questions about the yearly score and honours."""

from supermarket.honours.queries.honours import (
    HonourRow,
    honour_or_404,
    honours,
    of_household,
    of_year,
    staff_name,
)
from supermarket.honours.queries.score import Score, ScoreLine, score

__all__ = [
    "HonourRow",
    "Score",
    "ScoreLine",
    "honour_or_404",
    "honours",
    "of_household",
    "of_year",
    "score",
    "staff_name",
]
