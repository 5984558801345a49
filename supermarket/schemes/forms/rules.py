"""What people type about rules."""

import unicodedata

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)

from supermarket.clock import today
from supermarket.schemes.forms.fields import DayField, WholeField, choices, required, tidy
from supermarket.schemes.models import (
    Ability,
    CapPeriod,
    Category,
    Evidence,
    ReviewLevel,
    RuleVersion,
)
from supermarket.schemes.service import RuleText

#: The longest window a change is reckoned over, in days.
MOST_DAYS = 3 * 366
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

    code = StringField(_("编号"), [*required(_("请填写编号，例如 L01")), validators.Length(max=12)])
    category = SelectField(_("类别"), choices=choices(Category))
    title = TextAreaField(
        _("细则内容"),
        [*required(_("请写明细则内容")), validators.Length(max=120, message=_("最多 120 个字"))],
        filters=[tidy],
    )
    points_min = WholeField(_("最低分"), [validators.Optional()])
    points_max = WholeField(_("最高分"), [validators.Optional()])
    cap_period = SelectField(
        _("上限按什么时间算"), choices=[SelectChoice("", _("没有上限")), *choices(CapPeriod)]
    )
    cap_times = WholeField(_("最多几次"), [validators.Optional()])
    cap_points = WholeField(_("最多几分"), [validators.Optional()])
    evidence = SelectField(_("凭据"), choices=choices(Evidence))
    review_level = SelectField(_("怎样入账"), choices=_LEVELS)
    ability = SelectField(_("劳动强度"), choices=_ABILITIES)
    enabled = BooleanField(_("启用"), default=True)
    basis = StringField(
        _("依据"),
        [validators.Optional(), validators.Length(max=120, message=_("最多 120 个字"))],
        filters=[tidy],
    )
    adjust_min = WholeField(_("下级最低可调到"), [validators.Optional()])
    adjust_max = WholeField(_("下级最高可调到"), [validators.Optional()])
    since = DayField(_("从哪天起执行"), required(_("请选择日期")))
    #: The newest version the person looked at; 0 if there was none.
    seen = WholeField(widget=widgets.HiddenInput())

    def fill(self, version: RuleVersion) -> None:
        """Show what the rule says now."""
        for name in RuleText._fields[1:]:
            value = getattr(version, name)
            self[name].data = getattr(value, "value", value)
        self.cap_period.data = version.cap_period.value if version.cap_period else ""
        self.code.data = version.rule.code

    def look_at(self, version_id: int) -> None:
        """Remember that the person has seen this newest version."""
        self.seen.data, self.seen.raw_data = version_id, None

    @property
    def text(self) -> RuleText:
        """The rule of a valid form; a single number of points is both ends of the range."""
        least, most = self.points_min.data, self.points_max.data
        return RuleText(
            code=unicodedata.normalize("NFKC", self.code.data or "").strip().upper(),
            category=Category(self.category.data),
            title=self.title.data,
            points_min=most if least is None else least,
            points_max=least if most is None else most,
            cap_times=self.cap_times.data,
            cap_period=CapPeriod(self.cap_period.data) if self.cap_period.data else None,
            cap_points=self.cap_points.data,
            evidence=Evidence(self.evidence.data),
            review_level=ReviewLevel(self.review_level.data),
            ability=Ability(self.ability.data),
            enabled=bool(self.enabled.data),
            basis=self.basis.data,
            adjust_min=self.adjust_min.data,
            adjust_max=self.adjust_max.data,
        )


class WhatIfForm(FlaskForm):
    """The numbers of a rule, and the days of the past to reckon with them."""

    points_min = WholeField(_("最低分"), [validators.Optional()])
    points_max = WholeField(_("最高分"), [validators.Optional()])
    cap_period = SelectField(
        _("上限按什么时间算"), choices=[SelectChoice("", _("没有上限")), *choices(CapPeriod)]
    )
    cap_times = WholeField(_("最多几次"), [validators.Optional()])
    cap_points = WholeField(_("最多几分"), [validators.Optional()])
    enabled = BooleanField(_("启用"), default=True)
    window_since = DayField(_("从哪天算起"), required(_("请选择日期")))
    window_until = DayField(_("算到哪天"), required(_("请选择日期")))

    def validate_window_until(self, field: DayField) -> None:
        """Refuse days that are no window of the past."""
        since, until = self.window_since.data, field.data
        if (
            since
            and until
            and not (since <= until <= today() and (until - since).days <= MOST_DAYS)
        ):
            raise validators.ValidationError(
                _("开始日期要在结束日期之前，不能超过今天，最多相隔 3 年")
            )

    def fill(self, rule: RuleForm) -> None:
        """Show the numbers of a filled form."""
        for name in ("points_min", "points_max", "cap_times", "cap_points", "enabled"):
            self[name].data = rule[name].data
        if self.points_min.data == self.points_max.data:  # a fixed number stands once
            self.points_max.data = None
        self.cap_period.data = rule.cap_period.data

    def keep(self, rule: RuleForm) -> None:
        """Carry what else a filled form says, unless it was sent otherwise."""
        for name in KEPT:
            if not self[name].raw_data:
                value = rule[name].data
                self[name].data = "" if value is None else str(value)

    @property
    def sent_on(self) -> dict[str, str]:
        """What the form of the rule would have sent, with the numbers of this one."""
        sent = {name: self[name].data or "" for name in KEPT}
        for name in ("points_min", "points_max", "cap_times", "cap_points", "cap_period"):
            value = self[name].raw_data[0] if self[name].raw_data else self[name].data
            sent[name] = "" if value is None else str(value)
        return sent | ({"enabled": "y"} if self.enabled.data else {})

    def changed(self, text: RuleText) -> RuleText:
        """Return a rule with the numbers of a valid form."""
        least, most = self.points_min.data, self.points_max.data
        return text._replace(
            points_min=most if least is None else least,
            points_max=least if most is None else most,
            cap_times=self.cap_times.data,
            cap_period=CapPeriod(self.cap_period.data) if self.cap_period.data else None,
            cap_points=self.cap_points.data,
            enabled=bool(self.enabled.data),
            adjust_min=None,
            adjust_max=None,
        )


#: What a reckoning does not need of the form of a rule, and must not lose.
KEPT = (
    "code", "category", "title", "evidence", "review_level", "ability", "basis", "adjust_min",
    "adjust_max", "since", "seen",
)  # fmt: skip
for _name in KEPT:
    setattr(WhatIfForm, _name, HiddenField())


class RuleFileForm(FlaskForm):
    """A file of rules and the day they apply from."""

    file = FileField(_("细则文件"), [FileRequired(_("请选择文件"))])
    since = DayField(_("从哪天起执行"), required(_("请选择日期")))
