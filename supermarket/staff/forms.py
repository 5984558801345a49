"""What people type to sign in."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, validators


class SignInForm(FlaskForm):
    """A name and a password."""

    username = StringField(
        _("用户名"), [validators.InputRequired(_("请输入用户名")), validators.Length(max=64)]
    )
    password = PasswordField(
        _("密码"), [validators.InputRequired(_("请输入密码")), validators.Length(max=200)]
    )
