"""What people type while they count, decide and close a day."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectMultipleField,
    validators,
)
from wtforms.widgets import CheckboxInput, ListWidget

from supermarket.goods.forms import DayField, Filled, LineField, WholeNumberField, at_most
from supermarket.spreadsheets.cells import cleaned
from supermarket.stocktakes.queries import KeyGoods, LineRow
from supermarket.stocktakes.service import MOST_COUNTED


def _line(text: object) -> str:
    return cleaned(str(text or ""))[:2000]


def _units(label: object) -> WholeNumberField:
    wanted = _("应为 0 到 100000 的整数")
    return WholeNumberField(label, [validators.NumberRange(0, MOST_COUNTED, wanted)])


class CountForm(Form):
    """How many units of one lot are on the shelf; a page holds one for each of its lots."""

    counted = _units(_("货架上有"))
    note = LineField(_("说明，例如破袋、受潮"), [validators.Optional(), at_most(100)])
    #: The number that was asked about; sent again it is meant.
    sure = HiddenField(filters=[_line])

    @property
    def is_sure(self) -> bool:
        """Whether the same number was typed twice."""
        return bool(self.sure.data == str(self.counted.data))

    def ask_again(self, sentence: str) -> None:
        """Put a question beside the number; sent once more it is meant."""
        self.counted.errors = [*self.counted.errors, sentence]
        self.sure.data = str(self.counted.data)


class ScanForm(FlaskForm):
    """A scanned or typed code."""

    scan = LineField(_("条码或商品编号"), [Filled(_("请先扫码或输入"))])
    key = HiddenField(filters=[_line])


class ReasonForm(FlaskForm):
    """Why a stocktake is given up."""

    reason = LineField(_("原因"), [Filled(_("请写明原因")), at_most(200)])


class SendBackForm(ReasonForm):
    """Why a stocktake goes back, and what is to be counted again."""

    lots = SelectMultipleField(
        _("要重盘的批次"),
        [validators.Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def know(self, rows: list[LineRow]) -> None:
        """Offer the counted lines that differ."""
        self.lots.choices = [
            (row.lot, f"{row.full_name} {row.best_before or ''} {row.difference:+d}".strip())
            for row in rows
            if row.counted is not None and row.difference
        ]


class KeyLineForm(Form):
    """How many units of one of the key goods are on the shelf."""

    sku = HiddenField(filters=[_line])
    counted = _units(_("货架上有"))
    #: What the error summary calls this line.
    title = ""


class DayCloseForm(FlaskForm):
    """The close of a day: key goods counted, and words."""

    day = DayField(_("日结哪一天"), [Filled(_("请选日期"))])
    lines = FieldList(FormField(KeyLineForm), _("数一数这几样"), max_entries=50)
    note = LineField(_("说明"), [validators.Optional(), at_most(200)])
    #: The counts that were asked about; sent again they are meant.
    sure = HiddenField(filters=[_line])

    def know(self, goods: list[KeyGoods]) -> None:
        """Ask for each of the key goods, those typed already first, and name them."""
        typed = {line.sku.data for line in self.lines}
        for item in goods:
            if item.sku not in typed:
                self.lines.append_entry({"sku": item.sku})
        names = {item.sku: item.full_name for item in goods}
        for line in self.lines:
            line.form.title = names.get(line.sku.data or "", "")

    @property
    def counts(self) -> dict[str, int]:
        """Whole units of a valid form by goods number."""
        return {
            line.sku.data: line.counted.data
            for line in self.lines
            if line.sku.data and line.counted.data is not None
        }

    @property
    def fingerprint(self) -> str:
        """The counts as one text."""
        return ",".join(f"{sku}={units}" for sku, units in sorted(self.counts.items()))

    @property
    def is_sure(self) -> bool:
        """Whether the same counts were typed twice."""
        return bool(self.counts) and self.sure.data == self.fingerprint
