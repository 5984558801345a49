"""The picture of goods: sent by the office, seen by everybody."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.goods import queries
from supermarket.goods.forms import PictureForm
from supermarket.goods.service import pictures
from supermarket.goods.views.pages import only_for_the_county
from supermarket.photos import queries as photos
from supermarket.photos.service import develop, small
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("goods_photos", __name__, url_prefix="/goods")


@bp.get("/<sku>/photo")
@requires(None)
def show(sku: str) -> Response:
    """Show the picture of goods, ``small`` for a tile; it says nothing about anybody."""
    item = queries.goods(sku)
    token = queries.photo_token(item.id) if item else None
    content = photos.content(token) if token else None
    if content is None:
        abort(404)
    if "small" in request.args:
        content = small(content)
    response = Response(content, mimetype="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    same = token and request.args.get("v") == token[:8]  # another picture has another address
    response.headers["Cache-Control"] = f"public, max-age={31536000 if same else 3600}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.post("/<sku>/photo")
@requires(Permission.MANAGE_GOODS)
def send(sku: str) -> ResponseReturnValue:
    """Take a picture in, or say in words what is wrong with the file."""
    only_for_the_county()
    item, form = queries.goods_or_404(sku), PictureForm()
    sent = form.validate_on_submit() and form.photo.content
    if not sent:
        flash(form.photo.errors[0] if form.photo.errors else _("请先选一张照片"), "danger")
        return redirect(url_for("goods.show", sku=item.sku))
    try:
        picture = develop(sent)
        with transaction():
            pictures.set_photo(item, picture, by=current_user.id)
    except DomainError as error:
        flash(say(error), "danger")
    else:
        flash(_("照片已换上"), "success")
    return redirect(url_for("goods.show", sku=item.sku))


@bp.post("/<sku>/photo/removal")
@requires(Permission.MANAGE_GOODS)
def drop(sku: str) -> ResponseReturnValue:
    """Take the picture away."""
    only_for_the_county()
    item, by = queries.goods_or_404(sku), current_user.id
    with transaction():
        pictures.drop_photo(item, by=by)
    flash(_("照片已撤下"), "success")
    return redirect(url_for("goods.show", sku=item.sku))
