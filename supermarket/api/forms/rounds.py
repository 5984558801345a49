"""Rounds: inspections of many households, events they sign in to."""

from marshmallow import Schema, fields, validate

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


class RoundSearch(Page):
    """Which rounds."""

    state = OneOf(
        ["open", "submitted", "cancelled"], metadata={"description": "Default: all of them."}
    )


class GradeSent(Sent):
    """A grade of a round."""

    label = Text(20, least=1, required=True)
    rule = Text(20, allow_none=True, metadata={"description": "None: it gives no points."})
    points = Whole(1, 1_000_000, allow_none=True)


class RoundSent(Sent):
    """A round to be opened."""

    key = Key()
    village = Text(12, least=12, required=True)
    kind = OneOf(["inspection", "event"], required=True)
    title = Text(60, least=1, required=True)
    occurred_on = Day(required=True)
    group = Text(30, load_default="", metadata={"description": "Default: the whole village."})
    grades = Rows(
        Part(GradeSent),
        4,
        least=1,
        metadata={"description": "Default: 清洁 较清洁 不清洁; an event names one, with a rule."},
    )


class MarkSent(Sent):
    """The grade of one household."""

    household = Text(16, least=1, required=True)
    grade = Whole(
        1, 4, required=True, allow_none=True, metadata={"description": "None takes it back."}
    )


class MarksSent(Sent):
    """Grades of households, or one for all that have none."""

    marks = Rows(Part(MarkSent), 500, load_default=list)
    rest = Whole(
        1, 4, allow_none=True, metadata={"description": "The grade of all that have none yet."}
    )


class SubmissionSent(Sent):
    """Who shall get nothing now."""

    leave_out = Rows(Text(16), 2000, load_default=list)


class CancellationSent(Sent):
    """Why a round is cancelled."""

    reason = Text(200, least=2, required=True)


class RoundFoundShown(Schema):
    """A round in a list."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    kind = Word(required=True)
    state = Word(required=True)
    village = fields.String(required=True)
    group = fields.String(required=True)
    occurred_on = fields.Date(required=True)
    marked = fields.Integer(required=True)


class RoundList(Schema):
    """Rounds, newest first."""

    items = fields.List(fields.Nested(RoundFoundShown), required=True)
    next = fields.String(required=True, allow_none=True)


class GradeShown(Schema):
    """A grade of a round."""

    position = fields.Integer(required=True)
    label = fields.String(required=True)
    rule = fields.String(attribute="rule_code", required=True, allow_none=True)
    points = fields.Integer(required=True, allow_none=True)


class RoundLineShown(Schema):
    """A household of a round."""

    household = fields.String(attribute="household_code", required=True)
    head = fields.String(required=True)
    group = fields.String(required=True)
    grade = fields.Integer(required=True, allow_none=True)
    marked_by = fields.String(attribute="marker", required=True, allow_none=True)
    marked_at = Moment(required=True, allow_none=True)
    note = fields.String(required=True)
    declaration = fields.String(required=True, allow_none=True)
    left_out = fields.String(required=True, metadata={"description": "Why it got nothing."})


class RoundShown(Schema):
    """A round as it stands now."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    kind = Word(required=True)
    state = Word(required=True)
    village = fields.String(required=True)
    group = fields.String(required=True)
    occurred_on = fields.Date(required=True)
    marked = fields.Integer(required=True)
    total = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True)
    grades = fields.List(fields.Nested(GradeShown), required=True)
    lines = fields.List(fields.Nested(RoundLineShown), required=True)


class ObstacleShown(Schema):
    """A household that could not be given anything now."""

    household = fields.String(required=True)
    head = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "As that of an error."})
    reason = fields.String(required=True)


class ObstacleList(Schema):
    """What stands between a round and its points."""

    items = fields.List(fields.Nested(ObstacleShown), required=True)


class SubmittedShown(Schema):
    """What a round became."""

    code = fields.String(required=True)
    state = Word(required=True)
    households = fields.Integer(required=True, validate=validate.Range(0))
    points = fields.Integer(required=True)
    left_out = fields.Integer(required=True)
