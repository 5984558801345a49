"""One delivery, on the carrier's phone: handed over, not handed over, brought again."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards.queries import pins
from supermarket.clock import today
from supermarket.counter.queries import receipts
from supermarket.database import once_more
from supermarket.deliveries import queries
from supermarket.deliveries import service as deliveries
from supermarket.deliveries.forms import TAKE_BACK, ErrandForm, FailForm, HandForm
from supermarket.deliveries.models import DeliveryState, Proof
from supermarket.deliveries.queries import Found
from supermarket.deliveries.views.pages import people_for
from supermarket.errors import DomainError, NotFoundError
from supermarket.households import queries as households
from supermarket.households.queries.pairing import paired_household
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires

bp = Blueprint("delivery", __name__, url_prefix="/deliveries/<reference>")


@bp.get("")
@requires(Permission.WORK)
def show(reference: str) -> ResponseReturnValue:
    """Show what goes to whom, how far it has come, and what may be done."""
    return _page(_found(reference))


@bp.post("/hand-over")
@requires(Permission.WORK)
def hand_over(reference: str) -> ResponseReturnValue:
    """Note that the goods are there; a PIN that is typed is tried before."""
    form = HandForm()
    by, status = current_user.member, 422
    if form.validate():
        try:
            fits = False
            if form.proof.data == Proof.PIN.value and form.pin.data:
                pin = form.pin.data
                tried = once_more(lambda: deliveries.try_pin(reference, pin, by=by))
                tried.refuse()
                fits = tried.ok
            received = form.received(pin_fits=fits)
            once_more(lambda: deliveries.hand_over(reference, received, by=by))
        except NotFoundError:
            raise
        except DomainError as refused:
            form.beside(refused)
            status = refused.status
        else:
            flash(_("已送到，记进了送货台账"), "success")
            return redirect(url_for(".show", reference=reference))
    return _page(_found(reference), hand=form, status=status)


@bp.post("/failure")
@requires(Permission.WORK)
def fail(reference: str) -> ResponseReturnValue:
    """Note that nobody could receive the goods; take them back where one may."""
    form = FailForm()
    by, status = current_user.member, 422
    if form.validate():
        key = form.key.data or ""
        take_back, reason = key if form.then.data == TAKE_BACK else "", form.reason.data or ""
        try:
            once_more(lambda: deliveries.fail(reference, reason, by=by, take_back=take_back))
        except NotFoundError:
            raise
        except DomainError as refused:
            form.beside(refused)
            status = refused.status
        else:
            if take_back:
                flash(_("已退货，积分退给农户了"), "success")
            else:
                flash(_("已记下没送到，货放在店里，改天再送"), "success")
            return redirect(url_for(".show", reference=reference))
    return _page(_found(reference), failing=form, status=status)


@bp.post("/again")
@requires(Permission.WORK)
def again(reference: str) -> ResponseReturnValue:
    """Send goods that came back once more."""
    form, found = ErrandForm(), _found(reference)
    form.offer(people_for(found.household_id))
    by, status = current_user.member, 422
    if form.validate():
        errand = form.errand
        try:
            once_more(lambda: deliveries.bring_again(reference, errand, by=by))
        except NotFoundError:
            raise
        except DomainError as refused:
            form.beside(refused)
            status = refused.status
        else:
            flash(_("已登记再送一次"), "success")
            return redirect(url_for(".show", reference=reference))
    return _page(_found(reference), errand=form, status=status)


def _found(reference: str) -> Found:
    """Return a delivery that one brings, or of a shop that one sees.

    Raises:
        NotFoundError: there is none, or it is somebody else's errand.
    """
    found = queries.found(
        reference,
        scope=current_user.scope(Permission.VIEW_REDEMPTIONS),
        carrier_id=current_user.id,
    )
    if found is None:
        raise NotFoundError(what=reference[:40])
    return found


def _stands_by(found: Found) -> bool:
    """Whether one is the household's helper now, who knows it by name without an errand."""
    return paired_household(found.household_code, current_user.id) is not None


def _page(
    found: Found,
    *,
    hand: HandForm | None = None,
    failing: FailForm | None = None,
    errand: ErrandForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    seen.note("household.view", found.household_code)
    place = (found.shop_code, found.shop_region)
    serves = current_user.scope(Permission.REDEEM).covers_shop(*place)
    reverses = current_user.scope(Permission.REVERSE_REDEMPTIONS).covers_shop(*place)
    open_now = found.state is DeliveryState.TO_DELIVER and not found.returned
    brings = found.carrier_id == current_user.id
    mine = serves or brings
    known = pins.standing(found.household_id)
    hand, failing = hand or HandForm(formdata=None), failing or FailForm(formdata=None)
    errand = errand or ErrandForm(formdata=None)
    hand.offer(
        found.head,
        households.proxies(found.household_id, today()),
        has_pin=known is not None and known.is_set,
    )
    original = receipts.find(found.reference)
    fresh = original is not None and original.occurred_on == today()
    failing.offer(may_take_back=reverses or (serves and fresh))
    errand.offer(people_for(found.household_id))
    return render_template(
        "deliveries/show.html",
        found=found,
        steps=queries.steps(found.id),
        named=serves or (brings and (open_now or _stands_by(found))),
        hand=hand if open_now and mine else None,
        failing=failing if open_now and mine else None,
        errand=errand
        if found.state is DeliveryState.UNDELIVERED and not found.returned and mine
        else None,
        may_take_back=not found.returned
        and found.state is DeliveryState.UNDELIVERED
        and (reverses or (serves and fresh)),
        sees_receipt=current_user.may(Permission.VIEW_REDEMPTIONS),
        may_list=current_user.may(Permission.VIEW_REDEMPTIONS),
    ), status
