"""Looking at rules: the list, one rule's history, the star."""

from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import N_, NotFoundError
from supermarket.regions import queries as regions
from supermarket.schemes import queries
from supermarket.schemes import service as schemes
from supermarket.schemes.errors import OutsideTemplateError
from supermarket.schemes.models import Category, RuleVersion
from supermarket.schemes.views.places import place
from supermarket.schemes.views.registry import ways
from supermarket.schemes.views.words import (
    adjust_words,
    cap_words,
    history,
    level_words,
    points_words,
)
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("schemes", __name__)
NAVIGATION = [
    NavigationItem(N_("积分细则"), "list-check", "schemes.rules", Permission.VIEW_HOUSEHOLDS, 80)
]


@bp.get("/rules")
@requires(Permission.WORK)
def rules() -> ResponseReturnValue:
    """List the rules of a place by category; a star keeps one at hand."""
    found, text = place(), request.args.get("q", "")[:100]
    versions = queries.rules(found.region.code, today(), text=text, disabled=found.mine)
    running = [row for row in queries.schemes(found.region.code) if row.since <= today()]
    return render_template(
        "schemes/rules.html",
        place=found,
        text=text,
        categories=_by_category(versions),
        favourites=queries.favourites(current_user.member.id),
        scheme=running[0] if running else None,
        points_words=points_words,
        cap_words=cap_words,
    )


@bp.get("/rules/<code>")
@requires(Permission.WORK)
def rule(code: str) -> ResponseReturnValue:
    """Show what a rule says in a place today, and what it said before."""
    found = place()
    versions = queries.versions(code, found.region.code)
    if not versions:
        raise NotFoundError(what=code[:40])
    in_force = {v.rule.code: v for v in queries.rules(found.region.code, today(), disabled=True)}
    current = in_force.get(code)
    return render_template(
        "schemes/rule.html",
        place=found,
        code=code,
        current=current,
        beyond=_beyond(current, found.region.code) if current else "",
        versions=versions,
        changes=history(versions),
        names=regions.names([version.rule.region_code for version in versions]),
        authors=queries.authors([version.created_by for version in versions]),
        starred=code in queries.favourites(current_user.member.id),
        ways=ways(code, found.region.code),
        points_words=points_words,
        cap_words=cap_words,
        adjust_words=adjust_words,
        level_words=level_words,
    )


def _beyond(version: RuleVersion, region_code: str) -> str:
    """Say how a place's own rule passes what the region above allows since it changed its mind."""
    above = schemes.template_of(version.rule.code, region_code, today())
    if above is None or version.rule.region_code != region_code:
        return ""
    try:
        schemes.check_within(schemes.text_of(version, version.rule.code), above)
    except OutsideTemplateError as error:
        return say(error)
    return ""


@bp.post("/rules/<code>/favourite")
@requires(Permission.WORK)
def favourite(code: str) -> ResponseReturnValue:
    """Keep a rule at hand, or no longer, and stay where one was."""
    found = place()
    queries.rule(code, found.region.code, today())
    kept = request.form.get("kept") == "yes"
    with transaction():
        schemes.favourite(current_user.member.id, code, kept=kept)
    if request.form.get("back") == "rule":
        return redirect(url_for(".rule", code=code, region=found.region.code))
    text = request.form.get("q") or None
    return redirect(url_for(".rules", region=found.region.code, q=text, _anchor=code))


def _by_category(versions: Sequence[RuleVersion]) -> list[tuple[Category, list[RuleVersion]]]:
    return [(key, list(group)) for key, group in groupby(versions, lambda row: row.category)]
