"""Public notices and the objections to their lines."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Key, Moment, OneOf, Page, Sent, Text, Whole, Word
from supermarket.notices.models import NoticeState, ObjectionChannel, ObjectionState

#: How a program may have heard of an objection; a household's own page names itself.
_CHANNELS = [way.value for way in ObjectionChannel if way is not ObjectionChannel.PAGE]
_VERDICTS = [state.value for state in ObjectionState if state is not ObjectionState.OPEN]


class NoticeSearch(Page):
    """Which notices."""

    region = Text(12)
    state = OneOf([state.value for state in NoticeState])


class NoticeFound(Schema):
    """A notice in a list."""

    reference = fields.String(attribute="notice.reference", required=True)
    village_code = fields.String(attribute="notice.village_code", required=True)
    village = fields.String(required=True)
    opens_on = fields.Date(attribute="notice.opens_on", required=True)
    closes_on = fields.Date(attribute="notice.closes_on", required=True)
    state = Word(attribute="notice.state", required=True)
    lines = fields.Integer(required=True)
    households = fields.Integer(required=True)
    points = fields.Integer(required=True)
    open_objections = fields.Integer(required=True)


class NoticePage(Schema):
    """One page of notices."""

    items = fields.List(fields.Nested(NoticeFound), required=True)
    next = fields.String(required=True, allow_none=True)


class NoticeLine(Schema):
    """One line as announced, and how it stands now."""

    position = fields.Integer(required=True)
    row = fields.Integer(required=True)
    declaration = fields.String(required=True)
    household = fields.String(attribute="household_code", required=True)
    head = fields.String(required=True)
    rule = fields.String(attribute="rule_code", required=True)
    title = fields.String(required=True)
    occurred_on = fields.Date(required=True)
    announced = fields.Integer(required=True)
    points = fields.Integer(required=True)
    state = Word(required=True)
    balance = fields.Integer(required=True)
    entry = fields.String(required=True)


class NoticeShown(Schema):
    """A notice with all its lines."""

    reference = fields.String(attribute="notice.reference", required=True)
    village_code = fields.String(attribute="notice.village_code", required=True)
    opens_on = fields.Date(attribute="notice.opens_on", required=True)
    closes_on = fields.Date(attribute="notice.closes_on", required=True)
    state = Word(attribute="notice.state", required=True)
    phone = fields.String(attribute="notice.phone", required=True)
    head_number = fields.Integer(attribute="notice.head_number", required=True)
    head_hash = fields.String(attribute="notice.head_hash", required=True)
    web_copy = fields.String(required=True)
    lines = fields.List(fields.Nested(NoticeLine), required=True)


class NoticeSent(Sent):
    """A village that shall announce what is accepted there."""

    key = Key()
    village = Text(12, least=1, required=True)
    phone = Text(
        20, load_default="", metadata={"description": "None: the nearest shop's telephone."}
    )


class NoticeClosed(Schema):
    """What closing a notice posted."""

    reference = fields.String(required=True)
    entry = fields.String(required=True, metadata={"description": "Empty: nothing to post."})
    lines = fields.Integer(required=True)
    points = fields.Integer(required=True)
    held = fields.Integer(required=True)


class ObjectionSearch(Page):
    """Which objections."""

    state = OneOf(["open", "all"], load_default="open")


class ObjectionShown(Schema):
    """An objection; who raised it is shown on the page only."""

    code = fields.String(attribute="objection.code", required=True)
    notice = fields.String(attribute="notice.reference", required=True)
    declaration = fields.String(required=True)
    household = fields.String(attribute="household_code", required=True)
    title = fields.String(required=True)
    points = fields.Integer(required=True)
    text = fields.String(attribute="objection.text", required=True)
    channel = Word(attribute="objection.channel", required=True)
    raised_at = Moment(attribute="objection.raised_at", required=True)
    late = fields.Boolean(attribute="objection.late", required=True)
    answer_due_on = fields.Date(attribute="objection.answer_due_on", required=True)
    state = Word(attribute="objection.state", required=True)
    points_after = fields.Integer(
        attribute="objection.points_after", required=True, allow_none=True
    )
    reason = fields.String(attribute="objection.reason", required=True)
    decided_at = Moment(attribute="objection.decided_at", required=True, allow_none=True)


class ObjectionPage(Schema):
    """One page of objections."""

    items = fields.List(fields.Nested(ObjectionShown), required=True)
    next = fields.String(required=True, allow_none=True)


class ObjectionSent(Sent):
    """What somebody doubts about one announced line."""

    key = Key()
    declaration = Text(40, least=1, required=True)
    text = Text(500, least=2, required=True)
    channel = OneOf(_CHANNELS, required=True)
    name = Text(60, load_default="")
    contact = Text(60, load_default="")


class ObjectionRaised(Schema):
    """The receipt of an objection."""

    code = fields.String(required=True)
    late = fields.Boolean(required=True)
    answer_due_on = fields.Date(required=True)
    state = Word(required=True)


class DecisionSent(Sent):
    """What becomes of the line."""

    verdict = OneOf(_VERDICTS, required=True)
    points = Whole(1, 1_000_000, allow_none=True, metadata={"description": "Only of `corrected`."})
    reason = Text(200, least=2, required=True)
