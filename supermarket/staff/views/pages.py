"""Sign in, sign out, home."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.staff import queries
from supermarket.staff import service as staff
from supermarket.staff.errors import WrongPasswordError
from supermarket.staff.forms import SignInForm
from supermarket.staff.models import Permission, StaffMember
from supermarket.staff.views.guard import SignedIn, current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("staff", __name__)
NAVIGATION = [NavigationItem(N_("首页"), "home", "staff.home", Permission.WORK, 0)]


@bp.route("/sign-in", methods=["GET", "POST"])
@requires(None)
def sign_in() -> ResponseReturnValue:
    """Sign in with name and password, then go where one wanted to go."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            member = check_password(form.username.data or "", form.password.data or "")
        except DomainError as error:
            form.form_errors.append(say(error))
            return render_template("staff/sign_in.html", form=form), error.status
        session.permanent = True
        login_user(SignedIn(member))
        return redirect(_wanted())
    return render_template("staff/sign_in.html", form=form)


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
    )
    if member is None:
        with transaction():
            staff.record_failure(username, address)
        raise WrongPasswordError
    return member


@bp.post("/sign-out")
@requires(None)
def sign_out() -> ResponseReturnValue:
    """Sign out."""
    logout_user()
    return redirect(url_for(".sign_in"))


@bp.get("/")
@requires(Permission.WORK)
def home() -> ResponseReturnValue:
    """Show what this person can do here."""
    return render_template("staff/home.html", roles=current_user.member.grants)


def _wanted() -> str:
    """Return the page that asked for the sign-in, if it is one of ours."""
    wanted = urlsplit(request.args.get("next", ""))
    inside = not wanted.scheme and not wanted.netloc and wanted.path.startswith("/")
    if not inside or wanted.path.startswith("//") or "\\" in wanted.path:
        return url_for(".home")
    return wanted.path + (f"?{wanted.query}" if wanted.query else "")
