"""What a scorer says about a round, and about one household in it."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    validators,
)

from supermarket.photos.forms import PhotoField
from supermarket.rounds.models import Round, RoundKind
from supermarket.rounds.queries import SheetRow
from supermarket.rounds.service import (
    LABEL_LENGTH,
    MOST_GRADES,
    NOTE_LENGTH,
    REASON_LENGTH,
    TITLE_LENGTH,
    GradeAsk,
    RoundAsk,
)
from supermarket.schemes.forms import DayField, WholeField

#: The one grade of an event.
_PRESENT = "到场"


class GradeForm(Form):
    """A grade: its word and what it is worth. An empty one is none."""

    label = StringField(
        _("等级名称"),
        [validators.Length(max=LABEL_LENGTH, message=_("最多 20 个字"))],
    )
    rule = SelectField(_("按哪条细则记分"), validate_choice=False)
    points = WholeField(_("每户几分"), [validators.Optional()])

    @property
    def ask(self) -> GradeAsk:
        """The grade as it is wanted."""
        return GradeAsk(self.label.data or "", self.rule.data or None, self.points.data)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return not (self.label.data or "").strip() and not self.rule.data


class RoundForm(FlaskForm):
    """What a round is about; all but the title has an answer already."""

    #: The name of this press of the button, new each time the page is opened.
    key = HiddenField(validators=[validators.Length(max=100)], default=lambda: uuid4().hex)
    title = StringField(
        _("名称"),
        [
            validators.InputRequired(_("请写上名称")),
            validators.Length(max=TITLE_LENGTH, message=_("最多 60 个字")),
        ],
    )
    occurred_on = DayField(_("哪一天"), [validators.InputRequired(_("请选择日期"))])
    group = SelectField(_("村民小组"), validate_choice=False)
    grades = FieldList(FormField(GradeForm), _("等级"), max_entries=MOST_GRADES)

    def offer(
        self, kind: RoundKind, groups: Sequence[str], rules: Sequence[tuple[str, str]]
    ) -> None:
        """Offer the groups of the village and the rules (code, words) that apply there."""
        event = kind is RoundKind.EVENT
        self.group.choices = [SelectChoice("", _("全村"))] + [SelectChoice(g, g) for g in groups]
        while len(self.grades) < (1 if event else MOST_GRADES):
            self.grades.append_entry()
        for entry in self.grades:
            none = _("请选择细则") if event else _("不记分")
            entry.form.rule.choices = [SelectChoice("", none)] + [
                SelectChoice(code, words) for code, words in rules
            ]
        if event:
            del self.group

    def ask(self, kind: RoundKind, *, marked: bool = False) -> RoundAsk:
        """Return the round as it is wanted.

        While households may be ``marked``, a grade keeps its place: an empty one between
        others stays, for the service to refuse, lest its households slip into the next.
        """
        filled = [at for at, entry in enumerate(self.grades) if not entry.form.is_empty]
        kept = range(filled[-1] + 1) if filled and marked else filled
        grades = [self.grades[at].form.ask for at in kept]
        if kind is RoundKind.EVENT:
            grades = [grade._replace(label=_PRESENT) for grade in grades[:1]]
        return RoundAsk(
            title=self.title.data or "",
            occurred_on=self.occurred_on.data,
            grades=grades,
            group=self.group.data or "" if "group" in self else "",
        )

    @classmethod
    def about(cls, round_: Round) -> "RoundForm":
        """Return the form of a round that is to be changed."""
        return cls(
            formdata=None,
            data={
                "title": round_.title,
                "occurred_on": round_.occurred_on,
                "group": round_.group,
                "grades": [
                    {"label": g.label, "rule": g.rule_code or "", "points": g.points}
                    for g in round_.grades
                ],
            },
        )


def changed_marks(typed: Mapping[str, str]) -> dict[str, int | None]:
    """Return the marks that differ from those the page showed, by household code.

    The page sends each household's mark under its code, and what it showed under
    ``was-`` and the code; what another phone marked meanwhile is left alone.
    """
    marks: dict[str, int | None] = {}
    for name, value in typed.items():
        plain = name.isascii() and name.isdigit() and value.isascii()
        if plain and value.isdigit() and len(value) < 3 and value != typed.get(f"was-{name}"):
            marks[name] = int(value)
    return marks


class HouseholdForm(FlaskForm):
    """One household of an inspection: its grade, a note, a photo."""

    grade = RadioField(_("等级"))
    note = StringField(
        _("备注"),
        [
            validators.Optional(),
            validators.Length(max=NOTE_LENGTH, message=_("最多 100 个字")),
        ],
    )
    photo = PhotoField(_("照片"), [validators.Optional()])

    def offer(self, round_: Round) -> None:
        """Offer the grades of the round, and none."""
        self.grade.choices = [
            *(SelectChoice(str(grade.position), grade.label) for grade in round_.grades),
            SelectChoice("", _("还没看")),
        ]

    @classmethod
    def about(cls, row: SheetRow) -> "HouseholdForm":
        """Return the form of a household as it is marked now."""
        grade = "" if row.grade is None else str(row.grade)
        return cls(formdata=None, data={"grade": grade, "note": row.note})

    @property
    def position(self) -> int | None:
        """The grade that was chosen."""
        return int(self.grade.data) if self.grade.data else None


class CancelForm(FlaskForm):
    """Why a round is cancelled."""

    reason = StringField(
        _("作废原因"),
        [
            validators.InputRequired(_("请写明原因")),
            validators.Length(2, REASON_LENGTH, message=_("2 到 200 个字")),
        ],
    )
