"""The catalogue as Excel: out, changed, and in again."""

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import DomainError
from supermarket.filters import full_day
from supermarket.goods import queries
from supermarket.goods import service as goods
from supermarket.goods.errors import GoodsFileError
from supermarket.goods.forms import GoodsFileForm
from supermarket.goods.models import Goods
from supermarket.goods.views.pages import only_for_the_county
from supermarket.spreadsheets.columns import RowError
from supermarket.spreadsheets.reading import read_rows
from supermarket.spreadsheets.templates import template_xlsx
from supermarket.spreadsheets.writing import Column, Content, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("goods_sheets", __name__, url_prefix="/goods")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/load", methods=["GET", "POST"])
@requires(Permission.MANAGE_GOODS)
def load() -> ResponseReturnValue:
    """Take in a file of goods, all of it or nothing; its prices begin today."""
    only_for_the_county()
    form, wrong = GoodsFileForm(), list[RowError]()
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit() and isinstance(form.file.data, FileStorage):
        name = form.file.data.filename or ""
        try:
            rows = list(read_rows(form.file.data.read(), name, headers=goods.COLUMNS))
            with transaction():
                done = goods.load(rows, since=today(), by=current_user.id)
        except DomainError as error:
            form.file.errors = [say(error)]
            wrong = error.errors if isinstance(error, GoodsFileError) else []
            status = error.status
        else:
            flash(
                _(
                    "已导入 %(rows)s 行：新增 %(added)s 种，修改 %(changed)s 种，其余没有变化",
                    **done._asdict(),
                ),
                "success",
            )
            return redirect(url_for("goods.index"))
    return render_template("goods/load.html", form=form, errors=wrong), status


@bp.get("/template.xlsx")
@requires(Permission.MANAGE_GOODS)
def template() -> ResponseReturnValue:
    """Download an empty table of goods with an explanation."""
    example = ("G001", "大米", "袋", 35, "是", "5 kg", "粮油食品", 10, "6901234567892")
    file = template_xlsx("商品目录", goods.COLUMNS, [example])
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name="商品目录模板.xlsx")


@bp.get("/export.xlsx")
@requires(Permission.MANAGE_GOODS)
def export() -> ResponseReturnValue:
    """Download the catalogue in use with today's prices; it can be changed and taken in again."""
    wanted = queries.catalogue().options(*queries.with_barcodes())
    found = db.session.scalars(wanted).all()
    prices = queries.prices(None, [item.id for item in found], today())
    sheet = Sheet(
        name="商品目录",
        title="",
        notes=(),
        columns=[Column(column.header, column.kind) for column in goods.COLUMNS],
        rows=[_row(item, prices.get(item.id)) for item in found],
    )
    file = write_xlsx([sheet], title=_("商品目录，截至%(day)s", day=full_day(today())))
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name="商品目录.xlsx")


def _row(item: Goods, points: int | None) -> tuple[Content, ...]:
    """Return goods as a file has them: in the order of ``goods.COLUMNS``."""
    single = sorted(barcode.code for barcode in item.barcodes if barcode.units == 1)
    return (
        item.sku,
        item.name,
        item.unit,
        points,
        "是" if item.has_expiry else "否",
        item.specification,
        item.category,
        item.low_stock_at,
        single[0] if single else "",
    )
