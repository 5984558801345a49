"""What a shop keeps for households: the list, keeping something, ending it; the wish list."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards import queries as cards
from supermarket.clock import now, today
from supermarket.database import db, once_more, transaction
from supermarket.errors import N_, DomainError
from supermarket.filters import day
from supermarket.reservations import queries
from supermarket.reservations import service as reservations
from supermarket.reservations.errors import ClosedError
from supermarket.reservations.forms import KeepForForm
from supermarket.reservations.models import Channel, Reservation
from supermarket.reservations.queries import Section
from supermarket.reservations.service import Ask
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import NavigationItem, say

bp = Blueprint("reservations", __name__, url_prefix="/reservations")
NAVIGATION = [
    NavigationItem(N_("留货"), "package", "reservations.index", Permission.VIEW_REDEMPTIONS, 56)
]
#: Digits of a household's code.
HOUSEHOLD_CODE = 16


@bp.get("")
@requires(Permission.VIEW_REDEMPTIONS)
def index() -> ResponseReturnValue:
    """Show what the shops keep, by part of the list."""
    scope, size = current_user.scope(Permission.VIEW_REDEMPTIONS), current_app.config["PAGE_SIZE"]
    section = _section(request.args.get("section", ""))
    shop, before = request.args.get("shop", ""), request.args.get("before", type=int)
    rows = queries.listed(scope, section, shop=shop, before=before, limit=size + 1)
    serves = current_user.scope(Permission.REDEEM)
    found = db.session.scalars(shops.shops_in(scope)).all()
    return render_template(
        "reservations/index.html",
        rows=rows[:size],
        tabs=[
            (
                _(part.label),
                url_for(".index", section=part.value, shop=shop or None),
                part is section,
            )
            for part in Section
        ],
        section=section,
        shop=shop,
        shop_choices=[(row.code, row.name) for row in found],
        short=queries.short_goods(scope) if section is not Section.CLOSED else set(),
        today=today(),
        may_end={row.code for row in rows if _may_end(row, serves)},
        may_keep=bool(serves.regions or serves.shops),
        next_url=url_for(
            ".index", section=section.value, shop=shop or None, before=rows[size - 1].id
        )
        if len(rows) > size
        else None,
        first_url=url_for(".index", section=section.value, shop=shop or None) if before else None,
    )


@bp.get("/new")
@requires(Permission.REDEEM)
def start() -> ResponseReturnValue:
    """Go to the form of one's only shop, or choose a shop."""
    scope = current_user.scope(Permission.REDEEM)
    if shop := shops.the_only_shop(scope):
        return redirect(url_for(".new", code=shop.code))
    found = db.session.scalars(shops.shops_in(scope).where(Shop.active)).all()
    return render_template("reservations/choose_shop.html", shops=found)


@bp.route("/new/<code>", methods=["GET", "POST"])
@requires(Permission.REDEEM)
def new(code: str) -> ResponseReturnValue:
    """Keep goods of a shop for a household, as the keeper."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.REDEEM))
    form, status = KeepForForm(), 200
    form.offer(queries.free_shelf(shop, today()))
    if not form.is_submitted():
        form.who.data = request.args.get("who", "")[:40]
    elif not form.validate():
        status = 422
    else:
        try:
            made = _kept(shop, form)
        except DomainError as refused:
            form.beside(refused)
            status = 422 if refused.status == 404 else refused.status
        else:
            flash(
                _("已留货，单号 %(code)s，到%(day)s为止", code=made.code, day=day(made.until)),
                "success",
            )
            return redirect(url_for(".index"))
    return render_template("reservations/new.html", shop=shop, form=form), status


@bp.post("/<code>/end")
@requires(Permission.WORK)
def end(code: str) -> ResponseReturnValue:
    """Keep something no longer; by its maker or a keeper of the shop."""
    by = current_user.member
    try:
        with transaction():
            reservations.cancel(code, by=by, reason=request.form.get("reason", "")[:400])
    except ClosedError as refused:
        flash(say(refused), "warning")
    else:
        flash(_("已取消，货放回可兑"), "success")
    if current_user.may(Permission.VIEW_REDEMPTIONS):
        return redirect(url_for(".index"))
    return redirect(url_for("staff.home"))


@bp.get("/wishes")
@requires(Permission.VIEW_STOCK)
def wishes() -> ResponseReturnValue:
    """Show what households wish for, counted: no names, whoever asks."""
    return render_template(
        "reservations/wishes.html",
        rows=queries.counted(queries.served(current_user.scope(Permission.VIEW_STOCK))),
    )


def _kept(shop: Shop, form: KeepForForm) -> Reservation:
    """Keep it; the household was named by its card or, in the shop's own region, by its code.

    Raises:
        DomainError: it is refused, or nobody is meant by what was typed.
    """
    text, by = form.who.data or "", current_user.member
    by_card = not (text.isascii() and text.isdigit() and len(text) == HOUSEHOLD_CODE)
    if by_card:
        _card, household = cards.usable(cards.read(text, secret=current_app.config["CARD_KEY"]))
        text = household.code
    ask = Ask(shop.code, text, form.sku.data or "", form.units.data, form.last_day)
    key = form.key.data or ""
    return once_more(
        lambda: reservations.reserve(key, ask, channel=Channel.COUNTER, by=by, by_card=by_card)
    )


def _may_end(row: queries.Found, serves: Scope) -> bool:
    mine = row.made_by == current_user.id
    region = row.shop_code.partition("S")[0]
    return row.state.value == "held" and (mine or serves.covers_shop(row.shop_code, region))


def _section(text: str) -> Section:
    return next((part for part in Section if part.value == text), Section.OPEN)


def _to_hand_out() -> list[Waiting]:
    """Tell a keeper what is kept, and what ends today."""
    scope = current_user.scope(Permission.REDEEM)
    if not (scope.regions or scope.shops):
        return []
    found = queries.waiting(scope)
    return [
        Waiting(
            _("今天到期的留货"),
            found.last_day,
            now() if found.last_day else None,
            url_for("reservations.index", section=Section.TODAY.value),
        ),
        Waiting(
            _("等农户来领的留货"),
            found.size - found.last_day,
            found.since,
            url_for("reservations.index"),
        ),
    ]


waiting.append(_to_hand_out)
