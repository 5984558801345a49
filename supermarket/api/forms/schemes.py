"""Programmes, rules and their versions, and what a change would have come to."""

from typing import Any

from marshmallow import Schema, fields

from supermarket.api.forms.awards import RuleShown
from supermarket.api.forms.fields import (
    Day,
    Moment,
    OneOf,
    Part,
    Sent,
    Text,
    Truth,
    Whole,
    Word,
)
from supermarket.households.models import TagKind
from supermarket.schemes.models import (
    Ability,
    CapPeriod,
    Category,
    Evidence,
    Expiry,
    ReviewLevel,
    ReviewPeriod,
)

MOST = 1_000_000_000
NONE = {"description": "null: none."}
SEEN = {
    "description": "Id of the newest one you looked at (0 if there was none): refused as "
    "`conflict` if somebody set another since. Left out: not asked."
}


def _whole(**options: Any) -> Whole:
    """A number the service itself limits, in words."""
    return Whole(-MOST, MOST, required=True, **options)


#: Points once a year by the tags of households.
GrantsSent = Sent.from_dict({kind.value: Whole(0, MOST) for kind in TagKind}, name="GrantsSent")


class SchemeSent(Sent):
    """What a programme is to say from a day on; every setting is needed."""

    since = Day(required=True)
    seen = Whole(0, MOST, load_default=None, allow_none=True, metadata=SEEN)
    programme_name = Text(40, required=True)
    fen_per_point = _whole()
    household_month_cap = _whole(allow_none=True, metadata=NONE)
    review_period = OneOf([one.value for one in ReviewPeriod], required=True)
    review_day = _whole()
    panel_least = _whole()
    notice_days = _whole()
    appeal_days = _whole()
    expiry = OneOf([one.value for one in Expiry], required=True)
    expiry_months = _whole(allow_none=True, metadata=NONE)
    expiry_notice_days = _whole()
    base_score = _whole()
    base_grants = Part(GrantsSent, required=True)
    redeem_minimum = _whole()
    redeem_month_cap = _whole(allow_none=True, metadata=NONE)
    pin_above = _whole(allow_none=True, metadata=NONE)
    offline_allowance = _whole()
    budget_warn = _whole()
    coverage_warn = _whole()
    coverage_stop = _whole(allow_none=True, metadata=NONE)


class SchemeShown(Schema):
    """What a programme says."""

    id = fields.Integer(required=True, metadata={"description": "For `seen`."})
    region = fields.String(attribute="region_code", required=True)
    since = fields.Date(required=True)
    programme_name = fields.String(required=True)
    fen_per_point = fields.Integer(required=True)
    household_month_cap = fields.Integer(required=True, allow_none=True)
    review_period = Word(required=True)
    review_day = fields.Integer(required=True)
    panel_least = fields.Integer(required=True)
    notice_days = fields.Integer(required=True)
    appeal_days = fields.Integer(required=True)
    expiry = Word(required=True)
    expiry_months = fields.Integer(required=True, allow_none=True)
    expiry_notice_days = fields.Integer(required=True)
    base_score = fields.Integer(required=True)
    base_grants = fields.Dict(
        keys=fields.String(), values=fields.Integer(), attribute="grants", required=True
    )
    redeem_minimum = fields.Integer(required=True)
    redeem_month_cap = fields.Integer(required=True, allow_none=True)
    pin_above = fields.Integer(required=True, allow_none=True)
    offline_allowance = fields.Integer(required=True)
    budget_warn = fields.Integer(required=True)
    coverage_warn = fields.Integer(required=True)
    coverage_stop = fields.Integer(required=True, allow_none=True)
    created_at = Moment(required=True)


class ProgrammeShown(Schema):
    """What applies in a place today, and everything set there or above."""

    region = fields.String(required=True)
    current = fields.Nested(SchemeShown, required=True, allow_none=True)
    history = fields.List(
        fields.Nested(SchemeShown),
        required=True,
        metadata={"description": "Nearest place first, newest first; days to come included."},
    )


class VersionSearch(Sent):
    """Where the rule shall apply."""

    region = Text(12, metadata={"description": "Default: the caller's own place."})


class VersionShown(RuleShown):
    """What a rule said, says or will say from a day on."""

    id = fields.Integer(required=True, metadata={"description": "For `seen`."})
    region = fields.Function(
        lambda version: version.rule.region_code, required=True, metadata={"type": "string"}
    )
    ability = Word(required=True)
    enabled = fields.Boolean(required=True)
    basis = fields.String(required=True)
    adjust_min = fields.Integer(required=True, allow_none=True)
    adjust_max = fields.Integer(required=True, allow_none=True)
    created_at = Moment(required=True)


class VersionList(Schema):
    """Every version of a rule at or above a place."""

    region = fields.String(required=True)
    items = fields.List(fields.Nested(VersionShown), required=True)


class RuleNumbers(Sent):
    """The numbers of a rule."""

    region = Text(12, least=1, required=True)
    points_min = _whole(allow_none=True, metadata=NONE)
    points_max = _whole(allow_none=True, metadata=NONE)
    cap_times = _whole(allow_none=True, metadata=NONE)
    cap_points = _whole(allow_none=True, metadata=NONE)
    cap_period = OneOf(
        [one.value for one in CapPeriod], required=True, allow_none=True, metadata=NONE
    )
    enabled = Truth(required=True)


class RuleSent(RuleNumbers):
    """What a rule is to say in a place from a day on."""

    since = Day(required=True)
    seen = Whole(0, MOST, load_default=None, allow_none=True, metadata=SEEN)
    title = Text(120, required=True)
    category = OneOf([one.value for one in Category], required=True)
    evidence = OneOf([one.value for one in Evidence], required=True)
    review_level = OneOf([one.value for one in ReviewLevel], required=True)
    ability = OneOf([one.value for one in Ability], required=True)
    basis = Text(120, load_default="")
    adjust_min = Whole(-MOST, MOST, load_default=None, allow_none=True, metadata=NONE)
    adjust_max = Whole(-MOST, MOST, load_default=None, allow_none=True, metadata=NONE)


class RuleWritten(Schema):
    """The newest version of the rule in the place, and whether this call wrote it."""

    changed = fields.Boolean(required=True)
    version = fields.Nested(VersionShown, required=True)


class WhatIfSent(RuleNumbers):
    """The numbers to reckon with, and the days of the past; default: the last full quarter."""

    since = Day(load_default=None, allow_none=True)
    until = Day(load_default=None, allow_none=True)


class SumShown(Schema):
    """What awards come to."""

    times = fields.Integer(required=True)
    households = fields.Integer(required=True)
    points = fields.Integer(required=True)
    fen = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "null where a village has no programme."},
    )


class WhatIfShown(Schema):
    """A window of the past as it was, and as it would have been; nothing is saved."""

    since = fields.Date(required=True)
    until = fields.Date(required=True)
    old = fields.Nested(SumShown, required=True)
    new = fields.Nested(SumShown, required=True)
    points = fields.Integer(required=True, metadata={"description": "new less old"})
    fen = fields.Integer(required=True, allow_none=True)
    capped = fields.Integer(
        required=True, metadata={"description": "Awards the new cap would have refused."}
    )
