"""What is typed about paper slips: how many to print, what stands on them, which are void."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, Form, FormField, HiddenField, SelectMultipleField, validators
from wtforms.widgets import CheckboxInput, ListWidget

from supermarket.counter.service.redeeming import MOST_UNITS
from supermarket.goods.forms import (
    DayField,
    Filled,
    LineField,
    OptionalNumberField,
    WholeNumberField,
    at_most,
)
from supermarket.slips.service import MOST_LINES, MOST_REASON, MOST_SLIPS

#: Rows of an empty page, rows that come with the button, and most rows.
FIRST_ROWS, MORE_ROWS, MOST_ROWS = 4, 4, 40
_PREFIX = "rows-"


class PrintForm(FlaskForm):
    """How many blank slips, for which shops."""

    key = HiddenField(default=lambda: uuid4().hex)
    shops = SelectMultipleField(
        _("给哪些店印"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    count = WholeNumberField(
        _("每个店印几张"),
        [validators.NumberRange(1, MOST_SLIPS, _("应为 1 到 200 的整数"))],
        default=20,
    )


class VoidSlipsForm(FlaskForm):
    """Which slips are void, and why."""

    first = LineField(_("单号"), [Filled(_("请填单号")), at_most(40)])
    last = LineField(_("到哪一张（连着几张时填）"), [validators.Optional(), at_most(40)])
    reason = LineField(_("原因"), [Filled(_("请写明原因")), at_most(MOST_REASON)])


class LineTyped(NamedTuple):
    """One line of goods of a row: its two fields."""

    goods: LineField
    quantity: OptionalNumberField

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed in it."""
        return not self.goods.data and not (self.quantity.raw_data or [""])[0].strip()


def _goods(place: int) -> LineField:
    return LineField(_("物品 %(place)s", place=place), [validators.Optional(), at_most(120)])


def _units(place: int) -> OptionalNumberField:
    return OptionalNumberField(
        _("数量 %(place)s", place=place),
        [
            validators.Optional(),
            validators.NumberRange(1, MOST_UNITS, _("应为 1 到 999 的整数")),
        ],
    )


class SlipRowForm(Form):
    """What stands on one slip; an empty row is none."""

    number = LineField(_("单号"), [validators.Optional(), at_most(40)])
    who = LineField(_("卡号或户主"), [validators.Optional(), at_most(60)])
    day = DayField(_("日期（不同才填）"), [validators.Optional()])
    goods1, quantity1 = _goods(1), _units(1)
    goods2, quantity2 = _goods(2), _units(2)
    goods3, quantity3 = _goods(3), _units(3)
    goods4, quantity4 = _goods(4), _units(4)
    #: What the error summary calls this row.
    title = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:  # that an empty row is none goes without saying eleven times
            field.flags.optional = False

    @property
    def lines(self) -> list[LineTyped]:
        """The lines of goods, in order."""
        return [
            LineTyped(self[f"goods{place}"], self[f"quantity{place}"])
            for place in range(1, MOST_LINES + 1)
        ]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed in it; the day alone does not count."""
        typed = self.number.data or self.who.data
        return not typed and all(line.is_empty for line in self.lines)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Ask for what is missing in a row that is not empty."""
        fine: bool = super().validate(extra_validators)
        if self.is_empty:
            return fine
        missing: list[tuple[Field, Any]] = []
        if not self.number.data:
            missing.append((self.number, _("请填单号")))
        if not self.who.data:
            missing.append((self.who, _("请填卡号、户编号或户主姓名")))
        filled = [line for line in self.lines if not line.is_empty]
        if not filled:
            missing.append((self.lines[0].goods, _("请填物品")))
        for line in filled:
            if not line.goods.data:
                missing.append((line.goods, _("请填物品")))
            if line.quantity.data is None and not line.quantity.errors:
                missing.append((line.quantity, _("请填数量")))
        for field, words in missing:
            add_error(field, words)
        return fine and not missing


class GridForm(FlaskForm):
    """Slips to be typed in, a row for each."""

    day = DayField(_("哪一天写的"), [Filled(_("请选日期"))])
    rows = FieldList(FormField(SlipRowForm), _("手写单"), max_entries=MOST_ROWS)
    #: What was typed when it was looked through; sent again it is meant.
    sure = HiddenField()

    def grow(self, count: int) -> None:
        """Add empty rows."""
        for _row in range(min(count, MOST_ROWS - len(self.rows))):
            self.rows.append_entry()

    @property
    def filled(self) -> list[SlipRowForm]:
        """The rows that are not empty."""
        return [entry.form for entry in self.rows if not entry.form.is_empty]

    def day_of(self, row: SlipRowForm) -> date:
        """Return the day of a row of a valid form: its own, or that of the page."""
        day: date = row.day.data or self.day.data
        return day

    def keep_only(self, rows: list[SlipRowForm]) -> None:
        """Drop the rows that are done."""
        self.rows.entries = [entry for entry in self.rows if entry.form in rows]

    @property
    def fingerprint(self) -> str:
        """What is typed, as one short text."""
        typed = "\n".join("\t".join(_typed(row)) for row in self.filled)
        return hashlib.sha256(f"{self.day.data}\n{typed}".encode()).hexdigest()

    @property
    def is_sure(self) -> bool:
        """Whether exactly this was looked through before."""
        return str(self.sure.data or "") == self.fingerprint

    def tell(self, sentence: str) -> None:
        """Say at the top what is wrong, and let the rows' own words stand beside it."""
        self.form_errors.append(sentence)
        self.rows.errors = [entry.errors for entry in self.rows if entry.errors]


def too_many_rows(typed: Mapping[str, str]) -> bool:
    """Whether a page was sent with more rows than it can have."""
    names = {name.split("-")[1] for name in typed if name.startswith(_PREFIX)}
    return len(names) > MOST_ROWS


def add_error(field: Field, words: Any) -> None:
    """Say what is wrong with a field, besides what was said before."""
    field.errors = [*field.errors, words]


def _typed(row: SlipRowForm) -> Iterator[str]:
    for field in row:
        yield str((field.raw_data or [""])[0]).strip()
