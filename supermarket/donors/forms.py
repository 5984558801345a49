"""What people type about donors and funds."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField, SelectField, ValidationError, validators
from wtforms.fields.choices import SelectChoice

from supermarket.clock import today
from supermarket.donors.models import Donor, DonorKind, FundSource
from supermarket.donors.service import DonorText
from supermarket.goods.forms import DayField, Filled, LineField, YuanField, at_most
from supermarket.spreadsheets.cells import cleaned


def donor_words(donor: Donor) -> str:
    """Write a donor as it is offered to be chosen: its code, then its name."""
    return f"{donor.code} {donor.name}"


class DonorForm(FlaskForm):
    """What is said of a donor."""

    kind = RadioField(
        _("类别"),
        [validators.InputRequired(_("请选择类别"))],
        choices=[SelectChoice(kind.value, _(kind.label)) for kind in DonorKind],
    )
    name = LineField(_("名称"), [Filled(_("请填写姓名或单位全称")), at_most(60)])
    contact = LineField(_("联系人"), [validators.Optional(), at_most(60)])
    phone = LineField(_("电话"), [validators.Optional(), at_most(20)])
    public = BooleanField(_("同意公开署名"))
    note = LineField(_("备注"), [validators.Optional(), at_most(200)])

    def text(self) -> DonorText:
        """Return what a valid form says."""
        return DonorText(
            DonorKind(self.kind.data),
            self.name.data or "",
            self.contact.data or "",
            self.phone.data or "",
            bool(self.public.data),
            self.note.data or "",
        )


class NewDonorForm(DonorForm):
    """A donor to be registered, and whose register it stands in."""

    region = SelectField(_("由谁登记"))

    def offer(self, places: Sequence[tuple[str, str]]) -> None:
        """Offer the places whose register it may stand in."""
        self.region.choices = [SelectChoice(code, name) for code, name in places]


class DonorFileForm(FlaskForm):
    """A file of donors."""

    file = FileField(_("名册文件"), [FileRequired(_("请选择文件"))])


class FundForm(FlaskForm):
    """A fund to be opened."""

    name = LineField(_("资金名称"), [Filled(_("请填写名称，例如县慈善会爱心资金")), at_most(60)])
    region = SelectField(_("属于哪里"))
    source = RadioField(
        _("资金来源"),
        [validators.InputRequired(_("请选择来源"))],
        choices=[SelectChoice(source.value, _(source.label)) for source in FundSource],
    )
    purpose = LineField(_("用途"), [validators.Optional(), at_most(200)])
    only_region = SelectField(_("只给哪里用"))
    only_category = SelectField(_("只买哪类商品"))

    def offer(
        self,
        own: Sequence[tuple[str, str]],
        bound: Sequence[tuple[str, str]],
        categories: Sequence[str],
    ) -> None:
        """Offer whose fund it may be, and what it may be bound to."""
        self.region.choices = [SelectChoice(code, name) for code, name in own]
        self.only_region.choices = [
            SelectChoice("", _("不限")),
            *(SelectChoice(code, name) for code, name in bound),
        ]
        self.only_category.choices = [
            SelectChoice("", _("不限")),
            *(SelectChoice(name, name) for name in categories),
        ]


class MoneyForm(FlaskForm):
    """Money that came in or went out."""

    key = HiddenField(filters=[lambda text: cleaned(str(text or ""))])
    amount = YuanField(_("金额"), [Filled(_("请填写金额"))])
    summary = LineField(_("摘要"), [Filled(_("请写明摘要")), at_most(200)])
    occurred_on = DayField(_("日期"), [Filled(_("请填写日期"))])
    document = LineField(_("凭据号"), [validators.Optional(), at_most(64)])

    def validate_occurred_on(self, field: DayField) -> None:
        """Refuse a day to come."""
        if field.data is not None and field.data > today():
            raise ValidationError(_("日期不能晚于今天"))


class IncomeForm(MoneyForm):
    """Money that came in; of a donor it is a gift with a receipt."""

    donor = LineField(_("捐赠方"), [validators.Optional(), at_most(140)])


class ReversalForm(FlaskForm):
    """Why a movement of money is taken back."""

    key = HiddenField(filters=[lambda text: cleaned(str(text or ""))])
    reason = LineField(_("原因"), [Filled(_("请写明原因，例如重复登记")), at_most(200)])
