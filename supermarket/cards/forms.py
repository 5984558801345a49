"""What people type, scan or photograph at the card desk."""

import re
import unicodedata
from datetime import date
from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    validators,
)
from wtforms.widgets import CheckboxInput, ListWidget

from supermarket.cards.queries import codes
from supermarket.cards.service import reading
from supermarket.spreadsheets.cells import cleaned


def _line(text: object) -> str:
    return cleaned(str(text or ""))


def _key() -> str:
    return uuid4().hex


class DayField(DateField):
    """A day; None if left empty."""

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
            raise ValueError(_("请填写日期，例如 2027-12-31")) from wrong

    def pre_validate(self, form: Any) -> None:
        """Say one thing at a time."""
        if self.process_errors:
            raise validators.StopValidation


class CountField(IntegerField):
    """How many: a whole number, typed half or full width."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, or say what is wanted."""
        text = unicodedata.normalize("NFKC", valuelist[0][:20]).strip() if valuelist else ""
        self.data = None
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
            raise ValueError(_("请填写张数"))
        self.data = int(text)

    def pre_validate(self, form: Any) -> None:
        """Say one thing at a time."""
        if self.process_errors:
            raise validators.StopValidation


#: Which of a village's cards are printed.
WHICH = ("all", "unprinted", "today")
#: A keyboard of digits, and nothing that a browser offers to remember.
DIGITS = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "6"}


class CardForm(FlaskForm):
    """A card: scanned, typed from its number, or photographed."""

    card = StringField(_("二维码或卡号"), [validators.Length(max=500)])
    photo = FileField(_("卡的照片"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Want one of the two; a form without either says what to do."""
        if not super().validate(extra_validators):
            return False
        if not (self.card.data or "").strip() and not self.photo.data:
            self.card.errors = [_("请扫描卡上的二维码，或输入 9 位卡号，或拍一张照片")]
            return False
        return True

    def scanned(self, secret: bytes) -> str:
        """Return what the card says; a photo counts before what is typed.

        Raises:
            CardPhotoError: the photo is no picture, too large, or shows no code.
        """
        if isinstance(self.photo.data, FileStorage):
            with self.photo.data.stream as file:
                photo = file.read(reading.MOST_MEGABYTES * 1_000_000 + 1)
            return reading.read(photo, accept=lambda text: codes.is_ours(text, secret))
        return (self.card.data or "").strip()


class ReasonForm(FlaskForm):
    """Why a card is stopped, ended or replaced."""

    reason = RadioField(
        _("原因"),
        [validators.InputRequired(_("请选一个原因"))],
        choices=[
            SelectChoice("卡丢了", _("卡丢了")),
            SelectChoice("卡坏了、扫不出来", _("卡坏了、扫不出来")),
            SelectChoice("卡面信息有变", _("卡面信息有变")),
            SelectChoice("其他", _("其他")),
        ],
    )
    note = StringField(
        _("说明"), [validators.Optional(), validators.Length(max=60, message=_("最多 60 个字"))]
    )
    #: The number of the card the page showed, so that a second tap does nothing.
    replacing = HiddenField(validators=[validators.Length(max=20)])

    @property
    def words(self) -> str:
        """The reason as it is kept, at most 100 characters."""
        note = (self.note.data or "").strip()
        return f"{self.reason.data}：{note}" if note else str(self.reason.data)


class SeenForm(ReasonForm):
    """How somebody made sure whose hands a lost card is in again."""

    reason = RadioField(
        _("怎么核实的"),
        [validators.InputRequired(_("请选一种"))],
        choices=[
            SelectChoice("认识本人", _("认识本人")),
            SelectChoice("看过身份证", _("看过身份证")),
            SelectChoice("家人代领，已电话核实", _("家人代领，已电话核实")),
            SelectChoice("其他", _("其他")),
        ],
    )


class LastDayForm(FlaskForm):
    """Until when a card is good."""

    last_day = DayField(_("有效期至"), [validators.Optional()])


class HandoverForm(FlaskForm):
    """Into whose hands cards went."""

    to_whom = StringField(
        _("交给谁"),
        [
            validators.DataRequired(_("请写下交给了谁")),
            validators.Length(max=60, message=_("最多 60 个字")),
        ],
        filters=[_line],
    )
    note = StringField(
        _("备注"),
        [validators.Length(max=100, message=_("最多 100 个字"))],
        filters=[_line],
    )


class NewPinForm(FlaskForm):
    """A PIN, typed twice by the household or for it."""

    pin = PasswordField(
        _("新密码"), [validators.InputRequired(_("请输入 4 到 6 位数字"))], render_kw=DIGITS
    )
    again = PasswordField(
        _("再输一遍"),
        [
            validators.InputRequired(_("请把密码再输一遍")),
            validators.EqualTo("pin", _("两次输的不一样，请重新输")),
        ],
        render_kw=DIGITS,
    )
    #: The code of the card that was held out; empty where none is needed.
    card = HiddenField(validators=[validators.Length(max=500)])


class RunForm(FlaskForm):
    """How a print run looks, and the key that makes a second tap find the first run."""

    names = BooleanField(_("印上户主姓名（不同意印的户不印）"), default=True)
    backs = BooleanField(_("反面也印（双面打印，长边翻转）"), default=True)
    key = HiddenField(default=_key, validators=[validators.Length(8, 100)])


class BlanksForm(RunForm):
    """How many blanks to make."""

    count = CountField(
        _("张数"), [validators.NumberRange(1, 1000, _("一次做 1 到 1000 张"))], default=50
    )
    last_day = DayField(_("有效期至"), [validators.Optional()])


class IssueForm(LastDayForm):
    """Cards for everybody who has none."""

    group = HiddenField(validators=[validators.Length(max=30)])


class SheetForm(FlaskForm):
    """Which cards to print; narrowing is sent in the address, printing as a form."""

    class Meta:
        """Narrowing changes nothing, so it needs no token."""

        csrf = False

    group = SelectField(_("村民小组"), default="")
    which = SelectField(
        _("打印哪些卡"),
        choices=[
            SelectChoice("all", _("全部在用的卡")),
            SelectChoice("unprinted", _("还没印过的卡")),
            SelectChoice("today", _("今天新发的卡")),
        ],
        default="all",
    )

    def offer(self, groups: list[str]) -> None:
        """Let the operator choose among the village's groups."""
        self.group.choices = [
            SelectChoice("", _("全村")),
            *(SelectChoice(group, group) for group in groups),
        ]
        if self.group.data not in groups:
            self.group.data = ""
        if self.which.data not in WHICH:
            self.which.data = WHICH[0]


class MakeRunForm(RunForm):
    """A print run of a village, as the page it stands on narrowed it."""

    group = HiddenField(validators=[validators.Length(max=30)])
    which = HiddenField(default="all", validators=[validators.AnyOf(WHICH)])


class PickForm(RunForm):
    """Households whose cards are printed."""

    households = SelectMultipleField(
        _("农户"),
        [validators.InputRequired(_("请至少挑一户"))],
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    group = HiddenField(validators=[validators.Length(max=30)])


class LostCallForm(FlaskForm):
    """A card that is reported lost on the telephone, and who called."""

    card = HiddenField(validators=[validators.Length(min=9, max=9)])
    q = HiddenField(validators=[validators.Length(max=64)])
