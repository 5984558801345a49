"""Sign in, sign out, home, one's own account."""

from typing import NamedTuple
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user

from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.regions import queries as regions
from supermarket.staff import queries
from supermarket.staff import service as staff
from supermarket.staff.errors import WrongPasswordError
from supermarket.staff.forms.people import OwnPasswordForm
from supermarket.staff.forms.sign_in import Kept, SignInForm
from supermarket.staff.models import Permission, RoleGrant, StaffMember
from supermarket.staff.queries.places import shop_names
from supermarket.staff.views.guard import SignedIn, current_user, opens_with, requires
from supermarket.staff.views.home_panels import home_panels, what_waits
from supermarket.web import NavigationItem, csrf, later, say

bp = Blueprint("staff", __name__)
NAVIGATION = [NavigationItem(N_("首页"), "home", "staff.home", Permission.WORK, 0)]


@bp.route("/sign-in", methods=["GET", "POST"])
@requires(None)
def sign_in() -> ResponseReturnValue:
    """Sign in with name and password, then go where one wanted to go."""
    form = SignInForm()
    if not form.validate_on_submit():
        if request.method == "GET" and current_user.is_authenticated:
            return redirect(_wanted())
        return render_template("staff/sign_in.html", form=form, next=request.args.get("next"))
    try:
        member = check_password(form.username.data or "", form.password.data or "")
        with transaction():
            staff.record_sign_in(member, request.remote_addr or "")
    except DomainError as error:
        form.form_errors.append(say(error))
        page = render_template("staff/sign_in.html", form=form, next=request.args.get("next"))
        return page, error.status, later(error)
    _begin_session(member, own_device=bool(form.own_device.data))
    kept, wanted = Kept.read(form.kept.data or ""), _wanted(method="POST")
    if kept.pairs and wanted != url_for(".home"):
        return render_template("staff/resume.html", kept=kept, target=wanted)
    return redirect(_wanted())


def check_password(username: str, password: str) -> StaffMember:
    """Return who the name and password belong to; note a failure.

    Raises:
        WrongPasswordError: nobody.
        TooManyTriesError: wrong too often; wait.
    """
    config = current_app.config
    address = request.remote_addr or ""
    member = queries.authenticate(
        username,
        password,
        address,
        tries=config["SIGN_IN_TRIES"],
        wait_minutes=config["SIGN_IN_WAIT_MINUTES"],
        memory_kib=config["ARGON2_MEMORY_KIB"],
    )
    if member is None:
        with transaction():
            staff.record_failure(username, address)
        raise WrongPasswordError
    return member


@bp.post("/sign-out")
@csrf.exempt
@requires(None)
def sign_out() -> ResponseReturnValue:
    """Sign out and leave nothing behind in this browser.

    It asks for no form token: the cookie does not come along from other sites, and
    signing out of a session that has ended must not be an error.
    """
    logout_user()
    session.clear()
    answer = current_app.make_response(redirect(url_for(".sign_in")))
    # What the pages had shown must not come back with the "back" button of a shared PC.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@bp.get("/")
@requires(Permission.WORK)
def home() -> ResponseReturnValue:
    """Show what waits for this person, how it is going, and what can be done here."""
    panels = [panel for make in home_panels if (panel := make())]
    return render_template("staff/home.html", waiting=what_waits(), panels=panels)


@bp.get("/account")
@requires(Permission.WORK)
def account() -> ResponseReturnValue:
    """Show one's own name and roles, and what one may do about the account."""
    return render_template("staff/account.html", roles=worded(current_user.member.grants))


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.WORK)
def own_password() -> ResponseReturnValue:
    """Change one's own password; whoever is signed in with the old one elsewhere is out."""
    form = OwnPasswordForm()
    if not form.validate_on_submit():
        return render_template("staff/own_password.html", form=form), _status(form)
    member = current_user.member
    memory_kib = current_app.config["ARGON2_MEMORY_KIB"]
    try:
        hashed = staff.hash_own_password(
            member, form.old.data or "", form.new.data or "", memory_kib
        )
        with transaction():
            staff.set_password(member, hashed, by=member.id)
    except DomainError as error:
        form.form_errors.append(say(error))
        return render_template("staff/own_password.html", form=form), error.status
    _begin_session(member, own_device=session.permanent)
    flash(_("密码已改，其他手机和电脑上的登录已退出"), "success")
    return redirect(url_for(".account"))


@bp.post("/account/sign-outs")
@requires(Permission.WORK)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of one's own but this one."""
    member = current_user.member
    with transaction():
        staff.end_sessions(member, scope=None, by=member.id)
    _begin_session(member, own_device=session.permanent)
    flash(_("其他手机和电脑上的登录已全部退出"), "success")
    return redirect(url_for(".account"))


class WordedRole(NamedTuple):
    """A role in words."""

    role: str
    place: str
    shop: str
    grant: RoleGrant


def worded(grants: list[RoleGrant]) -> list[WordedRole]:
    """Return roles with the names of their places and shops, untranslated."""
    places = regions.names([grant.region_code for grant in grants])
    shops = shop_names([grant.shop_code for grant in grants if grant.shop_code])
    return [
        WordedRole(
            grant.role.label,
            places.get(grant.region_code, grant.region_code),
            shops.get(grant.shop_code or "", ""),
            grant,
        )
        for grant in grants
    ]


def _begin_session(member: StaffMember, *, own_device: bool) -> None:
    """Start from an empty session, so that nothing of an earlier one is carried in.

    It ends with the browser, unless the device is one's own.
    """
    session.clear()
    g.pop("csrf_token", None)  # the old session's; a form on the answer needs one of the new
    session.permanent = own_device
    login_user(SignedIn(member))


def _status(form: OwnPasswordForm) -> int:
    return 422 if form.errors else 200


def _wanted(method: str = "GET") -> str:
    """Return the page that asked for the sign-in, if it is one of ours and opens like that."""
    wanted = urlsplit(request.args.get("next", ""))
    path = wanted.path
    inside = not wanted.scheme and not wanted.netloc and path.startswith("/")
    if not inside or path.startswith("//") or "\\" in path or not path.isprintable():
        return url_for(".home")
    if not opens_with(path, method):
        return url_for(".home")
    return path + (f"?{wanted.query}" if wanted.query else "")
