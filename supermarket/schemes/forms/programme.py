"""What people type about a programme."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, validators, widgets

from supermarket.errors import N_
from supermarket.households.models import TagKind
from supermarket.schemes.forms.fields import (
    DayField,
    WholeField,
    YuanField,
    choices,
    required,
    tidy,
)
from supermarket.schemes.models import Expiry, ReviewPeriod
from supermarket.schemes.service import SchemeText

#: What people call each setting, untranslated.
LABELS = {
    "programme_name": N_("方案名称"),
    "fen_per_point": N_("1 分值多少元"),
    "household_month_cap": N_("每户每月最多得几分"),
    "review_period": N_("多久评议一次"),
    "review_day": N_("评议日"),
    "panel_least": N_("至少几人参加评议"),
    "notice_days": N_("公示天数"),
    "appeal_days": N_("申诉期"),
    "expiry": N_("积分有效期"),
    "expiry_months": N_("满几个月过期"),
    "expiry_notice_days": N_("过期提前几天告知"),
    "base_score": N_("年度评分从几分起"),
    "base_grants": N_("每年的基础分"),
    "redeem_minimum": N_("兑换门槛"),
    "redeem_month_cap": N_("每户每月最多兑几分"),
    "pin_above": N_("一次兑几分起核对密码"),
    "offline_allowance": N_("断网时每卡每天可兑"),
    "budget_warn": N_("预算用到多少时提醒"),
    "coverage_warn": N_("保障率低于多少时提醒"),
    "coverage_stop": N_("保障率低于多少时停止发放"),
}


def _label(name: str) -> Any:
    return _(LABELS[name])


_NUMBER = required(_("请填写整数，例如 5"))
_NONE = [validators.Optional()]
GRANTS = {kind.value: f"grant_{kind.value}" for kind in TagKind}


class ProgrammeForm(FlaskForm):
    """What the programme is called, worth and allows from a day on."""

    programme_name = StringField(
        _label("programme_name"),
        [*required(_("请填写方案名称")), validators.Length(max=40, message=_("最多 40 个字"))],
        filters=[tidy],
    )
    yuan_per_point = YuanField(_label("fen_per_point"), required(_("请填写金额，例如 1 或 0.5")))
    household_month_cap = WholeField(_label("household_month_cap"), _NONE)
    since = DayField(_("从哪天起执行"), required(_("请选择日期")))
    review_period = SelectField(_label("review_period"), choices=choices(ReviewPeriod))
    review_day = WholeField(_label("review_day"), _NUMBER)
    panel_least = WholeField(_label("panel_least"), _NUMBER)
    notice_days = WholeField(_label("notice_days"), _NUMBER)
    appeal_days = WholeField(_label("appeal_days"), _NUMBER)
    expiry = SelectField(_label("expiry"), choices=choices(Expiry))
    expiry_months = WholeField(_label("expiry_months"), _NONE)
    expiry_notice_days = WholeField(_label("expiry_notice_days"), _NUMBER)
    base_score = WholeField(_label("base_score"), _NUMBER)
    redeem_minimum = WholeField(_label("redeem_minimum"), _NUMBER)
    redeem_month_cap = WholeField(_label("redeem_month_cap"), _NONE)
    pin_above = WholeField(_label("pin_above"), _NONE)
    offline_allowance = WholeField(_label("offline_allowance"), _NUMBER)
    budget_warn = WholeField(_label("budget_warn"), _NUMBER)
    coverage_warn = WholeField(_label("coverage_warn"), _NUMBER)
    coverage_stop = WholeField(_label("coverage_stop"), _NONE)
    #: The newest programme of the region the person looked at; 0 if there was none.
    seen = WholeField(widget=widgets.HiddenInput())

    def fill(self, text: SchemeText) -> None:
        """Show what applies now."""
        for name, value in text._asdict().items():
            if name in self:
                self[name].data = getattr(value, "value", value)
        self.yuan_per_point.data = f"{text.fen_per_point / 100:g}"
        for tag, name in GRANTS.items():
            self[name].data = text.base_grants.get(tag)

    def look_at(self, scheme_id: int) -> None:
        """Remember that the person has seen this newest programme."""
        self.seen.data, self.seen.raw_data = scheme_id, None

    @property
    def text(self) -> SchemeText:
        """The programme of a valid form."""
        typed = {name: self[name].data for name in SchemeText._fields if name in self}
        granted = {tag: self[name].data for tag, name in GRANTS.items()}
        return SchemeText(
            **typed
            | {
                "fen_per_point": self.yuan_per_point.fen,
                "review_period": ReviewPeriod(self.review_period.data),
                "expiry": Expiry(self.expiry.data),
                "base_grants": {tag: points for tag, points in granted.items() if points},
            }
        )

    def field_of(self, name: str) -> str:
        """Return the field in which a setting is typed, e.g. ``yuan_per_point``."""
        if name == "base_grants":
            wrong = (f for f in GRANTS.values() if not 0 <= (self[f].data or 0) <= 1000)
            return next(wrong, next(iter(GRANTS.values())))
        return {"fen_per_point": "yuan_per_point"}.get(name, name)


for _kind in TagKind:
    setattr(ProgrammeForm, GRANTS[_kind.value], WholeField(_(_kind.label), _NONE))
