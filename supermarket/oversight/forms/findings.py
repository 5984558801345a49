"""What people type about findings."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectField, TextAreaField, validators

from supermarket.clock import today
from supermarket.goods.forms import Filled, LineField, at_most
from supermarket.oversight.models import Method
from supermarket.oversight.queries.lists import LISTS
from supermarket.oversight.service import SAMPLE, WORDS, Found
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import StaffMember

#: Days that are offered to put something right.
USUAL = 14


def _line(text: object) -> str:
    return cleaned(str(text or ""))


def _key() -> str:
    return uuid4().hex


def _in_two_weeks() -> date:
    return today() + timedelta(days=USUAL)


class FindingForm(FlaskForm):
    """What was checked and what it showed."""

    key = HiddenField(filters=[_line], default=_key)
    subject = HiddenField(filters=[_line])
    listed_in = HiddenField(filters=[_line])
    seed = HiddenField(filters=[_line])
    sample = LineField(_("查的是什么（样本）"), [Filled(_("请写明查的是什么")), at_most(SAMPLE)])
    found_on = DateField(
        _("抽查日期"), [validators.InputRequired(_("请选择抽查日期"))], default=today
    )
    method = RadioField(_("核实方式"), [validators.InputRequired(_("请选择核实方式"))])
    result = TextAreaField(_("核实结果"), [Filled(_("请写明核实结果")), at_most(WORDS)])
    concerned = SelectField(_("这是谁经手的"), [validators.Optional()], validate_choice=False)
    problem = TextAreaField(
        _("发现的问题"), [validators.Optional(), at_most(WORDS)], filters=[_line]
    )
    assignee = SelectField(_("整改人"), [validators.Optional()], validate_choice=False)
    due_on = DateField(_("整改期限"), [validators.Optional()])

    def offer(self, people: Sequence[StaffMember]) -> None:
        """Offer the ways of verifying, and the people of the place."""
        self.method.choices = [(one.value, gettext(one.label)) for one in Method]
        named = [(one.username, f"{one.name}（{one.username}）") for one in people]
        self.concerned.choices = [("", gettext("不针对个人")), *named]
        self.assignee.choices = [("", gettext("没有问题，不用整改")), *named]
        for field in (self.concerned, self.assignee):
            if field.data and field.data not in dict(named):
                field.choices = [*field.choices, (field.data, field.data)]

    def found(self, region_code: str) -> Found:
        """Return what a valid form says."""
        listed_in = self.listed_in.data or ""
        return Found(
            region_code=region_code,
            sample=self.sample.data or "",
            method=Method(self.method.data),
            result=self.result.data or "",
            problem=self.problem.data or "",
            assignee=self.assignee.data or "",
            due_on=self.due_on.data,
            found_on=self.found_on.data,
            concerned=self.concerned.data or "",
            subject=self.subject.data or "",
            listed_in=listed_in if listed_in in LISTS else "",
            seed=self.seed.data or "",
        )


class WordsForm(FlaskForm):
    """What was done, or why."""

    key = HiddenField(filters=[_line], default=_key)
    said = TextAreaField(_("情况"), [Filled(_("请写明情况")), at_most(WORDS)])


class DueForm(WordsForm):
    """Why it is not right yet, and by when it must be."""

    due_on = DateField(
        _("整改期限"), [validators.InputRequired(_("请选择整改期限"))], default=_in_two_weeks
    )


class HandOnForm(DueForm):
    """Who shall put it right instead."""

    assignee = SelectField(
        _("整改人"), [validators.InputRequired(_("请选择整改人"))], validate_choice=False
    )

    def offer(self, people: Sequence[StaffMember]) -> None:
        """Offer the people of the place."""
        self.assignee.choices = [(one.username, f"{one.name}（{one.username}）") for one in people]
