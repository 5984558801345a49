"""What administrators type about people, and people about themselves."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, RadioField, SelectField, StringField, validators

from supermarket.errors import DomainError
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.errors import (
    ShopUnclearError,
    ShopUnknownError,
    TooManyShopsError,
    UsernameError,
    WeakPasswordError,
)
from supermarket.staff.models import Grant, Role
from supermarket.staff.queries import Directory
from supermarket.staff.queries.names import is_username, normal
from supermarket.staff.queries.places import Place
from supermarket.staff.service.accounts import LONGEST_PASSWORD, PASSWORD_LENGTH
from supermarket.web import say

#: Shops that somebody can still look through to pick one.
PICKABLE = 30


def _clean(text: str | None) -> str:
    return cleaned(text or "")


def _required(sentence: Any) -> validators.DataRequired:
    return validators.DataRequired(sentence)


class NameForm(FlaskForm):
    """Somebody's name."""

    name = StringField(
        _("姓名"),
        [_required(_("请输入姓名")), validators.Length(max=60, message=_("姓名最多 60 个字"))],
        filters=[_clean],
    )


class RoleForm(FlaskForm):
    """A role and where it is held."""

    role = SelectField(_("岗位"), choices=[])
    place = StringField(
        _("在哪里"),
        [_required(_("请填地点；店长填店名或店编号")), validators.Length(max=120)],
        filters=[_clean],
    )
    #: One of the shops whose names the place is part of; the form shows it once there are any.
    shop = RadioField(_("选一家店"), choices=[], validate_choice=False)

    #: Where roles may be given; the view sets it before validating.
    places: Directory
    #: Set once the form is valid.
    grant: Grant

    def __init__(self, places: Directory, **options: Any) -> None:
        super().__init__(**options)
        self.places = places
        self.role.choices = [(role.value, gettext(role.label)) for role in Role]

    def validate_place(self, field: StringField) -> None:
        """Find the region, or for a shop keeper the shop, that is meant."""
        try:
            role = Role(self.role.data)
            text = field.data or ""
            if role is Role.SHOPKEEPER:
                shop = self._shop(text)
                self.grant = Grant(role, shop.region_code, shop.code)
            else:
                self.grant = Grant(role, self.places.region(text), None)
        except DomainError as error:
            raise validators.ValidationError(say(error)) from error
        except ValueError:
            return  # the role's own field says so

    def _shop(self, text: str) -> Place:
        """Return the shop that is written whole, or picked of those the text may mean.

        Raises:
            ShopUnclearError: none is picked yet; the form shows them.
            TooManyShopsError: there are too many to show.
            ShopUnknownError: there is none.
        """
        try:
            return self.places.shop(text)
        except ShopUnknownError:
            found = self.places.shops_like(text)
            if not found:
                raise
        if len(found) > PICKABLE:
            raise TooManyShopsError(count=len(found))
        self.shop.choices = [(shop.code, f"{shop.name}（{shop.code}）") for shop in found]
        picked = next((shop for shop in found if shop.code == self.shop.data), None)
        if picked is None:
            raise ShopUnclearError(count=len(found))
        return picked


def check_password(_form: FlaskForm, field: Field) -> None:
    """Refuse a password too short to be one, with the service's own words."""
    if field.data and len(field.data) < PASSWORD_LENGTH:
        raise validators.ValidationError(say(WeakPasswordError()))


class AddForm(RoleForm, NameForm):
    """Somebody new: a name, a name to sign in with, a first role."""

    username = StringField(
        _("用户名"),
        [_required(_("请输入用户名")), validators.Length(max=64)],
        filters=[lambda text: normal(text or "")],
    )
    password = PasswordField(
        _("初始密码"),
        [validators.Optional(), validators.Length(max=LONGEST_PASSWORD), check_password],
    )

    def validate_username(self, field: StringField) -> None:
        """Refuse what cannot be a username."""
        if not is_username(field.data or ""):
            raise validators.ValidationError(say(UsernameError()))


class ResetForm(FlaskForm):
    """A new password for somebody; empty has one made."""

    password = PasswordField(
        _("新密码"),
        [validators.Optional(), validators.Length(max=LONGEST_PASSWORD), check_password],
    )


class OwnPasswordForm(FlaskForm):
    """A new password of one's own."""

    old = PasswordField(
        _("现在的密码"), [_required(_("请输入现在的密码")), validators.Length(max=LONGEST_PASSWORD)]
    )
    new = PasswordField(
        _("新密码"),
        [_required(_("请输入新密码")), validators.Length(max=LONGEST_PASSWORD), check_password],
    )
    again = PasswordField(
        _("再输一次新密码"),
        [
            _required(_("请再输一次新密码")),
            validators.EqualTo("new", _("两次输入的新密码不一样，请重新输入")),
        ],
    )
