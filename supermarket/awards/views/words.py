"""How awards and declarations are told in a few words."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from supermarket.awards import queries
from supermarket.awards.models import Verdict
from supermarket.awards.queries import Declared, Step
from supermarket.awards.service import Used
from supermarket.filters import points
from supermarket.schemes.models import CapPeriod, RuleVersion


class ToldStep(NamedTuple):
    """One thing that happened to a declaration."""

    at: datetime
    words: str
    #: Why, or more about it; empty if there is nothing to say.
    detail: str = ""
    url: str | None = None


#: Upper slices add what they did to declarations, by id: a notice that announced one.
more_steps: list[Callable[[Sequence[int]], dict[int, list[ToldStep]]]] = []


def told(declared: Sequence[Declared]) -> dict[int, list[ToldStep]]:
    """Return the steps of declarations from being declared to being posted, oldest first."""
    ids = [row.found.id for row in declared]
    added = [tell(ids) for tell in more_steps]
    found = {}
    for row in declared:
        steps = [_declared(row), *map(_decided, row.steps)]
        for more in added:
            steps += more.get(row.found.id, [])
        steps.sort(key=lambda step: step.at)
        if row.found.reference and row.found.posted_at:
            steps.append(_posted(row))
        found[row.found.id] = steps
    return found


def _declared(row: Declared) -> ToldStep:
    found = row.found
    who = found.declarer or _("农户本人")
    words = _("%(who)s申报 %(points)s", who=who, points=points(found.points_asked))
    return ToldStep(found.submitted_at, words, found.note)


def _decided(step: Step) -> ToldStep:
    who = _("评议组") if step.review else step.actor or _("农户本人")
    if step.verdict is Verdict.CHANGE:
        words = _("%(who)s改为 %(points)s", who=who, points=points(step.points_after))
    else:
        words = _("%(who)s：%(verdict)s", who=who, verdict=_(step.verdict.label))
    url = url_for("reviews.show", code=step.review) if step.review else None
    return ToldStep(step.decided_at, words, step.reason, url)


def _posted(row: Declared) -> ToldStep:
    found = row.found
    words = _(
        "入账 %(points)s，单号 %(reference)s",
        points=points(found.points),
        reference=found.reference,
    )
    detail = ""
    if found.reversed_points:
        detail = _("后来冲正 %(points)s", points=points(found.reversed_points))
    url = url_for("award_book.show", reference=found.reference)
    return ToldStep(found.posted_at or found.submitted_at, words, detail, url)


def entry_words(entry_ids: Sequence[int]) -> dict[int, str]:
    """Return what awards among some entries were for: their rule, or where they were agreed."""
    found = queries.titles(entry_ids)
    return {key: title or agreed(document) for key, (title, document) in found.items()}


def line_words(entry_ids: Sequence[int]) -> dict[tuple[int, int], str]:
    """Return what each line of an award under several rules was for, and where it was agreed."""
    found = queries.line_titles(entry_ids)
    return {key: f"{title}（{agreed(document)}）" for key, (title, document) in found.items()}


def agreed(document: str) -> str:
    """Return what an award under several rules is called, by the paper behind it."""
    village, review, number = document.partition("R")
    if review and village.isdigit() and number.isdigit():
        return str(_("评议入账 %(number)s", number=document))
    return str(_("公示入账 %(number)s", number=document))


def used_words(version: RuleVersion, used: Used) -> str:
    """Return how much of a rule's cap a household has used, e.g. 本月已记 2 次，上限 6 次."""
    period = {
        CapPeriod.QUARTER: _("本季"),
        CapPeriod.YEAR: _("今年"),
        CapPeriod.EVENT: _("这一天"),
        CapPeriod.ONCE: _("以前"),
        CapPeriod.ONCE_PER_MEMBER: _("全家以前"),
    }.get(version.cap_period or CapPeriod.MONTH, _("本月"))
    if version.cap_period is None or version.cap_period is CapPeriod.ONCE_PER_MEMBER:
        return str(_("%(period)s已记 %(times)s 次", period=period, times=used.times))
    parts = []
    if version.cap_times is not None:
        parts.append(
            _(
                "%(period)s已记 %(times)s 次，上限 %(cap)s 次",
                period=period,
                times=used.times,
                cap=version.cap_times,
            )
        )
    if version.cap_points is not None:
        parts.append(
            _(
                "%(period)s已得 %(points)s 分，上限 %(cap)s 分",
                period=period,
                points=used.points,
                cap=version.cap_points,
            )
        )
    return "；".join(parts)
