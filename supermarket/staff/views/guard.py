"""Who may open a view: said once beside it, enforced once before every request."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin
from flask_login import current_user as _current_user

from supermarket.staff import queries
from supermarket.staff.models import Permission, Scope, StaffMember
from supermarket.web import for_programs, problem

View = TypeVar("View", bound=Callable[..., Any])
login_manager = LoginManager()


class SignedIn(UserMixin):
    """The member of staff behind a request."""

    def __init__(self, member: StaffMember) -> None:
        self.member = member
        self.id = member.id
        self.username = member.username
        self.name = member.name

    def may(self, permission: Permission) -> bool:
        """Whether any role grants ``permission`` anywhere."""
        return self.member.may(permission)

    def scope(self, permission: Permission) -> Scope:
        """Return where this person may do one thing."""
        return self.member.scope(permission)


current_user: SignedIn = cast(SignedIn, _current_user)


def requires(permission: Permission | None) -> Callable[[View], View]:
    """Open a view to the roles that grant ``permission``; None opens it to everybody."""

    def mark(view: View) -> View:
        vars(view)["needs"] = permission
        return view

    return mark


def prepare(app: Flask) -> None:
    """Put the guard before every view of ``app``."""
    login_manager.init_app(app)
    login_manager.login_view = "staff.sign_in"
    login_manager.login_message = None
    app.view_functions["static"] = requires(None)(app.view_functions["static"])
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None
    if "needs" not in vars(view):
        abort(403)
    needs: Permission | None = vars(view)["needs"]
    if needs is None:
        return None
    if not current_user.is_authenticated:
        if for_programs():
            return problem(401, "unauthorized", "请先用 POST /api/v1/tokens 换取令牌")
        return cast(ResponseReturnValue, login_manager.unauthorized())
    if not current_user.may(needs):
        abort(403)
    return None


@login_manager.user_loader
def _from_session(staff_id: str) -> SignedIn | None:
    """A browser's session; never good for the API, which has no form tokens."""
    if for_programs():
        return None
    member = queries.member(int(staff_id))
    return SignedIn(member) if member else None


@login_manager.request_loader
def _from_header(request: Any) -> SignedIn | None:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not for_programs():
        return None
    member = queries.bearer(token.strip())
    return SignedIn(member) if member else None
