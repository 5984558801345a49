"""Typing slips in after the power is back: one page, a row for each slip."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.counter import errors as counter_errors
from supermarket.counter.queries.receipts import Receipt
from supermarket.database import once_more, transaction
from supermarket.errors import ConflictError, DomainError
from supermarket.goods.errors import GoodsInactiveError
from supermarket.ledger.errors import InsufficientPointsError, MonthClosedError, OutOfStockError
from supermarket.schemes.errors import NoSchemeError
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.slips import errors, queries
from supermarket.slips import service as slips
from supermarket.slips.forms import (
    FIRST_ROWS,
    MORE_ROWS,
    MOST_ROWS,
    GridForm,
    SlipRowForm,
    add_error,
    too_many_rows,
)
from supermarket.slips.queries import Wares, numbers
from supermarket.slips.service import WrittenSlip
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("slip_rows", __name__)
#: Beside which field of its row a refusal stands; all others stand beside the household.
_BESIDE: dict[str, tuple[type[DomainError], ...]] = {
    "number": (
        errors.SlipNumberError,
        errors.SlipMistypedError,
        errors.SlipElsewhereError,
        errors.SlipUnknownError,
        errors.SlipUsedError,
        errors.SlipVoidError,
        errors.SlipTwiceError,
        ConflictError,
    ),
    "day": (
        errors.SlipNotYetPrintedError,
        counter_errors.FutureDateError,
        MonthClosedError,
        NoSchemeError,
    ),
    "goods1": (
        OutOfStockError,
        GoodsInactiveError,
        counter_errors.NotForSaleError,
        counter_errors.QuantityError,
        counter_errors.GoodsLimitError,
    ),
}


class RowRead(NamedTuple):
    """A row whose words were understood."""

    row: SlipRowForm
    written: WrittenSlip


class _Rehearsed(Exception):  # noqa: N818 - no error: it carries a receipt out of a transaction
    """What a row would post; raised so that nothing of it is kept."""

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt
        super().__init__()


@bp.get("/shops/<code>/slips/new")
@requires(Permission.REDEEM)
def begin(code: str) -> ResponseReturnValue:
    """Show an empty page."""
    form = GridForm(formdata=None, data={"day": today()})
    form.grow(FIRST_ROWS)
    return _page(_shop(code), form)


@bp.post("/shops/<code>/slips/new")
@requires(Permission.REDEEM)
def step(code: str) -> ResponseReturnValue:
    """Add rows; look all of them through; or, sent again unchanged, post them one by one.

    A row that is refused stays as it was typed, beside the words why; the others are posted.
    """
    shop, form = _shop(code), GridForm()
    if request.form.get("step") == "more":
        form.grow(MORE_ROWS)
        return _page(shop, form)
    if too_many_rows(request.form):
        form.form_errors.append(_("一次最多录 %(most)s 张，请分几次录", most=MOST_ROWS))
        return _page(shop, form, status=422)
    if not form.validate():
        return _refused(shop, form, 422)
    if not form.filled:
        form.form_errors.append(_("还没有填手写单，请照单子一张一行填"))
        return _page(shop, form, status=422)
    read = _read(shop, form)
    if len(read) < len(form.filled):
        return _refused(shop, form, 422)
    scope, by = current_user.scope(Permission.REDEEM), current_user.id
    if not form.is_sure:
        return _look_through(
            shop, form, read, lambda written: slips.type_in(shop, written, by=by, scope=scope)
        )
    done = {}
    for row, written in read:
        receipt = _tried(
            row,
            lambda slip=written: once_more(  # type: ignore[misc]  # bound here
                lambda: slips.type_in(shop, slip, by=by, scope=scope)
            ),
        )
        if receipt is not None:
            done[row.number.data] = receipt
    if len(done) == len(read):
        flash(_("%(count)s 张手写单已入账", count=len(done)), "success")
        return redirect(url_for("slips.show", code=code))
    form.keep_only([row for row, _written in read if row.number.data not in done])
    form.sure.data = ""
    return _refused(shop, form, 409, done=list(done.values()))


def _look_through(
    shop: Shop,
    form: GridForm,
    read: list[RowRead],
    post: Callable[[WrittenSlip], Receipt],
) -> ResponseReturnValue:
    """Try every row and keep nothing: say what each would post, or why it would not."""
    seen: dict[str, Receipt] = {}
    spent: Counter[int] = Counter()
    for row, written in read:
        receipt = _tried(row, lambda slip=written: _rehearse(lambda: post(slip)))  # type: ignore[misc]  # bound here
        if receipt is not None and (behind := _after(receipt, spent, row)) is not None:
            seen[row.number.name] = behind
    if len(seen) < len(read):
        form.sure.data = ""
        return _refused(shop, form, 409, seen=seen)
    form.sure.data = form.fingerprint
    return _page(shop, form, seen=seen)


def _after(receipt: Receipt, spent: Counter[int], row: SlipRowForm) -> Receipt | None:
    """Return what a row would post behind the rows above it; None if those leave too little."""
    before = receipt.balance_before - spent[receipt.household_id]
    if before < receipt.points:
        _say_beside(row, InsufficientPointsError(balance=before, needed=receipt.points))
        return None
    spent[receipt.household_id] += receipt.points
    return receipt._replace(balance_before=before, balance_after=before - receipt.points)


def _rehearse(work: Callable[[], Receipt]) -> Receipt:
    try:
        with transaction():
            raise _Rehearsed(work())
    except _Rehearsed as played:
        return played.receipt


def _tried(row: SlipRowForm, work: Callable[[], Receipt]) -> Receipt | None:
    """Run the work of a row; None if it was refused, which its field then says."""
    try:
        return work()
    except DomainError as error:
        _say_beside(row, error)
        return None


def _say_beside(row: SlipRowForm, error: DomainError) -> None:
    name = next((name for name, kinds in _BESIDE.items() if isinstance(error, kinds)), "who")
    add_error(row[name], say(error))


def _read(shop: Shop, form: GridForm) -> list[RowRead]:
    """Understand the rows: numbers, households, goods; what cannot be meant is said beside it."""
    wares, read = Wares(), []
    seen: dict[str, SlipRowForm] = {}
    for row in form.filled:
        written = _written(shop, form, row, wares)
        if written is None:
            continue
        digits = numbers.parse(written.number).digits
        if digits in seen:
            for twice in (seen[digits], row):
                if not twice.number.errors:
                    add_error(
                        twice.number,
                        say(errors.SlipTwiceError(number=numbers.spaced(digits))),
                    )
        seen.setdefault(digits, row)
        read.append(RowRead(row, written))
    return [found for found in read if not found.row.errors]


def _written(shop: Shop, form: GridForm, row: SlipRowForm, wares: Wares) -> WrittenSlip | None:
    lines = []
    try:
        numbers.parse(row.number.data or "")
    except DomainError as error:
        add_error(row.number, say(error))
    payer = None
    try:
        payer = queries.payer(row.who.data or "", shop)
    except DomainError as error:
        add_error(row.who, say(error))
    for line in row.lines:
        if line.is_empty:
            continue
        try:
            lines.append((wares.sku(line.goods.data or ""), line.quantity.data))
        except DomainError as error:
            add_error(line.goods, say(error))
    if payer is None or row.errors:
        return None
    return WrittenSlip(row.number.data or "", form.day_of(row), payer.card, payer.household, lines)


def _shop(code: str) -> Shop:
    return shops.shop_or_404(code, current_user.scope(Permission.REDEEM))


def _refused(
    shop: Shop,
    form: GridForm,
    status: int,
    *,
    seen: dict[str, Receipt] | None = None,
    done: list[Receipt] | None = None,
) -> ResponseReturnValue:
    """Show the page with what is wrong; what was typed stays."""
    wrong = sum(bool(row.errors) for row in form.filled)
    if wrong:
        form.tell(_("有 %(count)s 张要改，改好再提交", count=wrong))
    return _page(shop, form, status=status, seen=seen, done=done)


def _page(
    shop: Shop,
    form: GridForm,
    *,
    status: int = 200,
    seen: dict[str, Receipt] | None = None,
    done: list[Receipt] | None = None,
) -> ResponseReturnValue:
    for entry in form.rows:
        entry.form.title = numbers.spaced(entry.form.number.data or "") or _("未填单号")
    page = render_template(
        "slips/grid.html",
        shop=shop,
        form=form,
        offered=Wares().offered,
        seen=seen or {},
        done=done or [],
        ready=bool(seen) and bool(form.sure.data),
        may_grow=len(form.rows) < MOST_ROWS,
    )
    return page, status
