"""Households, their bank books and cards."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Moment, OneOf, Page, Part, Rows, Sent, Text, Truth, Word
from supermarket.households.models import TagKind


class HouseholdSearch(Page):
    """What to look for, and where."""

    q = Text(64, load_default="", metadata={"description": "Name, pinyin, code, phone, group."})
    region = Text(12, metadata={"description": "Code of a place in the caller's scope."})


class HouseholdBrief(Schema):
    """A household in a list."""

    code = fields.String(required=True)
    head = fields.String(required=True)
    region = fields.String(attribute="village_code", required=True)
    village = fields.String(attribute="village_name", required=True)
    group = fields.String(required=True)
    balance = fields.Integer(required=True)
    state = Word(required=True)


class HouseholdPage(Schema):
    """A page of households."""

    items = fields.List(fields.Nested(HouseholdBrief), required=True)
    next = fields.String(required=True, allow_none=True)


class MemberSent(Sent):
    """Somebody of a household."""

    name = Text(60, least=1, required=True)
    relation = Text(20, load_default="")


class HouseholdSent(Sent):
    """A household to be written down."""

    region = Text(12, least=1, required=True, metadata={"description": "Code of the village."})
    head = Text(60, least=1, required=True)
    group = Text(30, load_default="")
    phone = Text(40, load_default="")
    helper = Text(60, load_default="")
    code = Text(
        16,
        allow_none=True,
        metadata={"description": "Village code and 4 digits; none takes the next."},
    )
    members = Rows(Part(MemberSent), 60, load_default=list)
    tags = Rows(OneOf([kind.value for kind in TagKind]), 10, load_default=list)
    namesake = Truth(
        load_default=False,
        metadata={"description": "The group has a household of this head, and this is another."},
    )


class MemberShown(Schema):
    """Somebody of a household."""

    name = fields.String(required=True)
    relation = fields.String(required=True)


class TagShown(Schema):
    """What a household is registered as."""

    kind = Word(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)


class HouseholdShown(Schema):
    """A household."""

    code = fields.String(required=True)
    head = fields.String(required=True)
    region = fields.String(required=True)
    village = fields.String(required=True)
    group = fields.String(required=True)
    phone = fields.String(required=True)
    helper = fields.String(required=True)
    state = Word(required=True)
    balance = fields.Integer(required=True)
    members = fields.List(fields.Nested(MemberShown), required=True)
    tags = fields.List(fields.Nested(TagShown), required=True)
    card_number = fields.String(
        required=True, allow_none=True, metadata={"description": "Of the card in use."}
    )


class StatementEntry(Schema):
    """One line of a household's bank book."""

    reference = fields.String(required=True)
    kind = Word(required=True)
    occurred_on = fields.Date(required=True)
    posted_at = Moment(required=True)
    points = fields.Integer(required=True)
    balance_after = fields.Integer(required=True)
    note = fields.String(required=True)
    reverses = fields.String(required=True, allow_none=True)


class StatementPage(Schema):
    """A page of a bank book, newest first."""

    items = fields.List(fields.Nested(StatementEntry), required=True)
    next = fields.String(required=True, allow_none=True)


class CardIssued(Schema):
    """A new card; `code` and `url` are what its QR code says."""

    card_number = fields.String(required=True)
    code = fields.String(required=True)
    url = fields.String(required=True)


class CardSent(Sent):
    """What a scanner sent, or fingers typed."""

    code = Text(
        500, least=1, required=True, metadata={"description": "The card's code, address or number."}
    )


class CardHolder(Schema):
    """Whose card it is."""

    code = fields.String(required=True)
    head = fields.String(required=True)
    balance = fields.Integer(required=True)


class CardShown(Schema):
    """A card, what it is good for today, and whose it is; a blank is nobody's."""

    card_number = fields.String(required=True)
    state = Word(required=True)
    household = fields.Nested(CardHolder, required=True, allow_none=True)


class RevocationSent(Sent):
    """Why a card ends."""

    reason = Text(100, least=1, required=True)


class CardState(Schema):
    """A card and what it is good for."""

    card_number = fields.String(required=True)
    state = Word(required=True)
