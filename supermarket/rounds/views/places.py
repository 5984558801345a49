"""What the pages of rounds share: the blueprint, and the round a page is about."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from supermarket.errors import DomainError
from supermarket.rounds import queries
from supermarket.rounds.models import Round
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views.guard import current_user
from supermarket.web import say

bp = Blueprint("rounds", __name__)


def award_scope() -> Scope:
    """Return where the person signed in may award."""
    return current_user.scope(Permission.AWARD)


def mine(code: str) -> Round:
    """Return a round that the person signed in may mark; another's is not found."""
    round_ = queries.round_of(code, award_scope())
    if round_ is None:
        abort(404)
    return round_


def seen(code: str) -> Round:
    """Return a round that the person signed in may read; another's is not found."""
    round_ = queries.round_of(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if round_ is None:
        abort(404)
    return round_


def back(code: str, error: DomainError) -> ResponseReturnValue:
    """Say what was refused on the page of the round as it stands now."""
    flash(say(error), "warning")
    return redirect(url_for(".show", code=code))
