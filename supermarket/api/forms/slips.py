"""Paper slips: printed runs, what became of each slip, typing in, declaring void."""

from marshmallow import Schema, fields

from supermarket.api.forms.counter import BasketLine
from supermarket.api.forms.fields import (
    Day,
    Key,
    Moment,
    OneOf,
    Page,
    Part,
    Rows,
    Sent,
    Text,
    Whole,
)
from supermarket.slips.service import MOST_REASON, MOST_SLIPS


class SlipRunSent(Sent):
    """Blank slips to be numbered."""

    key = Key()
    count = Whole(1, MOST_SLIPS, required=True)


class SlipRunShown(Schema):
    """Slips numbered at once."""

    first = fields.String(attribute="first.digits", required=True)
    last = fields.String(attribute="last.digits", required=True)
    count = fields.Integer(attribute="size", required=True)
    printed_by = fields.String(attribute="printer", required=True)
    printed_at = Moment(attribute="found.printed_at", required=True)
    printed_on = fields.Date(attribute="found.printed_on", required=True)


class SlipRunPage(Schema):
    """A page of a shop's runs, newest first."""

    items = fields.List(fields.Nested(SlipRunShown), required=True)
    next = fields.String(required=True, allow_none=True)


class SlipOutcomeShown(Schema):
    """What became of a slip."""

    reference = fields.String(required=True, metadata={"description": "Empty if it is void."})
    reason = fields.String(required=True, metadata={"description": "Why it is void."})
    occurred_on = fields.Date(required=True)
    recorded_at = Moment(required=True)
    recorded_by = fields.String(attribute="name", required=True)


class SlipShown(Schema):
    """A printed slip."""

    number = fields.String(attribute="slip.digits", required=True)
    state = fields.String(required=True, metadata={"description": "used, void, missing or blank."})
    outcome = fields.Nested(SlipOutcomeShown, required=True, allow_none=True)


class SlipsAsked(Page):
    """Which slips are wanted."""

    state = OneOf(["used", "void"])


class SlipPage(Schema):
    """A page of a shop's slips, highest number first."""

    items = fields.List(fields.Nested(SlipShown), required=True)
    next = fields.String(required=True, allow_none=True)


class GapsAsked(Sent):
    """The days in which the gaps may have come about."""

    since = Day()
    until = Day()


class GapShown(Schema):
    """Slips in a row that are missing."""

    shop = fields.String(attribute="shop.code", required=True)
    first = fields.String(attribute="first.digits", required=True)
    last = fields.String(attribute="last.digits", required=True)
    count = fields.Integer(attribute="size", required=True)
    since = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "Day of the slip before; null if none is before."},
    )
    until = fields.Date(required=True)


class StandingShown(Schema):
    """How many of a shop's slips are where."""

    shop = fields.String(attribute="shop.code", required=True)
    printed = fields.Integer(required=True)
    used = fields.Integer(required=True)
    void = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    blank = fields.Integer(required=True)
    since = fields.Date(required=True, allow_none=True)
    until = fields.Date(required=True, allow_none=True)


class StandingPage(Schema):
    """A page of shops that have slips, by code."""

    items = fields.List(fields.Nested(StandingShown), required=True)
    next = fields.String(required=True, allow_none=True)


class GapsShown(Schema):
    """All gaps, by shop and number."""

    items = fields.List(fields.Nested(GapShown), required=True)


class SlipSent(Sent):
    """What stands on a slip; its number is the key. A card's number or a household's code."""

    number = Text(40, least=1, required=True)
    occurred_on = Day(required=True)
    card = Text(20, least=1, allow_none=True, metadata={"description": "Its number."})
    household = Text(16, least=1, allow_none=True, metadata={"description": "Its code."})
    lines = Rows(Part(BasketLine), 50, least=1, required=True)


class SlipVoidSent(Sent):
    """A slip, or several in a row, to be declared void for good."""

    first = Text(40, least=1, required=True)
    last = Text(40, load_default="")
    reason = Text(MOST_REASON, least=1, required=True)


class SlipsVoided(Schema):
    """What is void now."""

    numbers = fields.List(fields.String(), required=True)
