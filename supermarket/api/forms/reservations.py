"""Reservations, wishes and deliveries."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Day, Key, Moment, OneOf, Page, Sent, Text, Whole, Word
from supermarket.deliveries.models import Proof
from supermarket.deliveries.queries import Section as DeliverySection
from supermarket.deliveries.service import MOST_CARRIER, MOST_NOTE, MOST_REASON
from supermarket.reservations.queries import Section
from supermarket.reservations.service import MOST_UNITS


class ReservationSent(Sent):
    """Goods to be kept for a household, named by its card or its code: one of them."""

    key = Key()
    shop = Text(64, least=1, required=True)
    card = Text(
        500, least=1, allow_none=True, metadata={"description": "Its code, address or number."}
    )
    household = Text(
        16,
        least=1,
        allow_none=True,
        metadata={"description": "Its code; of the shop's own region, or paired with the helper."},
    )
    sku = Text(64, least=1, required=True)
    quantity = Whole(1, MOST_UNITS, required=True)
    until = Day(allow_none=True, metadata={"description": "The last day; 3 days from today."})


class ReservationShown(Schema):
    """Units of one goods kept for a household."""

    code = fields.String(required=True)
    state = Word(required=True)
    shop = fields.String(attribute="shop_code", required=True)
    household = fields.String(attribute="household_code", required=True)
    head = fields.String(
        attribute="masked_head", required=True, metadata={"description": "Masked."}
    )
    sku = fields.String(required=True)
    goods = fields.String(required=True)
    quantity = fields.Integer(attribute="units", required=True)
    taken = fields.Integer(required=True, metadata={"description": "Units collected so far."})
    until = fields.Date(required=True, metadata={"description": "The last day."})
    channel = Word(required=True)
    made_at = Moment(required=True)
    reason = fields.String(required=True)


class ReservationSearch(Page):
    """Which part of the list; of one shop."""

    section = OneOf([part.value for part in Section], load_default=Section.OPEN.value)
    shop = Text(64, load_default="")


class ReservationPage(Schema):
    """A page of the list."""

    items = fields.List(fields.Nested(ReservationShown), required=True)
    next = fields.String(required=True, allow_none=True)


class WishesShown(Schema):
    """How many households wish for something: no names."""

    words = fields.String(required=True)
    sku = fields.String(
        required=True, metadata={"description": "Empty for what is not in the catalogue."}
    )
    households = fields.Integer(required=True)
    newest = Moment(required=True)


class WishList(Schema):
    """What households wish for, the most wanted in front."""

    items = fields.List(fields.Nested(WishesShown), required=True)


class ReservationEndSent(Sent):
    """Why it is kept no longer."""

    reason = Text(100, load_default="")


class ErrandSent(Sent):
    """Who brings goods to the door, and when."""

    username = Text(
        64, load_default="", metadata={"description": "Oneself or the household's helper."}
    )
    name = Text(MOST_CARRIER, load_default="", metadata={"description": "A volunteer's."})
    due_on = Day(allow_none=True, metadata={"description": "None is today."})
    note = Text(MOST_NOTE, load_default="")


class HandOverSent(Sent):
    """Who took the goods at the door, and what shows it."""

    who = Text(
        18,
        load_default="",
        metadata={"description": "self, the id of a proxy, or empty for somebody named."},
    )
    name = Text(60, load_default="")
    relation = Text(20, load_default="")
    proof = OneOf([proof.value for proof in Proof], required=True)
    pin = Text(12, least=1, allow_none=True, metadata={"description": "A wrong one counts."})


class FailureSent(Sent):
    """Why nobody could receive the goods."""

    reason = Text(MOST_REASON, least=2, required=True)
    key = Text(
        100,
        least=8,
        allow_none=True,
        metadata={"description": "With a key the redemption is taken back in the same breath."},
    )


class DeliveryShown(Schema):
    """Goods of a redemption on their way to the household."""

    reference = fields.String(required=True)
    state = Word(required=True)
    returned = fields.Boolean(required=True)
    late = fields.Boolean(required=True)
    shop = fields.String(attribute="shop_code", required=True)
    household = fields.String(attribute="household_code", required=True)
    goods = fields.String(required=True)
    carrier = fields.String(required=True)
    due_on = fields.Date(required=True)
    note = fields.String(required=True)
    made_at = Moment(required=True)
    relation = fields.String(required=True, metadata={"description": "Of who received it."})
    delivered_at = Moment(required=True, allow_none=True)


class DeliverySearch(Page):
    """Which part of the list; of one shop, or one's own errands alone."""

    section = OneOf(
        [part.value for part in DeliverySection], load_default=DeliverySection.OPEN.value
    )
    shop = Text(64, load_default="")


class DeliveryPage(Schema):
    """A page of the list."""

    items = fields.List(fields.Nested(DeliveryShown), required=True)
    next = fields.String(required=True, allow_none=True)


class RegisterSearch(Sent):
    """Form F9 of some days."""

    since = Day(required=True)
    until = Day(required=True)
    shop = Text(64, load_default="")


class RegisterRow(Schema):
    """A row of form F9."""

    occurred_on = fields.Date(required=True)
    household = fields.String(attribute="household_code", required=True)
    collector = fields.String(required=True)
    relation = fields.String(required=True)
    document = fields.String(required=True)
    goods = fields.String(required=True)
    quantity = fields.Integer(required=True)
    delivered_at = Moment(required=True, allow_none=True)
    confirmation = fields.String(required=True)


class Register(Schema):
    """Form F9 (代领、送货上门台账)."""

    items = fields.List(fields.Nested(RegisterRow), required=True)
