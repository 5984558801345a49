"""What people type about goods that are brought to the door."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField, SelectField, validators

from supermarket.cards.errors import PinLockedError, PinShapeError, WrongPinError
from supermarket.cards.forms import DIGITS
from supermarket.clock import today
from supermarket.deliveries.errors import (
    CarrierError,
    DueError,
    NoteError,
    OwnPinError,
    ReceiverError,
    WordsError,
)
from supermarket.deliveries.models import Proof
from supermarket.deliveries.service import (
    MOST_AHEAD,
    MOST_CARRIER,
    MOST_NOTE,
    MOST_REASON,
    Errand,
    Received,
)
from supermarket.deliveries.service.handing import MOST_NAME, MOST_RELATION, SELF
from supermarket.errors import DomainError
from supermarket.filters import day
from supermarket.goods.forms import LineField
from supermarket.households.queries import Collector
from supermarket.web import say

#: Whoever is neither the head nor a proxy; a carrier without an account.
OTHER = "other"
#: What becomes of goods that nobody received.
TAKE_BACK, WAIT = "take_back", "wait"


def _key() -> str:
    return uuid4().hex


class ErrandForm(FlaskForm):
    """Who brings it, and when."""

    carrier = RadioField(_("谁送"), choices=[], validate_choice=False)
    name = LineField(
        _("志愿者姓名"), [validators.Length(max=MOST_CARRIER, message=_("最多 40 个字"))]
    )
    due_on = SelectField(_("哪天送到"), choices=[], validate_choice=False)
    note = LineField(_("说明"), [validators.Length(max=MOST_NOTE, message=_("最多 100 个字"))])

    def offer(self, people: Sequence[tuple[str, str]]) -> None:
        """Offer those who may bring it, by username, and the next days."""
        self.carrier.choices = [*people, (OTHER, gettext("志愿者，填姓名"))]
        self.carrier.data = self.carrier.data or people[0][0]
        self.due_on.choices = [
            (on.isoformat(), day(on) if days else gettext("今天"))
            for days in range(MOST_AHEAD + 1)
            for on in [today() + timedelta(days=days)]
        ]

    @property
    def errand(self) -> Errand:
        """What was chosen; a day that was never offered is one that is over."""
        try:
            due_on = date.fromisoformat(self.due_on.data or "")
        except ValueError:
            due_on = date.min
        chosen = self.carrier.data or ""
        return Errand(
            "" if chosen == OTHER else chosen,
            (self.name.data or "") if chosen == OTHER else "",
            due_on,
            self.note.data or "",
        )

    def beside(self, error: DomainError) -> None:
        """Put a refusal beside the field it is about, else above the form."""
        match error:
            case CarrierError():
                self.name.errors = [say(error)]
            case DueError():
                self.due_on.errors = [say(error)]
            case NoteError():
                self.note.errors = [say(error)]
            case _:
                self.form_errors.append(say(error))


class HandForm(FlaskForm):
    """Who took the goods at the door, and what shows it."""

    who = RadioField(_("谁收的"), choices=[], validate_choice=False, default=SELF)
    name = LineField(_("收货人姓名"), [validators.Length(max=MOST_NAME, message=_("最多 60 个字"))])
    relation = LineField(
        _("与户主关系"), [validators.Length(max=MOST_RELATION, message=_("最多 20 个字"))]
    )
    proof = RadioField(_("怎样确认"), choices=[], validate_choice=False)
    pin = PasswordField(_("农户密码"), render_kw=DIGITS)

    def offer(self, head: str, collectors: Sequence[Collector], *, has_pin: bool) -> None:
        """Offer the head and the proxies; the PIN only where the household has one."""
        self.who.choices = [
            (SELF, gettext("本人（%(head)s）", head=head)),
            *(
                (str(one.proxy_id), f"{one.name}（{one.relation}）")
                for one in collectors
                if one.proxy_id is not None
            ),
            (OTHER, gettext("别的人，填姓名和关系")),
        ]
        self.proof.choices = [
            *([(Proof.PIN.value, gettext("农户输密码"))] if has_pin else []),
            (Proof.PAPER.value, gettext("在纸单上签了字")),
        ]
        self.proof.data = self.proof.data or self.proof.choices[0][0]

    def received(self, *, pin_fits: bool) -> Received:
        """What was chosen."""
        who = self.who.data or ""
        by_pin = self.proof.data == Proof.PIN.value
        return Received(
            "" if who == OTHER else who,
            self.name.data or "",
            self.relation.data or "",
            Proof.PIN if by_pin else Proof.PAPER,
            pin_fits,
        )

    def beside(self, error: DomainError) -> None:
        """Put a refusal beside the field it is about, else above the form."""
        match error:
            case ReceiverError():
                self.name.errors = [say(error)]
            case OwnPinError() | WrongPinError() | PinLockedError() | PinShapeError():
                self.pin.errors = [say(error)]
            case _:
                self.form_errors.append(say(error))


class FailForm(FlaskForm):
    """Why nobody received it, and what becomes of the goods."""

    key = HiddenField(validators=[validators.Length(max=100)], default=_key)
    reason = LineField(
        _("为什么没送到"),
        [
            validators.InputRequired(_("请写明原因")),
            validators.Length(2, MOST_REASON, message=_("请写 2 到 100 个字")),
        ],
    )
    then = RadioField(_("货怎么办"), choices=[], validate_choice=False, default=WAIT)

    def offer(self, *, may_take_back: bool) -> None:
        """Offer to take it back only to whoever may today."""
        choices = [(WAIT, gettext("先放回店里，改天再送"))]
        if may_take_back:
            choices.append((TAKE_BACK, gettext("退货：货入库，积分退给农户")))
        self.then.choices = choices

    def beside(self, error: DomainError) -> None:
        """Put a refusal beside the field it is about, else above the form."""
        if isinstance(error, WordsError):
            self.reason.errors = [say(error)]
        else:
            self.form_errors.append(say(error))
