"""The page of the hours in which a shop hands goods out."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.counter import service as counter
from supermarket.counter.forms import WindowsForm, written
from supermarket.counter.queries import windows
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.shops import queries as shops
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("shop_windows", __name__)


@bp.get("/shops/<code>/windows")
@requires(Permission.VIEW_STOCK)
def show(code: str) -> ResponseReturnValue:
    """Show a shop's hours, to be changed by those who keep the shop's settings."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    form = WindowsForm(formdata=None, data=written(windows.week(shop.id)))
    days = [(day.label.text, day.data or _("不办兑换")) for day in form.days]
    may_change = shops.shop(code, current_user.scope(Permission.MANAGE_GOODS)) is not None
    return render_template(
        "counter/windows.html", shop=shop, form=form, days=days, may_change=may_change
    )


@bp.post("/shops/<code>/windows")
@requires(Permission.MANAGE_GOODS)
def change(code: str) -> ResponseReturnValue:
    """Let a shop hand goods out in other hours from now on."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.MANAGE_GOODS))
    form, status = WindowsForm(), 422
    if form.validate_on_submit():
        try:
            with transaction():
                counter.set_windows(shop, form.hours, by=current_user.id)
        except DomainError as refused:
            form.form_errors.append(say(refused))
            status = refused.status
        else:
            flash(_("兑换时间已保存，从现在起柜台按它办"), "success")
            return redirect(url_for(".show", code=code))
    page = render_template("counter/windows.html", shop=shop, form=form, may_change=True)
    return page, status
