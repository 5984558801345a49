"""Donors, funds, what became of gifts, settlements with merchants."""

from typing import Any

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Day, Key, OneOf, Page, Sent, Text, Truth, Word, Yuan
from supermarket.donors.models import DonorKind, FundSource
from supermarket.settlements.models import SettlementState


class Money(fields.String):
    """An amount kept in fen, shown in yuan with two decimals as text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"examples": ["12.50"]}, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{value / 100:.2f}"


class DonorSearch(Page):
    """Which donors."""

    q = Text(60, load_default="", metadata={"description": "Part of the name, or the code."})


class DonorShown(Schema):
    """A donor; the contact only for who keeps the register."""

    code = fields.String(required=True)
    kind = Word(required=True)
    name = fields.String(required=True)
    region = fields.String(attribute="region_code", required=True)
    public = fields.Boolean(required=True)
    contact = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)


class DonorPage(Schema):
    """A page of donors, by code."""

    items = fields.List(fields.Nested(DonorShown), required=True)
    next = fields.String(required=True, allow_none=True)


class DonorSent(Sent):
    """A donor to be registered."""

    region = Text(12, least=1, required=True)
    kind = OneOf([kind.value for kind in DonorKind], required=True)
    name = Text(60, least=1, required=True)
    contact = Text(60, load_default="")
    phone = Text(20, load_default="")
    public = Truth(load_default=False)
    note = Text(200, load_default="")


class StatementSearch(Sent):
    """The gifts of which days."""

    since = Day(metadata={"description": "Default: from the first gift."})
    until = Day(metadata={"description": "Default: today. What came later is left out."})


class GoodsGivenShown(Schema):
    """What became of one goods."""

    sku = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    given = fields.Integer(required=True)
    value = Money(attribute="value_fen", required=True)
    handed_out = fields.Integer(required=True)
    households = fields.Integer(required=True)
    villages = fields.Integer(required=True)
    on_shelf = fields.Integer(required=True)
    in_transit = fields.Integer(required=True)
    lost = fields.Integer(required=True)
    written_off = fields.Integer(required=True)
    counted = fields.Integer(required=True)


class MoneyGivenShown(Schema):
    """What was given into one fund, and how that fund stands."""

    fund = fields.String(attribute="fund.code", required=True)
    given = Money(required=True)
    received = Money(required=True)
    spent = Money(required=True)
    left = Money(required=True)


class StatementShown(Schema):
    """What a donor gave and what became of it; nobody is named."""

    donor = fields.String(attribute="donor.code", required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    households = fields.Integer(required=True)
    villages = fields.Integer(required=True)
    goods = fields.List(fields.Nested(GoodsGivenShown), required=True)
    money = fields.List(fields.Nested(MoneyGivenShown), required=True)


class FundShown(Schema):
    """A fund and what it holds."""

    code = fields.String(attribute="fund.code", required=True)
    name = fields.String(attribute="fund.name", required=True)
    region = fields.String(attribute="fund.region_code", required=True)
    source = Word(attribute="fund.source", required=True)
    only_region = fields.String(attribute="fund.only_region", required=True)
    only_category = fields.String(attribute="fund.only_category", required=True)
    active = fields.Boolean(attribute="fund.active", required=True)
    balance = Money(attribute="balance_fen", required=True)


class FundList(Schema):
    """The funds of the caller's places."""

    items = fields.List(fields.Nested(FundShown), required=True)


class FundSent(Sent):
    """A fund to be opened."""

    region = Text(12, least=1, required=True)
    name = Text(60, least=1, required=True)
    source = OneOf([source.value for source in FundSource], required=True)
    purpose = Text(200, load_default="")
    only_region = Text(12, load_default="")
    only_category = Text(30, load_default="")


class FundLineShown(Schema):
    """One line of a fund's statement."""

    reference = fields.String(required=True)
    kind = Word(required=True)
    occurred_on = fields.Date(required=True)
    amount = Money(attribute="fen", required=True)
    balance_after = Money(required=True)
    summary = fields.String(required=True)
    donor = fields.String(required=True)
    receipt_number = fields.String(required=True)
    document = fields.String(required=True)
    actor = fields.String(required=True)


class FundLineSearch(Page):
    """Which lines of the statement."""


class FundLinePage(Schema):
    """A page of a fund's statement, newest first."""

    items = fields.List(fields.Nested(FundLineShown), required=True)
    next = fields.String(required=True, allow_none=True)


class MoneySent(Sent):
    """Money that went out of a fund."""

    key = Key()
    amount = Yuan(required=True)
    summary = Text(200, least=1, required=True)
    occurred_on = Day(allow_none=True, metadata={"description": "None is today."})
    document = Text(64, load_default="")


class IncomeSent(MoneySent):
    """Money that came into a fund."""

    donor = Text(64, load_default="", metadata={"description": "Code; a gift gets a receipt."})


class MoneyBackSent(Sent):
    """Why a movement is taken back."""

    key = Key()
    reason = Text(200, least=1, required=True)


class MovedShown(Schema):
    """The entry a movement of money became."""

    reference = fields.String(required=True)
    receipt_number = fields.String(required=True)


class SettlementSearch(Page):
    """Which settlements."""

    state = OneOf([state.value for state in SettlementState], most=24)


class SettlementSent(Sent):
    """A month of a merchant's shop to be drawn up."""

    shop = Text(64, least=1, required=True)
    month = Text(7, least=7, required=True, metadata={"description": "Such as 2026-10."})


class PaymentSent(Sent):
    """How a settlement was paid."""

    amount = Yuan(required=True)
    fund = Text(64, load_default="")
    document = Text(64, load_default="")


class SettlementShown(Schema):
    """What a merchant is owed for a month."""

    code = fields.String(attribute="settlement.code", required=True)
    shop = fields.String(attribute="shop.code", required=True)
    merchant = fields.String(attribute="settlement.merchant", required=True)
    month = fields.Function(
        lambda row: f"{row.settlement.month:%Y-%m}", required=True, metadata={"type": "string"}
    )
    state = Word(attribute="settlement.state", required=True)
    points = fields.Integer(attribute="settlement.points", required=True)
    amount = Money(attribute="settlement.fen", required=True)
    carried = Money(attribute="settlement.carried_fen", required=True)
    drafted_by = fields.String(attribute="drafter", required=True)
    paid_by = fields.String(attribute="payer", required=True)
    fund = fields.String(required=True)
    document = fields.String(attribute="settlement.document", required=True)


class SettlementPage(Schema):
    """A page of settlements, the last drawn up first."""

    items = fields.List(fields.Nested(SettlementShown), required=True)
    next = fields.String(required=True, allow_none=True)
