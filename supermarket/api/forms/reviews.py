"""Declarations, the meetings that decide them, and the township's word."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from supermarket.api.forms.awards import AwardLineSent
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
    Word,
)
from supermarket.awards.models import DeclarationState


class Lines(Text):
    """Text of several lines."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        read = super()._deserialize
        return "\n".join(read(line, attr, data, **kwargs) for line in value.splitlines())


class DeclarationSearch(Page):
    """Which declarations."""

    state = OneOf([state.value for state in DeclarationState], load_default="submitted")
    household = Text(16, metadata={"description": "Code of one household."})


class DeclarationSent(Sent):
    """What households are said to have earned under one rule, on one day."""

    key = Key()
    rule = Text(20, least=1, required=True)
    occurred_on = Day(required=True)
    note = Text(200, load_default="")
    witness = Text(60, load_default="")
    lines = Rows(Part(AwardLineSent), 500, least=1, required=True)


class DeclarationShown(Schema):
    """What a household is said to have earned."""

    code = fields.String(required=True)
    state = Word(required=True)
    village = fields.String(attribute="village_code", required=True)
    household = fields.String(attribute="household_code", required=True)
    head = fields.String(required=True)
    member = fields.String(required=True)
    rule = fields.String(attribute="rule_code", required=True)
    title = fields.String(required=True)
    level = Word(required=True)
    points_asked = fields.Integer(required=True)
    points = fields.Integer(required=True)
    occurred_on = fields.Date(required=True)
    source = Word(required=True)
    declarer = fields.String(
        required=True, metadata={"description": "Empty: the household itself."}
    )
    witness = fields.String(required=True)
    note = fields.String(required=True)
    submitted_at = Moment(required=True)
    due_on = fields.Date(required=True)
    reference = fields.String(
        required=True, allow_none=True, metadata={"description": "The entry that posted it."}
    )
    reversed_points = fields.Integer(required=True, allow_none=True)


class DecisionStep(Schema):
    """One decision on a declaration."""

    verdict = Word(required=True)
    state = Word(required=True)
    points_before = fields.Integer(required=True)
    points_after = fields.Integer(required=True)
    reason = fields.String(required=True)
    actor = fields.String(required=True)
    decided_at = Moment(required=True)
    review = fields.String(required=True, allow_none=True)


class DeclarationWithSteps(DeclarationShown):
    """A declaration and every decision on it, oldest first."""

    steps = fields.List(fields.Nested(DecisionStep), required=True)


class DeclarationList(Schema):
    """The receipt of declaring."""

    items = fields.List(fields.Nested(DeclarationShown), required=True)


class DeclarationPage(DeclarationList):
    """A page of declarations."""

    next = fields.String(required=True, allow_none=True)


class WithdrawalSent(Sent):
    """Why something is taken back."""

    reason = Text(200, least=1, required=True)


class ReviewSent(Sent):
    """Who sits: people by username, or a number of people drawn by lot."""

    region = Text(12, least=12, required=True, metadata={"description": "A village."})
    members = Rows(Text(40), 200, load_default=list)
    draw = Whole(1, 200, allow_none=True, metadata={"description": "Instead of `members`."})


class PanelMember(Schema):
    """Somebody on a panel."""

    username = fields.String(required=True)
    name = fields.String(required=True)


class TicketShown(Schema):
    """Somebody who could be drawn; `number` is the SHA-256 of `seed:id`."""

    id = fields.Integer(attribute="staff_id", required=True)
    name = fields.String(required=True)
    number = fields.String(required=True)
    drawn = fields.Boolean(required=True)


class ReviewShown(Schema):
    """A meeting of a panel."""

    code = fields.String(required=True)
    region = fields.String(attribute="village_code", required=True)
    held_on = fields.Date(required=True)
    members = fields.List(fields.Nested(PanelMember), required=True)
    seed = fields.String(required=True, metadata={"description": "Empty: the panel was named."})
    tickets = fields.List(fields.Nested(TicketShown), required=True)
    minutes = fields.String(required=True)
    opened_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)


class ReviewRow(Schema):
    """A meeting in a list."""

    code = fields.String(required=True)
    region = fields.String(attribute="village_code", required=True)
    held_on = fields.Date(required=True)
    drawn = fields.Boolean(required=True)
    members = fields.Integer(required=True)
    decisions = fields.Integer(required=True)
    closed_at = Moment(required=True, allow_none=True)


class ReviewPage(Schema):
    """A page of meetings, newest first."""

    items = fields.List(fields.Nested(ReviewRow), required=True)
    next = fields.String(required=True, allow_none=True)


class DecisionLine(Sent):
    """What is decided about one declaration."""

    declaration = Text(40, least=1, required=True)
    verdict = OneOf(["accept", "change", "refuse"], required=True)
    points = Whole(1, 1_000_000, allow_none=True, metadata={"description": "Of a change."})
    reason = Text(200, load_default="")


class DecisionsSent(Sent):
    """What a panel decides: all of it, or nothing if one line cannot be decided so."""

    key = Key()
    lines = Rows(Part(DecisionLine), 500, least=1, required=True)


class ConfirmationLine(Sent):
    """What the township says about one declaration."""

    declaration = Text(40, least=1, required=True)
    verdict = OneOf(["accept", "refuse"], required=True)
    reason = Text(200, load_default="")


class ConfirmationsSent(Sent):
    """What the township decides: all of it, or nothing."""

    lines = Rows(Part(ConfirmationLine), 500, least=1, required=True)


class DecidedLine(Schema):
    """Where a declaration came to."""

    declaration = fields.String(required=True)
    state = Word(required=True)


class DecidedShown(Schema):
    """The receipt of a submission."""

    lines = fields.List(fields.Nested(DecidedLine), required=True)
    reference = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The entry that posted lines of level A."},
    )
    replayed = fields.Boolean(
        required=True, metadata={"description": "The same was decided before: nothing was done."}
    )


class MinutesSent(Sent):
    """What was noted at a meeting that ends."""

    minutes = Lines(2000, load_default="")
