"""Showing a photo to those who may see households."""

from flask import Blueprint, Response, abort

from supermarket.photos import queries
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import requires

bp = Blueprint("photos", __name__)


@bp.get("/photos/<token>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(token: str) -> Response:
    """Show a photo; its address cannot be guessed, and nothing in the answer is anything else."""
    content = queries.content(token)
    if content is None:
        abort(404)
    response = Response(content, mimetype="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
