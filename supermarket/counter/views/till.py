"""The till: card, goods, confirm. One page, whose whole state travels with its form."""

from dataclasses import dataclass, field
from typing import NamedTuple

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards.queries import codes
from supermarket.clock import today
from supermarket.counter import service as counter
from supermarket.counter.errors import (
    AnotherCardError,
    BasketTooLongError,
    EmptyBasketError,
    NobodyError,
)
from supermarket.counter.forms import TillForm, shown, till_form
from supermarket.counter.queries import listing, receipts, till
from supermarket.counter.queries.till import Customer, Offer
from supermarket.counter.service.redeeming import MOST_LINES, MOST_UNITS
from supermarket.database import db, once_more
from supermarket.errors import N_, DomainError
from supermarket.goods import queries as goods_queries
from supermarket.goods.errors import GoodsNotRecognisedError
from supermarket.ledger.errors import KeyReusedError
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("counter", __name__)
NAVIGATION = [NavigationItem(N_("柜台"), "shopping-cart", "counter.start", Permission.REDEEM, 10)]
#: Digits of a household's code.
HOUSEHOLD_CODE = 16
#: Goods offered when what was typed may mean several; redemptions shown of a household.
OFFERED, RECENT = 12, 3


@dataclass
class Counter:
    """What lies on the counter now, and what is to be said about it."""

    shop: Shop
    carried: dict[str, str] = field(default_factory=dict)
    basket: dict[str, int | str] = field(default_factory=dict)
    customer: Customer | None = None
    #: Goods that what was typed may mean, with the units that go with them.
    meant: list[str] = field(default_factory=list)
    meant_units: int = 1
    #: What was refused, in words; beside the scan field or over the page.
    scan_errors: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    #: What was typed and not understood, to be kept.
    typed: str = ""
    notice: str = ""

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


class Line(NamedTuple):
    """A basket line as the page shows it."""

    sku: str
    offer: Offer | None
    units: int | None
    points: int
    #: Units left on the shelf when these have gone; below zero if there are not enough.
    left: int


@bp.get("/counter")
@requires(Permission.REDEEM)
def start() -> ResponseReturnValue:
    """Go to the counter of one's only shop, or choose a shop."""
    scope = current_user.scope(Permission.REDEEM)
    if shop := shops.the_only_shop(scope):
        return redirect(url_for(".serve", code=shop.code))
    found = db.session.scalars(shops.shops_in(scope).where(Shop.active)).all()
    return render_template("counter/choose_shop.html", shops=found)


@bp.get("/counter/<code>")
@requires(Permission.REDEEM)
def serve(code: str) -> ResponseReturnValue:
    """Wait for the next household; show the receipt of the last one."""
    shop = _shop(code)
    done = request.args.get("done", "")
    receipt = receipts.receipt(done, current_user.scope(Permission.REDEEM)) if done else None
    return _page(Counter(shop), receipt=receipt)


@bp.post("/counter/<code>")
@requires(Permission.REDEEM)
def step(code: str) -> ResponseReturnValue:
    """Take a scan, a tap or a changed number; or hand the goods over.

    The button pressed says which. Without one it is what was scanned; with nothing
    scanned either, it is the confirmation.
    """
    form, pressed = TillForm(), request.form.get("step", "")
    if pressed == "clear":
        return redirect(url_for(".serve", code=code))
    now = Counter(_shop(code), form.carried(), form.basket)
    try:
        now.customer = _customer(now.shop, now.carried)
    except DomainError as refused:
        now.say_that(refused)
    verb, _dash, rest = pressed.partition(":")
    if verb == "remove":
        now.basket.pop(rest, None)
    elif verb == "add":
        units, _dash, sku = rest.partition(":")
        try:
            now.add(sku, int(units) if units.isdecimal() and len(units) < 5 else 1)
        except DomainError as refused:
            now.say_that(refused)
    elif not pressed:
        return _scan_or_confirm(now, form)
    return _page(now, status=422 if now.errors else 200)


def _scan_or_confirm(now: Counter, form: TillForm) -> ResponseReturnValue:
    try:
        text = form.scanned(current_app.config["CARD_KEY"])
        if not text:
            return _confirm(now, form)
        now.typed = text[:500]
        _take(now, text)
        now.typed = ""
    except DomainError as refused:
        now.scan_errors.append(say(refused))
        return _page(now, status=422)
    return _page(now)


def _take(now: Counter, text: str) -> None:
    """Understand what was scanned or typed: a card or household first, then goods."""
    secret = current_app.config["CARD_KEY"]
    if now.customer is None:
        if text.isdecimal() and len(text) == HOUSEHOLD_CODE:
            now.customer = till.without_card(text, now.shop)
        else:
            now.customer = till.with_card(text, now.shop, secret=secret)
        seen.note("card.view", now.customer.household_code)
        now.errors.clear()
        return
    if codes.is_ours(text, secret):
        other = till.with_card(text, now.shop, secret=secret)
        if other.household_code != now.customer.household_code and now.basket:
            raise AnotherCardError
        seen.note("card.view", other.household_code)
        now.customer = other
        return
    _take_goods(now, text)


def _take_goods(now: Counter, text: str) -> None:
    try:
        found = goods_queries.scan(text)
    except GoodsNotRecognisedError as unknown:
        counted = goods_queries.COUNTED.fullmatch(text)
        words, units = (counted[2], int(counted[1])) if counted else (text, 1)
        wanted = goods_queries.catalogue(text=words).limit(OFFERED)
        meant = [item.sku for item in db.session.scalars(wanted)]
        if not meant or not units:
            raise unknown
        if len(meant) > 1:
            now.meant, now.meant_units = meant, units
            return
        now.add(meant[0], units)
    else:
        now.add(found.sku, found.units)


def _confirm(now: Counter, form: TillForm) -> ResponseReturnValue:
    """Hand the goods over if what was agreed to is what stands on the page."""
    if now.errors:
        return _page(now, status=422)
    if now.customer is None or not now.basket:
        now.scan_errors.append(say(EmptyBasketError() if now.customer else NobodyError()))
        return _page(now, status=422)
    basket = [(sku, units) for sku, units in now.basket.items() if isinstance(units, int)]
    if len(basket) < len(now.basket) or any(not 1 <= units <= MOST_UNITS for _s, units in basket):
        return _page(now, status=422)
    quoted = form.quoted.data or ""
    if form.shown.data != shown(now.basket) or not (quoted.isdecimal() and len(quoted) < 10):
        now.notice = _("数量改好了，请看一眼合计，再确认一次")
        return _page(now)
    customer, by, scope = now.customer, current_user.id, current_user.scope(Permission.REDEEM)
    shop, key = now.shop.code, now.carried["key"]
    try:
        receipt = once_more(
            lambda: counter.redeem(
                key,
                shop=shop,
                lines=basket,
                by=by,
                scope=scope,
                card=customer.card_number or None,
                household=None if customer.card_number else customer.household_code,
                quoted=int(quoted),
            )
        )
    except DomainError as refused:
        if isinstance(refused, KeyReusedError):
            now.carried["key"] = ""
        now.say_that(refused)
        return _page(now, status=409 if refused.status == 409 else 422)
    return redirect(url_for(".serve", code=shop, done=receipt.reference))


def _shop(code: str) -> Shop:
    """Return an open shop of the keeper's.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    return shops.shop_or_404(code, current_user.scope(Permission.REDEEM))


def _customer(shop: Shop, carried: dict[str, str]) -> Customer | None:
    if carried["card"]:
        return till.with_card(carried["card"], shop, secret=current_app.config["CARD_KEY"])
    if carried["household"]:
        return till.without_card(carried["household"], shop)
    return None


def _lines(now: Counter, shelf: dict[str, Offer]) -> list[Line]:
    known = {**till.not_on_shelf(set(now.basket) - set(shelf), now.shop, today()), **shelf}
    lines = []
    for sku, typed in now.basket.items():
        offer, units = known.get(sku), typed if isinstance(typed, int) else None
        points = (offer.points or 0) * (units or 0) if offer else 0
        left = (offer.on_hand if offer else 0) - (units or 0)
        lines.append(Line(sku, offer, units, points, left))
    return lines


def _page(
    now: Counter, *, status: int = 200, receipt: receipts.Receipt | None = None
) -> ResponseReturnValue:
    """Show the counter, with the total and what the household can still afford."""
    shelf = till.shelf(now.shop, today())
    lines = _lines(now, shelf)
    total = sum(line.points for line in lines)
    customer = now.customer
    carried = {
        "key": now.carried.get("key", ""),
        "card": customer.card_number if customer else now.carried.get("card", ""),
        "household": "" if customer is None or customer.card_number else customer.household_code,
    }
    form = till_form(carried, now.basket, total)
    form.scan.data = now.typed
    form.scan.errors = now.scan_errors
    form.form_errors += now.errors
    left = customer.balance - total if customer else 0
    offers = [offer for offer in shelf.values() if offer.points is not None and customer]
    page = render_template(
        "counter/till.html",
        shop=now.shop,
        form=form,
        customer=customer,
        lines=lines,
        total=total,
        left=left,
        notice=now.notice,
        receipt=receipt,
        meant=[offer for offer in offers if offer.sku in now.meant],
        meant_units=now.meant_units,
        affordable=[offer for offer in offers if (offer.points or 0) <= left],
        too_dear=[offer for offer in offers if (offer.points or 0) > left],
        recent=_recent(customer),
        refused=bool(now.errors or now.scan_errors),
    )
    return page, status


def _recent(customer: Customer | None) -> list[listing.Listed]:
    """Return the household's last redemptions in the keeper's shops."""
    if customer is None:
        return []
    return listing.listed(
        current_user.scope(Permission.REDEEM), household_id=customer.household_id, limit=RECENT
    )
