"""What people type, scan or photograph at the card desk."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    validators,
)

from supermarket.cards.queries import codes
from supermarket.cards.service import reading

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


class BlanksForm(FlaskForm):
    """How many blanks to make."""

    count = IntegerField(
        _("张数"),
        [
            validators.InputRequired(_("请填写张数")),
            validators.NumberRange(1, 500, _("一次做 1 到 500 张")),
        ],
        default=50,
    )


class SheetForm(FlaskForm):
    """What a print run shows; sent in the address."""

    class Meta:
        """Narrowing changes nothing, so it needs no token."""

        csrf = False

    group = SelectField(_("村民小组"), default="")
    which = SelectField(
        _("打印哪些卡"),
        choices=[SelectChoice("all", _("全部在用的卡")), SelectChoice("today", _("今天新发的卡"))],
        default="all",
    )
    names = SelectField(
        _("卡面姓名"),
        choices=[SelectChoice("yes", _("印姓名")), SelectChoice("no", _("不印姓名"))],
        default="yes",
    )
    backs = SelectField(
        _("版面"),
        choices=[SelectChoice("no", _("只印正面")), SelectChoice("yes", _("正反两面"))],
        default="no",
    )
    part = IntegerField(default=1, validators=[validators.NumberRange(1, 1000)])

    def offer(self, groups: list[str]) -> None:
        """Let the operator choose among the village's groups."""
        self.group.choices = [
            SelectChoice("", _("全村")),
            *(SelectChoice(group, group) for group in groups),
        ]
