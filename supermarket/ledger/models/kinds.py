"""What an entry records, whose an account is, where goods come from."""

import enum

from supermarket.errors import N_


class EntryKind(enum.Enum):
    """What an entry records."""

    OPENING = "opening"
    AWARD = "award"
    DEDUCTION = "deduction"
    EXPIRY = "expiry"
    HOUSEHOLD_EVENT = "household_event"
    REDEMPTION = "redemption"
    GOODS_IN = "goods_in"
    TRANSFER = "transfer"
    WRITE_OFF = "write_off"
    STOCKTAKE = "stocktake"
    REVERSAL = "reversal"
    FUND = "fund"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    EntryKind.OPENING: N_("期初"),
    EntryKind.AWARD: N_("加分"),
    EntryKind.DEDUCTION: N_("扣分"),
    EntryKind.EXPIRY: N_("过期"),
    EntryKind.HOUSEHOLD_EVENT: N_("户变动"),
    EntryKind.REDEMPTION: N_("兑换"),
    EntryKind.GOODS_IN: N_("入库"),
    EntryKind.TRANSFER: N_("调拨"),
    EntryKind.WRITE_OFF: N_("报损"),
    EntryKind.STOCKTAKE: N_("盘点"),
    EntryKind.REVERSAL: N_("冲正"),
    EntryKind.FUND: N_("资金收支"),
}


class AccountKind(enum.Enum):
    """Whose points an account holds."""

    HOUSEHOLD = "household"
    DEBT = "debt"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    DEDUCTED = "deducted"
    OPENING = "opening"


class MoneyKind(enum.Enum):
    """Whose money an account holds: a fund's, or the side it came from or went to."""

    FUND = "fund"
    INCOME = "income"
    SPENDING = "spending"


class LotSource(enum.Enum):
    """Where the goods of a lot came from."""

    PURCHASE = "purchase"
    DONATION = "donation"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {LotSource.PURCHASE: N_("采购"), LotSource.DONATION: N_("捐赠")}[self]
