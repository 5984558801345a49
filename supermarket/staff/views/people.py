"""The people of a place: finding, adding, roles, passwords, closing accounts."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff import queries
from supermarket.staff import service as staff
from supermarket.staff.forms.people import AddForm, NameForm, ResetForm, RoleForm
from supermarket.staff.models import Grant, Permission, Role, Scope, StaffMember
from supermarket.staff.queries import Filter
from supermarket.staff.queries.names import normal
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.pages import worded
from supermarket.web import NavigationItem, say

bp = Blueprint("people", __name__, url_prefix="/staff")
NAVIGATION = [NavigationItem(N_("人员"), "users", "people.listing", Permission.MANAGE_STAFF, 95)]


@bp.get("/")
@requires(Permission.MANAGE_STAFF)
def listing() -> ResponseReturnValue:
    """Find people by name, role and place."""
    asked, after = _filter(), normal(request.args.get("after", ""))
    size = current_app.config["PAGE_SIZE"]
    found = queries.listed(_scope(), asked, after=after, limit=size + 1)
    page, more = found[:size], len(found) > size
    grants = [grant for member in page for grant in member.grants]
    words = {role.grant.id: role for role in worded(grants)}
    chosen: dict[str, Any] = {
        name: value for name, value in request.args.items() if name != "after" and value
    }
    return render_template(
        "staff/people.html",
        people=[(member, [words[grant.id] for grant in member.grants]) for member in page],
        asked=asked,
        roles=list(Role),
        place=cleaned(request.args.get("region", "")),
        next_url=url_for(".listing", **chosen, after=page[-1].username) if more else None,
        first_url=url_for(".listing", **chosen) if after else None,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def add() -> ResponseReturnValue:
    """Open an account with a first role."""
    scope = _scope()
    form = AddForm(queries.directory(scope))
    if form.validate_on_submit():
        made = "" if form.password.data else staff.make_password()
        password = form.password.data or made
        username, name = form.username.data or "", form.name.data or ""
        memory_kib = current_app.config["ARGON2_MEMORY_KIB"]
        try:
            hashed = staff.hash_password(username, password, memory_kib)
            account = staff.NewAccount(username, name, hashed, (form.grant,))
            with transaction():
                (member,) = staff.open_accounts([account], scope=scope, by=current_user.id)
        except DomainError as error:
            form.form_errors.append(say(error))
            return _page("staff/add.html", form, error.status)
        flash(_("已添加“%(name)s”", name=member.name), "success")
        if made:
            return _once(member, made)
        return redirect(url_for(".person", username=member.username))
    return _page("staff/add.html", form, 422 if form.errors else 200)


@bp.get("/<username>")
@requires(Permission.MANAGE_STAFF)
def person(username: str) -> ResponseReturnValue:
    """Show somebody's roles and what may be done about the account."""
    member = _member(username)
    scope = _scope()
    return render_template(
        "staff/person.html",
        member=member,
        roles=[
            (role, scope.covers_region(role.grant.region_code)) for role in worded(member.grants)
        ],
        manageable=queries.manageable(member, scope),
        own=member.id == current_user.id,
    )


@bp.route("/<username>/name", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def rename(username: str) -> ResponseReturnValue:
    """Write somebody's name differently."""
    member, scope = _member(username), _scope()
    form = NameForm(name=member.name)
    if form.validate_on_submit():
        try:
            with transaction():
                staff.rename(member, form.name.data or "", scope=scope, by=current_user.id)
        except DomainError as error:
            form.form_errors.append(say(error))
            return _page("staff/name.html", form, error.status, member=member)
        flash(_("姓名已改"), "success")
        return redirect(url_for(".person", username=username))
    return _page("staff/name.html", form, 422 if form.errors else 200, member=member)


@bp.route("/<username>/roles/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def give_role(username: str) -> ResponseReturnValue:
    """Give somebody one more role."""
    member, scope = _member(username), _scope()
    form = RoleForm(queries.directory(scope))
    if form.validate_on_submit():
        try:
            with transaction():
                staff.assign(member, form.grant, scope=scope, by=current_user.id)
        except DomainError as error:
            form.form_errors.append(say(error))
            return _page("staff/role.html", form, error.status, member=member)
        flash(_("岗位已给"), "success")
        return redirect(url_for(".person", username=username))
    return _page("staff/role.html", form, 422 if form.errors else 200, member=member)


@bp.post("/<username>/roles/taken")
@requires(Permission.MANAGE_STAFF)
def take_role(username: str) -> ResponseReturnValue:
    """Take a role away."""
    try:
        role = Role(request.form.get("role", ""))
    except ValueError:
        abort(400)
    given = Grant(role, request.form.get("region", ""), request.form.get("shop") or None)
    return _done(
        username,
        lambda member, scope: staff.take(member, given, scope=scope, by=current_user.id),
        _("岗位已收回"),
    )


@bp.route("/<username>/password", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def reset_password(username: str) -> ResponseReturnValue:
    """Give somebody a new password; a made one is shown once."""
    member, scope = _member(username), _scope()
    form = ResetForm()
    if not form.validate_on_submit():
        return _page("staff/password.html", form, 422 if form.errors else 200, member=member)
    made = "" if form.password.data else staff.make_password()
    memory_kib = current_app.config["ARGON2_MEMORY_KIB"]
    try:
        hashed = staff.hash_password(member.username, form.password.data or made, memory_kib)
        with transaction():
            staff.reset_password(member, hashed, scope=scope, by=current_user.id)
    except DomainError as error:
        form.form_errors.append(say(error))
        return _page("staff/password.html", form, error.status, member=member)
    flash(_("密码已重设，原来的登录已全部退出"), "success")
    return _once(member, made) if made else redirect(url_for(".person", username=username))


@bp.post("/<username>/deactivation")
@requires(Permission.MANAGE_STAFF)
def deactivate(username: str) -> ResponseReturnValue:
    """Shut an account at once."""
    return _done(
        username,
        lambda member, scope: staff.deactivate(member, scope=scope, by=current_user.id),
        _("账号已停用，登录已全部退出"),
    )


@bp.post("/<username>/activation")
@requires(Permission.MANAGE_STAFF)
def activate(username: str) -> ResponseReturnValue:
    """Open a shut account again."""
    return _done(
        username,
        lambda member, scope: staff.activate(member, scope=scope, by=current_user.id),
        _("账号已启用"),
    )


@bp.post("/<username>/sign-outs")
@requires(Permission.MANAGE_STAFF)
def end_sessions(username: str) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    return _done(
        username,
        lambda member, scope: staff.end_sessions(member, scope=scope, by=current_user.id),
        _("登录已全部退出"),
    )


def _done(
    username: str, verb: Callable[[StaffMember, Scope], None], words: str
) -> ResponseReturnValue:
    """Do something to somebody; say that it is done, or why not, on the person's page."""
    member, scope = _member(username), _scope()
    try:
        with transaction():
            verb(member, scope)
    except DomainError as error:
        flash(say(error), "error")
    else:
        flash(words, "success")
    return redirect(url_for(".person", username=username))


def _scope() -> Scope:
    return current_user.scope(Permission.MANAGE_STAFF)


def _member(username: str) -> StaffMember:
    found = queries.person(username, _scope())
    if found is None:
        abort(404)
    return found


def _filter() -> Filter:
    """Read the list's narrowing; what cannot be read does not narrow."""
    roles = {role.value: role for role in Role}
    region = cleaned(request.args.get("region", ""))
    if region:
        try:
            region = queries.directory(_scope()).region(region)
        except DomainError:
            region = "none"
    return Filter(
        text=cleaned(request.args.get("q", "")),
        role=roles.get(request.args.get("role", "")),
        region=region,
        active={"yes": True, "no": False}.get(request.args.get("active", "")),
    )


def _page(
    template: str, form: RoleForm | NameForm | ResetForm, status: int, **more: object
) -> ResponseReturnValue:
    offers = form.places.offers if isinstance(form, RoleForm) else []
    return render_template(template, form=form, offers=offers, **more), status


def _once(member: StaffMember, password: str) -> ResponseReturnValue:
    """Show a made password, the only time that it can be seen."""
    return render_template("staff/password_once.html", member=member, password=password)
