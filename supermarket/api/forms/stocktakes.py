"""Stocktakes, closed days and stock cards."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import (
    Day,
    Moment,
    OneOf,
    Part,
    Rows,
    Sent,
    Text,
    Truth,
    Whole,
    Word,
)
from supermarket.stocktakes.models import LineDecision
from supermarket.stocktakes.service import MOST_COUNTED


class StocktakeLineShown(Schema):
    """One lot of a stocktake; its figures are null until everything is handed in."""

    lot = fields.String(required=True)
    sku = fields.String(required=True)
    name = fields.String(required=True)
    category = fields.String(required=True)
    best_before = fields.Date(required=True, allow_none=True)
    counted = fields.Integer(required=True, allow_none=True)
    counted_by = fields.String(attribute="counter", required=True)
    counted_at = Moment(required=True, allow_none=True)
    moved = fields.Boolean(required=True, metadata={"description": "Since it was counted."})
    decision = Word(required=True, allow_none=True)
    note = fields.String(required=True)
    book = fields.Integer(
        required=True, allow_none=True, metadata={"description": "In the books when counted."}
    )
    difference = fields.Integer(required=True, allow_none=True)
    value = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The difference in points."}
    )


class StocktakeListed(Schema):
    """A stocktake in a list."""

    code = fields.String(required=True)
    shop = fields.String(attribute="shop.code", required=True)
    state = Word(required=True)
    round = fields.Integer(
        attribute="found.round", required=True, metadata={"description": "Times handed in."}
    )
    opened_at = Moment(attribute="found.opened_at", required=True)
    closed_at = Moment(attribute="found.closed_at", required=True, allow_none=True)
    reason = fields.String(
        attribute="found.note",
        required=True,
        metadata={"description": "Why it was sent back or cancelled."},
    )
    entry = fields.String(
        required=True, metadata={"description": "The entry with the differences, if any."}
    )


class StocktakePage(Schema):
    """A page of a shop's stocktakes, newest first."""

    items = fields.List(fields.Nested(StocktakeListed), required=True)
    next = fields.String(required=True, allow_none=True)


class StocktakeShown(StocktakeListed):
    """A stocktake with its lots, counted or not."""

    lines = fields.List(fields.Nested(StocktakeLineShown), required=True)


class LotCountSent(Sent):
    """How many units of a lot are on the shelf now."""

    lot = Text(64, least=1, required=True)
    counted = Whole(0, MOST_COUNTED, required=True)
    sure = Truth(
        load_default=False, metadata={"description": "Counted twice: answers count_unlikely."}
    )
    note = Text(100, load_default="")


class LineDecisionSent(Sent):
    """Whether a count stands although its lot moved since."""

    lot = Text(64, least=1, required=True)
    decision = OneOf([decision.value for decision in LineDecision], required=True)


class StocktakeHandInSent(Sent):
    """Handing a stocktake in."""

    leaving = Whole(
        0,
        1_000_000,
        load_default=0,
        metadata={"description": "Uncounted lots that are knowingly left as the books have them."},
    )


class StocktakeApprovalSent(Sent):
    """Posting a stocktake."""

    round = Whole(1, 1_000_000, required=True, metadata={"description": "The round that was read."})


class StocktakeReturnSent(Sent):
    """Sending a stocktake back."""

    reason = Text(200, least=1, required=True)
    lots = Rows(Text(64, least=1), 1000, load_default=list)


class StocktakeCancelSent(Sent):
    """Giving a stocktake up."""

    reason = Text(200, least=1, required=True)


class MovementShown(Schema):
    """One movement of some goods in a shop."""

    reference = fields.String(required=True)
    kind = Word(required=True)
    document = fields.String(required=True)
    occurred_on = fields.Date(required=True)
    posted_at = Moment(required=True)
    actor = fields.String(required=True)
    lot = fields.String(required=True)
    quantity = fields.Integer(required=True)
    balance = fields.Integer(required=True, metadata={"description": "Of the goods, after it."})
    reverses = fields.String(required=True)
    note = fields.String(required=True)


class StockCardPage(Schema):
    """A page of a stock card, newest first; all quantities sum to on_hand."""

    on_hand = fields.Integer(required=True)
    items = fields.List(fields.Nested(MovementShown), required=True)
    next = fields.String(required=True, allow_none=True)


class KeyCountSent(Sent):
    """How many units of one of the key goods are on the shelf."""

    sku = Text(64, least=1, required=True)
    counted = Whole(0, MOST_COUNTED, required=True)


class DayCloseSent(Sent):
    """The close of a day."""

    day = Day(required=True)
    counts = Rows(Part(KeyCountSent), 50, load_default=list)
    sure = Truth(
        load_default=False, metadata={"description": "Counted twice: answers counts_differ."}
    )
    note = Text(200, load_default="")


class DayFiguresShown(Schema):
    """What a shop took on a day."""

    points = fields.Integer(required=True)
    times = fields.Integer(required=True)
    voids = fields.Integer(required=True)


class KeyGoodsShown(Schema):
    """One of the key goods as counted."""

    sku = fields.String(required=True)
    name = fields.String(required=True)
    book = fields.Integer(required=True)
    counted = fields.Integer(required=True)
    difference = fields.Integer(required=True)


class SlipsShown(Schema):
    """Paper slips of one series."""

    first = fields.String(required=True)
    last = fields.String(required=True)
    used = fields.Integer(required=True)
    missing = fields.List(fields.String(), required=True)


class DayCloseListed(Schema):
    """A closed day in a list."""

    code = fields.String(required=True)
    day = fields.Date(required=True)
    closed = fields.Nested(
        DayFiguresShown, required=True, metadata={"description": "When it was closed."}
    )
    slips = fields.List(fields.Nested(SlipsShown), required=True)
    note = fields.String(required=True)
    closed_by = fields.String(required=True)
    closed_at = Moment(required=True)
    signed_by = fields.String(required=True)
    signed_at = Moment(required=True, allow_none=True)


class DayCloseShown(DayCloseListed):
    """A closed day."""

    now = fields.Nested(DayFiguresShown, required=True, metadata={"description": "As of now."})
    goods = fields.List(fields.Nested(KeyGoodsShown), required=True)


class DayClosePage(Schema):
    """The days a shop closed, newest first."""

    items = fields.List(fields.Nested(DayCloseListed), required=True)
    next = fields.String(required=True, allow_none=True)
