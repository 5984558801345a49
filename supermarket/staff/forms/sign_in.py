"""What people type to sign in, and what they had typed before."""

import json
from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, StringField, validators

from supermarket.spreadsheets.cells import cleaned

#: Characters of what somebody typed before the session ended that are carried past sign-in.
KEPT = 60_000
#: Fields that are never carried anywhere.
SECRET = frozenset({"password", "pin", "old", "new", "again", "csrf_token", "kept"})


class SignInForm(FlaskForm):
    """A name and a password."""

    username = StringField(
        _("用户名"),
        [validators.InputRequired(_("请输入用户名")), validators.Length(max=64)],
        filters=[lambda text: cleaned(text or "")],
    )
    password = PasswordField(
        _("密码"), [validators.InputRequired(_("请输入密码")), validators.Length(max=200)]
    )
    own_device = BooleanField(_("这是我自己的手机或电脑，关掉浏览器也不用再登录"))
    #: What was typed into a page whose session had ended: JSON of names and values.
    kept = HiddenField()


class Kept:
    """Names and values that a form sent after its session had ended; names may repeat."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = [
            (name, value) for name, value in pairs if name.rpartition("-")[2] not in SECRET
        ]

    def items(self) -> list[tuple[str, str]]:
        """Return names and values in their order, as a template goes through a dictionary."""
        return self.pairs

    def written(self) -> str:
        """Return them as one text to carry along; nothing if it is too much."""
        text = json.dumps(self.pairs, ensure_ascii=False)
        return text if self.pairs and len(text) <= KEPT else ""

    @classmethod
    def read(cls, text: str) -> "Kept":
        """Return what ``written`` wrote; nothing from anything else."""
        try:
            pairs = json.loads(text) if 0 < len(text) <= KEPT else []
            return cls((str(name), str(value)) for name, value in pairs)
        except (ValueError, TypeError):
            return cls()
