"""What people type about reminders, deductions and appeals."""

from uuid import uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)

from supermarket.deductions.models import AppealChannel, AppealState
from supermarket.deductions.service import WORDS
from supermarket.households.models import Household
from supermarket.schemes.forms import DayField, WholeField
from supermarket.schemes.models import Evidence, RuleVersion


def _key() -> str:
    return uuid4().hex


def _member(value: object) -> int | None:
    """Read the id of a member; "" is nobody, and what is no id is nobody's."""
    text = str(value or "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else -1


class ActForm(FlaskForm):
    """What happened: the last step of a reminder or of a proposal to take points."""

    #: The name of this press of the button, new each time the page is opened.
    key = HiddenField(validators=[validators.Length(max=100)], default=_key)
    occurred_on = DayField(_("哪一天的事"), [validators.InputRequired(_("请选择日期"))])
    happened = TextAreaField(
        _("发生了什么事，怎么知道的"),
        [
            validators.InputRequired(_("请写明发生了什么事")),
            validators.Length(max=WORDS, message=_("最多 200 个字")),
        ],
    )
    points = WholeField(_("扣几分"), [validators.InputRequired(_("请填写扣几分"))])
    document_number = StringField(
        _("文书编号"), [validators.Length(max=64, message=_("最多 64 个字"))]
    )
    member = SelectField(_("谁做的"), coerce=_member, validate_choice=False)

    def offer(self, household: Household, version: RuleVersion, *, reminder: bool) -> None:
        """Offer the members who are there; ask only for what the rule leaves open."""
        present = [member for member in household.members if member.present]
        self.member.choices = [
            SelectChoice("", _("不指定")),
            *(SelectChoice(str(m.id), m.name) for m in present),
        ]
        fixed = version.points_min is not None and version.points_min == version.points_max
        if reminder or fixed:
            del self.points
        if reminder or version.evidence is not Evidence.DOCUMENT_SEEN:
            del self.document_number


class ReasonForm(FlaskForm):
    """Why something is taken back."""

    key = HiddenField(validators=[validators.Length(max=100)], default=_key)
    reason = StringField(
        _("理由"),
        [
            validators.InputRequired(_("请写明理由")),
            validators.Length(max=WORDS, message=_("最多 200 个字")),
        ],
    )


class AppealForm(FlaskForm):
    """What a household says, written down by somebody else."""

    name = StringField(
        _("申诉人"),
        [
            validators.InputRequired(_("请填写申诉人姓名")),
            validators.Length(max=60, message=_("最多 60 个字")),
        ],
    )
    text = TextAreaField(
        _("申诉的内容，按本人的话写"),
        [
            validators.InputRequired(_("请写明申诉的内容")),
            validators.Length(max=500, message=_("最多 500 个字")),
        ],
    )
    channel = RadioField(
        _("怎么提出的"),
        coerce=AppealChannel,
        choices=[
            SelectChoice(channel.value, _(channel.label))
            for channel in AppealChannel
            if channel is not AppealChannel.HOUSEHOLD_PAGE
        ],
        default=AppealChannel.IN_PERSON,
    )


class AnswerForm(FlaskForm):
    """How an appeal is answered."""

    verdict = RadioField(
        _("答复"),
        [validators.InputRequired(_("请选择怎么答复"))],
        choices=[
            SelectChoice(AppealState.DISMISSED.value, _("申诉不成立，照原来扣")),
            SelectChoice(AppealState.CHANGED.value, _("有道理，少扣一些")),
            SelectChoice(AppealState.CANCELLED.value, _("申诉成立，不扣")),
        ],
    )
    points = WholeField(_("改为扣几分"), [validators.Optional()])
    reason = TextAreaField(
        _("理由，会告诉农户"),
        [
            validators.InputRequired(_("请写明理由")),
            validators.Length(max=WORDS, message=_("最多 200 个字")),
        ],
    )

    def offer(self, points: int) -> None:
        """Offer to take less only where there is less than ``points`` to take."""
        if points <= 1:
            changed = AppealState.CHANGED.value
            self.verdict.choices = [c for c in self.verdict.choices if c.value != changed]
            del self.points
