"""What is asked about each kind of household event: few fields, plain words."""

from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    validators,
)
from wtforms.widgets import CheckboxInput, ListWidget

from supermarket.household_events.models import EventKind
from supermarket.household_events.service import Proposal
from supermarket.households.models import Household
from supermarket.schemes.forms import DayField, WholeField

#: The largest number of points that fits the books.
MOST_POINTS = 1_000_000_000


def _number(value: object) -> int | None:
    """Read the id of a member; what is no id is nobody's."""
    text = str(value if value is not None else "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else -1


def _short(most: int) -> validators.Length:
    return validators.Length(max=most, message=_("最多 %(max)d 个字"))


class EventForm(FlaskForm):
    """When, why, and on which paper it rests."""

    #: The name of this attempt, new each time the page is opened.
    key = HiddenField(validators=[validators.Length(max=100)], default=lambda: uuid4().hex)
    effective_on = DayField(_("哪一天的事"), [validators.InputRequired(_("请选择日期"))])
    reason = StringField(
        _("原因"), [validators.InputRequired(_("请写明原因，例如：儿子成家，分开过")), _short(200)]
    )
    document = StringField(_("凭据编号"), [validators.Optional(), _short(64)])

    def offer(self, household: Household) -> None:
        """Offer what can be chosen for this household."""

    def proposal(self, kind: EventKind, household: Household, other_code: str) -> Proposal:
        """Return what a valid form says."""
        assert self.effective_on.data is not None  # noqa: S101 - required and valid
        return Proposal(
            kind=kind,
            household_code=household.code,
            effective_on=self.effective_on.data,
            reason=self.reason.data or "",
            document=self.document.data or "",
            **self.said(other_code),
        )

    def said(self, _other_code: str) -> dict[str, Any]:
        """Return what only this kind of event says, by the names of ``Proposal``."""
        return {}


class MoveForm(EventForm):
    """Where to."""

    to_village = SelectField(_("搬到哪个村"), [validators.InputRequired(_("请选择村"))])
    group = StringField(_("那边的村民小组"), [validators.Optional(), _short(30)])

    def offer_villages(self, villages: dict[str, list[tuple[str, str]]]) -> None:
        """Offer the villages of the county, by township."""
        self.to_village.choices = {"": [("", _("请选择"))], **villages}

    def said(self, _other_code: str) -> dict[str, Any]:
        """Return where to."""
        return {"to_village": self.to_village.data or "", "group": self.group.data or ""}


def _people(household: Household) -> list[SelectChoice]:
    return [
        SelectChoice(str(member.id), f"{member.name}（{member.relation}）" if member.relation
                     else member.name)
        for member in household.members
        if member.present
    ]  # fmt: skip


class SplitForm(EventForm):
    """Who goes, under whom, with how many points."""

    members = SelectMultipleField(
        _("谁分出去"),
        coerce=_number,
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    head = RadioField(_("新户的户主"), coerce=_number, validate_choice=False)
    next_head = SelectField(
        _("原户的新户主"), [validators.Optional()], coerce=_number, validate_choice=False
    )
    given = WholeField(
        _("分给新户"),
        [validators.Optional(), validators.NumberRange(0, MOST_POINTS, _("积分不能是负数"))],
    )
    kept = WholeField(
        _("留在原户"),
        [validators.Optional(), validators.NumberRange(0, MOST_POINTS, _("积分不能是负数"))],
    )
    group = StringField(_("新户的村民小组"), [validators.Optional(), _short(30)])
    phone = StringField(_("新户的联系电话"), [validators.Optional(), _short(30)])

    def offer(self, household: Household) -> None:
        """Offer the people who are there."""
        self.members.choices = self.head.choices = _people(household)
        self.next_head.choices = [SelectChoice("", _("户主不变")), *_people(household)]

    def said(self, _other_code: str) -> dict[str, Any]:
        """Return who goes with what."""
        return {
            "members": tuple(self.members.data or ()),
            "head": self.head.data,
            "next_head": self.next_head.data,
            "given": self.given.data,
            "kept": self.kept.data,
            "group": self.group.data or "",
            "phone": self.phone.data or "",
        }


class MergeForm(EventForm):
    """The household it becomes part of is chosen before."""

    def said(self, other_code: str) -> dict[str, Any]:
        """Return whose it becomes."""
        return {"other_code": other_code}


class DeathForm(EventForm):
    """Who died, and who is the head then."""

    member = RadioField(
        _("谁去世了"),
        [validators.InputRequired(_("请选择"))],
        coerce=_number,
        validate_choice=False,
    )
    next_head = SelectField(
        _("新户主"), [validators.Optional()], coerce=_number, validate_choice=False
    )

    def offer(self, household: Household) -> None:
        """Offer the people who are there."""
        people = _people(household)
        self.member.choices = people
        self.next_head.choices = [SelectChoice("", _("户主不变")), *people]
        if len(people) < 2:
            del self.next_head
            if not self.is_submitted():
                self.member.data = _number(people[0].value) if people else None

    def said(self, other_code: str) -> dict[str, Any]:
        """Return who, and who follows."""
        following = self.next_head.data if "next_head" in self else None
        return {"member": self.member.data, "next_head": following, "other_code": other_code}


class ConfirmForm(FlaskForm):
    """What was typed before the preview, to be sent again."""

    said = HiddenField()


class ReasonForm(FlaskForm):
    """Why an event is refused or taken back."""

    reason = StringField(_("为什么"), [validators.InputRequired(_("请写明为什么")), _short(200)])


FORMS: dict[EventKind, type[EventForm]] = {
    EventKind.MOVE: MoveForm,
    EventKind.SPLIT: SplitForm,
    EventKind.MERGE: MergeForm,
    EventKind.DEATH: DeathForm,
    EventKind.LEAVE: EventForm,
    EventKind.REJOIN: EventForm,
}
