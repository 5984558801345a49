"""What people type about shops and deliveries."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from stdnum import ean
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    ValidationError,
    validators,
)
from wtforms.fields.choices import SelectChoice

from supermarket.clock import today
from supermarket.donors.models import Donor
from supermarket.donors.queries import FundRow
from supermarket.filters import yuan
from supermarket.goods.forms import (
    DayField,
    Filled,
    LineField,
    WholeNumberField,
    YuanField,
    at_most,
)
from supermarket.goods.models import Goods
from supermarket.goods.queries import COUNTED, canonical_barcode
from supermarket.ledger.models import LotSource
from supermarket.shops.errors import LineError
from supermarket.shops.service import GoodsInAsk, GoodsInRequest
from supermarket.shops.service.provenance import Origin
from supermarket.spreadsheets.cells import cleaned


def _line(text: object) -> str:
    return cleaned(str(text or ""))


class ShopForm(FlaskForm):
    """What is said of a shop."""

    name = LineField(_("店名"), [Filled(_("请填写店名")), at_most(60)])
    address = LineField(_("地址"), [validators.Optional(), at_most(100)])
    phone = LineField(_("电话"), [validators.Optional(), at_most(20)])
    merchant = LineField(_("合作商户"), [validators.Optional(), at_most(60)])


class EditShopForm(ShopForm):
    """A shop to be changed."""

    active = BooleanField(_("营业：可以入库和兑换"))


class DeliveryLineForm(Form):
    """One line of a delivery."""

    sku = HiddenField(filters=[_line])
    quantity = WholeNumberField(
        _("数量"), [validators.NumberRange(1, 100_000, _("应为 1 到 100000 的整数"))]
    )
    best_before = DayField(_("保质期至"))
    unit_cost = YuanField(_("单价"), [validators.Optional()])
    #: What the error summary calls this line.
    title = ""
    perishes = False

    def know(self, item: Goods) -> None:
        """Take over from the catalogue what the line is called and whether it needs a date."""
        self.title = " ".join(filter(None, (item.name, item.specification)))
        self.perishes = item.has_expiry
        self.best_before.flags.required = item.has_expiry
        self.best_before.flags.optional = not item.has_expiry

    def validate_best_before(self, field: DayField) -> None:
        """Ask for the day of what perishes; refuse one gone by: nothing could be handed out."""
        if field.data is None and self.perishes:
            raise ValidationError(_("请填写保质期至哪一天，包装上有"))
        if field.data is not None and field.data < today():
            raise ValidationError(_("这一天已经过去，过期的商品不能入库，请退回或核对日期"))


class DeliveryForm(FlaskForm):
    """A delivery, typed line by line; the whole of it travels with the form."""

    key = HiddenField(filters=[_line])
    source = RadioField(
        _("来源"),
        [validators.InputRequired(_("请选采购还是捐赠"))],
        choices=[SelectChoice(source.value, _(source.label)) for source in LotSource],
        invalid_choice_message=_("请选采购还是捐赠"),
        default=LotSource.PURCHASE.value,
    )
    #: Of a purchase.
    partner = LineField(_("供货商"), [validators.Optional(), at_most(60)])
    fund = SelectField(_("付款资金"), validate_choice=False, filters=[_line])
    #: Of a gift; typed or chosen: the donor's code with the name behind it, or a name.
    donor = LineField(_("捐赠方"), [at_most(140)])
    wish = LineField(_("捐赠意愿"), [validators.Optional(), at_most(200)])
    only_region = SelectField(_("限定地方"), validate_choice=False, filters=[_line])
    document = LineField(_("单据号"), [validators.Optional(), at_most(64)])
    received_on = DayField(_("到货日期"), [Filled(_("请填写到货日期"))])
    code = LineField(_("条码、商品编号、名称或拼音首字母"), [validators.Optional()])
    lines = FieldList(FormField(DeliveryLineForm), _("商品"))

    def offer(self, funds: Sequence[FundRow], places: Sequence[tuple[str, str]]) -> None:
        """Offer the funds that may pay and the places a gift may be bound to."""
        self.fund.choices = [
            SelectChoice("", _("不从资金里付")),
            *(
                SelectChoice(row.fund.code, f"{row.fund.name}（{yuan(row.balance_fen)}）")
                for row in funds
            ),
        ]
        self.only_region.choices = [
            SelectChoice("", _("不限")),
            *(SelectChoice(code, name) for code, name in places),
        ]

    @property
    def given(self) -> bool:
        """Whether it is a gift."""
        return bool(self.source.data == LotSource.DONATION.value)

    def know(self, goods: Mapping[str, Goods]) -> None:
        """Tell the lines about their goods, by number."""
        for line in self.lines:
            if (item := goods.get(line.sku.data or "")) is not None:
                line.form.know(item)

    def delivery(self, donor: Donor | None) -> GoodsInRequest:
        """Return what a valid form asks for; ``donor`` is whom the words of a gift mean.

        What stands in the fields of the other source is left out: it is not shown.
        """
        if self.given:
            partner = donor.name if donor else ""
            code = donor.code if donor else ""
            origin = Origin(
                donor=code, wish=self.wish.data or "", only_region=self.only_region.data or ""
            )
        else:
            partner, origin = self.partner.data or "", Origin(fund=self.fund.data or "")
        return GoodsInRequest(
            source=LotSource(self.source.data),
            partner=partner,
            origin=origin,
            document=self.document.data or "",
            received_on=self.received_on.data,
            lines=[
                GoodsInAsk(
                    line.sku.data or "",
                    line.quantity.data,
                    line.best_before.data,
                    line.unit_cost.fen,
                )
                for line in self.lines
            ],
        )

    def refuse(self, error: LineError, sentence: str) -> None:
        """Put a sentence beside the part of the line that it is about."""
        self.form_errors.append(sentence)
        part = self.lines[error.position - 1].form[error.field]
        part.errors = [*part.errors, sentence]


class NewBarcodeForm(Form):
    """A code that was scanned and is not known yet, and which goods it may mean."""

    #: As it was scanned, with the ``12*`` before it if there was one.
    code = HiddenField(filters=[_line])
    wanted = LineField(_("是哪种商品？"), [validators.Optional(), at_most(60)])
    units = WholeNumberField(
        _("一码几件"), [validators.NumberRange(1, 1000, _("应为 1 到 1000 的整数"))], default=1
    )

    @property
    def barcode(self) -> str:
        """The code as it is kept, without the number before it."""
        counted = COUNTED.fullmatch(self.code.data or "")
        return canonical_barcode(counted[2] if counted else self.code.data or "")

    @property
    def may_be_bound(self) -> bool:
        """Whether it is a code that packages carry, read without a mistake."""
        return bool(ean.is_valid(self.barcode))


def with_goods(typed: Mapping[str, str], sku: str, units: int) -> tuple[MultiDict[str, str], str]:
    """Add scanned goods to what was typed; return it and the name of the line they stand in.

    Goods already there are counted up, on their newest line if there are several.
    """
    edited = MultiDict(typed)
    edited["code"] = ""
    for place, number in reversed(list(enumerate(line_numbers(typed)))):
        if typed.get(f"lines-{number}-sku") == sku:
            # The form trims and reads full width; what it cannot read is counted from none.
            counted = unicodedata.normalize("NFKC", typed.get(f"lines-{number}-quantity", ""))
            before = int(counted) if re.fullmatch(r"\s*[0-9]{1,6}\s*", counted) else 0
            edited[f"lines-{number}-quantity"] = str(before + units)
            return edited, f"lines-{place}"
    return _with_line(edited, sku, units)


def with_another_date(
    typed: Mapping[str, str], number: int
) -> tuple[MultiDict[str, str], str | None]:
    """Add a line of the goods of a line, for another day; return its name, None if none was."""
    edited = MultiDict(typed)
    sku = typed.get(f"lines-{number}-sku")
    return _with_line(edited, sku, 1) if sku else (edited, None)


def _with_line(
    edited: MultiDict[str, str], sku: str, units: int
) -> tuple[MultiDict[str, str], str]:
    numbers = line_numbers(edited)
    line = f"lines-{max(numbers, default=-1) + 1}"
    edited[f"{line}-sku"], edited[f"{line}-quantity"] = sku, str(units)
    edited[f"{line}-best_before"] = edited[f"{line}-unit_cost"] = ""
    # The form closes the gaps that removed lines leave.
    return edited, f"lines-{len(numbers)}"


def without_line(typed: Mapping[str, str], number: int) -> MultiDict[str, str]:
    """Return what was typed but for one line."""
    start = f"lines-{number}-"
    return MultiDict({name: text for name, text in typed.items() if not name.startswith(start)})


def line_numbers(typed: Mapping[str, str]) -> list[int]:
    """Return the numbers of the lines in what was typed, in order."""
    found = (re.fullmatch(r"lines-([0-9]{1,4})-sku", name) for name in typed)
    return sorted(int(match[1]) for match in found if match)


class ReversalLineForm(Form):
    """How much of one line goes back."""

    position = HiddenField()
    quantity = WholeNumberField(
        _("撤回数量"), [validators.NumberRange(0, 100_000, _("应为 0 到 100000 的整数"))]
    )


class ReversalForm(FlaskForm):
    """Which units of a delivery go back out, and why."""

    key = HiddenField(filters=[_line])
    lines = FieldList(FormField(ReversalLineForm), _("商品"))
    reason = LineField(_("原因"), [Filled(_("请写明原因，例如数量录错")), at_most(200)])

    def units(self) -> dict[int, int]:
        """Return the units of a valid form by position on the paper."""
        return {
            int(line.position.data): line.quantity.data
            for line in self.lines
            if re.fullmatch(r"[0-9]{1,9}", str(line.position.data)) and line.quantity.data
        }
