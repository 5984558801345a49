"""What people type about transfers, write-offs and recalls."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    validators,
)
from wtforms.fields.choices import SelectChoice

from supermarket.filters import day
from supermarket.goods.forms import Filled, LineField, WholeNumberField, at_most
from supermarket.movements.models import Outcome, WriteOffKind
from supermarket.movements.service import MOST_UNITS, WORDS, MoveAsk, WriteOffAsk
from supermarket.shops.forms import line_numbers
from supermarket.shops.models import Shop
from supermarket.shops.queries import LotRow, StockRow
from supermarket.spreadsheets.cells import cleaned

#: Most rows of one form that are drawn.
MOST_ROWS = 200


def _line(text: object) -> str:
    return cleaned(str(text or ""))


def _key() -> str:
    return uuid4().hex


def lot_words(lot: LotRow, unit: str) -> str:
    """Name a lot as it is told apart on the shelf: by its day, then by what is left."""
    until = (
        gettext("保质期至 %(day)s", day=day(lot.best_before))
        if lot.best_before
        else gettext("不过期")
    )
    state = gettext("，已过期") if lot.expired else gettext("，召回中") if lot.recalled else ""
    left = gettext("剩 %(count)s %(unit)s", count=lot.on_hand, unit=unit)
    return f"{until}{state}，{left}（{'-'.join(lot.code.rsplit('-', 2)[1:])}）"


class MoveLineForm(Form):
    """Units of some goods, of one lot or of whichever goes first."""

    sku = HiddenField(filters=[_line])
    lot = SelectField(_("批次"), choices=[], validate_choice=False, default="", filters=[_line])
    quantity = WholeNumberField(
        _("数量"), [validators.NumberRange(1, MOST_UNITS, _("应为 1 到 100000 的整数"))]
    )
    #: What the error summary calls this line.
    title = ""


class BasketForm(FlaskForm):
    """Goods line by line; the whole of it travels with the form."""

    key = HiddenField(filters=[_line], default=_key)
    code = LineField(_("条码、商品编号、名称或拼音首字母"), [validators.Optional()])
    lines = FieldList(FormField(MoveLineForm), _("商品"), max_entries=MOST_ROWS)

    def offer(self, line: Form, row: StockRow) -> list[LotRow]:
        """Return the lots a line may choose from; the first is what it means at first."""
        raise NotImplementedError

    def know(self, stock: Mapping[str, StockRow]) -> None:
        """Tell the lines what the shelf holds, by number of the goods."""
        for line in self.lines:
            if (row := stock.get(line.sku.data or "")) is None:
                continue
            line.form.title = row.name
            lots = self.offer(line.form, row)
            choices = [(lot.code, lot_words(lot, row.unit)) for lot in lots]
            line.lot.choices = [*self.first_choice(), *choices]
            if not line.lot.data and not self.first_choice() and lots:
                line.lot.data = lots[0].code

    def first_choice(self) -> list[tuple[str, str]]:
        """Return the choice before all lots, if there is one."""
        return []

    def asks(self) -> list[MoveAsk]:
        """Return what a valid form asks for."""
        return [
            MoveAsk(line.sku.data or "", line.quantity.data, line.lot.data or "")
            for line in self.lines
        ]


class TransferForm(BasketForm):
    """Goods to be sent to another shop."""

    to = SelectField(
        _("收货店"), [validators.InputRequired(_("请选收货店"))], validate_choice=False
    )
    note = LineField(_("说明"), [validators.Optional(), at_most(WORDS)])

    def offer(self, line: Form, row: StockRow) -> list[LotRow]:
        """Return the lots that may leave."""
        return [lot for lot in row.lots if lot.usable]

    def first_choice(self) -> list[tuple[str, str]]:
        """Let whichever expires first go first."""
        return [("", gettext("先到期的先出"))]

    def may_go_to(self, shops: Iterable[tuple[Shop, str]]) -> None:
        """Offer the shops that may receive."""
        self.to.choices = [
            ("", gettext("请选择")),
            *((shop.code, f"{shop.name}（{place}）") for shop, place in shops),
        ]


class WriteOffForm(BasketForm):
    """Goods that can no longer be handed out."""

    kind = RadioField(
        _("原因"),
        [validators.InputRequired(_("请选原因"))],
        choices=[SelectChoice(kind.value, _(kind.label)) for kind in WriteOffKind],
        invalid_choice_message=_("请选原因"),
    )
    happened = LineField(_("情况说明"), [validators.Optional(), at_most(WORDS)])
    disposal = LineField(_("处理方式"), [validators.Optional(), at_most(60)])

    def offer(self, line: Form, row: StockRow) -> list[LotRow]:
        """Return every lot on the shelf."""
        return row.lots

    def write_off(self) -> WriteOffAsk:
        """Return what a valid form asks for."""
        return WriteOffAsk(
            WriteOffKind(self.kind.data),
            self.asks(),
            self.happened.data or "",
            self.disposal.data or "",
        )


class ReceiptLineForm(Form):
    """How much of one line arrived."""

    position = HiddenField()
    quantity = WholeNumberField(
        _("收到"), [validators.NumberRange(0, MOST_UNITS, _("应为 0 到 100000 的整数"))]
    )
    note = LineField(_("说明"), [validators.Optional(), at_most(WORDS)])
    title = ""


class ReceiptForm(FlaskForm):
    """What arrived of a transfer."""

    key = HiddenField(filters=[_line], default=_key)
    lines = FieldList(FormField(ReceiptLineForm), _("商品"), max_entries=MOST_ROWS)

    def quantities(self) -> dict[int, int]:
        """Return the units of a valid form by line."""
        return {int(line.position.data): line.quantity.data for line in self._known()}

    def notes(self) -> dict[int, str]:
        """Return what is said of lines."""
        return {int(line.position.data): line.note.data for line in self._known() if line.note.data}

    def _known(self) -> list[Any]:
        return [line for line in self.lines if re.fullmatch(r"[0-9]{1,6}", str(line.position.data))]


class MissingForm(FlaskForm):
    """What became of missing units."""

    key = HiddenField(filters=[_line], default=_key)
    outcome = RadioField(
        _("查明的结果"),
        [validators.InputRequired(_("请选一种结果"))],
        invalid_choice_message=_("请选一种结果"),
    )
    quantity = WholeNumberField(
        _("数量"), [validators.NumberRange(1, MOST_UNITS, _("应为 1 到 100000 的整数"))]
    )
    reason = LineField(_("怎么查明的"), [Filled(_("请写明怎么查明的")), at_most(WORDS)])

    def offer(self, outcomes: Iterable[Outcome]) -> None:
        """Offer what this person may decide."""
        self.outcome.choices = [(one.value, gettext(one.label)) for one in outcomes]


class ReasonForm(FlaskForm):
    """Why."""

    key = HiddenField(filters=[_line], default=_key)
    reason = LineField(_("原因"), [Filled(_("请写明原因")), at_most(WORDS)])


def with_units(
    typed: Mapping[str, str], sku: str, units: int, *, apart: bool = False
) -> tuple[MultiDict[str, str], str]:
    """Add goods to what was typed; return it and the name of the line they stand in.

    Goods already there are counted up on their newest line, unless they are to stand
    ``apart``, for another lot.
    """
    edited = MultiDict(typed)
    edited["code"] = ""
    numbers = line_numbers(typed)
    for place, number in reversed(list(enumerate(numbers))):
        if not apart and typed.get(f"lines-{number}-sku") == sku:
            counted = unicodedata.normalize("NFKC", typed.get(f"lines-{number}-quantity", ""))
            before = int(counted) if re.fullmatch(r"\s*[0-9]{1,6}\s*", counted) else 0
            edited[f"lines-{number}-quantity"] = str(before + units)
            return edited, f"lines-{place}"
    line = f"lines-{max(numbers, default=-1) + 1}"
    edited[f"{line}-sku"], edited[f"{line}-lot"] = sku, ""
    edited[f"{line}-quantity"] = str(units)
    return edited, f"lines-{len(numbers)}"
