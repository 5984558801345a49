"""Looking a round over and submitting it, once."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.database import once_more
from supermarket.errors import DomainError
from supermarket.rounds import queries
from supermarket.rounds import service as rounds
from supermarket.rounds.errors import HouseholdsInTheWayError, RoundClosedError
from supermarket.rounds.models import Round, RoundState
from supermarket.rounds.service import Obstacle
from supermarket.rounds.views.places import award_scope, bp, mine
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say


@bp.get("/rounds/<code>/submission")
@requires(Permission.AWARD)
def submit(code: str) -> ResponseReturnValue:
    """Show what each grade comes to, and who cannot be given anything and why."""
    round_ = mine(code)
    if round_.state is not RoundState.OPEN:
        return redirect(url_for(".show", code=code))
    return _look_over(round_)


@bp.post("/rounds/<code>/submission")
@requires(Permission.AWARD)
def submit_now(code: str) -> ResponseReturnValue:
    """Submit the round; the households named in ``leave_out`` get nothing now."""
    leave_out = {part for part in request.form.get("leave_out", "").split(",") if part}
    scope, by = award_scope(), current_user.member.id
    try:
        done = once_more(
            lambda: rounds.submit_round(mine(code), leave_out=leave_out, scope=scope, by=by)
        )
    except RoundClosedError as error:
        flash(say(error), "warning")
        return redirect(url_for(".show", code=code))
    except DomainError as error:
        return _look_over(mine(code), error)
    flash(
        _(
            "已提交：%(households)s 户，一共 %(points)s 分",
            households=done.households,
            points=done.points,
        ),
        "success",
    )
    return redirect(url_for(".show", code=code))


def _look_over(round_: Round, error: DomainError | None = None) -> ResponseReturnValue:
    rows = rounds.whole(round_)
    found: list[Obstacle] = []
    trouble = [] if error is None or isinstance(error, HouseholdsInTheWayError) else [error]
    try:
        found = rounds.obstacles(round_, rows, scope=award_scope(), by=current_user.member.id)
    except DomainError as refused:
        trouble = trouble or [refused]
    if error is not None:
        found = _with_the_named(found, rows, error)
    blocked = {obstacle.row.household_id for obstacle in found}
    free = [row for row in rows if row.household_id not in blocked]
    page = render_template(
        "rounds/submission.html",
        round=round_,
        rows=rows,
        tallies=rounds.tallies(round_, free),
        obstacles=found,
        trouble=trouble,
        progress=queries.progress(round_),
    )
    return page, 200 if error is None else error.status


def _with_the_named(
    found: list[Obstacle], rows: list[queries.SheetRow], error: DomainError
) -> list[Obstacle]:
    """Add the household that a refusal is about, if nobody foresaw it."""
    code = error.details.get("household")
    named = [row for row in rows if row.household_code == code]
    known = {obstacle.row.household_code for obstacle in found}
    return found + [Obstacle(row, error) for row in named if row.household_code not in known]
