"""The register of slips: how many are printed, used, void, missing; and declaring one void."""

from datetime import date

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.database import once_more
from supermarket.errors import N_, DomainError
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.slips import queries
from supermarket.slips import service as slips
from supermarket.slips.errors import SlipRangeError, SlipReasonError
from supermarket.slips.forms import VoidSlipsForm
from supermarket.slips.queries import numbers
from supermarket.slips.views import waiting
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("slips", __name__)
NAVIGATION = [
    NavigationItem(N_("手写单"), "clipboard-list", "slips.index", Permission.VIEW_REDEMPTIONS, 58)
]
waiting.register()
#: States by which the list can be narrowed.
STATES = ("used", "void")
#: Runs shown below the list.
RUNS = 10


@bp.record_once
def _offer_words(state: BlueprintSetupState) -> None:
    """Let receipts write a slip's number as it is printed."""
    state.app.jinja_env.filters["slip"] = numbers.spaced


@bp.get("/slips")
@requires(Permission.VIEW_REDEMPTIONS)
def index() -> ResponseReturnValue:
    """Show how the slips of the person's shops stand; of the only shop, its register."""
    scope = current_user.scope(Permission.VIEW_REDEMPTIONS)
    if shop := shops.the_only_shop(scope):
        return redirect(url_for(".show", code=shop.code))
    size, after = current_app.config["PAGE_SIZE"], cleaned(request.args.get("after", ""))[:64]
    rows = queries.standings(scope, after=after or None, limit=size + 1)
    more = len(rows) > size
    since, until = (_day(request.args.get(name, "")) for name in ("since", "until"))
    return render_template(
        "slips/index.html",
        rows=rows[:size],
        gaps=queries.gaps(scope, since=since, until=until),
        since=since,
        until=until,
        may_print=current_user.may(Permission.PRINT_SLIPS),
        next_url=url_for(".index", after=rows[size - 1].shop.code) if more else None,
        first_url=url_for(".index") if after else None,
    )


@bp.get("/shops/<code>/slips")
@requires(Permission.VIEW_REDEMPTIONS)
def show(code: str) -> ResponseReturnValue:
    """Show a shop's slips: those missing first, then each printed number and its outcome."""
    scope = current_user.scope(Permission.VIEW_REDEMPTIONS)
    shop = shops.shop_or_404(code, scope)
    size = current_app.config["PAGE_SIZE"]
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    before = _number(request.args.get("before", ""))
    standing = next(iter(queries.standings(scope, shop_id=shop.id)), None)
    begun = standing.printed - standing.blank if standing else 0
    rows = queries.rows(
        shop.id, before=min(before or begun + 1, begun + 1), limit=size, state=state
    )
    last = rows[-1].slip.own if rows else 1
    since, until = (_day(request.args.get(name, "")) for name in ("since", "until"))
    return render_template(
        "slips/show.html",
        shop=shop,
        standing=standing,
        gaps=queries.gaps(scope, shop_id=shop.id, since=since, until=until),
        since=since,
        until=until,
        rows=rows,
        state=state,
        runs=queries.runs(shop.id, limit=RUNS),
        may_type=_may(shop, Permission.REDEEM),
        may_print=_may(shop, Permission.PRINT_SLIPS),
        next_url=url_for(".show", code=code, before=last, state=state or None)
        if len(rows) == size and last > 1
        else None,
        first_url=url_for(".show", code=code, state=state or None) if before else None,
    )


@bp.route("/shops/<code>/slips/void", methods=["GET", "POST"])
@requires(Permission.REDEEM)
def declare_void(code: str) -> ResponseReturnValue:
    """Declare a spoilt slip, or several in a row, void."""
    scope = current_user.scope(Permission.REDEEM)
    shop = shops.shop_or_404(code, scope)
    form = VoidSlipsForm()
    if request.method == "GET":
        form.first.data = cleaned(request.args.get("first", ""))[:40]
        form.last.data = cleaned(request.args.get("last", ""))[:40]
        return render_template("slips/void.html", shop=shop, form=form)
    if not form.validate():
        return render_template("slips/void.html", shop=shop, form=form), 422
    first, last, reason = form.first.data, form.last.data or "", form.reason.data
    by = current_user.id
    try:
        done = once_more(lambda: slips.declare_void(shop, first, last, reason, by=by, scope=scope))
    except SlipReasonError as error:
        form.reason.errors = [say(error)]
    except SlipRangeError as error:
        form.last.errors = [say(error)]
    except DomainError as error:
        form.first.errors = [say(error)]
    else:
        flash(_("已作废 %(count)s 张手写单", count=len(done)), "success")
        return redirect(url_for(".show", code=code))
    return render_template("slips/void.html", shop=shop, form=form), 409


def _may(shop: Shop, permission: Permission) -> bool:
    return current_user.scope(permission).covers_shop(shop.code, shop.region_code)


def _number(text: str) -> int | None:
    """Return a place in the list; None for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(text: str) -> date | None:
    """Return a day; None for none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
