"""What a household types on its own page."""

from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
    validators,
)

from supermarket.cards.forms import DIGITS, NewPinForm
from supermarket.public.queries import Row
from supermarket.schemes.forms import WholeField

_KEY = [validators.Length(max=64)]


def _key() -> str:
    return uuid4().hex


class PinForm(FlaskForm):
    """The household's PIN."""

    pin = PasswordField(
        _("密码"), [validators.InputRequired(_("请输入 4 到 6 位数字的密码"))], render_kw=DIGITS
    )
    #: What was typed into a page that had closed meanwhile, and where it was to go.
    kept = HiddenField()
    target = HiddenField()


class OwnPinForm(NewPinForm):
    """Another PIN, by whoever knows the one there is."""

    old = PasswordField(
        _("现在的密码"), [validators.InputRequired(_("请输入现在的密码"))], render_kw=DIGITS
    )


class RowForm(FlaskForm):
    """Which row of a notice is meant; sent in the address."""

    class Meta:
        """Looking changes nothing, so it needs no token."""

        csrf = False

    row = WholeField(_("公示上的序号"), [validators.Optional(), validators.NumberRange(1, 99_999)])


class ObjectionForm(FlaskForm):
    """What is doubted, of which line."""

    key = HiddenField(validators=_KEY, default=_key)
    line = RadioField(_("哪一件事"), validate_choice=False)
    text = TextAreaField(
        _("有什么异议"),
        [
            validators.InputRequired(_("请写明有什么异议")),
            validators.Length(2, 500, message=_("请写 2 到 500 个字")),
        ],
    )
    name = StringField(
        _("提出人"), [validators.Optional(), validators.Length(max=60, message=_("最多 60 个字"))]
    )
    contact = StringField(
        _("怎么联系您"),
        [validators.Optional(), validators.Length(max=60, message=_("最多 60 个字"))],
    )

    def offer(self, row: Row) -> None:
        """Offer the lines of a row; one that is alone needs no choice."""
        self.line.choices = [
            SelectChoice(line.declaration, f"{number}. {line.title}")
            for number, line in enumerate(row.lines, start=1)
        ]
        if len(row.lines) == 1:
            self.line.data = row.lines[0].declaration

    def validate(self, extra_validators: Any = None) -> bool:
        """Want one of the lines that stand there."""
        fine = bool(super().validate(extra_validators))
        if self.line.data not in {choice.value for choice in self.line.choices or ()}:
            self.line.errors = [_("请选一件事")]
            fine = False
        return fine


class OwnAppealForm(FlaskForm):
    """What the household says against a deduction."""

    name = StringField(
        _("您的姓名"),
        [
            validators.InputRequired(_("请填写姓名")),
            validators.Length(max=60, message=_("最多 60 个字")),
        ],
    )
    text = TextAreaField(
        _("为什么不该扣"),
        [
            validators.InputRequired(_("请写明为什么不该扣")),
            validators.Length(2, 500, message=_("请写 2 到 500 个字")),
        ],
    )


class SureForm(FlaskForm):
    """Nothing but the press of a button."""
