"""Deliveries: what is on its way, one's own errands, and sending something off."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.counter.queries import receipts
from supermarket.counter.queries.receipts import Receipt
from supermarket.counter.queries.returning import lines_left
from supermarket.counter.views.registry import ReceiptWay, receipt_ways
from supermarket.database import db, once_more
from supermarket.deliveries import queries
from supermarket.deliveries import service as deliveries
from supermarket.deliveries.forms import ErrandForm
from supermarket.deliveries.queries import Section
from supermarket.errors import N_, DomainError, NotFoundError
from supermarket.filters import day
from supermarket.households.queries import helper_of
from supermarket.shops import queries as shops
from supermarket.staff.models import Permission, Scope, StaffMember
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import NavigationItem

bp = Blueprint("deliveries", __name__, url_prefix="/deliveries")
NAVIGATION = [
    NavigationItem(N_("送货"), "truck-delivery", "deliveries.index", Permission.REDEEM, 57),
    NavigationItem(N_("我要送的"), "truck-delivery", "deliveries.mine", Permission.PAIRED, 26),
]
#: Open deliveries shown at once; a shop with more has another worry.
MOST_OPEN = 200


@bp.get("")
@requires(Permission.VIEW_REDEMPTIONS)
def index() -> ResponseReturnValue:
    """Show what is brought from one's shops, by part of the list."""
    scope = current_user.scope(Permission.VIEW_REDEMPTIONS)
    section = next(
        (part for part in Section if part.value == request.args.get("section")), Section.OPEN
    )
    size = MOST_OPEN if section is Section.OPEN else current_app.config["PAGE_SIZE"]
    shop, before = request.args.get("shop", ""), request.args.get("before", type=int)
    rows = queries.listed(
        scope,
        section,
        shop=shop,
        by_day=section is Section.OPEN,
        before=before,
        limit=size + 1,
    )
    here: dict[str, Any] = {"section": section.value, "shop": shop or None}
    more = len(rows) > size and section is not Section.OPEN
    return render_template(
        "deliveries/index.html",
        rows=rows[:size],
        section=section,
        tabs=[
            (
                _(part.label),
                url_for(".index", section=part.value, shop=shop or None),
                part is section,
            )
            for part in Section
        ],
        shop=shop,
        shop_choices=[(row.code, row.name) for row in db.session.scalars(shops.shops_in(scope))],
        next_url=url_for(".index", **here, before=rows[size - 1].id) if more else None,
        first_url=url_for(".index", **here) if before else None,
    )


@bp.get("/mine")
@requires(Permission.WORK)
def mine() -> ResponseReturnValue:
    """Show one's own errands, the first to be due in front."""
    nowhere = Scope((), ())
    return render_template(
        "deliveries/mine.html",
        rows=queries.listed(nowhere, carrier_id=current_user.id, by_day=True, limit=MOST_OPEN),
    )


@bp.route("/<reference>/new", methods=["GET", "POST"])
@requires(Permission.REDEEM)
def new(reference: str) -> ResponseReturnValue:
    """Have a redemption's goods brought to the household."""
    scope = current_user.scope(Permission.REDEEM)
    receipt = receipts.receipt(reference, scope)
    if receipt is None:
        raise NotFoundError(what=reference[:40])
    if queries.found(reference, scope=scope) is not None and request.method == "GET":
        return redirect(url_for("delivery.show", reference=reference))
    form, status = ErrandForm(), 200
    form.offer(people_for(receipt.household_id))
    if form.is_submitted():
        status = 422
        if form.validate():
            by, errand = current_user.member, form.errand
            try:
                once_more(lambda: deliveries.mark(reference, errand, by=by))
            except DomainError as refused:
                form.beside(refused)
                status = refused.status
            else:
                flash(_("已登记送货上门，送到后请回来确认"), "success")
                return redirect(url_for("delivery.show", reference=reference))
    return render_template("deliveries/new.html", receipt=receipt, form=form), status


def people_for(household_id: int) -> list[tuple[str, str]]:
    """Return who with an account may bring goods to a household: oneself, and its helper."""
    people = [
        (current_user.member.username, _("我自己（%(name)s）", name=current_user.member.name))
    ]
    helper = helper_of(household_id)
    if helper is not None and helper.staff_id != current_user.id:
        member = db.session.get_one(StaffMember, helper.staff_id)
        people.append((member.username, _("帮扶责任人%(name)s", name=member.name)))
    return people


def _from_receipt(receipt: Receipt) -> ReceiptWay | None:
    """Offer to have the goods brought, or show how far they have come."""
    found = queries.found(receipt.reference, scope=current_user.scope(Permission.VIEW_REDEMPTIONS))
    if found is not None:
        where = url_for("delivery.show", reference=receipt.reference)
        if found.delivered_at is not None:
            words = _("送货上门：已送到")
        else:
            words = _(
                "送货上门：%(state)s，%(who)s送，%(day)s前",
                state=_(found.state.label), who=found.carrier, day=day(found.due_on),
            )  # fmt: skip
        return ReceiptWay(_("送货"), "truck-delivery", where, words)
    serves = current_user.scope(Permission.REDEEM)
    region = receipt.shop_code.partition("S")[0]
    if receipt.is_reversal or not serves.covers_shop(receipt.shop_code, region):
        return None
    if not any(line.units for line in lines_left(receipt.entry_id)):
        return None
    where = url_for("deliveries.new", reference=receipt.reference)
    return ReceiptWay(_("送货上门"), "truck-delivery", where)


def _to_bring() -> list[Waiting]:
    """Tell carriers their errands, keepers what is on its way, supervisors what came back."""
    nowhere, found = Scope((), ()), []
    own = queries.open_for(nowhere, current_user.id)
    found.append(
        Waiting(_("我要送的货"), own.size, own.since, url_for("deliveries.mine"), bool(own.late))
    )
    serves = current_user.scope(Permission.REDEEM)
    if serves.regions or serves.shops:
        of_shop = queries.open_for(serves)
        found.append(
            Waiting(
                _("店里待送的货"),
                of_shop.size - own.size if of_shop.size > own.size else 0,
                of_shop.since,
                url_for("deliveries.index"),
                bool(of_shop.late),
            )
        )
    watches = current_user.scope(Permission.REVERSE_REDEMPTIONS)
    both = Scope((*serves.regions, *watches.regions), (*serves.shops, *watches.shops))
    back = queries.to_take_back(both)
    where = url_for("deliveries.index", section=Section.BACK.value)
    found.append(Waiting(_("没送到、等再送或退货"), back.size, back.since, where))
    return found


receipt_ways.append(_from_receipt)
waiting.append(_to_bring)
