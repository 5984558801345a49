"""Behind the QR code of a receipt: whether it is real, for everybody, without a name."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from supermarket.counter.errors import ReceiptNotRecognisedError
from supermarket.counter.queries import checking, receipts
from supermarket.public.views import visits
from supermarket.staff.views.guard import requires

bp = Blueprint("receipt_check", __name__)
bp.after_request(visits.unlisted)


@bp.get("/r/<code>", strict_slashes=False)
@bp.get("/R/<code>", strict_slashes=False, endpoint="as_printed")
@requires(None)
def show(code: str) -> ResponseReturnValue:
    """Say whether a receipt is real, what was handed out, and what was taken back since.

    A code we did not sign is refused before any query, so that nobody counts upwards; neither
    the household nor the keeper nor a balance is told.
    """
    entry_id = checking.entry_of(code, current_app.config["CARD_KEY"])
    try:
        receipt = receipts.receipt_of(entry_id)
    except LookupError:
        raise ReceiptNotRecognisedError from None
    return render_template("public/receipt.html", receipt=receipt)


@bp.errorhandler(ReceiptNotRecognisedError)
def _not_ours(error: ReceiptNotRecognisedError) -> ResponseReturnValue:
    return render_template("public/no_receipt.html"), error.status
