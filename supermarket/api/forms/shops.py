"""Shops, goods and deliveries."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import (
    Day,
    Key,
    OneOf,
    Page,
    Part,
    Rows,
    Sent,
    Text,
    Whole,
    Word,
    Yuan,
)
from supermarket.ledger.models import LotSource


class ShopSearch(Page):
    """Which shops."""

    region = Text(12, metadata={"description": "Code of a place in the caller's scope."})


class ShopShown(Schema):
    """A shop."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    region = fields.String(attribute="region_code", required=True)
    address = fields.String(required=True)
    phone = fields.String(required=True)
    active = fields.Boolean(required=True)


class ShopPage(Schema):
    """A page of shops, by code."""

    items = fields.List(fields.Nested(ShopShown), required=True)
    next = fields.String(required=True, allow_none=True)


class LotShown(Schema):
    """A lot on a shelf."""

    lot = fields.String(attribute="code", required=True)
    best_before = fields.Date(required=True, allow_none=True)
    received_on = fields.Date(required=True)
    source = Word(required=True)
    on_hand = fields.Integer(required=True)


class StockShown(Schema):
    """Goods of a shop."""

    sku = fields.String(required=True)
    name = fields.String(required=True)
    specification = fields.String(required=True)
    unit = fields.String(required=True)
    category = fields.String(required=True)
    on_hand = fields.Integer(required=True, metadata={"description": "Expired units too."})
    usable = fields.Integer(required=True, metadata={"description": "May be handed over today."})
    lots = fields.List(fields.Nested(LotShown), required=True)


class StockList(Schema):
    """The goods a shop ever had, by sku; the lots that go out first stand first."""

    items = fields.List(fields.Nested(StockShown), required=True)


class GoodsInLineSent(Sent):
    """One line of a delivery: it becomes a lot of its own."""

    sku = Text(64, least=1, required=True)
    quantity = Whole(1, 100_000, required=True)
    best_before = Day(allow_none=True, metadata={"description": "Needed for goods that perish."})
    unit_cost = Yuan(allow_none=True)


class GoodsInSent(Sent):
    """A delivery to be taken in."""

    key = Key()
    source = OneOf([source.value for source in LotSource], required=True)
    received_on = Day(allow_none=True, metadata={"description": "None is today."})
    partner = Text(60, load_default="", metadata={"description": "Who sold or gave it."})
    document = Text(64, load_default="", metadata={"description": "Number on the paper."})
    donor = Text(64, load_default="", metadata={"description": "Code, of a donation."})
    wish = Text(200, load_default="", metadata={"description": "What the donor wishes."})
    only_region = Text(12, load_default="", metadata={"description": "Only its shops may have it."})
    fund = Text(64, load_default="", metadata={"description": "Code; it pays a purchase."})
    lines = Rows(Part(GoodsInLineSent), 200, least=1, required=True)


class GoodsInLineShown(Schema):
    """One line of a delivery and the lot it made."""

    sku = fields.String(required=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    best_before = fields.Date(required=True, allow_none=True)
    lot = fields.String(attribute="lot_code", required=True)


class GoodsInShown(Schema):
    """The receipt of a delivery."""

    reference = fields.String(required=True)
    shop = fields.String(attribute="shop.code", required=True)
    source = Word(required=True)
    received_on = fields.Date(required=True)
    partner = fields.String(required=True)
    document = fields.String(required=True)
    donor = fields.String(required=True)
    receipt_number = fields.String(required=True)
    lines = fields.List(fields.Nested(GoodsInLineShown), required=True)
