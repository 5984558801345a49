"""Awards and the rules they are given by."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Day, Key, Part, Rows, Sent, Text, Whole, Word


class RuleSearch(Sent):
    """Which rules, and where they shall apply."""

    region = Text(12, metadata={"description": "Default: the caller's own place."})
    q = Text(64, load_default="")


class RuleShown(Schema):
    """What a rule says in a place today."""

    code = fields.Function(
        lambda version: version.rule.code, required=True, metadata={"type": "string"}
    )
    version = fields.Integer(required=True)
    since = fields.Date(required=True)
    title = fields.String(required=True)
    category = Word(required=True)
    points_min = fields.Integer(required=True, allow_none=True)
    points_max = fields.Integer(required=True, allow_none=True)
    cap_times = fields.Integer(required=True, allow_none=True)
    cap_points = fields.Integer(required=True, allow_none=True)
    cap_period = Word(required=True, allow_none=True)
    evidence = Word(required=True)
    review_level = Word(required=True)


class RuleList(Schema):
    """The rules that apply in a place today."""

    region = fields.String(required=True)
    items = fields.List(fields.Nested(RuleShown), required=True)


class AwardLineSent(Sent):
    """What one household is to be given."""

    household = Text(16, least=1, required=True, metadata={"description": "Its code."})
    points = Whole(
        1, 1_000_000, allow_none=True, metadata={"description": "None: what the rule gives."}
    )
    member = Text(60, allow_none=True, metadata={"description": "Name of who earned it."})


class AwardSent(Sent):
    """Points to be given under one rule, for what happened on one day."""

    key = Key()
    rule = Text(20, least=1, required=True)
    occurred_on = Day(required=True)
    note = Text(200, load_default="")
    lines = Rows(Part(AwardLineSent), 500, least=1, required=True)


class AwardedLine(Schema):
    """What a household got (or, negative, lost) and held then."""

    household = fields.String(attribute="household_code", required=True)
    head = fields.String(required=True)
    points = fields.Integer(required=True)
    balance_after = fields.Integer(required=True)


class AwardedShown(Schema):
    """The receipt of an award."""

    reference = fields.String(required=True)
    status = Word(required=True)
    lines = fields.List(fields.Nested(AwardedLine), required=True)


class AwardLineShown(Schema):
    """What one household got by an award."""

    household = fields.String(attribute="household_code", required=True)
    head = fields.String(required=True)
    member = fields.String(required=True)
    points = fields.Integer(required=True)
    reversed_points = fields.Integer(required=True)
    position = fields.Integer(
        required=True, metadata={"description": "Place in the entry: names it in a reversal."}
    )
    rule = fields.String(attribute="rule_code", required=True)
    title = fields.String(required=True)
    occurred_on = fields.Date(required=True)


class AwardShown(Schema):
    """An award as it stands now; what a notice posts may be under many rules."""

    reference = fields.String(required=True)
    status = Word(required=True)
    rule = fields.String(
        required=True, metadata={"description": "Empty: each line has its own rule."}
    )
    title = fields.String(required=True)
    occurred_on = fields.Date(required=True)
    note = fields.String(required=True)
    lines = fields.List(fields.Nested(AwardLineShown), required=True)


class AwardReversalSent(Sent):
    """Why an award is taken back, and from whom."""

    key = Key()
    reason = Text(200, least=1, required=True)
    households = Rows(
        Text(16),
        500,
        least=1,
        allow_none=True,
        metadata={"description": "Codes; none: all of them."},
    )
    lines = Rows(
        Whole(1, 1_000_000),
        500,
        least=1,
        allow_none=True,
        metadata={"description": "Positions of single lines; none: all of them."},
    )


class AwardReversed(Schema):
    """The receipt of a reversal."""

    reference = fields.String(required=True)
    reverses = fields.String(required=True)
    lines = fields.List(fields.Nested(AwardedLine), required=True)
