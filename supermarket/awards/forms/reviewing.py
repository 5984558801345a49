"""What panels and the township decide, line by line; who sits; why something is withdrawn."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
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
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.widgets import CheckboxInput, ListWidget

from supermarket.awards.forms.giving import OTHER
from supermarket.awards.models import Verdict
from supermarket.awards.queries import DeclarationFound
from supermarket.awards.service import Judgement
from supermarket.schemes.forms import WholeField
from supermarket.staff.models import StaffMember

#: The choice that decides nothing: the line stays for another time.
LATER = "later"
#: Why a line is not accepted as it is.
REASONS = (
    SelectChoice("", _("请选原因")),
    SelectChoice("只完成了一部分", _("只完成了一部分")),
    SelectChoice("次数或数量不对", _("次数或数量不对")),
    SelectChoice("情况不属实", _("情况不属实")),
    SelectChoice("重复申报", _("重复申报")),
    SelectChoice("不符合这条细则", _("不符合这条细则")),
    SelectChoice("证明不足", _("证明不足")),
    SelectChoice(OTHER, _("其他")),
)


class _LineForm(Form):
    """What is said about one declaration."""

    declaration = HiddenField()
    reason = SelectField(_("原因"), choices=REASONS, validate_choice=False)
    note = StringField(
        _("补充说明"),
        [validators.Optional(), validators.Length(max=150, message=_("最多 150 个字"))],
    )
    #: What the error summary calls this line.
    title = ""

    @property
    def words(self) -> str:
        """The reason as it is kept."""
        known = {choice.value for choice in REASONS}
        chosen = self.reason.data if self.reason.data in known else ""
        note = (self.note.data or "").strip()
        return "：".join(part for part in (chosen, note) if part)

    def check_reason(self) -> bool:
        """Whether a reason is given; else say so beside it."""
        if self.words and (self.reason.data != OTHER or (self.note.data or "").strip()):
            return True
        self.reason.errors = [_("请选原因；选“其他”的请写明")]
        return False


class ReviewLineForm(_LineForm):
    """What the panel says about one declaration."""

    verdict = RadioField(
        _("决定"),
        [validators.InputRequired(_("请选一项"))],
        choices=[
            SelectChoice(Verdict.ACCEPT.value, _("通过")),
            SelectChoice(Verdict.CHANGE.value, _("改分")),
            SelectChoice(Verdict.REFUSE.value, _("不通过")),
            SelectChoice(LATER, _("下次议")),
        ],
        default=Verdict.ACCEPT.value,
        invalid_choice_message=_("请选一项"),
    )
    points = WholeField(_("改为几分"), [validators.Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Want points and a reason where they are needed."""
        fine = super().validate(extra_validators)
        if self.verdict.data == Verdict.CHANGE.value and self.points.data is None:
            if not self.points.errors:
                self.points.errors = [_("请填写改为几分")]
            fine = False
        if self.verdict.data in (Verdict.CHANGE.value, Verdict.REFUSE.value):
            fine = self.check_reason() and fine
        return bool(fine)


class ConfirmLineForm(_LineForm):
    """What the township says about one declaration."""

    verdict = RadioField(
        _("决定"),
        [validators.InputRequired(_("请选一项"))],
        choices=[
            SelectChoice(Verdict.ACCEPT.value, _("确认")),
            SelectChoice(Verdict.REFUSE.value, _("不同意")),
            SelectChoice(LATER, _("以后再定")),
        ],
        default=Verdict.ACCEPT.value,
        invalid_choice_message=_("请选一项"),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Want a reason for a refusal."""
        fine = bool(super().validate(extra_validators))
        if self.verdict.data == Verdict.REFUSE.value:
            fine = self.check_reason() and fine
        return fine


class _LinesForm(FlaskForm):
    """Many lines, decided by one press."""

    key = HiddenField(validators=[validators.Length(max=100)], default=lambda: uuid4().hex)

    def ask(self, rows: Iterable[DeclarationFound], typed: Mapping[str, Any]) -> None:
        """Show these lines afresh, with what was typed for them before."""
        while self.lines.entries:
            self.lines.pop_entry()
        for row in rows:
            known = typed.get(row.code)
            if known is None:
                data = {"declaration": row.code}
            else:
                data = {name: known[name].data for name in known._fields}
            self.lines.append_entry(data)
            entry = self.lines.entries[-1].form
            if known is not None:
                for name in known._fields:
                    entry[name].errors = known[name].errors

    def name(self, rows: Iterable[DeclarationFound]) -> None:
        """Tell the lines what the error summary calls them."""
        titles = {row.code: f"{row.head} {row.title}" for row in rows}
        for line in self.lines:
            line.form.title = titles.get(line.form.declaration.data or "", "")

    @property
    def typed(self) -> dict[str, Any]:
        """The lines as they were sent, by declaration."""
        return {line.form.declaration.data or "": line.form for line in self.lines}

    @property
    def judgements(self) -> list[Judgement]:
        """The lines of a valid form that decide something."""
        found = []
        for line in self.lines:
            said = line.form
            if said.verdict.data == LATER:
                continue
            verdict = Verdict(said.verdict.data)
            points = said.points.data if verdict is Verdict.CHANGE else None
            reason = "" if verdict is Verdict.ACCEPT else said.words
            found.append(Judgement(said.declaration.data or "", verdict, points, reason))
        return found

    def refuse(self, declaration: str, sentence: str) -> None:
        """Put a sentence beside the line that it is about, and above the form."""
        self.form_errors.append(sentence)
        line = self.typed.get(declaration)
        if line is not None:
            line.verdict.errors = [*line.verdict.errors, sentence]


class DecideForm(_LinesForm):
    """What a panel decides."""

    lines = FieldList(FormField(ReviewLineForm), _("申报"))


class ConfirmForm(_LinesForm):
    """What the township decides."""

    lines = FieldList(FormField(ConfirmLineForm), _("申报"))


class OpenReviewForm(FlaskForm):
    """Who sits: named, or drawn."""

    how = RadioField(
        _("怎样产生"),
        choices=[
            SelectChoice("named", _("指定到会的人")),
            SelectChoice("drawn", _("随机抽取")),
        ],
        default="named",
        invalid_choice_message=_("请选一项"),
    )
    members = SelectMultipleField(
        _("到会的人"),
        coerce=str,
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    count = WholeField(_("抽几个人"), [validators.Optional()])

    def offer(self, people: Sequence[StaffMember], least: int) -> None:
        """Offer the reviewers of the village; namesakes with their usernames."""
        names = Counter(one.name for one in people)
        self.members.choices = [
            SelectChoice(
                one.username, one.name if names[one.name] == 1 else f"{one.name} {one.username}"
            )
            for one in people
        ]
        if self.count.data is None and not self.count.errors:
            self.count.data = least

    def ids(self, people: Sequence[StaffMember]) -> list[int]:
        """Return the ids of the people ticked."""
        ticked = set(self.members.data or ())
        return [one.id for one in people if one.username in ticked]


class MinutesForm(FlaskForm):
    """What was noted at a meeting that ends."""

    minutes = TextAreaField(
        _("会议记录"),
        [validators.Optional(), validators.Length(max=2000, message=_("最多 2000 个字"))],
    )


class WithdrawForm(FlaskForm):
    """Why something declared is taken back."""

    reason = StringField(
        _("为什么撤回"),
        [
            validators.InputRequired(_("请写明原因，例如报错了户")),
            validators.Length(2, 200, message=_("请写 2 到 200 个字")),
        ],
    )
