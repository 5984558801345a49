"""Notices for staff: what waits, opening one, its lines, its sheet, closing it."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.awards.views.words import more_steps
from supermarket.clock import now, today
from supermarket.database import once_more
from supermarket.errors import N_, DomainError, NotFoundError
from supermarket.notices import queries
from supermarket.notices import service as notices
from supermarket.notices.errors import PhoneInvalidError, PhoneNeededError
from supermarket.notices.forms import OpenForm
from supermarket.notices.models import Notice, NoticeState
from supermarket.notices.queries import WaitingVillage
from supermarket.notices.views import home, papers, steps
from supermarket.regions import queries as regions
from supermarket.regions.models import TOWNSHIP
from supermarket.schemes import queries as schemes
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import waiting
from supermarket.web import NavigationItem, say

bp = Blueprint("notices", __name__, url_prefix="/notices")
NAVIGATION = [
    NavigationItem(N_("公示"), "clipboard-check", "notices.index", Permission.VIEW_HOUSEHOLDS, 32)
]
waiting.append(home.what_waits)
more_steps.append(steps.of_declarations)
#: Lines shown before a notice is opened.
PREVIEWED = 200


@bp.get("")
@requires(Permission.VIEW_HOUSEHOLDS)
def index() -> ResponseReturnValue:
    """List what waits to be announced, and the notices, newest first."""
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    before = request.args.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    size: int = current_app.config["PAGE_SIZE"]
    found = queries.notices(scope, before=place, limit=size + 1)
    villages = queries.villages_waiting(current_user.scope(Permission.PUBLISH_NOTICES))
    return render_template(
        "notices/index.html",
        notices=found[:size],
        waiting=villages if place is None else [],
        today=today(),
        may_decide=current_user.may(Permission.DECIDE_OBJECTIONS),
        next_url=url_for(".index", before=found[size - 1].notice.id) if len(found) > size else None,
        first_url=url_for(".index") if place is not None else None,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PUBLISH_NOTICES)
def new() -> ResponseReturnValue:
    """Show what will be announced; announce it."""
    asked = _asked(request.args.get("village", ""))
    if asked is None:
        return redirect(url_for(".index"))
    form = OpenForm()
    if request.method == "GET":
        form.phone.data = queries.nearest_phone(asked.code)
        return _ask(asked, form)
    if not form.validate():
        return _ask(asked, form, 422)
    by, key, phone = current_user.member, form.key.data or "", form.phone.data or ""
    try:
        opened = once_more(lambda: notices.open_notice(asked.code, by=by, key=key, phone=phone))
    except DomainError as error:
        if isinstance(error, PhoneNeededError | PhoneInvalidError):
            form.phone.errors = [say(error)]
        else:
            form.form_errors.append(say(error))
        return _ask(asked, form, error.status)
    flash(_("已张榜，到期后自动入账。请打印公示表，贴到公示栏"), "success")
    return redirect(url_for(".show", reference=opened.reference))


def _asked(village: str) -> WaitingVillage | None:
    """Return the village meant: the one named, or the only one that waits; None if none is."""
    scope = current_user.scope(Permission.PUBLISH_NOTICES)
    found = queries.villages_waiting(scope)
    if not village:
        return found[0] if len(found) == 1 else None
    for row in found:
        if row.code == village:
            return row
    name = regions.names([village]).get(village) if scope.covers_region(village) else None
    if name is None or len(village) <= TOWNSHIP:
        abort(404)
    return WaitingVillage(village, name, 0, 0, 0, now())


def _ask(asked: WaitingVillage, form: OpenForm, status: int = 200) -> ResponseReturnValue:
    """Draw the preview."""
    on = today()
    page = render_template(
        "notices/new.html",
        form=form,
        village=asked,
        lines=queries.preview(asked.code, limit=PREVIEWED),
        opens_on=on,
        closes_on=on + timedelta(days=schemes.scheme(asked.code, on).notice_days),
    )
    return page, status


@bp.get("/<reference>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(reference: str) -> ResponseReturnValue:
    """Show a notice with all its lines, taken back and corrected ones too."""
    found = notice_or_404(reference)
    lines = queries.lines(found.id)
    return render_template(
        "notices/show.html",
        notice=found,
        village=village_words(found),
        lines=lines,
        objections=queries.objections_of([line.declaration_id for line in lines]),
        due=found.closes_on < today() and found.state is NoticeState.OPEN,
        web_copy=papers.address(found),
        may_close=_may(Permission.PUBLISH_NOTICES, found),
        may_record=may_record(found),
        may_decide=_may(Permission.DECIDE_OBJECTIONS, found),
    )


@bp.get("/<reference>/print")
@requires(Permission.VIEW_HOUSEHOLDS)
def paper(reference: str) -> ResponseReturnValue:
    """Show the masked sheet (积分公示表) that is hung up."""
    found = notice_or_404(reference)
    web_copy = papers.address(found)
    return render_template(
        "notices/print.html",
        notice=found,
        village=village_words(found),
        rows=queries.sheet(found.id),
        web_copy=web_copy,
        picture=papers.qr_picture(web_copy),
        printed_at=now(),
    )


@bp.post("/<reference>/close")
@requires(Permission.PUBLISH_NOTICES)
def close(reference: str) -> ResponseReturnValue:
    """Post what nobody objected to, where the nightly job did not yet."""
    scope, by = current_user.scope(Permission.PUBLISH_NOTICES), current_user.id
    try:
        closed = once_more(lambda: notices.close(reference, by=by, scope=scope))
    except NotFoundError:
        raise
    except DomainError as error:
        flash(say(error), "danger")
        return redirect(url_for(".show", reference=reference))
    if closed.entry:
        flash(
            _("已入账 %(lines)s 笔、%(points)s 分", lines=closed.lines, points=closed.points),
            "success",
        )
    else:
        flash(_("没有可以入账的事项"), "info")
    return redirect(url_for(".show", reference=reference))


def notice_or_404(reference: str) -> Notice:
    """Return a notice the person may see; else answer 404."""
    found = queries.notice(reference, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        abort(404)
    return found


def village_words(found: Notice) -> str:
    """Return the township and the village of a notice."""
    return " ".join(crumb.name for crumb in regions.path(found.village_code, top=TOWNSHIP))


def may_record(found: Notice) -> bool:
    """Whether the person may write objections down: who publishes or decides there."""
    return _may(Permission.PUBLISH_NOTICES, found) or _may(Permission.DECIDE_OBJECTIONS, found)


def _may(permission: Permission, found: Notice) -> bool:
    return current_user.scope(permission).covers_region(found.village_code)
