"""The catalogue, its prices and barcodes, and the hours of shops."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Clock, Day, Page, Part, Rows, Sent, Text, Truth, Whole
from supermarket.goods.service.catalogue import MOST_POINTS, MOST_UNITS


class GoodsSearch(Page):
    """Which goods."""

    q = Text(64, load_default="", metadata={"description": "Name, pinyin initials, sku, barcode."})
    category = Text(30, load_default="")


class GoodsShown(Schema):
    """Something a household can take home for points."""

    sku = fields.String(required=True)
    name = fields.String(required=True)
    specification = fields.String(required=True)
    unit = fields.String(required=True)
    category = fields.String(required=True)
    has_expiry = fields.Boolean(required=True)
    low_stock_at = fields.Integer(required=True)
    month_limit = fields.Integer(required=True, allow_none=True)
    active = fields.Boolean(required=True)
    points = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Price of one unit today, where a shop has none of its own."},
    )


class GoodsPage(Schema):
    """A page of the catalogue, by sku."""

    items = fields.List(fields.Nested(GoodsShown), required=True)
    next = fields.String(required=True, allow_none=True)


class GoodsText(Sent):
    """What the catalogue says of goods."""

    name = Text(60, least=1, required=True)
    specification = Text(40, load_default="")
    unit = Text(10, least=1, required=True)
    category = Text(30, least=1, required=True)
    has_expiry = Truth(required=True)
    low_stock_at = Whole(0, 100_000, load_default=0)


class GoodsSent(GoodsText):
    """Goods to be added; without ``points`` they cannot be redeemed yet."""

    sku = Text(20, least=1, required=True)
    points = Whole(1, MOST_POINTS, load_default=None, allow_none=True)


class GoodsChanged(GoodsText):
    """What the catalogue shall say of goods from now on."""

    active = Truth(required=True)
    month_limit = Whole(
        1,
        100_000,
        required=True,
        allow_none=True,
        metadata={"description": "Most units for a household in a calendar month."},
    )


class PriceSent(Sent):
    """What one unit costs from a day on, everywhere or in one shop."""

    points = Whole(1, MOST_POINTS, required=True)
    since = Day(required=True)
    shop = Text(20, load_default="")


class BarcodeSent(Sent):
    """A code that means so many units of goods."""

    code = Text(48, least=1, required=True)
    units = Whole(1, MOST_UNITS, load_default=1)


class BarcodeShown(Schema):
    """A code on a package."""

    code = fields.String(required=True)
    units = fields.Integer(required=True)


class BarcodeList(Schema):
    """The codes of goods."""

    items = fields.List(fields.Nested(BarcodeShown), required=True)


class HoursSent(Sent):
    """A part of a weekday in which a shop hands goods out."""

    weekday = Whole(1, 7, required=True, metadata={"description": "1 is Monday."})
    opens = Clock(required=True)
    closes = Clock(required=True)


class WeekSent(Sent):
    """The hours of a week; none at all means always."""

    hours = Rows(Part(HoursSent), 70, required=True)


class HoursShown(Schema):
    """A part of a weekday in which a shop hands goods out."""

    weekday = fields.Integer(required=True)
    opens = fields.String(required=True)
    closes = fields.String(required=True)


class WeekShown(Schema):
    """The hours of a week, Monday first; none at all means always."""

    hours = fields.List(fields.Nested(HoursShown), required=True)
