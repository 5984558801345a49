"""What people type about points that end."""

from uuid import uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, validators

from supermarket.goods.forms import Filled, LineField, at_most


class ReasonForm(FlaskForm):
    """Why points are given back, or an expiry is called off."""

    #: The name of this press of the button, new each time the page is opened.
    key = HiddenField(validators=[validators.Length(max=100)], default=lambda: uuid4().hex)
    reason = LineField(_("原因"), [Filled(_("请写明原因")), at_most(200)])
