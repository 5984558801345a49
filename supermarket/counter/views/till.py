"""The till: card, goods, confirm. One page, whose whole state travels with its form."""

from typing import NamedTuple

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.counter import service as counter
from supermarket.counter.errors import EmptyBasketError, NobodyError
from supermarket.counter.forms import TillForm, shown, till_form
from supermarket.counter.queries import listing, receipts, till
from supermarket.counter.queries.till import Customer, Offer
from supermarket.counter.service.redeeming import MOST_UNITS
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
    scanned either, it is the confirmation. Enter with nobody there changes nothing.
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
            take(now, text, secret=secret)
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
    form.scan.data = ""  # the next scan must not be added to one that was not understood
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
        found=now.found,
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
