"""Redemptions and their reversals."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Key, Moment, OneOf, Part, Rows, Sent, Text, Whole
from supermarket.counter.service.collecting import KnownBy


class BasketLine(Sent):
    """Goods and how many units of them; the same goods twice count together."""

    sku = Text(64, least=1, required=True)
    quantity = Whole(1, 999, required=True)


class RedemptionSent(Sent):
    """Goods to be handed over for points, to a card or a household: one of them."""

    key = Key()
    shop = Text(64, least=1, required=True)
    card = Text(
        500, least=1, allow_none=True, metadata={"description": "Its code, address or number."}
    )
    household = Text(
        16,
        least=1,
        allow_none=True,
        metadata={"description": "Its code; only one of the shop's own region."},
    )
    lines = Rows(Part(BasketLine), 200, least=1, required=True)
    pin = Text(
        12,
        least=1,
        allow_none=True,
        metadata={
            "description": "The household's own; from the programme's threshold on it, a "
            "collector or, where there is none, known_by is needed. A wrong one counts."
        },
    )
    collector = Text(
        12,
        least=1,
        allow_none=True,
        metadata={"description": "Who collects for it: the id of a proxy, or helper."},
    )
    known_by = OneOf(
        [known.value for known in KnownBy],
        allow_none=True,
        metadata={"description": "How the people of a household without a PIN were known."},
    )


class ReceiptLineShown(Schema):
    """One goods of a receipt; quantity and points are negative in a reversal."""

    sku = fields.String(required=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    points_price = fields.Integer(required=True)
    points = fields.Integer(required=True)


class ReversalBrief(Schema):
    """What was taken back since."""

    reference = fields.String(required=True)
    posted_at = Moment(required=True)
    points = fields.Integer(required=True)
    reason = fields.String(required=True)


class ReceiptShown(Schema):
    """A redemption, or what took it back."""

    reference = fields.String(required=True)
    occurred_on = fields.Date(required=True)
    posted_at = Moment(required=True)
    shop = fields.String(attribute="shop_code", required=True)
    household = fields.String(attribute="household_code", required=True)
    head = fields.String(
        attribute="masked_head", required=True, metadata={"description": "Masked."}
    )
    clerk = fields.String(required=True)
    collector = fields.String(
        required=True,
        metadata={"description": "Who collected or how it was known; empty if nobody asked."},
    )
    points = fields.Integer(required=True, metadata={"description": "Negative in a reversal."})
    balance_before = fields.Integer(required=True)
    balance_after = fields.Integer(required=True)
    lines = fields.List(fields.Nested(ReceiptLineShown), required=True)
    reverses = fields.String(required=True, metadata={"description": "In a reversal: of what."})
    reason = fields.String(required=True)
    reversals = fields.List(fields.Nested(ReversalBrief), required=True)
    slip = fields.String(
        required=True, metadata={"description": "Number of the paper slip; empty if none."}
    )


class RedemptionReversalSent(Sent):
    """Why a redemption is taken back, and how much of it."""

    key = Key()
    reason = Text(100, least=1, required=True)
    lines = Rows(
        Part(BasketLine),
        200,
        least=1,
        allow_none=True,
        metadata={"description": "None: all that is left."},
    )
