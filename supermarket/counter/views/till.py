"""The till: card, goods, confirm. One page, whose whole state travels with its form."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards.errors import PinLockedError, PinShapeError, WrongPinError
from supermarket.clock import now as this_moment
from supermarket.clock import today
from supermarket.counter import service as counter
from supermarket.counter.errors import (
    EmptyBasketError,
    IdentityNeededError,
    NobodyError,
    ProofNeededError,
)
from supermarket.counter.forms import TillForm, shown, till_form
from supermarket.counter.queries import listing, receipts, till, windows
from supermarket.counter.queries.till import Customer
from supermarket.counter.service.collecting import Handing
from supermarket.counter.service.redeeming import MOST_UNITS
from supermarket.counter.views import registry
from supermarket.counter.views.agreeing import stand
from supermarket.counter.views.basket import carried_on, lines_of, prices_of
from supermarket.counter.views.scanning import Counter, choose, named, take
from supermarket.database import db, once_more
from supermarket.errors import N_, DomainError
from supermarket.ledger.errors import KeyReusedError
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("counter", __name__)
NAVIGATION = [NavigationItem(N_("柜台"), "shopping-cart", "counter.start", Permission.REDEEM, 10)]
#: Redemptions shown of a household.
RECENT = 3


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
    return _page(Counter(shop, current_user.id), receipt=receipt)


@bp.post("/counter/<code>")
@requires(Permission.REDEEM)
def step(code: str) -> ResponseReturnValue:
    """Take a scan, a tap or a changed number; or hand the goods over.

    The button pressed says which. Without one it is what was scanned; with nothing
    scanned either, it is the confirmation. Enter with nobody there changes nothing.
    """
    form, pressed = TillForm(), request.form.get("step", "")
    if pressed == "clear":
        return redirect(url_for(".serve", code=code))
    now = Counter(
        _shop(code), current_user.id, form.carried(), form.basket, prices=form.prices_shown
    )
    try:
        now.customer = _customer(now)
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
    elif verb == "household":
        try:
            choose(now, rest)
        except DomainError as refused:
            now.say_that(refused)
    elif not pressed:
        return _scan_or_confirm(now, form)
    return _page(now, status=422 if now.errors else 200)


def _scan_or_confirm(now: Counter, form: TillForm) -> ResponseReturnValue:
    text, secret = "", current_app.config["CARD_KEY"]
    try:
        text = form.scanned(secret)
        if text:
            take(now, text, form.pressed, secret=secret)
        elif now.customer or now.basket or now.errors:
            return _confirm(now, form)
        else:
            done = request.args.get("done") or None
            return redirect(url_for(".serve", code=now.shop.code, done=done))
    except DomainError as refused:
        now.scan_errors.append(named(text, say(refused), secret=secret))
        return _page(now, status=422)
    return _page(now)


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
    if form.shown.data != shown(now.basket):
        now.notice = _("数量改好了，请看一眼合计，再确认一次")
        return _page(now)
    if form.clerk.data != str(now.by):
        now.notice = _("换了人登录，请先核对是哪一户、要换什么，再确认一次")
        return _page(now)
    try:
        reference = _hand_out(now, form, basket)
    except DomainError as refused:
        match refused:
            case ProofNeededError() | IdentityNeededError():
                now.notice, now.asks = say(refused), True
            case WrongPinError() | PinLockedError() | PinShapeError():
                now.pin_errors.append(say(refused))
            case _:
                now.say_that(refused)
        if isinstance(refused, KeyReusedError):
            now.carried["key"] = ""
        return _page(now, status=409 if refused.status == 409 else 422)
    return redirect(url_for(".serve", code=now.shop.code, done=reference))


def _hand_out(now: Counter, form: TillForm, basket: list[tuple[str, int]]) -> str:
    """Try the PIN if one was typed, then hand the goods over; return the receipt's number.

    Raises:
        DomainError: either was refused; a wrong PIN is counted all the same.
    """
    customer = now.customer
    key, shop, by = now.carried["key"], now.shop.code, now.by
    scope, pin = current_user.scope(Permission.REDEEM), form.pin.data or ""
    card = customer.card_number or None if customer else None
    household = customer.household_code if customer and not card else None
    fits = False
    if pin:
        tried = once_more(
            lambda: counter.try_pin(
                key, pin, shop=shop, by=by, scope=scope, card=card, household=household
            )
        )
        tried.refuse()
        fits = tried.ok
    handing = Handing(fits, now.carried["collector"], form.known)
    receipt = once_more(
        lambda: counter.redeem(
            key,
            shop=shop,
            lines=basket,
            by=by,
            scope=scope,
            card=card,
            household=household,
            prices=now.prices,
            handing=handing,
        )
    )
    return receipt.reference


def _shop(code: str) -> Shop:
    """Return an open shop of the keeper's.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    return shops.shop_or_404(code, current_user.scope(Permission.REDEEM))


def _customer(now: Counter) -> Customer | None:
    if card := now.carried["card"]:
        return till.with_card(card, now.shop, secret=current_app.config["CARD_KEY"], by=now.by)
    if household := now.carried["household"]:
        return till.without_card(household, now.shop, by=now.by)
    return None


def _page(
    now: Counter, *, status: int = 200, receipt: receipts.Receipt | None = None
) -> ResponseReturnValue:
    """Show the counter, with the total and what the household can still afford."""
    here = now.customer.household_id if now.customer else 0
    shelf = till.shelf(now.shop, today(), household_id=here)
    known = {**till.not_on_shelf(set(now.basket) - set(shelf), now.shop, today()), **shelf}
    customer = now.customer
    standing = stand(customer, known.values(), today()) if customer else None
    lines = lines_of(now, known, standing)
    total = sum(line.points for line in lines)
    form = till_form(carried_on(now), now.basket, prices_of(lines), now.by)
    if standing:
        form.offer(standing.collectors)
    form.pin.errors = now.pin_errors
    form.scan.data = ""  # the next scan must not be added to one that was not understood
    form.scan.errors = now.scan_errors
    form.form_errors += now.errors
    left = customer.balance - total if customer else 0
    offers = [offer for offer in shelf.values() if offer.points is not None and customer]
    taken = {line.sku: line.units or 0 for line in lines}
    room = standing.room(left, total) if standing else 0
    free = [
        o for o in offers if standing and o.on_hand and standing.may_take(o, taken.get(o.sku, 0))
    ]
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
        receipt_ways=registry.ways(receipt) if receipt else [],
        found=now.found,
        meant=[offer for offer in offers if offer.sku in now.meant],
        meant_units=now.meant_units,
        affordable=[offer for offer in free if (offer.points or 0) <= room],
        too_dear=[offer for offer in free if (offer.points or 0) > room],
        used_up=[offer for offer in offers if offer.on_hand and offer not in free],
        kept=[offer for offer in offers if offer.kept > taken.get(offer.sku, 0)],
        taken=taken,
        standing=standing,
        proof=standing.proof(total) if standing else "",
        opening=windows.next_opening(windows.week(now.shop.id), this_moment()),
        asks=now.asks,
        recent=_recent(customer),
        refused=now.refused,
    )
    return page, status


def _recent(customer: Customer | None) -> list[listing.Listed]:
    """Return the household's last redemptions in the keeper's shops."""
    if customer is None:
        return []
    return listing.listed(
        current_user.scope(Permission.REDEEM), household_id=customer.household_id, limit=RECENT
    )
