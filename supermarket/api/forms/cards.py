"""One card's story, and print runs."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import (
    Counted,
    Day,
    Key,
    Moment,
    Page,
    Rows,
    Sent,
    Text,
    Truth,
    Whole,
    Word,
)

#: Households that one request may name: a few more than a run takes, so that it can say so.
MOST_PICKED = 2000


class CardStep(Schema):
    """One change of a card's state."""

    state = Word(required=True)
    at = Moment(required=True)
    actor = fields.String(
        required=True,
        metadata={"description": "Empty if the household did it, or its last day passed."},
    )
    reason = fields.String(required=True)


class Handover(Schema):
    """Cards given into somebody's hands."""

    to_whom = fields.String(required=True)
    note = fields.String(required=True)
    at = Moment(required=True)
    giver = fields.String(required=True)


class CardPrinting(Schema):
    """A run a card was printed in."""

    run = fields.Integer(required=True)
    made_at = Moment(required=True)
    maker = fields.String(required=True)


class CardStory(Schema):
    """A household's card, what happened to it and in whose hands it is; newest first."""

    card_number = fields.String(required=True)
    state = Word(required=True)
    household = fields.String(required=True)
    issued_at = Moment(required=True)
    last_day = fields.Date(required=True, allow_none=True)
    history = fields.List(fields.Nested(CardStep), required=True)
    printings = fields.List(fields.Nested(CardPrinting), required=True)
    handovers = fields.List(fields.Nested(Handover), required=True)


class CardReasonSent(Sent):
    """Why."""

    reason = Text(100, least=1, required=True)


class LastDaySent(Sent):
    """Until when a card is good."""

    last_day = Day(required=True, allow_none=True)


class HandoverSent(Sent):
    """Into whose hands cards went."""

    to_whom = Text(60, least=1, required=True)
    note = Text(100, load_default="")


class LinkSent(Sent):
    """A blank to be given to a household."""

    card = Text(500, least=1, required=True)


class ReissueSent(Sent):
    """Which card is replaced, and why."""

    replacing = Text(20, least=9, required=True, metadata={"description": "Its card number."})
    reason = Text(100, least=1, required=True)


class RunSearch(Page):
    """Which print runs."""

    region = Text(12, load_default="", metadata={"description": "Code of a village."})


class RunSent(Sent):
    """What to print."""

    key = Key()
    region = Text(
        12, least=1, required=True, metadata={"description": "The village; of blanks, any place."}
    )
    group = Text(30, load_default="")
    households = Rows(Text(16, least=1), MOST_PICKED, allow_none=True, load_default=None)
    unprinted = Truth(load_default=False)
    part = Whole(1, 1000, load_default=1)
    names = Truth(load_default=True)
    backs = Truth(load_default=False)
    blanks = Whole(1, 100_000, metadata={"description": "Make so many blanks and print them."})
    last_day = Day(allow_none=True, metadata={"description": "Of the blanks."})


class RunAgain(Sent):
    """Print a run's cards again."""

    key = Key()


class RunShown(Schema):
    """A print run."""

    number = fields.Integer(required=True)
    kind = Word(required=True)
    region = fields.String(required=True)
    group = fields.String(required=True)
    cards = fields.Integer(required=True)
    names = fields.Boolean(required=True)
    backs = fields.Boolean(required=True)
    repeats = fields.Integer(required=True, allow_none=True)
    made_at = Moment(required=True)
    maker = fields.String(required=True)


class RunStanding(RunShown):
    """A print run, how far its file is, and into whose hands its cards went."""

    ready = fields.Boolean(required=True)
    drawn = fields.Integer(required=True)
    handovers = fields.List(fields.Nested(Handover), required=True)


class RunPage(Schema):
    """A page of print runs."""

    items = fields.List(fields.Nested(RunShown), required=True)
    next = fields.String(required=True, allow_none=True)


class RunCard(Schema):
    """A card of a run, and what it is good for today."""

    place = fields.Integer(required=True)
    card_number = fields.String(required=True)
    state = Word(required=True)
    household = fields.String(attribute="household_code", required=True)


class RunCardPage(Schema):
    """A page of a run's cards."""

    items = fields.List(fields.Nested(RunCard), required=True)
    next = fields.String(required=True, allow_none=True)


class RunCardSearch(Page):
    """Which of a run's cards."""

    limit = Counted(1, 1000, load_default=200)
