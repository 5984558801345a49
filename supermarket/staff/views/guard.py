"""Who may open a view: said once beside it, enforced once before every request."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin
from flask_login import current_user as _current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect

from supermarket.staff import queries
from supermarket.staff.forms.sign_in import Kept, SignInForm
from supermarket.staff.models import Permission, Scope, StaffMember
from supermarket.web import for_programs, http_error, problem

View = TypeVar("View", bound=Callable[..., Any])
login_manager = LoginManager()


class SignedIn(UserMixin):
    """The member of staff behind a request."""

    def __init__(self, member: StaffMember) -> None:
        self.member = member
        self.id = member.id
        self.username = member.username
        self.name = member.name

    def get_id(self) -> str:
        """Return what the session keeps: who, and which generation of sessions it is."""
        return f"{self.id}.{self.member.session_number}"

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
    """Put the guard before every view of ``app``.

    It stands before the CSRF check: whoever posts a form after the session ended is to
    sign in and go on, not to read that the page is too old.
    """
    login_manager.init_app(app)
    app.view_functions["static"] = requires(None)(app.view_functions["static"])
    app.before_request_funcs.setdefault(None, []).insert(0, _guard)
    app.register_error_handler(CSRFError, _of_another_session)


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
        return _unknown()
    if not current_user.may(needs):
        abort(403)
    return None


def _unknown() -> ResponseReturnValue:
    """Ask who it is, and keep the way back and what was typed."""
    if for_programs():
        return problem(401, "unauthorized", _("请先用 POST /api/v1/tokens 换取令牌"))
    if "HX-Request" in request.headers:
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        answer = Response(status=401)
        wanted = page.path + (f"?{page.query}" if page.query else "")
        answer.headers["HX-Redirect"] = url_for("staff.sign_in", next=wanted or None)
        return answer
    if request.method in {"GET", "HEAD"}:
        here = request.full_path.rstrip("?")
        return redirect(url_for("staff.sign_in", next=None if here == "/" else here))
    form = SignInForm(formdata=None)
    form.kept.data, words = _keep()
    form.form_errors.append(words)
    page_of_form = request.full_path.rstrip("?")
    return render_template("staff/sign_in.html", form=form, next=page_of_form), 401


def _keep() -> tuple[str, str]:
    """Return what was typed into the form that came too late, and what to say about it."""
    try:
        kept = Kept(request.form.items(multi=True)) if _own_page_sent() else Kept()
    except RequestEntityTooLarge:
        return "", _("登录已到期，刚才提交的内容太多，没有留住。请重新登录后再填写或上传")
    if kept.pairs and not kept.written():
        return "", _("登录已到期，刚才提交的内容太多，没有留住。请重新登录后再填写或上传")
    if kept.pairs and request.files:
        return kept.written(), _("登录已到期。请重新登录，刚才填写的内容还在；文件请登录后重新选择")
    if kept.pairs:
        return kept.written(), _("登录已到期。请重新登录，刚才填写的内容还在，登录后再提交一次")
    return "", _("登录已到期，请重新登录后再办理")


def _of_another_session(error: CSRFError) -> ResponseReturnValue:
    """Answer a form whose token is that of a session before this one.

    Whoever signed out and in again in another window may look at what was typed and send
    it once more; another site's form is refused as ever.
    """
    if current_user.is_authenticated and request.method == "POST" and _own_page_sent():
        kept = Kept(request.form.items(multi=True))
        if kept.written():
            here = request.full_path.rstrip("?")
            return render_template("staff/resume.html", kept=kept, target=here), 400
    return http_error(error)


def _own_page_sent() -> bool:
    """Whether the browser says that the form stood on one of our pages.

    Another site must not get its own words past the sign-in under somebody's name.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.host


def opens_with(path: str, method: str) -> bool:
    """Whether one of our pages answers ``method`` at ``path``."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, _arguments = adapter.match(path, method=method) if adapter else ("", {})
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return endpoint not in {"", "static"}


@login_manager.user_loader
def _from_session(session_id: str) -> SignedIn | None:
    """A browser's session; never good for the API, which has no form tokens."""
    if for_programs():
        return None
    staff_id, _dot, number = session_id.partition(".")
    if not (staff_id.isdecimal() and number.isdecimal()):
        return None
    member = queries.member(int(staff_id), int(number))
    return SignedIn(member) if member else None


@login_manager.request_loader
def _from_header(request: Any) -> SignedIn | None:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not for_programs():
        return None
    member = queries.bearer(token.strip())
    return SignedIn(member) if member else None
