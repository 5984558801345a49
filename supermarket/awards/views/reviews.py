"""Meetings of the panel: what waits, who sits, the one screen that decides, its end."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.awards import queries
from supermarket.awards import service as awards
from supermarket.awards.forms import DecideForm, MinutesForm, OpenReviewForm
from supermarket.awards.models import Review
from supermarket.awards.views.sheet import Sheet, declaration_of, drawn_sheet, gone
from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.errors import N_, DomainError
from supermarket.regions import queries as regions
from supermarket.regions.models import VILLAGE
from supermarket.schemes import queries as schemes
from supermarket.staff.models import Permission, Scope, StaffMember
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import NavigationItem, say

bp = Blueprint("reviews", __name__, url_prefix="/reviews")
NAVIGATION = [NavigationItem(N_("评议"), "list-check", "reviews.index", Permission.REVIEW, 21)]


def _waits() -> list[Waiting]:
    if not current_user.may(Permission.REVIEW):
        return []
    scope = current_user.scope(Permission.REVIEW)
    waits = queries.waiting(scope, queries.SUBMITTED)
    late = waits.due_on is not None and waits.due_on < today()
    return [Waiting(_("待评议的申报"), waits.lines, waits.since, url_for("reviews.index"), late)]


waiting.append(_waits)


@bp.get("")
@requires(Permission.VIEW_HOUSEHOLDS)
def index() -> ResponseReturnValue:
    """Show what waits in which village, the meetings under way, and those before."""
    seen, mine = current_user.scope(Permission.VIEW_HOUSEHOLDS), Permission.REVIEW
    scope = current_user.scope(mine)
    before = request.args.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    size: int = current_app.config["PAGE_SIZE"]
    found = queries.reviews(seen, before=place, limit=size + 1)
    waits, sitting = queries.waiting_by_village(seen), queries.open_reviews(seen)
    villages = sorted({*waits, *sitting, *(r for r in scope.regions if len(r) == VILLAGE)})
    return render_template(
        "awards/reviews.html",
        reviews=found[:size],
        villages=villages if place is None else [],
        waits=waits,
        sitting=sitting,
        names=regions.names(villages),
        may_open=scope.covers_region,
        today=today(),
        next_url=url_for(".index", before=found[size - 1].id) if len(found) > size else None,
        first_url=url_for(".index") if place is not None else None,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.REVIEW)
def new() -> ResponseReturnValue:
    """Ask who sits: those who came, or some drawn by lot."""
    village = request.args.get("village", "")
    if not village:
        return redirect(url_for(".index"))  # to choose one
    inside = current_user.scope(Permission.REVIEW).covers_region(village)
    if len(village) != VILLAGE or not inside or regions.region(village) is None:
        abort(404)
    least, people = schemes.scheme(village, today()).panel_least, queries.reviewers(village)
    form, status = OpenReviewForm(), 200
    form.offer(people, least)
    if form.validate_on_submit():
        by_lot = form.how.data == "drawn"
        drawn = (form.count.data or 0) if by_lot else 0
        members = [] if by_lot else form.ids(people)
        try:
            with transaction():
                by = db.session.get_one(StaffMember, current_user.id)
                review = awards.open_review(village, members=members, draw=drawn, by=by)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            return redirect(url_for(".show", code=review.code))
    elif form.is_submitted():
        status = 422
    page = render_template(
        "awards/review_new.html",
        form=form,
        village=regions.names([village]).get(village, ""),
        code=village,
        people=people,
        least=least,
    )
    return page, status


@bp.get("/<code>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(code: str) -> ResponseReturnValue:
    """Show a meeting: what it is to decide, or what it decided."""
    return _page(_review(code))


@bp.post("/<code>")
@requires(Permission.REVIEW)
def decide(code: str) -> ResponseReturnValue:
    """Decide many lines by one press: all of them, or none and nothing typed is lost."""
    review, form = _review(code), DecideForm()
    lines = drawn_sheet(review, current_user.member, form)
    if not form.validate():
        return _page(review, lines, status=422)
    judgements, by = form.judgements, current_user.member
    request_ = awards.asked_decisions(form.key.data or "", code, judgements, by.id)
    try:
        done = once_more(lambda: awards.decide(request_, code, judgements, by=by))
    except DomainError as error:
        db.session.rollback()
        typed = DecideForm()
        lines = drawn_sheet(review, current_user.member, typed, again=True)
        typed.refuse(declaration_of(error), say(error))
        return _page(review, lines, status=error.status)
    flash(_("已决定 %(count)s 条", count=len(done.states)), "success")
    return redirect(url_for(".show", code=code))


@bp.post("/<code>/end")
@requires(Permission.REVIEW)
def close(code: str) -> ResponseReturnValue:
    """End a meeting and keep its minutes."""
    review, form = _review(code), MinutesForm()
    if not form.validate_on_submit():
        return _page(review, minutes=form, status=422)
    try:
        with transaction():
            by = db.session.get_one(StaffMember, current_user.id)
            awards.close_review(code, minutes=form.minutes.data or "", by=by)
    except DomainError as error:
        form.form_errors.append(say(error))
        return _page(_review(code), minutes=form, status=error.status)
    flash(_("评议已结束"), "success")
    return redirect(url_for(".show", code=code))


def _review(code: str) -> Review:
    found = queries.review(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        abort(404)
    return found


def _page(
    review: Review,
    sheet: Sheet | None = None,
    *,
    minutes: MinutesForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Draw a meeting; the sheet of what waits only while it sits, for who sits."""
    panel = queries.panel(review.id)
    sits = review.closed_at is None and any(one.id == current_user.id for one in panel)
    if sheet is None and sits:
        sheet = drawn_sheet(review, current_user.member, DecideForm(formdata=None))
    opener = db.session.get_one(StaffMember, review.opened_by)
    page = render_template(
        "awards/review.html",
        review=review,
        village=regions.names([review.village_code]).get(review.village_code, ""),
        members=panel,
        tickets=queries.tickets(review),
        opener=opener.name,
        sheet=sheet if sits else None,
        gone=gone(sheet.lost, Scope((review.village_code,), ())) if sheet else [],
        decided=queries.decided_at(review.id),
        minutes=minutes or MinutesForm(formdata=None),
        may_end=review.closed_at is None and awards.may_end(review, current_user.member),
        today=today(),
    )
    return page, status
