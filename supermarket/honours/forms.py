"""What people type about honours."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, SelectField, validators

from supermarket.errors import N_
from supermarket.goods.forms import DayField, Filled, LineField, at_most
from supermarket.honours.models import TITLES, HonourLevel
from supermarket.honours.service import HonourAsk
from supermarket.households.models import Household

#: The choice of a title that is typed.
OTHER = "other"
#: The titles of ``TITLES`` for the catalogue: they are kept in Chinese, as on the paper.
WORDS = (
    N_("文明家庭"), N_("清洁庭院"), N_("最美庭院"), N_("好媳妇"), N_("好婆婆"), N_("道德模范"),
    N_("身边好人"), N_("致富带头人"), N_("优秀志愿者"),
)  # fmt: skip


def title_words() -> dict[str, str]:
    """Return the titles of the list in the reader's language; a typed one is shown as typed."""
    return {word: gettext(word) for word in TITLES}


def _member(value: object) -> int | None:
    """Read the id of a member; "" is the whole household, and what is no id is nobody's."""
    text = str(value or "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else -1


class HonourForm(FlaskForm):
    """An honour to be noted."""

    title = SelectField(
        _("荣誉"),
        choices=[
            *(SelectChoice(word, _(word)) for word in TITLES),
            SelectChoice(OTHER, _("其他（自己填写）")),
        ],
    )
    other = LineField(_("荣誉名称"), [at_most(40)])
    member = SelectField(_("给谁"), coerce=_member, validate_choice=False)
    level = RadioField(
        _("级别"),
        [validators.InputRequired(_("请选择级别"))],
        choices=[SelectChoice(level.value, _(level.label)) for level in HonourLevel],
    )
    awarded_on = DayField(_("哪天授予的"), [Filled(_("请填写授予日期"))])
    document = LineField(_("文件号"), [validators.Optional(), at_most(64)])
    note = LineField(_("说明"), [validators.Optional(), at_most(200)])

    def offer(self, household: Household) -> None:
        """Offer the household and the members who are there."""
        present = [member for member in household.members if member.present]
        self.member.choices = [
            SelectChoice("", _("全家")),
            *(SelectChoice(str(member.id), member.name) for member in present),
        ]

    def validate_other(self, field: LineField) -> None:
        """Want a title where none of the list was chosen."""
        if self.title.data == OTHER and not field.data:
            raise validators.ValidationError(_("请填写荣誉名称"))

    def ask(self, household_code: str) -> HonourAsk:
        """Return what a valid form asks for."""
        return HonourAsk(
            household_code,
            self.other.data or "" if self.title.data == OTHER else self.title.data,
            HonourLevel(self.level.data),
            self.awarded_on.data,
            self.member.data,
            self.document.data or "",
            self.note.data or "",
        )


class RevokeForm(FlaskForm):
    """Why an honour is taken back."""

    reason = LineField(_("撤销的原因"), [Filled(_("请写明撤销的原因")), at_most(200)])
