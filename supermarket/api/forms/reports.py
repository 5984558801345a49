"""Reports."""

from marshmallow import Schema, fields, validate

from supermarket.api.forms.fields import Counted, Day, Moment, OneOf, Sent, Text
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


class SheetAsked(Sent):
    """Which rows of a form."""

    region = Text(12, metadata={"description": "Default: all of the caller's scope."})
    since = Day(metadata={"description": "Default: the first of this month."})
    until = Day(metadata={"description": "Default: the last of this month."})
    shop = Text(64, metadata={"description": "A shop's code, where the form knows shops."})
    household = Text(64, metadata={"description": "A household's code; F7 needs one."})
    goods = Text(64, metadata={"description": "A sku, where the form knows goods."})
    limit = Counted(1, 500, load_default=100)
    cursor = fields.String(validate=validate.Length(max=600))


class SheetColumnShown(Schema):
    """A column of a form, with the words of the paper."""

    label = fields.String(required=True)
    kind = fields.String(
        required=True, metadata={"description": "text, int, points, yuan, average, date, …"}
    )


class SheetNamed(Schema):
    """A form the caller may read."""

    code = fields.String(required=True, metadata={"description": "F1 to F22."})
    title = fields.String(required=True)
    columns = fields.List(fields.Nested(SheetColumnShown), required=True)


class SheetList(Schema):
    """The forms the caller may read, by number."""

    items = fields.List(fields.Nested(SheetNamed), required=True)


class HeadShown(Schema):
    """The newest entry of a journal the rows come from."""

    code = fields.String(required=True)
    number = fields.Integer(required=True)
    hash = fields.String(required=True)


class SheetRows(SheetNamed):
    """A page of a form."""

    since = fields.Date(required=True)
    until = fields.Date(required=True)
    as_of = Moment(required=True)
    digest = fields.String(
        required=True,
        metadata={"description": "SHA-256 over `code number hash` of all heads, a line each."},
    )
    heads = fields.List(
        fields.Nested(HeadShown),
        required=True,
        metadata={"description": "At most 100; the digest stands for all."},
    )
    items = fields.List(
        fields.List(fields.Raw(allow_none=True)),
        required=True,
        metadata={"description": "A content for each column: text, number, ISO day or null."},
    )
    next = fields.String(required=True, allow_none=True)
