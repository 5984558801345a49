"""What people type about a household, and the roster they upload."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    validators,
)
from wtforms.widgets import CheckboxInput, ListWidget

from supermarket.clock import today
from supermarket.households.models import (
    Household,
    HouseholdMember,
    HouseholdTag,
    TagKind,
)
from supermarket.households.service import HouseholdDetails, MemberDetails, NewHousehold
from supermarket.households.service.details import (
    GROUP_LENGTH,
    NAME_LENGTH,
    RELATION_LENGTH,
)

#: Empty lines for new members under those there are.
BLANK_LINES = 3
#: Members that one form can hold.
MOST_MEMBERS = 40

Choices = dict[str, list[tuple[str, str]]]


def _short(length: int) -> validators.Length:
    return validators.Length(max=length, message=_("最多 %(max)d 个字"))


class MemberForm(Form):
    """One member's line; without a name it says nothing."""

    id = HiddenField()
    name = StringField(_("姓名"), [_short(NAME_LENGTH)])
    relation = StringField(_("与户主关系"), [validators.Optional(), _short(RELATION_LENGTH)])
    #: Ticked when somebody died or moved away.
    gone = BooleanField(_("已不在本户"))

    def validate_name(self, field: StringField) -> None:
        """Ask for the name of a line that says something else."""
        said = self.id.data or (self.relation.data or "").strip()
        if said and not (field.data or "").strip():
            raise validators.ValidationError(gettext("请填写姓名"))


class HouseholdForm(FlaskForm):
    """What is known about a household."""

    head = StringField(
        _("户主"), [validators.InputRequired(_("请填写户主姓名")), _short(NAME_LENGTH)]
    )
    group = StringField(_("村民小组"), [validators.Optional(), _short(GROUP_LENGTH)])
    phone = StringField(_("联系电话"), [validators.Optional(), _short(30)])
    helper = StringField(_("帮扶责任人"), [validators.Optional(), _short(NAME_LENGTH)])
    identity_tail = StringField(
        _("身份证后四位"),
        [
            validators.Optional(),
            validators.Regexp(
                r"^\s*\d{3}[\dXx]\s*$", message=_("只填后四位，例如 001X，不要填完整号码")
            ),
        ],
    )
    name_on_card = BooleanField(_("同意把户主姓名印在积分卡上"), default=True)
    members = FieldList(FormField(MemberForm), _("家庭成员"), max_entries=MOST_MEMBERS)

    @property
    def named(self) -> list[MemberDetails]:
        """The members a valid form names; those who are gone are not present."""
        return [
            MemberDetails(
                name=(line["name"] or "").strip(),
                relation=(line["relation"] or "").strip(),
                id=_number(line["id"]),
                present=not line["gone"],
            )
            for line in self.members.data
            if (line["name"] or "").strip()
        ]

    def add_blank_lines(self) -> None:
        """Make room for new members."""
        filled = sum(1 for line in self.members.data if line["name"])
        wanted = min(filled + BLANK_LINES, MOST_MEMBERS)
        while len(self.members.entries) < wanted:
            self.members.append_entry()


class NewHouseholdForm(HouseholdForm):
    """A household to be written down."""

    village = SelectField(_("村"), [validators.InputRequired(_("请选择村"))])
    tags = SelectMultipleField(
        _("户类别"),
        [validators.Optional()],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    #: Offered once the group turned out to have a household of this head.
    namesake = BooleanField(_("确为另一户"))

    def offer(self, villages: Choices) -> None:
        """Offer the villages somebody may choose from, by township, and the kinds."""
        self.village.choices = villages
        self.tags.choices = [(kind.value, gettext(kind.label)) for kind in TagKind]

    @property
    def new(self) -> NewHousehold:
        """What a valid form says."""
        return NewHousehold(
            village_code=self.village.data,
            head=self.head.data or "",
            group=self.group.data or "",
            phone=self.phone.data or "",
            helper=self.helper.data or "",
            identity_tail=self.identity_tail.data or "",
            members=self.named,
            tags=[TagKind(value) for value in self.tags.data or ()],
            name_on_card=bool(self.name_on_card.data),
        )


class ChangeHouseholdForm(HouseholdForm):
    """A household as it shall be from now on."""

    #: How the household was when the form was drawn.
    shown = HiddenField()

    @property
    def wanted(self) -> HouseholdDetails:
        """What a valid form says."""
        return HouseholdDetails(
            head=self.head.data or "",
            group=self.group.data or "",
            phone=self.phone.data or "",
            helper=self.helper.data or "",
            identity_tail=self.identity_tail.data or "",
            members=self.named,
            name_on_card=bool(self.name_on_card.data),
        )

    def take_over(self, household: Household) -> None:
        """Add the members that somebody else added, so that saving does not remove them."""
        there = {_number(line["id"]) for line in self.members.data}
        for line in lines_of(household):
            if line["id"] not in there and len(self.members.entries) < MOST_MEMBERS:
                self.members.append_entry(line)


class TagForm(FlaskForm):
    """What a household is registered as, and since when."""

    kind = SelectField(_("户类别"), [validators.InputRequired(_("请选择户类别"))])
    since = DateField(
        _("从哪天起"), [validators.InputRequired(_("请选择日期"))], default=lambda: today()
    )

    def offer(self, carried: Iterable[HouseholdTag]) -> None:
        """Offer the kinds that the household does not carry now."""
        now = {tag.kind for tag in carried}
        self.kind.choices = [
            (kind.value, gettext(kind.label)) for kind in TagKind if kind not in now
        ]

    @property
    def said(self) -> tuple[TagKind, date]:
        """What a valid form says."""
        return TagKind(self.kind.data), self.since.data


class RosterForm(FlaskForm):
    """A roster and the village of rows that name none."""

    file = FileField(_("花名册文件"), [FileRequired(_("请选择要导入的文件"))])
    village = SelectField(_("整张表都是这个村"), [validators.Optional()])

    def offer(self, villages: Choices) -> None:
        """Offer the villages somebody may choose from, and none."""
        self.village.choices = {"": [("", gettext("表里写了村名，不用选"))]} | villages


class ConfirmForm(FlaskForm):
    """The dry run that somebody read."""

    digest = HiddenField(validators=[validators.InputRequired()])


def differences(form: ChangeHouseholdForm, now: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is otherwise in the books than in the form: the field's name and its value."""
    found: list[tuple[str, str]] = []
    for name in ("head", "group", "phone", "helper", "identity_tail", "name_on_card"):
        field = form[name]
        if (field.data or "") != (now[name] or ""):
            found.append((field.label.text, _word(now[name])))
    listed = [(line["name"], line["relation"]) for line in now["members"]]
    if [(member.name, member.relation) for member in form.named if member.present] != listed:
        names = "、".join(
            f"{name}（{relation}）" if relation else name for name, relation in listed
        )
        found.append((form.members.label.text, names))
    return found


def _word(value: Any) -> str:
    """Return a value of a form as people read it."""
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    return str(value or gettext("（空）"))


def lines_of(household: Household) -> list[dict[str, Any]]:
    """Return the members who are there as a form shows them."""
    return [_line(member) for member in household.members if member.present]


def _line(member: HouseholdMember) -> dict[str, Any]:
    return {"id": member.id, "name": member.name, "relation": member.relation, "gone": False}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
