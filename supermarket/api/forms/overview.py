"""The dashboard."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Day, Moment, Sent, Text


class OverviewAsked(Sent):
    """Which place or shop, and which days."""

    region = Text(12, metadata={"description": "Default: all of the caller's scope."})
    shop = Text(64)
    since = Day(metadata={"description": "Default: the first of this month."})
    until = Day(metadata={"description": "Default: the last of this month."})


def _yuan(name: str) -> fields.Function:
    return fields.Function(
        lambda row: getattr(row, name) / 100,
        required=True,
        metadata={"type": "number", "multipleOf": 0.01},
    )


class OverviewFlow(Schema):
    """What came and went in a window, net of what was taken back."""

    awarded = fields.Integer(required=True)
    deducted = fields.Integer(required=True)
    expired = fields.Integer(required=True)
    redeemed = fields.Integer(required=True, attribute="points")
    yuan = _yuan("fen")
    redemptions = fields.Integer(required=True, attribute="times", metadata={"description": "人次"})
    households = fields.Integer(
        required=True, metadata={"description": "Distinct ones that redeemed."}
    )
    earners = fields.Integer(
        required=True, metadata={"description": "Distinct households that were awarded points."}
    )
    units = fields.Integer(required=True)


class OverviewThen(Schema):
    """Another window to compare with, as much of it as has passed of the one asked for."""

    since = fields.Date(required=True, attribute="days.since")
    until = fields.Date(required=True, attribute="days.until")
    flow = fields.Nested(OverviewFlow, required=True)


class OverviewStanding(Schema):
    """How the places stood at the end of the window."""

    outstanding = fields.Integer(required=True)
    coverage_percent = fields.Integer(required=True, allow_none=True)
    stock_yuan = _yuan("stock_fen")
    households_covered = fields.Integer(required=True, attribute="covered")
    shops_open = fields.Integer(required=True, attribute="shops")
    donated_yuan = _yuan("donated_fen")


class OverviewPiece(Schema):
    """One day, half-month or month."""

    group = fields.String(required=True)
    awarded = fields.Integer(required=True)
    redeemed = fields.Integer(required=True, attribute="points")
    redemptions = fields.Integer(required=True, attribute="times")


class OverviewPlace(Schema):
    """One place or shop of the ranked list."""

    code = fields.String(required=True)
    label = fields.String(required=True)
    awarded = fields.Integer(required=True, allow_none=True)
    redeemed = fields.Integer(required=True, attribute="points")
    redemptions = fields.Integer(required=True, attribute="times")
    households = fields.Integer(required=True)


class OverviewGoods(Schema):
    """One goods of the ranked list."""

    sku = fields.String(required=True)
    label = fields.String(required=True)
    units = fields.Integer(required=True)
    redeemed = fields.Integer(required=True, attribute="points")
    yuan = _yuan("fen")


class OverviewPeak(Schema):
    """Redemptions made in one hour of a weekday."""

    weekday = fields.Integer(required=True, metadata={"description": "1 Monday to 7 Sunday."})
    hour = fields.Integer(required=True)
    visits = fields.Integer(required=True)


class OverviewStreams(Schema):
    """Where points came from and went."""

    opening = fields.Integer(required=True)
    awarded = fields.Integer(required=True)
    redeemed = fields.Integer(required=True)
    deducted = fields.Integer(required=True)
    expired = fields.Integer(required=True)
    other = fields.Integer(required=True)
    closing = fields.Integer(required=True)


class OverviewShown(Schema):
    """The dashboard; what points are given for is null for shops."""

    since = fields.Date(required=True, attribute="asked.since")
    until = fields.Date(required=True, attribute="asked.until")
    level = fields.String(required=True, attribute="level.value")
    flow = fields.Nested(OverviewFlow, required=True, attribute="redeemed")
    standing = fields.Nested(OverviewStanding, required=True, allow_none=True, attribute="figures")
    people = fields.Integer(required=True, allow_none=True)
    donors = fields.Integer(required=True, allow_none=True)
    before = fields.Nested(OverviewThen, required=True, allow_none=True)
    last_year = fields.Nested(OverviewThen, required=True, allow_none=True)
    over_time_by = fields.String(required=True, attribute="by.value")
    over_time = fields.List(fields.Nested(OverviewPiece), required=True, attribute="pieces")
    places_by = fields.String(required=True, attribute="places_by.value")
    places = fields.List(fields.Nested(OverviewPlace), required=True)
    goods = fields.List(fields.Nested(OverviewGoods), required=True)
    peaks = fields.List(fields.Nested(OverviewPeak), required=True)
    streams = fields.Nested(OverviewStreams, required=True, allow_none=True)
    as_of = Moment(required=True)
