"""Reports."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Day, Moment, OneOf, Sent, Text
from supermarket.reports.queries.redemptions import By


class RedemptionReport(Sent):
    """Which redemptions, and what the rows stand for."""

    region = Text(12, metadata={"description": "Default: all of the caller's scope."})
    since = Day(metadata={"description": "Default: the first of this month."})
    until = Day(metadata={"description": "Default: the last of this month."})
    by = OneOf([by.value for by in By], load_default=By.TOWNSHIP.value)
    shop = Text(64)
    goods = Text(64, metadata={"description": "A sku."})
    category = Text(30)


class FiguresShown(Schema):
    """Volumes, net of what was taken back in the window."""

    group = fields.String(required=True)
    label = fields.String(required=True)
    redemptions = fields.Integer(required=True)
    households = fields.Integer(required=True, metadata={"description": "Distinct ones."})
    units = fields.Integer(required=True)
    points = fields.Integer(required=True)
    yuan = fields.Function(
        lambda row: row.fen / 100, required=True, metadata={"type": "number", "multipleOf": 0.01}
    )


class FiguresList(Schema):
    """The figures of a window."""

    since = fields.Date(required=True)
    until = fields.Date(required=True)
    by = fields.String(required=True)
    rows = fields.List(fields.Nested(FiguresShown), required=True)
    total = fields.Nested(
        FiguresShown, required=True, metadata={"description": "Each household counts once."}
    )
    as_of = Moment(required=True)
