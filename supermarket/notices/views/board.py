"""The notices of a village for everybody: masked, without signing in, out of search engines."""

from flask import Blueprint, abort, make_response, render_template
from flask.typing import ResponseReturnValue

from supermarket.notices import queries
from supermarket.notices.models import Notice
from supermarket.regions import queries as regions
from supermarket.regions.models import TOWNSHIP, VILLAGE
from supermarket.staff.views.guard import requires

bp = Blueprint("notice_board", __name__, url_prefix="/n")


@bp.get("/<code>", strict_slashes=False)
@requires(None)
def show(code: str) -> ResponseReturnValue:
    """Show a notice as it hangs in the village; a month after it closed, only that it did."""
    found = queries.by_code(code)
    if found is None:
        return _unlisted(render_template("notices/public_gone.html", notice=None), 404)
    words = _place(found.village_code)
    if not queries.readable(found):
        page = render_template("notices/public_gone.html", notice=found, village=words)
        return _unlisted(page, 410)
    page = render_template(
        "notices/public.html", notice=found, village=words, rows=queries.sheet(found.id)
    )
    return _unlisted(page, 200)


@bp.get("/village/<village_code>", strict_slashes=False)
@requires(None)
def village(village_code: str) -> ResponseReturnValue:
    """List the notices of a village that may be read now."""
    region = regions.region(village_code) if _is_village(village_code) else None
    if region is None:
        abort(404)
    found: list[Notice] = queries.open_notices(village_code, closed=True)
    page = render_template(
        "notices/public_village.html", notices=found, village=_place(village_code)
    )
    return _unlisted(page, 200)


def _is_village(code: str) -> bool:
    return len(code) == VILLAGE and code.isascii() and code.isdigit()


def _place(village_code: str) -> str:
    return " ".join(crumb.name for crumb in regions.path(village_code, top=TOWNSHIP))


def _unlisted(page: str, status: int) -> ResponseReturnValue:
    """Keep a page out of caches, search engines and other sites' logs."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
