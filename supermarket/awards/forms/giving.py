"""What a scorer says about what a household earned, and why it is taken back."""

from uuid import uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    validators,
)

from supermarket.households.models import Household
from supermarket.photos.forms import PhotoField
from supermarket.schemes.forms import DayField, WholeField
from supermarket.schemes.models import RuleVersion

#: Of the reasons below: it needs words of its own.
OTHER = "其他"


def _member(value: object) -> int | None:
    """Read the id of a member; "" is nobody, and what is no id is nobody's."""
    text = str(value or "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else -1


class AwardForm(FlaskForm):
    """The last step of an award: points where the rule leaves them open, day, who, why."""

    #: The name of this press of the button, new each time the page is opened.
    key = HiddenField(validators=[validators.Length(max=100)], default=lambda: uuid4().hex)
    points = WholeField(_("记几分"))
    member = SelectField(_("谁做的"), coerce=_member, validate_choice=False)
    occurred_on = DayField(_("哪一天的事"), [validators.InputRequired(_("请选择日期"))])
    note = StringField(
        _("说明"),
        [validators.Optional(), validators.Length(max=200, message=_("最多 200 个字"))],
    )
    witness = StringField(
        _("证明人"),
        [validators.Optional(), validators.Length(max=60, message=_("最多 60 个字"))],
    )
    photo = PhotoField(_("照片"), [validators.Optional()])

    def offer(self, household: Household, version: RuleVersion) -> None:
        """Offer the members who are there; a rule with one number of points asks for none."""
        present = [member for member in household.members if member.present]
        self.member.choices = [
            SelectChoice("", _("不指定")),
            *(SelectChoice(str(m.id), m.name) for m in present),
        ]
        if version.points_min == version.points_max:
            del self.points


class ReversalForm(FlaskForm):
    """Why an award is taken back."""

    key = HiddenField(validators=[validators.Length(max=100)], default=lambda: uuid4().hex)
    reason = RadioField(
        _("原因"),
        [validators.InputRequired(_("请选一个原因"))],
        choices=[
            SelectChoice("记错了户", _("记错了户")),
            SelectChoice("选错了细则", _("选错了细则")),
            SelectChoice("重复记分", _("重复记分")),
            SelectChoice(OTHER, _("其他")),
        ],
    )
    note = StringField(_("说明"), [validators.Length(max=150, message=_("最多 150 个字"))])

    def validate_note(self, field: StringField) -> None:
        """Want words where none of the reasons fits."""
        if self.reason.data == OTHER and not (field.data or "").strip():
            raise validators.ValidationError(_("请写明原因"))

    @property
    def words(self) -> str:
        """The reason as it is kept."""
        note = (self.note.data or "").strip()
        return f"{self.reason.data}：{note}" if note else str(self.reason.data)
