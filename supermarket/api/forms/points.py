"""Budgets, points that end, the yearly score, honours."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import (
    Counted,
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
)
from supermarket.expiry.models import RunState
from supermarket.honours.models import HonourLevel


class BudgetSearch(Page):
    """Which villages."""

    region = Text(12, metadata={"description": "Default: all of the caller's places."})


class IssueStanding(Schema):
    """How a village stands today."""

    village = fields.String(attribute="village_code", required=True)
    budget = fields.Integer(required=True, allow_none=True)
    starts_on = fields.Date(required=True, allow_none=True)
    ends_on = fields.Date(required=True, allow_none=True)
    used = fields.Integer(required=True)
    left = fields.Integer(required=True, allow_none=True)
    coverage_percent = fields.Integer(required=True, allow_none=True)
    warn = fields.Boolean(required=True)
    stopped = fields.Boolean(required=True)
    override = fields.Function(
        lambda one: one.override is not None, required=True, metadata={"type": "boolean"}
    )


class IssueStandingPage(Schema):
    """A page of villages."""

    items = fields.List(fields.Nested(IssueStanding), required=True)
    next = fields.String(required=True, allow_none=True)


class BudgetPart(Sent):
    """What one village may issue from one day to another."""

    village = Text(12, least=1, required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    points = Whole(
        0, 100_000_000, required=True, allow_none=True, metadata={"description": "None: no budget."}
    )


class BudgetsSent(Sent):
    """Budgets to be set, all or none."""

    budgets = Rows(Part(BudgetPart), 500, least=1, required=True)


class BudgetsSet(Schema):
    """How many budgets are new, changed, as they were."""

    new = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)


class OverrideSent(Sent):
    """Villages of a region that may issue past the stop for a while."""

    region = Text(12, least=1, required=True)
    from_on = Day(required=True)
    until_on = Day(required=True)
    reason = Text(200, least=2, required=True)


class OverrideShown(Schema):
    """An override, and what was issued under it."""

    number = fields.Integer(attribute="override.id", required=True)
    region = fields.String(attribute="override.region_code", required=True)
    from_on = fields.Date(attribute="override.from_on", required=True)
    until_on = fields.Date(attribute="override.until_on", required=True)
    reason = fields.String(attribute="override.reason", required=True)
    approved_by = fields.String(required=True)
    withdrawn = fields.Function(
        lambda row: row.override.withdrawn_at is not None,
        required=True,
        metadata={"type": "boolean"},
    )
    points = fields.Integer(required=True)


class OverrideList(Schema):
    """The newest overrides."""

    items = fields.List(fields.Nested(OverrideShown), required=True)


class ExpirySearch(Page):
    """Which expiries."""

    state = OneOf([state.value for state in RunState], most=24)


class ExpiryShown(Schema):
    """An expiry of a village."""

    code = fields.String(attribute="run.code", required=True)
    village = fields.String(attribute="run.village_code", required=True)
    state = Word(attribute="run.state", required=True)
    cutoff_on = fields.Date(attribute="run.cutoff_on", required=True)
    due_on = fields.Date(attribute="run.due_on", required=True)
    announced_on = fields.Date(attribute="run.announced_on", required=True)
    households = fields.Integer(required=True)
    announced = fields.Integer(required=True)
    posted = fields.Integer(required=True)
    given_back = fields.Integer(required=True)


class ExpiryPage(Schema):
    """A page of expiries, newest first."""

    items = fields.List(fields.Nested(ExpiryShown), required=True)
    next = fields.String(required=True, allow_none=True)


class ExpiryLineShown(Schema):
    """What ends, or ended, for one household."""

    household = fields.String(attribute="household_code", required=True)
    head = fields.String(required=True)
    announced = fields.Integer(attribute="points_announced", required=True)
    posted = fields.Integer(attribute="points_posted", required=True)
    given_back = fields.Integer(attribute="reversed_points", required=True)
    balance = fields.Integer(required=True)


class ExpiryLines(Schema):
    """The households of an expiry."""

    code = fields.String(required=True)
    state = Word(required=True)
    due_on = fields.Date(required=True)
    lines = fields.List(fields.Nested(ExpiryLineShown), required=True)


class ExpiredShown(Schema):
    """What an expiry took on its day."""

    code = fields.String(required=True)
    state = Word(required=True)
    households = fields.Integer(required=True)
    points = fields.Integer(required=True)


class CancelSent(Sent):
    """Why an expiry is called off, or an honour revoked."""

    reason = Text(200, least=2, required=True)


class GiveBackSent(Sent):
    """Why ended points are given back, and to whom."""

    key = Key()
    reason = Text(200, least=2, required=True)
    households = Rows(
        Text(16),
        500,
        least=1,
        allow_none=True,
        metadata={"description": "Codes; none: all of them."},
    )


class GivenBackShown(Schema):
    """The receipt of a giving back."""

    code = fields.String(required=True)
    households = fields.Integer(required=True)
    points = fields.Integer(required=True)


class ScoreSearch(Sent):
    """Which year."""

    year = Counted(2000, 2200, metadata={"description": "Default: this year."})


class ScoreLineShown(Schema):
    """One row behind a score."""

    on = fields.Date(required=True)
    title = fields.String(required=True)
    points = fields.Integer(required=True)


class ScoreShown(Schema):
    """A household's score of a year."""

    year = fields.Integer(required=True)
    base = fields.Integer(required=True)
    earned = fields.Integer(required=True)
    lost = fields.Integer(required=True)
    total = fields.Integer(required=True)
    lines = fields.List(fields.Nested(ScoreLineShown), required=True)


class HonourSearch(Page):
    """Which honours."""

    year = Counted(2000, 2200)
    title = Text(40, load_default="")


class HonourSent(Sent):
    """An honour to be noted."""

    household = Text(16, least=1, required=True, metadata={"description": "Its code."})
    title = Text(40, least=2, required=True)
    level = OneOf([level.value for level in HonourLevel], most=24, required=True)
    awarded_on = Day(required=True)
    member = Text(60, allow_none=True, metadata={"description": "Name; none: the household."})
    document = Text(64, load_default="")
    note = Text(200, load_default="")


class HonourShown(Schema):
    """An honour."""

    code = fields.String(attribute="honour.code", required=True)
    household = fields.String(attribute="household_code", required=True)
    head = fields.String(required=True)
    member = fields.String(required=True)
    title = fields.String(attribute="honour.title", required=True)
    level = Word(attribute="honour.level", required=True)
    awarded_on = fields.Date(attribute="honour.awarded_on", required=True)
    document = fields.String(attribute="honour.document", required=True)
    revoked_on = fields.Date(attribute="honour.revoked_on", required=True, allow_none=True)


class HonourPage(Schema):
    """A page of honours, the last noted first."""

    items = fields.List(fields.Nested(HonourShown), required=True)
    next = fields.String(required=True, allow_none=True)
