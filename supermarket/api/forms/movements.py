"""Transfers and write-offs."""

from marshmallow import Schema, fields

from supermarket.api.forms.deductions import ReversalSent
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
from supermarket.movements.models import Outcome, WriteOffKind, WriteOffState
from supermarket.movements.queries import Section
from supermarket.movements.service import MOST_LINES, MOST_UNITS

_UNITS = {"description": "Whole units."}


class MoveSent(Sent):
    """Units of goods to be moved."""

    sku = Text(20, least=1, required=True)
    quantity = Whole(1, MOST_UNITS, required=True, metadata=_UNITS)
    lot = Text(
        64, load_default="", metadata={"description": "Its code; empty: what expires first."}
    )


class TransferSent(Sent):
    """Goods to be sent to another shop."""

    key = Key()
    to = Text(20, least=1, required=True, metadata={"description": "Code of the receiving shop."})
    lines = Rows(Part(MoveSent), MOST_LINES, least=1, required=True)
    note = Text(200, load_default="")
    sent_on = Day(allow_none=True, metadata={"description": "None is today."})


class TransferSearch(Page):
    """Which transfers."""

    section = OneOf([section.value for section in Section], load_default=Section.ALL.value)
    shop = Text(20, load_default="", metadata={"description": "Code of either shop."})


class TransferRow(Schema):
    """A transfer in a list."""

    code = fields.String(required=True)
    state = Word(required=True)
    from_shop = fields.String(attribute="from_code", data_key="from", required=True)
    to_shop = fields.String(attribute="to_code", data_key="to", required=True)
    sent_on = fields.Date(required=True)
    units = fields.Integer(required=True)
    missing = fields.Integer(
        required=True, metadata={"description": "Units of which nobody knows what became."}
    )


class TransferPage(Schema):
    """A page of transfers, newest first."""

    items = fields.List(fields.Nested(TransferRow), required=True)
    next = fields.String(required=True, allow_none=True)


class TransferLineShown(Schema):
    """One line of a transfer."""

    position = fields.Integer(required=True)
    sku = fields.String(required=True)
    name = fields.String(required=True)
    from_lot = fields.String(attribute="lot_code", required=True)
    to_lot = fields.String(attribute="to_lot_code", required=True)
    best_before = fields.Date(required=True, allow_none=True)
    quantity = fields.Integer(required=True)
    received = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    lost = fields.Integer(required=True)
    in_transit = fields.Integer(required=True)
    note = fields.String(required=True)


class TransferShown(Schema):
    """A transfer: sent = received + returned + lost + in transit, on every line."""

    code = fields.String(required=True)
    state = Word(required=True)
    from_shop = fields.String(attribute="from_shop.code", data_key="from", required=True)
    to_shop = fields.String(attribute="to_shop.code", data_key="to", required=True)
    note = fields.String(attribute="transfer.note", required=True)
    sent_on = fields.Date(attribute="transfer.sent_on", required=True)
    sent_by = fields.String(required=True)
    received_at = Moment(attribute="transfer.received_at", required=True, allow_none=True)
    received_by = fields.String(required=True)
    missing = fields.Integer(attribute="transfer.missing", required=True)
    lines = fields.List(fields.Nested(TransferLineShown), required=True)


class ReceiptLineSent(Sent):
    """What arrived of one line."""

    position = Whole(1, MOST_LINES * 10, required=True)
    quantity = Whole(0, MOST_UNITS, required=True, metadata=_UNITS)
    note = Text(200, load_default="")


class ReceiptSent(Sent):
    """What arrived of a transfer."""

    key = Key()
    lines = Rows(
        Part(ReceiptLineSent),
        MOST_LINES * 10,
        load_default=list,
        metadata={"description": "A line not named arrived whole; none at all is everything."},
    )


class FoundOutSent(ReversalSent):
    """What became of missing units of one line."""

    position = Whole(1, MOST_LINES * 10, required=True)
    outcome = OneOf([outcome.value for outcome in Outcome], required=True)
    quantity = Whole(1, MOST_UNITS, required=True, metadata=_UNITS)


class WriteOffLineSent(MoveSent):
    """Units of one lot to be written off."""

    lot = Text(64, least=1, required=True, metadata={"description": "Its code."})


class WriteOffSent(Sent):
    """A write-off to be proposed."""

    key = Key()
    kind = OneOf([kind.value for kind in WriteOffKind], required=True)
    words = Text(200, load_default="", metadata={"description": "Needed for lost and other."})
    disposal = Text(60, load_default="", metadata={"description": "What is done with the goods."})
    lines = Rows(Part(WriteOffLineSent), MOST_LINES, least=1, required=True)


class WriteOffSearch(Page):
    """Which write-offs."""

    state = OneOf([state.value for state in WriteOffState])
    shop = Text(20, load_default="")


class WriteOffRow(Schema):
    """A write-off in a list."""

    code = fields.String(required=True)
    state = Word(required=True)
    kind = Word(required=True)
    shop = fields.String(attribute="shop_code", required=True)
    units = fields.Integer(required=True)
    points = fields.Integer(required=True, allow_none=True)
    yuan = fields.Float(required=True, allow_none=True)


class WriteOffPage(Schema):
    """A page of write-offs, newest first."""

    items = fields.List(fields.Nested(WriteOffRow), required=True)
    next = fields.String(required=True, allow_none=True)


class WriteOffLineShown(Schema):
    """One line of a write-off."""

    position = fields.Integer(required=True)
    sku = fields.String(required=True)
    name = fields.String(required=True)
    lot = fields.String(attribute="lot_code", required=True)
    quantity = fields.Integer(required=True)
    approved = fields.Integer(required=True, allow_none=True)
    on_hand = fields.Integer(required=True, metadata={"description": "In the lot now."})
    points = fields.Integer(required=True, allow_none=True)


class WriteOffShown(Schema):
    """A write-off."""

    code = fields.String(required=True)
    state = Word(required=True)
    kind = Word(attribute="write_off.kind", required=True)
    shop = fields.String(attribute="shop.code", required=True)
    words = fields.String(attribute="write_off.words", required=True)
    disposal = fields.String(attribute="write_off.disposal", required=True)
    reason = fields.String(attribute="write_off.reason", required=True)
    proposed_by = fields.String(required=True)
    decided_by = fields.String(required=True)
    reference = fields.String(required=True)
    lines = fields.List(fields.Nested(WriteOffLineShown), required=True)


class ApprovedLineSent(Sent):
    """Units approved of one line."""

    position = Whole(1, MOST_LINES, required=True)
    quantity = Whole(0, MOST_UNITS, required=True, metadata=_UNITS)


class ApprovalSent(Sent):
    """The second person's word."""

    key = Key()
    lines = Rows(
        Part(ApprovedLineSent),
        MOST_LINES,
        load_default=list,
        metadata={"description": "Fewer than proposed; a line not named is approved whole."},
    )
