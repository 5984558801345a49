"""What people type about programmes and rules."""

import enum
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)

from supermarket.schemes.models import (
    Ability,
    CapPeriod,
    Category,
    Evidence,
    ReviewLevel,
    RuleVersion,
    Scheme,
)
from supermarket.schemes.service import RuleText
from supermarket.spreadsheets.cells import cleaned

WHOLE = re.compile(r"[+-]?[0-9]{1,9}")


class WholeField(IntegerField):
    """A whole number; what is typed stays in the field when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, in full-width digits as well; an empty field is None."""
        typed = unicodedata.normalize("NFKC", valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        if WHOLE.fullmatch(typed) is None:
            raise ValueError(_("请填写整数，例如 5"))
        self.data = int(typed)


class DayField(DateField):
    """A day of the calendar."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day as the browser's calendar sends it."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("请填写日期，例如 2026-03-01")) from error


class YuanField(StringField):
    """An amount in yuan with up to two decimals; its ``fen`` are whole."""

    #: Whole fen once the form is valid.
    fen: int

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Turn what was typed into fen."""
        if validation_stopped:
            return
        try:
            fen = Decimal(unicodedata.normalize("NFKC", self.data or "").strip()) * 100
        except InvalidOperation as error:
            raise validators.ValidationError(_("请填写金额，例如 1 或 0.5")) from error
        if not fen.is_finite() or abs(fen) > 10**9 or fen != int(fen):
            raise validators.ValidationError(_("金额最多两位小数，例如 1 或 0.5"))
        self.fen = int(fen)


def _required(sentence: Any) -> list[Any]:
    return [validators.InputRequired(sentence)]


def _choices(kind: type[enum.Enum]) -> list[SelectChoice]:
    return [
        SelectChoice(member.value, _(getattr(member, "label", member.value))) for member in kind
    ]


_LEVELS = [
    SelectChoice(ReviewLevel.A.value, _("A：记分员直接入账")),
    SelectChoice(ReviewLevel.B.value, _("B：评议小组评议")),
    SelectChoice(ReviewLevel.C.value, _("C：评议后报乡镇确认")),
]
_ABILITIES = [
    SelectChoice(Ability.L0.value, _("L0：不用出力")),
    SelectChoice(Ability.L1.value, _("L1：轻活，老人也能做")),
    SelectChoice(Ability.L2.value, _("L2：重活")),
]


class RuleForm(FlaskForm):
    """What one rule says from a day on."""

    code = StringField(
        _("编号"), [*_required(_("请填写编号，例如 L01")), validators.Length(max=12)]
    )
    category = SelectField(_("类别"), choices=_choices(Category))
    title = TextAreaField(
        _("细则内容"),
        [*_required(_("请写明细则内容")), validators.Length(max=120, message=_("最多 120 个字"))],
    )
    points_min = WholeField(_("最低分"), [validators.Optional()])
    points_max = WholeField(_("最高分"), [validators.Optional()])
    cap_period = SelectField(
        _("上限按什么时间算"), choices=[SelectChoice("", _("没有上限")), *_choices(CapPeriod)]
    )
    cap_times = WholeField(_("最多几次"), [validators.Optional()])
    cap_points = WholeField(_("最多几分"), [validators.Optional()])
    evidence = SelectField(_("凭据"), choices=_choices(Evidence))
    review_level = SelectField(_("怎样入账"), choices=_LEVELS)
    ability = SelectField(_("劳动强度"), choices=_ABILITIES)
    enabled = BooleanField(_("启用"), default=True)
    since = DayField(_("从哪天起执行"), _required(_("请选择日期")))

    def fill(self, version: RuleVersion) -> None:
        """Show what the rule says now."""
        for name in RuleText._fields[1:]:
            value = getattr(version, name)
            self[name].data = getattr(value, "value", value)
        self.cap_period.data = version.cap_period.value if version.cap_period else ""
        self.code.data = version.rule.code

    @property
    def text(self) -> RuleText:
        """The rule of a valid form; a single number of points is both ends of the range."""
        least, most = self.points_min.data, self.points_max.data
        return RuleText(
            code=unicodedata.normalize("NFKC", self.code.data or "").strip().upper(),
            category=Category(self.category.data),
            title=cleaned(self.title.data or ""),
            points_min=most if least is None else least,
            points_max=least if most is None else most,
            cap_times=self.cap_times.data,
            cap_period=CapPeriod(self.cap_period.data) if self.cap_period.data else None,
            cap_points=self.cap_points.data,
            evidence=Evidence(self.evidence.data),
            review_level=ReviewLevel(self.review_level.data),
            ability=Ability(self.ability.data),
            enabled=bool(self.enabled.data),
        )


class RuleFileForm(FlaskForm):
    """A file of rules and the day they apply from."""

    file = FileField(_("细则文件"), [FileRequired(_("请选择文件"))])
    since = DayField(_("从哪天起执行"), _required(_("请选择日期")))


class ProgrammeForm(FlaskForm):
    """What the programme is called and worth from a day on."""

    programme_name = StringField(
        _("方案名称"),
        [*_required(_("请填写方案名称")), validators.Length(max=40, message=_("最多 40 个字"))],
    )
    yuan_per_point = YuanField(_("1 分值多少元"), _required(_("请填写金额，例如 1 或 0.5")))
    household_month_cap = WholeField(_("每户每月最多得几分"), [validators.Optional()])
    since = DayField(_("从哪天起执行"), _required(_("请选择日期")))

    def fill(self, scheme: Scheme) -> None:
        """Show what applies now."""
        self.programme_name.data = scheme.programme_name
        self.yuan_per_point.data = f"{scheme.fen_per_point / 100:g}"
        self.household_month_cap.data = scheme.household_month_cap
