"""What is typed to stop a household's redemptions for a time."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectChoice, StringField, TextAreaField, validators

from supermarket.clock import today
from supermarket.households.service.freezing import BASIS, DOCUMENT, REASON

NEEDED = _("请填写，不能空着")
LONG = _("最多 %(max)d 个字")
#: Days that are proposed first: three months, as the rules for resold goods say.
FIRST_PROPOSAL = 90


class FreezeForm(FlaskForm):
    """A freeze: its grounds, its paper, its days."""

    basis = StringField(
        _("依据（法律、章程或村规民约的哪一条）"),
        [validators.InputRequired(NEEDED), validators.Length(max=BASIS, message=LONG)],
    )
    document_number = StringField(
        _("文号或会议记录编号"),
        [validators.InputRequired(NEEDED), validators.Length(max=DOCUMENT, message=LONG)],
    )
    reason = TextAreaField(
        _("理由"),
        [validators.InputRequired(NEEDED), validators.Length(max=REASON, message=LONG)],
    )
    starts_on = DateField(_("从哪天起"), [validators.InputRequired(NEEDED)])
    ends_on = DateField(_("到哪天止（含当天）"), [validators.InputRequired(NEEDED)])

    def propose_days(self) -> None:
        """Start with three months from today."""
        self.starts_on.data = today()
        self.ends_on.data = today() + timedelta(days=FIRST_PROPOSAL)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day, once the form is valid."""
        return self.starts_on.data or today(), self.ends_on.data or today()


class DecideFreezeForm(FlaskForm):
    """The second person's word."""

    verdict = RadioField(
        _("审批"),
        [validators.InputRequired(_("请选择是否同意"))],
        choices=[
            SelectChoice("yes", _("同意")),
            SelectChoice("no", _("不同意")),
        ],
    )
    note = StringField(_("说明"), [validators.Length(max=REASON, message=LONG)])

    def validate_note(self, field: StringField) -> None:
        """Want a reason for a refusal."""
        if self.verdict.data == "no" and len((field.data or "").strip()) < 2:
            raise validators.ValidationError(_("不同意请写明理由"))


class LiftFreezeForm(FlaskForm):
    """Why a freeze ends early."""

    reason = StringField(
        _("解除的理由"),
        [validators.InputRequired(NEEDED), validators.Length(max=REASON, message=LONG)],
    )
