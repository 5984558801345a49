"""Household events: what happened, what it will do, what was decided."""

from typing import Any

from marshmallow import Schema, fields

from supermarket.api.forms.fields import (
    Day,
    Key,
    Moment,
    OneOf,
    Page,
    Rows,
    Sent,
    Text,
    Whole,
    Word,
)
from supermarket.household_events.models import EventKind, EventState

MOST_POINTS = 1_000_000_000


def _points(**kwargs: Any) -> Whole:
    return Whole(0, MOST_POINTS, allow_none=True, load_default=None, **kwargs)


class HouseholdEventSearch(Page):
    """Which events, from where on."""

    state = OneOf([state.value for state in EventState])
    household = Text(16, metadata={"description": "Code of a household concerned."})


class HouseholdEventSent(Sent):
    """What happened to a household; each kind reads only the fields that concern it."""

    key = Key()
    kind = OneOf([kind.value for kind in EventKind], required=True)
    household = Text(16, least=1, required=True, metadata={"description": "Its code."})
    effective_on = Day(required=True)
    reason = Text(200, least=1, required=True)
    document = Text(64, load_default="")
    to_village = Text(12, load_default="", metadata={"description": "move"})
    group = Text(30, load_default="", metadata={"description": "move, split"})
    phone = Text(30, load_default="", metadata={"description": "split: of the new household"})
    other = Text(
        16,
        load_default="",
        metadata={"description": "merge, death of the last: code of who takes it in."},
    )
    members = Rows(Text(60), 40, load_default=[], metadata={"description": "split: names"})
    head = Text(60, load_default="", metadata={"description": "split: the new one's head"})
    next_head = Text(
        60, load_default="", metadata={"description": "split, death: who is head if the head goes"}
    )
    given = _points(metadata={"description": "split: points that go; none takes the rest."})
    kept = _points(metadata={"description": "split: points that stay; none takes the rest."})
    member = Text(60, load_default="", metadata={"description": "death: who died"})


class HouseholdEventShown(Schema):
    """An event as it stands."""

    code = fields.String(required=True)
    kind = Word(required=True)
    state = Word(required=True)
    household = fields.String(required=True)
    head = fields.String(required=True)
    other_head = fields.String(required=True)
    village = fields.String(required=True)
    to_village = fields.String(required=True, allow_none=True)
    effective_on = fields.Date(required=True)
    reason = fields.String(required=True)
    document = fields.String(required=True)
    proposed_by = fields.String(required=True)
    proposed_at = Moment(required=True)
    decided_by = fields.String(required=True)
    decided_at = Moment(required=True, allow_none=True)
    decision_reason = fields.String(required=True)
    reference = fields.String(required=True, allow_none=True)
    before = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    after = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class HouseholdEventPage(Schema):
    """A page of events, newest first."""

    items = fields.List(fields.Nested(HouseholdEventShown), required=True)
    next = fields.String(required=True, allow_none=True)


class HouseholdEventReason(Sent):
    """Why an event is refused or taken back."""

    reason = Text(200, least=1, required=True)
