"""Recalls and the households that have the goods."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Moment, Sent, Truth


class RecallShown(Schema):
    """A recall in a list."""

    code = fields.String(required=True)
    goods = fields.String(required=True)
    reason = fields.String(required=True)
    recalled_at = Moment(required=True)
    lifted_at = Moment(required=True, allow_none=True)


class RecallPage(Schema):
    """A page of recalls, newest first."""

    items = fields.List(fields.Nested(RecallShown), required=True)
    next = fields.String(required=True, allow_none=True)


class ReceiverShown(Schema):
    """A household that has units of a recalled delivery."""

    household = fields.String(attribute="household_code", required=True)
    head = fields.String(required=True)
    village = fields.String(attribute="village_code", required=True)
    phone_tail = fields.String(required=True)
    units = fields.Integer(required=True)
    last_on = fields.Date(required=True)
    told_at = Moment(required=True, allow_none=True)
    collected_at = Moment(required=True, allow_none=True)


class ReceiverList(Schema):
    """The households in the caller's places, and how many there are elsewhere."""

    items = fields.List(fields.Nested(ReceiverShown), required=True)
    elsewhere = fields.Integer(required=True)


class RecallMarkSent(Sent):
    """What was done about a household."""

    collected = Truth(
        load_default=False, metadata={"description": "The goods came back; else it was told."}
    )


class RecallMarkShown(Schema):
    """What was done about a household."""

    told_at = Moment(required=True)
    collected_at = Moment(required=True, allow_none=True)
