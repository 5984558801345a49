"""What people type about notices and objections."""

from uuid import uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
    validators,
)

from supermarket.notices.models import ObjectionChannel, ObjectionState
from supermarket.schemes.forms import WholeField

#: How somebody who works here may have heard of an objection.
HEARD = (ObjectionChannel.COUNTER, ObjectionChannel.PHONE, ObjectionChannel.STAFF)
VERDICTS = (ObjectionState.DISMISSED, ObjectionState.CORRECTED, ObjectionState.WITHDRAWN)


class OpenForm(FlaskForm):
    """The telephone that a notice names."""

    #: The name of this press of the button, new each time the page is opened.
    key = HiddenField(validators=[validators.Length(max=100)], default=lambda: uuid4().hex)
    phone = StringField(
        _("异议电话"),
        [
            validators.InputRequired(_("请填写异议电话，群众看到公示后可以打这个电话")),
            validators.Length(max=20, message=_("最多 20 个字")),
        ],
    )


class ObjectionForm(FlaskForm):
    """What is doubted, and who may be answered."""

    key = HiddenField(validators=[validators.Length(max=100)], default=lambda: uuid4().hex)
    channel = RadioField(
        _("怎么提出的"),
        [validators.InputRequired(_("请选一种"))],
        choices=[SelectChoice(way.value, _(way.label)) for way in HEARD],
        default=ObjectionChannel.PHONE.value,
    )
    text = TextAreaField(
        _("对这一行有什么异议"),
        [
            validators.InputRequired(_("请写明异议内容")),
            validators.Length(2, 500, message=_("请写 2 到 500 个字")),
        ],
    )
    raised_by_name = StringField(
        _("提出人"),
        [validators.Optional(), validators.Length(max=60, message=_("最多 60 个字"))],
    )
    contact = StringField(
        _("怎么答复他"),
        [validators.Optional(), validators.Length(max=60, message=_("最多 60 个字"))],
    )


class DecisionForm(FlaskForm):
    """What becomes of the line, and why."""

    verdict = RadioField(
        _("处理结果"),
        [validators.InputRequired(_("请选一种处理结果"))],
        choices=[SelectChoice(verdict.value, _(verdict.label)) for verdict in VERDICTS],
    )
    points = WholeField(_("更正为几分"), [validators.Optional()])
    reason = TextAreaField(
        _("理由"),
        [
            validators.InputRequired(_("请写明处理理由，会告诉提出人")),
            validators.Length(2, 200, message=_("请写 2 到 200 个字")),
        ],
    )

    def without_correcting(self) -> None:
        """Offer no other points: the rule gives only those the line has."""
        self.verdict.choices = [
            choice
            for choice in self.verdict.choices
            if choice.value != ObjectionState.CORRECTED.value
        ]
        del self.points
