"""What people type about goods, and the fields that shops use as well."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, IntegerField, StringField, validators
from wtforms.widgets import TextInput

from supermarket.photos.forms import PhotoField
from supermarket.spreadsheets.cells import cleaned


class LineField(StringField):
    """Words on one line: without invisible characters, trimmed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what can be read."""
        self.data = cleaned(valuelist[0]) if valuelist else ""


class WholeNumberField(IntegerField):
    """A whole number, typed half or full width."""

    widget = TextInput()
    #: None only while the form is not valid.
    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, or say what is wanted."""
        text = unicodedata.normalize("NFKC", valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
            raise ValueError(_("请填整数"))
        self.data = int(text)

    def pre_validate(self, form: Any) -> None:
        """Say one thing at a time."""
        if self.process_errors:
            raise validators.StopValidation


class OptionalNumberField(WholeNumberField):
    """A whole number that may be left empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, or say what is wanted; None if left empty."""
        self.data = None
        if valuelist and valuelist[0].strip():
            super().process_formdata(valuelist)


class DayField(DateField):
    """A day."""

    #: None if left empty, or while the form is not valid.
    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, or say what is wanted."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            self.data = date.fromisoformat(text)
        except ValueError as wrong:
            raise ValueError(_("请填日期，例如 2026-03-01")) from wrong

    def pre_validate(self, form: Any) -> None:
        """Say one thing at a time."""
        if self.process_errors:
            raise validators.StopValidation


class YuanField(StringField):
    """An amount of money typed in yuan; ``fen`` is the same in fen, None if left empty."""

    fen: int | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, or say what is wanted; what was typed stays."""
        self.data = valuelist[0] if valuelist else ""
        text = unicodedata.normalize("NFKC", self.data).strip().strip("¥元 ").replace(",", "")
        self.fen = None
        if not text:
            return
        if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,2})?", text):
            raise ValueError(_("请填金额，例如 12.50，最多两位小数"))
        self.fen = int(Decimal(text) * 100)


class Filled:
    """The validator of a field that may not be left empty, or hold only spaces."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if not (field.raw_data and field.raw_data[0].strip()):
            raise validators.StopValidation(self.message)


def at_most(length: int) -> validators.Length:
    """Return the validator of a text of at most ``length`` characters."""
    return validators.Length(max=length, message=_("最多 %(max)d 个字"))


class GoodsForm(FlaskForm):
    """What the catalogue says of goods."""

    name = LineField(_("名称"), [Filled(_("请填写名称")), at_most(60)])
    specification = LineField(_("规格"), [validators.Optional(), at_most(40)])
    unit = LineField(_("单位"), [Filled(_("请填写单位，例如袋、瓶")), at_most(10)])
    category = LineField(_("类别"), [Filled(_("请填写类别，例如粮油食品")), at_most(30)])
    has_expiry = BooleanField(_("有保质期，入库时必须填写到期日"))
    low_stock_at = WholeNumberField(
        _("低库存提醒"),
        [validators.NumberRange(0, 100_000, _("应为 0 到 100000 的整数"))],
        default=0,
    )


class NewGoodsForm(GoodsForm):
    """Goods to be added, with their first price."""

    sku = LineField(_("商品编号"), [Filled(_("请填写商品编号")), at_most(20)])
    points = WholeNumberField(
        _("兑换分值"), [validators.NumberRange(1, 100_000, _("应为 1 到 100000 的整数"))]
    )


class EditGoodsForm(GoodsForm):
    """Goods to be changed."""

    month_limit = OptionalNumberField(
        _("每户每月限兑"),
        [validators.Optional(), validators.NumberRange(1, 999, _("应为 1 到 999 的整数，或留空"))],
    )
    active = BooleanField(_("在用：可以入库和兑换"))


class PriceForm(FlaskForm):
    """What one unit costs from a day on."""

    points = WholeNumberField(
        _("兑换分值"), [validators.NumberRange(1, 100_000, _("应为 1 到 100000 的整数"))]
    )
    since = DayField(_("从哪天起"), [Filled(_("请填写从哪天起"))])


class BarcodeForm(FlaskForm):
    """A code to be bound to goods."""

    code = LineField(_("条码"), [Filled(_("请扫描或输入条码"))])
    units = WholeNumberField(
        _("一码几件"),
        [validators.NumberRange(1, 1000, _("应为 1 到 1000 的整数"))],
        default=1,
    )


class PictureForm(FlaskForm):
    """A picture of goods."""

    photo = PhotoField(_("商品照片"))


class GoodsFileForm(FlaskForm):
    """A file of goods."""

    file = FileField(_("商品文件"), [FileRequired(_("请选择文件"))])
