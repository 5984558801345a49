"""What people type to have goods kept, or to wish for some."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, validators

from supermarket.cards.errors import (
    CardNotActiveError,
    CardNotRecognisedError,
    CardNumberError,
)
from supermarket.clock import today
from supermarket.errors import DomainError, NotFoundError
from supermarket.filters import day
from supermarket.goods.forms import LineField, WholeNumberField
from supermarket.reservations.errors import (
    MonthLimitError,
    NotAffordableError,
    NotForSaleError,
    NothingFreeError,
    UnitsError,
    UntilError,
)
from supermarket.reservations.queries import Free
from supermarket.reservations.service import HOLD_DAYS, MOST_DAYS, MOST_UNITS, MOST_WORDS
from supermarket.web import say


def _key() -> str:
    return uuid4().hex


class KeepForm(FlaskForm):
    """Which goods, how many, until when."""

    #: The name of this press of the button, new each time the page is opened.
    key = HiddenField(validators=[validators.Length(max=100)], default=_key)
    sku = SelectField(
        _("商品"), [validators.InputRequired(_("请选商品"))], choices=[], validate_choice=False
    )
    units = WholeNumberField(
        _("数量"),
        [validators.NumberRange(1, MOST_UNITS, _("应为 1 到 99 的整数"))],
        default=1,
    )
    until = SelectField(_("留到"), choices=[], validate_choice=False)

    def offer(self, shelf: Sequence[Free]) -> None:
        """Offer what is free, and the days it may be kept."""
        self.sku.choices = [
            ("", gettext("请选商品")),
            *(
                (
                    goods.sku,
                    gettext(
                        "%(goods)s，%(points)s 分，还能留 %(free)s %(unit)s",
                        goods=goods.name, points=goods.points, free=goods.free, unit=goods.unit,
                    ),
                )
                for goods in shelf
            ),
        ]  # fmt: skip
        self.until.choices = [
            (last.isoformat(), day(last) if days else gettext("今天"))
            for days in range(MOST_DAYS + 1)
            for last in [today() + timedelta(days=days)]
        ]
        if not self.until.data or self.until.data == "None":
            self.until.data = (today() + timedelta(days=HOLD_DAYS)).isoformat()

    @property
    def last_day(self) -> date | None:
        """The last day; what was never offered is a day that is over, to be refused in words."""
        try:
            return date.fromisoformat(self.until.data or "")
        except ValueError:
            return date.min

    def beside(self, error: DomainError) -> None:
        """Put a refusal beside the field it is about, else above the form."""
        match error:
            case UnitsError() | NothingFreeError() | NotAffordableError() | MonthLimitError():
                self.units.errors = [say(error)]
            case UntilError():
                self.until.errors = [say(error)]
            case NotForSaleError():
                self.sku.errors = [say(error)]
            case _:
                self.form_errors.append(say(error))


class KeepForForm(KeepForm):
    """The same at the counter, where somebody has to say for whom."""

    who = LineField(
        _("积分卡、卡号或 16 位户编号"),
        [validators.InputRequired(_("请扫积分卡，或输入卡号、户编号"))],
    )

    def beside(self, error: DomainError) -> None:
        """Put what is wrong with the card or household beside them."""
        if isinstance(
            error, NotFoundError | CardNotRecognisedError | CardNumberError | CardNotActiveError
        ):
            self.who.errors = [say(error)]
        else:
            super().beside(error)


class WishForm(FlaskForm):
    """Something the shop lacks."""

    wished = LineField(
        _("想要什么"),
        [
            validators.InputRequired(_("请写想要的东西的名称")),
            validators.Length(2, MOST_WORDS, message=_("请写 2 到 40 个字")),
        ],
    )
