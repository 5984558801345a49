"""Lists of what is to be checked, findings, journals."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Day, Key, Moment, OneOf, Page, Sent, Text, Word
from supermarket.ledger.models import EntryKind
from supermarket.oversight.forms.lists import PARTS
from supermarket.oversight.models import Method
from supermarket.oversight.queries.lists import LISTS


class DaysSent(Sent):
    """Which days and places."""

    since = Day(metadata={"description": "Default: 90 days ago."})
    until = Day(metadata={"description": "Default: today."})
    region = Text(12, load_default="", metadata={"description": "Default: all of one's own."})


class ListShown(Schema):
    """What there is to look for."""

    list = fields.String(attribute="key", required=True)
    title = fields.String(required=True)
    rule = fields.String(required=True)


class ListIndex(Schema):
    """The lists."""

    items = fields.List(fields.Nested(ListShown), required=True)


class ItemShown(Schema):
    """Something to be checked, and why it is listed. Not a verdict."""

    subject = fields.String(required=True)
    name = fields.String(required=True)
    place = fields.String(required=True)
    region = fields.String(attribute="region_code", required=True)
    why = fields.String(required=True)
    facts = fields.Dict(keys=fields.String(), required=True)


class ItemList(Schema):
    """What a list found, by place and name."""

    items = fields.List(fields.Nested(ItemShown), required=True)
    too_few = fields.Boolean(required=True, metadata={"description": "Too little to compare."})
    cut = fields.Boolean(required=True, metadata={"description": "There is more: narrow it."})


class BehindSent(DaysSent):
    """Which row of a list."""

    subject = Text(100, least=1, required=True)


class BehindShown(Schema):
    """An award or redemption behind a row."""

    reference = fields.String(required=True)
    posted_at = Moment(attribute="at", required=True)
    occurred_on = fields.Date(required=True)
    place = fields.String(required=True)
    household = fields.String(required=True)
    head = fields.String(required=True)
    what = fields.String(required=True)
    points = fields.Integer(required=True)
    by = fields.String(required=True)


class BehindList(Schema):
    """The rows behind one of a list, newest first."""

    items = fields.List(fields.Nested(BehindShown), required=True)


class SampleSearch(Sent):
    """Which month and places."""

    month = Text(7, load_default="", metadata={"description": "2026-10; default: the last one."})
    region = Text(12, load_default="")
    cursor = Text(200)


class SampleShown(Schema):
    """Redemptions of a shop and month that were drawn by its seed."""

    shop = fields.String(attribute="shop_code", required=True)
    last_entry = fields.String(required=True)
    seed = fields.String(required=True)
    total = fields.Integer(required=True)
    drawn = fields.List(fields.Nested(BehindShown), required=True)


class SamplePage(Schema):
    """Samples by shop."""

    month = fields.String(required=True)
    items = fields.List(fields.Nested(SampleShown), required=True)
    next = fields.String(required=True, allow_none=True)


class FindingSearch(Page):
    """Which findings."""

    part = OneOf(list(PARTS), load_default="open")
    region = Text(12, load_default="")


class FindingSent(Sent):
    """What was checked; ``problem``, ``assignee`` and ``due_on`` go together."""

    key = Key()
    region = Text(12, least=2, required=True)
    sample = Text(200, least=2, required=True)
    subject = Text(64, load_default="")
    list = OneOf(["", *LISTS], load_default="")
    seed = Text(64, load_default="")
    method = OneOf([one.value for one in Method], required=True)
    result = Text(400, least=2, required=True)
    concerned = Text(40, load_default="", metadata={"description": "A username."})
    problem = Text(400, load_default="")
    assignee = Text(40, load_default="", metadata={"description": "A username."})
    due_on = Day(load_default=None, allow_none=True)
    found_on = Day(load_default=None, allow_none=True)


class WordsSent(Sent):
    """What was done, or why."""

    key = Key()
    words = Text(400, least=2, required=True)


class SentBackSent(WordsSent):
    """Why it is not right yet, and by when it must be."""

    due_on = Day(required=True)


class AssignmentSent(SentBackSent):
    """Who shall put it right instead."""

    assignee = Text(40, least=1, required=True)


class FindingShown(Schema):
    """A finding (form F20)."""

    code = fields.String(attribute="finding.code", required=True)
    state = Word(attribute="finding.state", required=True)
    late = fields.Boolean(required=True)
    region = fields.String(attribute="finding.region_code", required=True)
    found_on = fields.Date(attribute="finding.found_on", required=True)
    found_by = fields.String(attribute="finder", required=True)
    sample = fields.String(attribute="finding.sample", required=True)
    subject = fields.String(attribute="finding.subject", required=True)
    list = fields.String(attribute="finding.listed_in", required=True)
    seed = fields.String(attribute="finding.seed", required=True)
    method = Word(attribute="finding.method", required=True)
    result = fields.String(attribute="finding.result", required=True)
    problem = fields.String(attribute="finding.problem", required=True)
    concerned = fields.String(required=True)
    assignee = fields.String(required=True)
    due_on = fields.Date(attribute="finding.due_on", required=True, allow_none=True)
    closed_on = fields.Date(required=True, allow_none=True)


class FindingPage(Schema):
    """Findings, newest first."""

    items = fields.List(fields.Nested(FindingShown), required=True)
    next = fields.String(required=True, allow_none=True)


class FindingStepShown(Schema):
    """One step of a finding."""

    kind = Word(required=True)
    words = fields.String(required=True)
    actor = fields.String(required=True)
    at = Moment(required=True)
    assignee = fields.String(required=True)
    due_on = fields.Date(required=True, allow_none=True)


class FindingWhole(FindingShown):
    """A finding and what was done about it, the oldest first."""

    steps = fields.List(fields.Nested(FindingStepShown), required=True)


class JournalSearch(Page):
    """Which journals."""

    text = Text(40, load_default="", metadata={"description": "Code, or part of a name."})


class JournalShown(Schema):
    """A journal and its head."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    last_number = fields.Integer(required=True)
    last_hash = fields.String(required=True)


class JournalPage(Schema):
    """Journals by code."""

    items = fields.List(fields.Nested(JournalShown), required=True)
    next = fields.String(required=True, allow_none=True)


class EntrySearch(Page):
    """Which entries of a journal."""

    kind = OneOf([kind.value for kind in EntryKind])
    since = Day()
    until = Day()
    actor = Text(40, metadata={"description": "A username."})
    household = Text(16)
    goods = Text(64, metadata={"description": "A sku."})
    document = Text(64, metadata={"description": "How its number begins."})


class LineShown(Schema):
    """One line of an entry: whole points or units, fen of money."""

    book = Word(required=True)
    position = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    moved = fields.Integer(required=True)
    after = fields.Integer(required=True, allow_none=True)
    reverses_position = fields.Integer(required=True, allow_none=True)


class EntryShown(Schema):
    """An entry with its lines and its place in the chain."""

    reference = fields.String(required=True)
    number = fields.Integer(required=True)
    kind = Word(required=True)
    occurred_on = fields.Date(required=True)
    posted_at = Moment(required=True)
    actor = fields.String(attribute="username", required=True)
    document = fields.String(required=True)
    note = fields.String(required=True)
    reverses = fields.String(required=True)
    reversed_by = fields.List(fields.String(), required=True)
    prev_hash = fields.String(required=True)
    hash = fields.String(required=True)
    lines = fields.List(fields.Nested(LineShown), required=True)


class EntryPage(Schema):
    """Entries in order."""

    items = fields.List(fields.Nested(EntryShown), required=True)
    next = fields.String(required=True, allow_none=True)
