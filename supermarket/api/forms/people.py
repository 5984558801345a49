"""Kin, proxies, helpers, visits."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import (
    Counted,
    Day,
    Moment,
    OneOf,
    Page,
    Rows,
    Sent,
    Text,
    Truth,
    Whole,
    Word,
)
from supermarket.households.models import TieKind
from supermarket.households.service.proxies import MOST_POINTS


class TieSent(Sent):
    """A household the caller must keep out of."""

    household = Text(16, least=1, required=True)
    kind = OneOf([kind.value for kind in TieKind], required=True)
    relation = Text(20, load_default="", metadata={"description": "Needed for a relative."})


class TieShown(Schema):
    """A household somebody must keep out of."""

    household = fields.String(required=True)
    kind = Word(required=True)
    relation = fields.String(required=True)
    declared_at = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)


class Ties(Schema):
    """What the caller declared, ended ones too."""

    items = fields.List(fields.Nested(TieShown), required=True)


class ProxySent(Sent):
    """Somebody who shall collect for a household."""

    name = Text(60, least=1, required=True)
    relation = Text(20, least=1, required=True)
    until = Day(required=True, metadata={"description": "The last day, 24 months ahead at most."})
    month_points = Whole(1, MOST_POINTS, allow_none=True, load_default=None)
    phone = Text(30, load_default="")
    identity_tail = Text(4, load_default="")
    document = Text(40, load_default="")


class ProxyShown(Schema):
    """Somebody who may collect; `id` is null for the paired helper, who needs no agreement."""

    id = fields.Integer(attribute="proxy_id", required=True, allow_none=True)
    name = fields.String(required=True)
    relation = fields.String(required=True)
    until = fields.Date(required=True, allow_none=True)
    month_points = fields.Integer(required=True, allow_none=True)
    document = fields.String(required=True)


class Proxies(Schema):
    """Who may collect for a household today."""

    items = fields.List(fields.Nested(ProxyShown), required=True)


class EndSent(Sent):
    """Why something ends."""

    reason = Text(200, least=1, required=True)


class InactiveAsked(Page):
    """How long they have been quiet, and where."""

    days = Counted(1, 3660, load_default=60)
    region = Text(12, metadata={"description": "Code of a place in the caller's scope."})


class HelpedShown(Schema):
    """How a household is doing."""

    code = fields.String(required=True)
    head = fields.String(required=True)
    region = fields.String(attribute="village_code", required=True)
    village = fields.String(attribute="village_name", required=True)
    group = fields.String(required=True)
    helper = fields.String(required=True)
    balance = fields.Integer(required=True)
    last_award_on = fields.Date(attribute="moves.award_on", required=True, allow_none=True)
    last_redemption_on = fields.Date(
        attribute="moves.redemption_on", required=True, allow_none=True
    )
    quiet_days = fields.Integer(required=True)
    last_visit_on = fields.Date(attribute="visits.last_on", required=True, allow_none=True)
    planned_visit_on = fields.Date(attribute="visits.planned_on", required=True, allow_none=True)


class HelpedPage(Schema):
    """A page of households."""

    items = fields.List(fields.Nested(HelpedShown), required=True)
    next = fields.String(required=True, allow_none=True)


class HelpedList(Schema):
    """The households one stands by."""

    items = fields.List(fields.Nested(HelpedShown), required=True)


class VisitSent(Sent):
    """A visit that was paid, or is planned."""

    visited_on = Day(required=True)
    note = Text(200, load_default="")
    planned = Truth(load_default=False)


class VisitShown(Schema):
    """A visit."""

    visited_on = fields.Date(required=True)
    note = fields.String(required=True)
    planned = fields.Boolean(required=True)


class PairingSent(Sent):
    """Households that a helper shall stand by."""

    helper = Text(32, least=1, required=True, metadata={"description": "A username."})
    households = Rows(Text(16, least=1), 500, least=1, required=True)


class Paired(Schema):
    """How many pairs are new."""

    paired = fields.Integer(required=True)
