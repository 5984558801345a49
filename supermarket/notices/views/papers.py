"""Where the web copy of a notice is, and the picture that leads there."""

from base64 import b64encode
from io import BytesIO

import qrcode
from flask import current_app, url_for
from qrcode.constants import ERROR_CORRECT_M

from supermarket.notices.models import Notice


def address(notice: Notice) -> str:
    """Return the address of the web copy, as everybody's phone reaches it."""
    base: str = current_app.config["PUBLIC_URL"]
    return base.rstrip("/") + url_for("notice_board.show", code=notice.code)


def qr_picture(text: str) -> str:
    """Return a QR code as a picture that a page holds within itself."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4, box_size=8)
    code.add_data(text)
    file = BytesIO()
    code.make_image().save(file, "PNG")
    return "data:image/png;base64," + b64encode(file.getvalue()).decode()
