"""What should leave the shelves soon, and what they run out of."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import OneOf, Page, Text


class ShelfSearch(Page):
    """Which shelves."""

    region = Text(12, load_default="", metadata={"description": "Code of a place."})
    shop = Text(20, load_default="", metadata={"description": "Code of one shop."})
    q = Text(60, load_default="", metadata={"description": "Name, initials, sku or barcode."})


class NearExpirySearch(ShelfSearch):
    """Which lots."""

    days = OneOf(
        ["30", "60", "expired"],
        load_default="30",
        metadata={"description": "Good for so many days or fewer; `expired`: past their date."},
    )


class NearExpiryRow(Schema):
    """A lot whose day is near or gone."""

    shop = fields.String(attribute="shop_code", required=True)
    sku = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    lot = fields.String(attribute="row.code", required=True)
    best_before = fields.Date(attribute="row.best_before", required=True)
    days_left = fields.Integer(attribute="row.days_left", required=True)
    on_hand = fields.Integer(attribute="row.on_hand", required=True)
    recalled = fields.Boolean(attribute="row.recalled", required=True)


class NearExpiryPage(Schema):
    """A page of lots, the first to expire in front."""

    items = fields.List(fields.Nested(NearExpiryRow), required=True)
    next = fields.String(required=True, allow_none=True)


class LowRow(Schema):
    """Goods of which a shop should order more."""

    shop = fields.String(attribute="shop_code", required=True)
    sku = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    usable = fields.Integer(required=True)
    low_stock_at = fields.Integer(required=True)


class LowPage(Schema):
    """A page of goods, by shop."""

    items = fields.List(fields.Nested(LowRow), required=True)
    next = fields.String(required=True, allow_none=True)
