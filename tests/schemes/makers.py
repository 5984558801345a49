"""A programme and its rules, through the real services."""

from datetime import date
from typing import Any

from supermarket.database import db, transaction
from supermarket.schemes import service as schemes
from supermarket.schemes.models import (
    Ability,
    CapPeriod,
    Category,
    Evidence,
    ReviewLevel,
    Scheme,
)
from supermarket.schemes.service import RuleText, SchemeText
from tests.factories import COUNTY, make_regions

START = date(2024, 1, 1)

LABOUR = RuleText(
    code="L01",
    category=Category.LABOUR,
    title="村集体义务劳动半天",
    points_min=5,
    points_max=5,
    cap_times=None,
    cap_period=None,
    cap_points=None,
    evidence=Evidence.SIGN_IN,
    review_level=ReviewLevel.A,
    ability=Ability.L2,
    enabled=True,
)


def capped(
    period: CapPeriod, *, times: int | None = None, points: int | None = None, **other: Any
) -> RuleText:
    """A rule of 5 points with a cap."""
    return LABOUR._replace(cap_period=period, cap_times=times, cap_points=points, **other)


PROGRAMME = SchemeText("爱心超市", 100)


def make_scheme(
    region_code: str = COUNTY,
    *,
    since: date = START,
    month_cap: int | None = None,
    **other: Any,
) -> Scheme:
    """A programme at 1 yuan a point; ``other`` are further fields of ``SchemeText``."""
    make_regions()
    text = PROGRAMME._replace(household_month_cap=month_cap, **other)
    with transaction():
        return schemes.set_scheme(region_code, text, since=since, by=None)


def make_rules(*texts: RuleText, region_code: str = COUNTY, since: date = START) -> None:
    """Rules in force since the programme started."""
    make_regions()
    with transaction():
        schemes.load_rules(list(texts) or [LABOUR], region_code, None, since=since)
    db.session.expire_all()
