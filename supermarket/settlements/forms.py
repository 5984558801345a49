"""What people type about settlements."""

import re
from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, validators
from wtforms.fields.choices import SelectChoice

from supermarket.donors.queries import FundRow
from supermarket.filters import yuan
from supermarket.goods.forms import LineField, at_most
from supermarket.settlements.errors import MonthFormatError


def month_of(text: str, default: date) -> date:
    """Read a month such as 2026-10; an empty one is ``default``.

    Raises:
        MonthFormatError: it is no month.
    """
    if not text.strip():
        return default
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text.strip()) or text.strip() < "2000":
        raise MonthFormatError
    return date.fromisoformat(f"{text.strip()}-01")


class PaymentForm(FlaskForm):
    """How a settlement was paid."""

    fund = SelectField(_("付款资金"), validate_choice=False)
    document = LineField(_("付款凭据号"), [validators.Optional(), at_most(64)])
    #: What the payer saw, in fen.
    expected = HiddenField()

    def offer(self, funds: Sequence[FundRow]) -> None:
        """Offer the funds that may pay."""
        self.fund.choices = [
            SelectChoice("", _("不从资金里付（在别处付的）")),
            *(
                SelectChoice(row.fund.code, f"{row.fund.name}（{yuan(row.balance_fen)}）")
                for row in funds
            ),
        ]

    @property
    def expected_fen(self) -> int:
        """The amount the payer saw; what is no amount is none."""
        text = str(self.expected.data or "")
        return int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else 0
