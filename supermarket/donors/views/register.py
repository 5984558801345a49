"""The register of donors: names for everybody at the shops, contacts for those who keep it."""

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.donors import queries
from supermarket.donors import service as donors
from supermarket.donors.errors import DonorRowsError
from supermarket.donors.forms import DonorFileForm, DonorForm, NewDonorForm
from supermarket.donors.models import DonorKind
from supermarket.donors.views.reach import keeps, own_places, reach
from supermarket.errors import N_, DomainError, ForbiddenError
from supermarket.filters import full_day
from supermarket.spreadsheets.columns import RowError
from supermarket.spreadsheets.templates import template_xlsx
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("donors", __name__, url_prefix="/donors")
NAVIGATION = [
    NavigationItem(N_("捐赠"), "heart-handshake", "donors.index", Permission.VIEW_STOCK, 64)
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Most donors of one file.
MOST_ROWS = 100_000


@bp.get("")
@requires(Permission.VIEW_STOCK)
def index() -> ResponseReturnValue:
    """List donors by code; ``q`` looks for a name."""
    scope, size = reach(Permission.VIEW_STOCK), current_app.config["PAGE_SIZE"]
    text, after = request.args.get("q", "")[:60], request.args.get("after", "")[:40]
    found = queries.donors(scope, text=text, after=after, limit=size + 1)
    return render_template(
        "donors/index.html",
        rows=found[:size],
        keeps=keeps,
        text=text,
        may_keep=current_user.may(Permission.MANAGE_DONORS),
        sees_funds=current_user.may(Permission.VIEW_REPORTS),
        next_url=url_for(".index", q=text or None, after=found[size - 1].code)
        if len(found) > size
        else None,
        first_url=url_for(".index", q=text or None) if after else None,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_DONORS)
def new() -> ResponseReturnValue:
    """Take a donor into the register."""
    form, status = NewDonorForm(), 200
    form.offer(own_places(Permission.MANAGE_DONORS))
    if form.validate_on_submit():
        try:
            with transaction():
                donor = donors.add_donor(form.text(), form.region.data, by=current_user.id)
        except DomainError as error:
            form.name.errors = [say(error)]
            status = error.status
        else:
            flash(_("已登记，编号 %(code)s", code=donor.code), "success")
            return redirect(url_for("donations.show", code=donor.code))
    elif request.method == "POST":
        status = 422
    return render_template("donors/new.html", form=form), status


@bp.route("/<code>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_DONORS)
def edit(code: str) -> ResponseReturnValue:
    """Change what is said of a donor."""
    donor = queries.donor_or_404(code, reach(Permission.MANAGE_DONORS))
    if not keeps(donor):
        raise ForbiddenError
    form, status = DonorForm(obj=donor), 200
    if request.method == "GET":
        form.kind.data = donor.kind.value
    if form.validate_on_submit():
        try:
            with transaction():
                donors.update_donor(donor, form.text(), by=current_user.id)
        except DomainError as error:
            form.name.errors = [say(error)]
            status = error.status
        else:
            flash(_("已保存"), "success")
            return redirect(url_for("donations.show", code=donor.code))
    elif request.method == "POST":
        status = 422
    return render_template("donors/edit.html", form=form, donor=donor), status


@bp.route("/load", methods=["GET", "POST"])
@requires(Permission.MANAGE_DONORS)
def load() -> ResponseReturnValue:
    """Take in a file of donors, all of it or nothing."""
    form, scope = DonorFileForm(), current_user.scope(Permission.MANAGE_DONORS)
    wrong: tuple[RowError, ...] = ()
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit() and isinstance(form.file.data, FileStorage):
        try:
            rows = donors.read_donors(form.file.data.read(), form.file.data.filename or "")
            with transaction():
                done = donors.load_donors(rows, scope.regions[0], scope, by=current_user.id)
        except DomainError as error:
            form.file.errors = [say(error)]
            wrong = error.errors if isinstance(error, DonorRowsError) else ()
            status = error.status
        else:
            flash(
                _(
                    "已导入：新登记 %(added)s 个，修改 %(changed)s 个，没有变化 %(unchanged)s 个",
                    **done._asdict(),
                ),
                "success",
            )
            return redirect(url_for(".index"))
    return render_template("donors/load.html", form=form, errors=wrong), status


@bp.get("/template.xlsx")
@requires(Permission.MANAGE_DONORS)
def template() -> ResponseReturnValue:
    """Download an empty table of donors with an explanation."""
    example = ("", "汝州面粉厂", "企业", "张经理", "0375-1234567", "是", "每年中秋捐面粉")
    file = template_xlsx("捐赠方名册", donors.COLUMNS, [example])
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name="捐赠方名册模板.xlsx")


@bp.get("/export.xlsx")
@requires(Permission.MANAGE_DONORS)
def export() -> ResponseReturnValue:
    """Download the donors one keeps; the file can be changed and taken in again."""
    seen.note("donor.export", current_user.scope(Permission.MANAGE_DONORS).regions[0])
    found = queries.donors(reach(Permission.MANAGE_DONORS), limit=MOST_ROWS)
    kinds = {kind: word for word, kind in donors.KINDS.items()}
    sheet = Sheet(
        name="捐赠方名册",
        title="",
        notes=(),
        columns=[Column(column.header, column.kind) for column in donors.COLUMNS],
        rows=[
            (
                donor.code,
                donor.name,
                kinds[DonorKind(donor.kind)],
                donor.contact,
                donor.phone,
                "是" if donor.public else "否",
                donor.note,
            )
            for donor in found
            if keeps(donor)
        ],
    )
    file = write_xlsx([sheet], title=_("捐赠方名册，截至%(day)s", day=full_day(today())))
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name="捐赠方名册.xlsx")
