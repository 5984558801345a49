"""What people type about kin, proxies, helpers and visits."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    validators,
)
from wtforms.widgets import CheckboxInput, ListWidget

from supermarket.clock import today
from supermarket.filters import full_day
from supermarket.households.models import TieKind
from supermarket.households.queries.pairing import Candidate
from supermarket.households.service.details import NAME_LENGTH, RELATION_LENGTH
from supermarket.households.service.proxies import (
    DOCUMENT_LENGTH,
    MONTHS,
    MOST_POINTS,
    REASON_LENGTH,
    NewProxy,
    latest,
)
from supermarket.households.service.visits import FARTHEST, NOTE_LENGTH


def _short(length: int) -> validators.Length:
    return validators.Length(max=length, message=_("最多 %(max)d 个字"))


class TieForm(FlaskForm):
    """Whose household it is."""

    household = HiddenField(validators=[validators.InputRequired(_("请先选一户"))])
    kind = RadioField(_("这是谁的家庭"), [validators.InputRequired(_("请选择是谁的家庭"))])
    relation = StringField(_("什么亲属"), [validators.Optional(), _short(RELATION_LENGTH)])

    def offer(self) -> None:
        """Offer the kinds."""
        self.kind.choices = [(kind.value, gettext(kind.label)) for kind in TieKind]

    def validate_relation(self, field: StringField) -> None:
        """Ask for the kinship of a relative."""
        if self.kind.data == TieKind.RELATIVE.value and not (field.data or "").strip():
            raise validators.StopValidation(gettext("请写明是什么亲属，例如：岳父、姐姐、侄子"))

    @property
    def said(self) -> tuple[TieKind, str]:
        """What a valid form says."""
        return TieKind(self.kind.data), self.relation.data or ""


class ProxyForm(FlaskForm):
    """Somebody who shall collect for a household."""

    name = StringField(
        _("代领人姓名"), [validators.InputRequired(_("请填写代领人姓名")), _short(NAME_LENGTH)]
    )
    relation = StringField(
        _("与户主的关系"),
        [validators.InputRequired(_("请写明与户主的关系")), _short(RELATION_LENGTH)],
    )
    until = DateField(_("到哪天为止"), [validators.InputRequired(_("请选择到哪天为止"))])
    month_points = IntegerField(
        _("每月最多代领"),
        [
            validators.Optional(),
            validators.NumberRange(1, MOST_POINTS, _("填 1 到 %(max)s，不限就空着")),
        ],
    )
    phone = StringField(_("代领人电话"), [validators.Optional(), _short(30)])
    identity_tail = StringField(
        _("身份证后四位"),
        [
            validators.Optional(),
            validators.Regexp(
                r"^\s*\d{3}[\dXx]\s*$", message=_("只填后四位，例如 001X，不要填完整号码")
            ),
        ],
    )
    document = StringField(_("委托书编号"), [validators.Optional(), _short(DOCUMENT_LENGTH)])

    def validate_until(self, field: DateField) -> None:
        """Refuse a day that has passed, or lies too far ahead."""
        if field.data and not today() <= field.data <= latest(today()):
            raise validators.ValidationError(
                gettext(
                    "不能早于今天，最晚到 %(last)s（%(months)s 个月）",
                    last=full_day(latest(today())),
                    months=MONTHS,
                )
            )

    @property
    def new(self) -> NewProxy:
        """What a valid form says."""
        return NewProxy(
            name=self.name.data or "",
            relation=self.relation.data or "",
            until=self.until.data,
            phone=self.phone.data or "",
            identity_tail=self.identity_tail.data or "",
            month_points=self.month_points.data,
            document=self.document.data or "",
        )


class EndForm(FlaskForm):
    """Why something ends."""

    reason = StringField(
        _("为什么结束"), [validators.InputRequired(_("请写明为什么结束")), _short(REASON_LENGTH)]
    )


class PairForm(FlaskForm):
    """The households that a helper shall stand by."""

    households = SelectMultipleField(
        _("选哪几户"),
        [validators.InputRequired(_("请至少勾选一户"))],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def offer(self, candidates: Iterable[Candidate]) -> None:
        """Offer the households the helper does not stand by yet; tick those that name him."""
        self.households.choices = [(row.code, _title(row)) for row in candidates if not row.mine]

    @staticmethod
    def ticked(candidates: Iterable[Candidate]) -> list[str]:
        """Return the codes that are ticked at first: the roster names the helper, nobody else."""
        return [row.code for row in candidates if row.suggested and not row.paired_to]


def _title(row: Candidate) -> str:
    parts = [row.head, row.group]
    if row.suggested and not row.paired_to:
        parts.append(gettext("花名册已写明"))
    if row.paired_to:
        parts.append(gettext("现由%(name)s帮扶", name=row.paired_to))
    return " · ".join(part for part in parts if part)


class PairingTableForm(FlaskForm):
    """A table of households and their helpers."""

    file = FileField(_("结对表格"), [FileRequired(_("请选择填好的表格"))])


class VisitForm(FlaskForm):
    """A visit that was paid, or is planned."""

    kind = RadioField(_("走访"), [validators.InputRequired(_("请选择已走访还是计划走访"))])
    visited_on = DateField(
        _("日期"), [validators.InputRequired(_("请选择日期"))], default=lambda: today()
    )
    note = StringField(_("情况和需要"), [validators.Optional(), _short(NOTE_LENGTH)])

    def offer(self) -> None:
        """Offer what a visit may be; the first is meant unless somebody says otherwise."""
        self.kind.choices = [("paid", gettext("已走访")), ("planned", gettext("计划走访"))]
        self.kind.data = self.kind.data or "paid"

    def validate_visited_on(self, field: DateField) -> None:
        """Refuse a visit paid tomorrow, or planned for yesterday."""
        if field.data is None:
            return
        if self.planned and field.data < today():
            raise validators.ValidationError(gettext("计划走访的日期不能早于今天"))
        if not self.planned and field.data > today():
            raise validators.ValidationError(gettext("还没到这一天；如果是计划，请选“计划走访”"))
        if abs(field.data - today()) > FARTHEST:
            raise validators.ValidationError(gettext("日期离今天不能超过一年"))

    @property
    def planned(self) -> bool:
        """Whether the visit is still to be paid."""
        return bool(self.kind.data == "planned")

    @property
    def said(self) -> tuple[date, str, bool]:
        """What a valid form says: the day, the note, whether it is planned."""
        return self.visited_on.data, self.note.data or "", self.planned
