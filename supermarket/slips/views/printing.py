"""Printing blank slips: numbered once, downloaded as often as the printer jams."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from supermarket.database import db, once_more
from supermarket.errors import DomainError, NotFoundError
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.slips import queries
from supermarket.slips import service as slips
from supermarket.slips.errors import SlipCountError
from supermarket.slips.forms import PrintForm
from supermarket.slips.queries.numbers import SlipNumber
from supermarket.slips.service import sheets
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("slip_sheets", __name__)
#: Runs in one file.
MOST_RUNS = 400


@bp.route("/slips/print", methods=["GET", "POST"])
@requires(Permission.PRINT_SLIPS)
def new() -> ResponseReturnValue:
    """Choose shops and how many slips; number them."""
    scope, by = current_user.scope(Permission.PRINT_SLIPS), current_user.id
    found = db.session.scalars(shops.shops_in(scope).where(Shop.active)).all()
    form = PrintForm()
    form.shops.choices = [SelectChoice(shop.code, shop.name) for shop in found]
    if request.method == "GET":
        asked = request.args.get("shop", "")
        form.shops.data = [shop.code for shop in found if len(found) == 1 or shop.code == asked]
        return render_template("slips/print.html", form=form, shops=found)
    if not form.validate():
        return render_template("slips/print.html", form=form, shops=found), 422
    key, codes, count = form.key.data or "", form.shops.data or [], form.count.data
    try:
        made = once_more(lambda: slips.print_slips(key, codes, count, by=by, scope=scope))
    except DomainError as error:
        field = form.count if isinstance(error, SlipCountError) else form.shops
        field.errors = [say(error)]
        return render_template("slips/print.html", form=form, shops=found), error.status
    flash(_("手写单已编号，可以下载打印了"), "success")
    return redirect(url_for(".ready", run=[run.id for run in made]))


@bp.get("/slips/ready")
@requires(Permission.PRINT_SLIPS)
def ready() -> ResponseReturnValue:
    """Show what was numbered, with the file to print."""
    if not request.args.getlist("run"):
        return redirect(url_for("slips.index"))
    found = _asked()
    return render_template(
        "slips/ready.html", rows=found, ids=[run.found.id for run, _shop in found]
    )


@bp.get("/slips/sheets.pdf")
@requires(Permission.PRINT_SLIPS)
def download() -> ResponseReturnValue:
    """Send the slips of some runs as A4 pages."""
    if not request.args.getlist("run"):
        return redirect(url_for("slips.index"))
    found = _asked()
    blanks = [
        sheets.BlankSlip(shop.name, SlipNumber(shop.id, own))
        for run, shop in found
        for own in range(run.found.first_number, run.found.last_number + 1)
    ]
    if len(blanks) > slips.MOST_TOGETHER:
        raise SlipCountError(most=slips.MOST_SLIPS, together=slips.MOST_TOGETHER)
    for code in {shop.code for _run, shop in found}:
        seen.note("slip.download", code)
    paper = BytesIO()
    sheets.sheets(blanks, paper)
    paper.seek(0)
    name = f"slips-{blanks[0].number.digits}-{blanks[-1].number.digits}.pdf"
    return send_file(paper, mimetype="application/pdf", as_attachment=True, download_name=name)


def _asked() -> list[tuple[queries.Run, Shop]]:
    """Return the runs that the address names and this person may print.

    Raises:
        NotFoundError: there is none.
    """
    asked = request.args.getlist("run", type=int)[:MOST_RUNS]
    ids = [run_id for run_id in asked if 0 < run_id < 2**31]
    found = queries.runs_by_id(ids, current_user.scope(Permission.PRINT_SLIPS))
    if not found:
        raise NotFoundError(what=_("手写单"))
    return found
