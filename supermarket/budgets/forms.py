"""What people type about budgets and overrides."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectChoice, SelectMultipleField, validators
from wtforms.widgets import CheckboxInput, ListWidget

from supermarket.budgets.service import BudgetAsk
from supermarket.clock import today
from supermarket.goods.forms import DayField, Filled, LineField, WholeNumberField, at_most
from supermarket.regions.models import Region


def this_year() -> tuple[date, date]:
    """Return the first and the last day of this year."""
    return date(today().year, 1, 1), date(today().year, 12, 31)


class BudgetForm(FlaskForm):
    """What some villages may issue from one day to another."""

    starts_on = DayField(_("从哪天起"), [Filled(_("请填写起始日期"))])
    ends_on = DayField(_("到哪天止"), [Filled(_("请填写截止日期"))])
    points = WholeNumberField(
        _("每个村的预算"),
        [validators.NumberRange(0, 100_000_000, _("应为 0 到 100000000 的整数"))],
    )
    villages = SelectMultipleField(
        _("给哪些村"),
        [validators.InputRequired(_("请至少选一个村"))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def offer(self, villages: Sequence[Region]) -> None:
        """Offer villages to choose among."""
        self.villages.choices = [SelectChoice(place.code, place.name) for place in villages]

    @property
    def asks(self) -> list[BudgetAsk]:
        """What a valid form asks for."""
        return [
            BudgetAsk(code, self.starts_on.data, self.ends_on.data, self.points.data)
            for code in dict.fromkeys(self.villages.data or [])
        ]


class BudgetFileForm(FlaskForm):
    """A file of budgets."""

    file = FileField(_("预算文件"), [FileRequired(_("请选择文件"))])


class OverrideForm(FlaskForm):
    """Why, and from when to when, villages may issue past the stop."""

    from_on = DayField(_("从哪天起"), [Filled(_("请填写起始日期"))])
    until_on = DayField(_("到哪天止"), [Filled(_("请填写截止日期"))])
    reason = LineField(_("批准的原因"), [Filled(_("请写明批准的原因")), at_most(200)])
