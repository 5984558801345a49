"""What lies on the counter, and what a scan or a few typed letters mean there."""

from dataclasses import dataclass, field

from flask_babel import gettext as _

from supermarket.cards.errors import (
    CardNotRecognisedError,
    CardNumberError,
    CardNumberMistypedError,
    UnknownCardNumberError,
)
from supermarket.cards.queries import codes, numbers
from supermarket.counter.errors import (
    AnotherCardError,
    BasketTooLongError,
    CardFirstError,
    NobodyFoundError,
)
from supermarket.counter.queries import till
from supermarket.counter.queries.till import Customer
from supermarket.counter.service.redeeming import MOST_LINES
from supermarket.counter.views import keyboards
from supermarket.database import db
from supermarket.errors import DomainError
from supermarket.goods import queries as goods_queries
from supermarket.goods.errors import GoodsInactiveError, GoodsNotRecognisedError
from supermarket.households.queries import HouseholdFound
from supermarket.shops.models import Shop
from supermarket.staff.views import seen
from supermarket.web import say

#: Refusals of what means nothing, as it was read.
_UNKNOWN = (
    CardNotRecognisedError,
    CardNumberError,
    GoodsNotRecognisedError,
    NobodyFoundError,
)
#: Digits of a household's code; of the barcodes that factories print.
HOUSEHOLD_CODE, BARCODES = 16, {8, 12, 13, 14}
#: Goods offered when what was typed may mean several.
OFFERED = 12
#: Fewest and most characters that a household without its card is looked for by.
LEAST_TYPED, MOST_TYPED = 2, 20


@dataclass
class Counter:
    """What lies on the counter now, and what is to be said about it."""

    shop: Shop
    #: The keeper's id.
    by: int
    carried: dict[str, str] = field(default_factory=dict)
    basket: dict[str, int | str] = field(default_factory=dict)
    #: Points of one unit that stood on the page.
    prices: dict[str, int] = field(default_factory=dict)
    customer: Customer | None = None
    #: Households that what was typed may mean, when none is there yet.
    found: list[HouseholdFound] = field(default_factory=list)
    #: Goods that what was typed may mean, with the units that go with them.
    meant: list[str] = field(default_factory=list)
    meant_units: int = 1
    #: What was refused, in words; beside the scan field or over the page.
    scan_errors: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notice: str = ""
    #: What is wrong with the PIN; whether the household is asked for it before anything else.
    pin_errors: list[str] = field(default_factory=list)
    asks: bool = False

    @property
    def refused(self) -> bool:
        """Whether something was."""
        return bool(self.errors or self.scan_errors or self.pin_errors or self.asks)

    def say_that(self, error: DomainError) -> None:
        """Keep a refusal for the top of the page."""
        self.errors.append(say(error))

    def add(self, sku: str, units: int) -> None:
        """Put units of some goods on the counter.

        Raises:
            BasketTooLongError: as many kinds as fit on one receipt are there already.
        """
        if sku not in self.basket and len(self.basket) >= MOST_LINES:
            raise BasketTooLongError(most=MOST_LINES)
        before = self.basket.get(sku, 0)
        self.basket[sku] = min((before if isinstance(before, int) else 0) + units, 9999)


def take(now: Counter, text: str, pressed: str = "", *, secret: bytes) -> None:
    """Understand what was scanned or typed: a card or household first, then goods.

    ``pressed`` is what the scanner's keys say where the computer read something else.

    Raises:
        DomainError: it means nothing here, or not now.
    """
    try:
        _understand(now, text, secret)
    except _UNKNOWN:
        reading = keyboards.meant(
            text,
            pressed,
            is_signed=lambda guess: codes.is_ours(guess, secret),
            is_known=lambda guess: _is_card_number(guess) or _is_goods(guess),
        )
        if not reading:
            raise
        _understand(now, reading, secret)
        now.notice = _("扫码枪和电脑的键盘对不上，这次认出来了。请把输入法切换成英文，免得扫错")


def _understand(now: Counter, text: str, secret: bytes) -> None:
    if now.customer is None:
        _take_household(now, text, secret)
    elif codes.is_ours(text, secret):
        _take_other(now, text, secret)
    else:
        _take_goods(now, text, secret)


def choose(now: Counter, code: str) -> None:
    """Let a household of the shop's region stand at the counter without its card.

    Raises:
        NotFoundError, HouseholdLeftError: there is none there, or it left.
    """
    if now.customer is None:
        _serve(now, till.without_card(code, now.shop, by=now.by))


def named(text: str, refusal: str, *, secret: bytes) -> str:
    """Say what was typed before why it was refused; never the code of a card."""
    if not text or codes.is_ours(text, secret):
        return refusal
    if keyboards.looks_misread(text):
        refusal = _(
            "像是电脑的键盘和扫码枪对不上。请把输入法切换成英文再扫，或手工输入条码下面的数字"
        )
    if text in refusal.replace(" ", ""):
        return refusal
    typed = text if len(text) <= MOST_TYPED else f"{text[:MOST_TYPED]}…"
    return str(_("“%(typed)s”：%(refusal)s", typed=typed, refusal=refusal))


def _serve(now: Counter, customer: Customer) -> None:
    seen.note("card.view", customer.household_code)
    now.customer = customer
    now.errors.clear()


def _take_household(now: Counter, text: str, secret: bytes) -> None:
    if text.isdecimal() and len(text) == HOUSEHOLD_CODE:
        return choose(now, text)
    try:
        customer = till.with_card(text, now.shop, secret=secret, by=now.by)
    except (CardNumberMistypedError, UnknownCardNumberError):
        raise
    except (CardNotRecognisedError, CardNumberError) as unknown:
        return _look_for(now, text, unknown)
    return _serve(now, customer)


def _look_for(now: Counter, text: str, unknown: DomainError) -> None:
    """Find households by a few letters; goods have to wait for their household."""
    if LEAST_TYPED <= len(text) <= MOST_TYPED:
        now.found = till.nearby(text, now.shop)
    if now.found:
        return
    if (text.isdecimal() and len(text) in BARCODES) or _is_goods(text):
        raise CardFirstError
    raise NobodyFoundError(what=text) if len(text) <= MOST_TYPED else unknown


def _is_goods(text: str) -> bool:
    try:
        goods_queries.scan(text)
    except GoodsNotRecognisedError:
        return False
    except GoodsInactiveError:
        return True
    return True


def _take_other(now: Counter, text: str, secret: bytes) -> None:
    """A second card: of the same household, or of the next one if nothing was taken yet."""
    before, other = now.customer, till.with_card(text, now.shop, secret=secret, by=now.by)
    if before and other.household_code != before.household_code and now.basket:
        raise AnotherCardError
    _serve(now, other)


def _take_goods(now: Counter, text: str, secret: bytes) -> None:
    try:
        found = goods_queries.scan(text)
    except GoodsNotRecognisedError as unknown:
        if _is_card_number(text):
            return _take_other(now, text, secret)
        counted = goods_queries.COUNTED.fullmatch(text)
        words, units = (counted[2], int(counted[1])) if counted else (text, 1)
        wanted = goods_queries.catalogue(text=words).limit(OFFERED)
        meant = [item.sku for item in db.session.scalars(wanted)]
        if not meant or not units:
            raise unknown
        if len(meant) == 1:
            return now.add(meant[0], units)
        now.meant, now.meant_units = meant, units
    else:
        now.add(found.sku, found.units)


def _is_card_number(text: str) -> bool:
    try:
        numbers.parse(text)
    except CardNumberError:
        return False
    return True
