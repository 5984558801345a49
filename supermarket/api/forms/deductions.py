"""Reminders, deductions, appeals and freezes."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import (
    Day,
    Key,
    Moment,
    OneOf,
    Page,
    Sent,
    Text,
    Truth,
    Whole,
    Word,
)
from supermarket.deductions.models import AppealChannel, AppealState, DeductionState


class DeductionSearch(Page):
    """Which deductions."""

    state = OneOf([state.value for state in DeductionState])
    household = Text(16, metadata={"description": "Code; default: every household in scope."})


class DeductionRow(Schema):
    """A reminder or a deduction in a list."""

    code = fields.String(required=True)
    state = Word(required=True)
    household = fields.String(attribute="household_code", required=True)
    head = fields.String(required=True)
    rule = fields.String(attribute="rule_code", required=True)
    title = fields.String(required=True)
    points = fields.Integer(required=True, metadata={"description": "0 for a reminder."})
    points_posted = fields.Integer(required=True)
    reversed_points = fields.Integer(required=True)
    occurred_on = fields.Date(required=True)
    appeal_until = fields.Date(required=True, allow_none=True)


class DeductionPage(Schema):
    """A page of deductions, newest first."""

    items = fields.List(fields.Nested(DeductionRow), required=True)
    next = fields.String(required=True, allow_none=True)


class ActSent(Sent):
    """What happened, for a reminder."""

    key = Key()
    household = Text(16, least=1, required=True, metadata={"description": "Its code."})
    rule = Text(20, least=1, required=True)
    occurred_on = Day(required=True)
    note = Text(200, least=2, required=True, metadata={"description": "What happened."})
    member = Text(60, allow_none=True, metadata={"description": "Name of who did it."})


class DeductionSent(ActSent):
    """What happened again after a reminder, and the points to be taken for it."""

    points = Whole(1, 1000, allow_none=True, metadata={"description": "None: what the rule says."})
    document_number = Text(64, load_default="")


class ReasonSent(Sent):
    """Why."""

    reason = Text(200, least=2, required=True)


class ReversalSent(ReasonSent):
    """Why taken points are given back."""

    key = Key()


class StepShown(Schema):
    """One step of a deduction's way."""

    step = Word(required=True)
    points = fields.Integer(required=True)
    at = Moment(required=True)
    actor = fields.String(
        required=True, metadata={"description": "Empty: the household itself, or the daily job."}
    )
    words = fields.String(required=True)


class AppealShown(Schema):
    """An appeal and its answer."""

    code = fields.String(required=True)
    state = Word(required=True)
    name = fields.String(attribute="raised_by_name", required=True)
    text = fields.String(required=True)
    channel = Word(required=True)
    raised_at = Moment(required=True)
    due_on = fields.Date(required=True)
    late = fields.Boolean(
        required=True, metadata={"description": "The points had been taken when it came."}
    )
    reason = fields.String(required=True)


class DeductionShown(DeductionRow):
    """A reminder or a deduction, its way so far and the appeal against it."""

    points_asked = fields.Integer(required=True)
    note = fields.String(required=True)
    document_number = fields.String(required=True)
    reminder = fields.String(required=True, allow_none=True)
    basis = fields.String(required=True)
    steps = fields.List(fields.Nested(StepShown), required=True)
    appeal = fields.Nested(AppealShown, required=True, allow_none=True)


class AppealSent(Sent):
    """What a household says against a deduction."""

    name = Text(60, least=1, required=True)
    text = Text(500, least=2, required=True)
    channel = OneOf(
        [c.value for c in AppealChannel if c is not AppealChannel.HOUSEHOLD_PAGE],
        load_default=AppealChannel.IN_PERSON.value,
    )


class AppealRow(Schema):
    """An appeal that waits for its answer."""

    code = fields.String(required=True)
    deduction = fields.String(required=True)
    household = fields.String(attribute="household_code", required=True)
    head = fields.String(required=True)
    title = fields.String(required=True)
    points = fields.Integer(required=True)
    name = fields.String(attribute="raised_by_name", required=True)
    text = fields.String(required=True)
    raised_at = Moment(required=True)
    due_on = fields.Date(required=True)
    late = fields.Boolean(required=True)


class AppealPage(Schema):
    """A page of open appeals, oldest first."""

    items = fields.List(fields.Nested(AppealRow), required=True)
    next = fields.String(required=True, allow_none=True)


class AnswerSent(ReasonSent):
    """How an appeal is answered."""

    verdict = OneOf(
        [state.value for state in AppealState if state is not AppealState.OPEN], required=True
    )
    points = Whole(
        1, 1000, allow_none=True, metadata={"description": "With `changed`: what remains."}
    )


class FreezeSent(ReasonSent):
    """Days on which a household shall not redeem, and on what grounds."""

    basis = Text(120, least=2, required=True)
    document_number = Text(64, least=2, required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True, metadata={"description": "The last day; at most a year later."})


class FreezeDecided(Sent):
    """The second person's word."""

    approved = Truth(required=True)
    words = Text(200, load_default="", metadata={"description": "Required with a refusal."})


class FreezeShown(Schema):
    """A freeze."""

    code = fields.String(required=True)
    state = Word(required=True)
    basis = fields.String(required=True)
    document_number = fields.String(required=True)
    reason = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    lifted_on = fields.Date(required=True, allow_none=True)


class FreezeList(Schema):
    """Every freeze a household had, newest first."""

    items = fields.List(fields.Nested(FreezeShown), required=True)
