"""What a keeper scans, taps and types at the counter."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    StringField,
    validators,
)

from supermarket.cards.queries import codes
from supermarket.cards.service import reading
from supermarket.counter.queries.returning import LineLeft
from supermarket.counter.service.collecting import KnownBy
from supermarket.counter.service.redeeming import MOST_LINES, MOST_UNITS
from supermarket.goods.forms import LineField, WholeNumberField, at_most

#: Fields of the counter that travel from step to step, besides the lines.
CARRIED = ("key", "card", "household", "collector", "known_by")


class BasketLineForm(Form):
    """One goods on the counter."""

    sku = HiddenField()
    quantity = WholeNumberField(
        _("数量"), [validators.NumberRange(1, MOST_UNITS, _("应为 1 到 999 的整数"))]
    )


class TillForm(FlaskForm):
    """A household and its basket; all of it travels with the form, nothing is kept here."""

    #: Names this attempt, so that a second press hands nothing out twice.
    key = HiddenField()
    #: Number of the card shown; or the code of a household that showed none.
    card = HiddenField()
    household = HiddenField()
    #: Who the page was shown to: somebody else signed in since is shown it first.
    clerk = HiddenField()
    #: The quantities that stand on the page, to tell later whether they were typed anew.
    shown = HiddenField()
    #: The points of one unit that stand on the page, to ask if any changed since.
    prices = HiddenField()
    #: What the scanner pressed, if the computer read it as something else.
    keys = HiddenField()
    scan = StringField(_("扫卡或扫商品"), [validators.Length(max=500)])
    photo = FileField(_("卡的照片"))
    #: Who takes the goods: empty for the household itself; see ``service.collecting``.
    collector = RadioField(_("谁来领"), validate_choice=False)
    pin = PasswordField(_("农户密码"))
    known_by = RadioField(
        _("怎样核对的本人"),
        choices=[SelectChoice(known.value, _(known.label)) for known in KnownBy],
        validate_choice=False,
    )
    lines = FieldList(FormField(BasketLineForm), _("篮子"), max_entries=MOST_LINES)

    def scanned(self, secret: bytes) -> str:
        """Return what was scanned or typed; a photo counts before what is typed.

        Raises:
            CardPhotoError: the photo is no picture, too large, or shows no code.
        """
        if isinstance(self.photo.data, FileStorage) and self.photo.data.filename:
            with self.photo.data.stream as file:
                photo = file.read(reading.MOST_MEGABYTES * 1_000_000 + 1)
            return reading.read(photo, accept=lambda text: codes.is_ours(text, secret))
        return (self.scan.data or "").strip()

    @property
    def basket(self) -> dict[str, int | str]:
        """Units by goods number, in order; what is no whole number stays as it was typed."""
        basket: dict[str, int | str] = {}
        for line in self.lines:
            sku, units = line.sku.data or "", line.quantity.data
            typed = (line.quantity.raw_data or [""])[0][:20] if units is None else units
            before = basket.get(sku)
            both = isinstance(before, int) and isinstance(typed, int)
            basket[sku] = before + typed if both else typed
        basket.pop("", None)
        return basket

    @property
    def pressed(self) -> str:
        """What the scanner pressed; empty if it is what was scanned."""
        return (self.keys.data or "").strip()[:500]

    @property
    def prices_shown(self) -> dict[str, int]:
        """Points of one unit by goods number, as the page showed them."""
        pairs = (pair.rpartition("=") for pair in (self.prices.data or "")[:4000].split(","))
        return {sku: int(points) for sku, _sign, points in pairs if _is_small(points)}

    @property
    def known(self) -> KnownBy | None:
        """How the keeper says to have known the household; None if not said."""
        typed = self.known_by.data
        return next((known for known in KnownBy if known.value == typed), None)

    def offer(self, collectors: Sequence[tuple[str, str]]) -> None:
        """Offer the household itself and those who may collect for it."""
        itself = SelectChoice("", _("户主或家里人"))
        self.collector.choices = [itself, *(SelectChoice(*choice) for choice in collectors)]
        if self.collector.data not in dict(collectors):
            self.collector.data = ""

    def carried(self) -> dict[str, str]:
        """Return the hidden fields that go on to the next step."""
        return {name: (self[name].data or "")[:100] for name in CARRIED}


def shown(by_sku: Mapping[str, int | str]) -> str:
    """Write down the quantities or prices a page shows."""
    return ",".join(f"{sku}={number}" for sku, number in by_sku.items())


def _is_small(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def till_form(
    carried: Mapping[str, str],
    basket: Mapping[str, int | str],
    prices: Mapping[str, int],
    clerk: int,
) -> TillForm:
    """Return the form of the next step; a PIN is never carried."""
    typed = MultiDict(
        {**carried, "clerk": str(clerk), "shown": shown(basket), "prices": shown(prices)}
    )
    typed["key"] = typed.get("key") or uuid4().hex
    for number, (sku, units) in enumerate(basket.items()):
        typed[f"lines-{number}-sku"] = sku
        typed[f"lines-{number}-quantity"] = str(units)
    form = TillForm(formdata=typed)
    for line in form.lines:
        line.quantity.validate(line.form)
    return form


class LineBackForm(Form):
    """How many units of one goods come back."""

    sku = HiddenField()
    quantity = WholeNumberField(
        _("退回数量"), [validators.NumberRange(0, MOST_UNITS, _("应为 0 到 999 的整数"))]
    )


class VoidForm(FlaskForm):
    """Why a redemption is taken back, and how much of it."""

    key = HiddenField()
    reason = RadioField(
        _("原因"),
        [validators.InputRequired(_("请选一个原因"))],
        choices=[
            SelectChoice(words, words)
            for words in ("拿错商品", "户主改变主意", "扫错卡", "商品有破损", "其他")
        ],
    )
    detail = LineField(_("补充说明"), [validators.Optional(), at_most(80)])
    lines = FieldList(FormField(LineBackForm), _("退回的商品"), max_entries=MOST_LINES)

    def __init__(self, *args: Any, left: Iterable[LineLeft] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_submitted():
            self.key.data = uuid4().hex
            for line in left:
                if line.units:
                    self.lines.append_entry({"sku": line.sku, "quantity": line.units})

    @property
    def back(self) -> list[tuple[str, int]]:
        """What comes back of a valid form: (sku, units)."""
        return [
            (line.sku.data or "", line.quantity.data) for line in self.lines if line.quantity.data
        ]

    @property
    def full_reason(self) -> str:
        """The reason chosen, with the words added to it."""
        detail = self.detail.data or ""
        return f"{self.reason.data}：{detail}" if detail else self.reason.data or ""
