"""What was given: the list of awards, one award, taking it back."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.awards import queries
from supermarket.awards import service as awards
from supermarket.awards.forms import ReversalForm
from supermarket.awards.models import Award
from supermarket.awards.queries import LineFound
from supermarket.awards.views import words
from supermarket.database import db, once_more
from supermarket.errors import N_, DomainError
from supermarket.households import queries as households
from supermarket.households.views.registry import (
    HouseholdAction,
    entry_words,
    household_actions,
    line_words,
)
from supermarket.staff.models import Permission, StaffMember
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("award_book", __name__)
NAVIGATION = [
    NavigationItem(
        N_("发放记录"), "clipboard-list", "award_book.index", Permission.VIEW_HOUSEHOLDS, 25
    )
]
household_actions.append(
    HouseholdAction(
        N_("发放记录"),
        "clipboard-list",
        "award_book.index",
        Permission.VIEW_HOUSEHOLDS,
        "household",
        40,
    )
)
entry_words.append(words.entry_words)
line_words.append(words.line_words)


@bp.get("/awards")
@requires(Permission.VIEW_HOUSEHOLDS)
def index() -> ResponseReturnValue:
    """List what was given, newest first; ``household`` narrows to one."""
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    before = request.args.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    code = request.args.get("household", "")
    household = None
    if code:
        plain = code.isascii() and code.isdigit()
        household = households.household(code, scope) if plain else None
        if household is None:
            abort(404)
    size: int = current_app.config["PAGE_SIZE"]
    found = queries.awards(
        scope, before=place, limit=size + 1, household_id=household.id if household else None
    )
    narrow = code or None
    return render_template(
        "awards/index.html",
        awards=found[:size],
        household=household,
        next_url=url_for(".index", before=found[size - 1].id, household=narrow)
        if len(found) > size
        else None,
        first_url=url_for(".index", household=narrow) if place is not None else None,
        may_award=current_user.may(Permission.AWARD),
        may_oversee=current_user.may(Permission.OVERSEE),
        agreed=words.agreed,
    )


@bp.get("/awards/<reference>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(reference: str) -> ResponseReturnValue:
    """Show who got what by an award, and what was taken back since."""
    award = _award(reference)
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    lines = queries.lines(award.id, scope)
    entry_id = award.entry_id or 0
    watches = current_user.may(Permission.OVERSEE)
    return render_template(
        "awards/show.html",
        award=award,
        reference=reference,
        title=words.entry_words([entry_id]).get(entry_id, ""),
        mixed=award.rule_version_id is None,
        lines=lines,
        declared=queries.of_award(award.id),
        actor=db.session.get_one(StaffMember, award.actor_id).name,
        reversals=queries.reversals(entry_id),
        open_lines=_open(award, lines),
        kin=queries.given_to_tied(scope, award_id=award.id) if watches else [],
    )


@bp.get("/awards/<reference>/reversal")
@requires(Permission.VIEW_HOUSEHOLDS)
def ask_back(reference: str) -> ResponseReturnValue:
    """Ask why an award, or one household's part of it, is taken back."""
    return _reversal(reference, _award(reference), ReversalForm(formdata=None))


@bp.post("/awards/<reference>/reversal")
@requires(Permission.VIEW_HOUSEHOLDS)
def take_back(reference: str) -> ResponseReturnValue:
    """Take an award back, or one household's part of it."""
    award, form = _award(reference), ReversalForm()
    if not form.validate_on_submit():
        return _reversal(reference, award, form, 422)
    codes, positions = _meant()
    member = current_user.member
    request_ = awards.asked_back(
        form.key.data or "", reference, form.words, codes, member.id, positions
    )
    try:
        once_more(
            lambda: awards.reverse_award(
                request_,
                reference,
                reason=form.words,
                households=codes,
                positions=positions,
                by=member,
            )
        )
    except DomainError as error:
        form.form_errors.append(say(error))
        return _reversal(reference, award, form, error.status)
    flash(_("已冲正，积分已收回"), "success")
    return redirect(url_for(".show", reference=reference))


def _award(reference: str) -> Award:
    found = queries.award(reference, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        abort(404)
    return found


def _meant() -> tuple[list[str] | None, list[int] | None]:
    """Read from the address which household, and which line of it, is meant; None is all."""
    code, line = request.args.get("household", ""), request.args.get("line", "")
    plain = line.isascii() and line.isdigit() and len(line) < 10
    return [code] if code else None, [int(line)] if plain else None


def _open(award: Award, lines: list[LineFound]) -> set[str]:
    """Return the households whose part the signed-in person may still take back."""
    villages = {line.village_code for line in lines}
    mine = awards.may_reverse(award, villages, current_user.member)
    return {
        line.household_code
        for line in lines
        if line.reversed_points < line.points and line.village_code in mine
    }


def _reversal(
    reference: str, award: Award, form: ReversalForm, status: int = 200
) -> ResponseReturnValue:
    """Draw the question why."""
    codes, positions = _meant()
    lines = queries.lines(award.id, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    meant = [
        line
        for line in lines
        if (codes is None or line.household_code in codes)
        and (positions is None or line.position in positions)
    ]
    if not meant:
        abort(404)
    page = render_template(
        "awards/reversal.html",
        form=form,
        reference=reference,
        lines=meant,
        code=codes[0] if codes else None,
        line=positions[0] if positions else None,
    )
    return page, status
