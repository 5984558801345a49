"""The sheet of a panel: the lines it may decide, those it may not, and what was typed."""

from collections.abc import Iterable
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from supermarket.awards import queries
from supermarket.awards.forms import DecideForm
from supermarket.awards.models import Review
from supermarket.awards.queries import DeclarationFound
from supermarket.awards.service import MOST_DECIDED
from supermarket.clock import today
from supermarket.errors import DomainError
from supermarket.filters import moment
from supermarket.households import queries as households
from supermarket.schemes import queries as schemes
from supermarket.staff.models import Scope, StaffMember


class Sheet(NamedTuple):
    """What a member of a panel sees of the queue."""

    form: DecideForm
    #: By number of the declaration.
    rows: dict[str, DeclarationFound]
    #: Lines that this person or this panel may not decide, and why.
    barred: list[tuple[DeclarationFound, str]]
    #: Codes of rules that were switched off since.
    stopped: set[str]
    #: Numbers that were typed about and do not wait any more.
    lost: list[str]


def drawn_sheet(
    review: Review, member: StaffMember, form: DecideForm, *, again: bool = False
) -> Sheet:
    """Return the sheet for a form: empty, as it was sent, or (``again``) with what still waits."""
    scope = Scope((review.village_code,), ())
    waits = queries.queue(scope, village_code=review.village_code, limit=MOST_DECIDED)
    barred = _barred(review, member, waits)
    rows = {row.code: row for row in waits if row.code not in barred}
    typed = form.typed
    lost = [code for code in typed if code not in rows]
    if again or not form.is_submitted():
        form.ask(rows.values(), typed)
    form.name(waits)
    in_force = schemes.rules(review.village_code, today())
    known = {version.rule.code for version in in_force}
    return Sheet(
        form,
        {row.code: row for row in waits},
        [(row, barred[row.code]) for row in waits if row.code in barred],
        {row.rule_code for row in waits} - known,
        lost,
    )


def _barred(review: Review, member: StaffMember, rows: list[DeclarationFound]) -> dict[str, str]:
    """Return why some lines are not for this person, or not for this panel."""
    least = schemes.scheme(review.village_code, review.held_on).panel_least
    free = queries.free_members([one.id for one in queries.panel(review.id)], rows)
    own, scored = households.tied(member.id), queries.scorers(rows)
    found = {}
    for row in rows:
        if len(free[row.id]) < least:
            found[row.code] = _(
                "除去申报人和亲属只有 %(left)s 人，至少要 %(least)s 人，留给下一次评议",
                left=len(free[row.id]),
                least=least,
            )
        elif member.id in scored[row.id]:
            found[row.code] = _("是您申报的，请组里其他人决定")
        elif row.household_id in own:
            found[row.code] = _("是您本人或亲属家，请组里其他人决定")
    return found


def gone(codes: Iterable[str], scope: Scope) -> list[tuple[str, str]]:
    """Return what became of lines that were typed about: words, and where to look."""
    told = []
    for code in codes:
        row = queries.declaration(code, scope)
        last = queries.steps([row.id]).get(row.id, []) if row else []
        if row is None or not last:
            continue
        head, title = queries.named(row.id)
        words = _(
            "%(head)s的“%(title)s”已由 %(who)s 于 %(at)s 决定：%(verdict)s",
            head=head,
            title=title,
            who=last[-1].actor or _("农户本人"),
            at=moment(last[-1].decided_at),
            verdict=_(last[-1].verdict.label),
        )
        told.append((words, url_for("declarations.show", code=code)))
    return told


def declaration_of(error: DomainError) -> str:
    """Return the number of the declaration that a refusal is about; empty if it is about none."""
    return str(error.details.get("declaration", ""))
