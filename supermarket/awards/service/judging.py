"""What the panel and the township decide: accept, change, refuse, many lines at once."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select

from supermarket.awards import queries
from supermarket.awards.errors import (
    ChangedPointsError,
    NotOnPanelError,
    PanelConfirmsError,
    PanelTiedError,
    ReviewClosedError,
    VerdictError,
)
from supermarket.awards.models import Declaration, DeclarationState, Review, Verdict
from supermarket.awards.service import counting
from supermarket.awards.service.deciding import (
    facts,
    held,
    reasoned,
    record_decision,
    refuse_decided,
    refuse_own,
)
from supermarket.awards.service.posting import advance, post_declared
from supermarket.budgets import service as budgets
from supermarket.clock import today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import ReviewLevel, RuleVersion
from supermarket.staff.models import Permission, Scope, StaffMember


class Judgement(NamedTuple):
    """What is decided about one declaration."""

    declaration: str
    verdict: Verdict
    #: The points instead of those asked for; only of a change.
    points: int | None = None
    #: Needed for a change and a refusal.
    reason: str = ""


class Decided(NamedTuple):
    """What a submission did."""

    #: Where each declaration came to, in the order of the submission.
    states: dict[str, DeclarationState]
    #: Number of the entry that posted lines of level A; None if there were none.
    reference: str | None
    #: All of it was decided so before, by the same person: nothing was done again.
    replayed: bool


class _Kept(NamedTuple):
    """A judgement with its declaration, its points and its reason as they are kept."""

    row: Declaration
    verdict: Verdict
    points: int
    reason: str
    after: DeclarationState


def asked_decisions(
    key: str, code: str, judgements: Sequence[Judgement], by: int
) -> ledger.Request:
    """Name a submission for ``decide``; ``code`` is the review's."""
    lines = [[j.declaration, j.verdict.value, j.points, j.reason] for j in judgements]
    return ledger.Request(key, ledger.fingerprint("decide", [code, lines, by]), by)


def decide(
    request: ledger.Request, code: str, judgements: Sequence[Judgement], *, by: StaffMember
) -> Decided:
    """Decide what was declared, as a meeting of the panel did: all lines, or none of them.

    Level A is posted at once, in one entry; level B waits for a notice, level C for the
    township first. ``request`` comes from ``asked_decisions``.

    Raises:
        NotFoundError: no such meeting or declaration where the actor reviews.
        NotOnPanelError: the actor does not sit on this panel.
        ReviewClosedError: the meeting has ended.
        AlreadyDecidedError: somebody else decided a line, or took it back.
        OwnDeclarationError, TiedHouseholdError: the actor declared a line, or belongs to it.
        PanelTiedError: too few of the panel have nothing to do with a line.
        DecisionReasonError, ChangedPointsError, InvalidError: a line cannot be decided so.
        LimitReachedError: a cap is passed.
        BudgetSpentError, CoverageStoppedError: the village may issue no more.
    """
    ledger.seen(request)
    review = _sitting(code, by)
    panel = [member.id for member in queries.panel(review.id)]
    if by.id not in panel:
        raise NotOnPanelError(review=code)
    village = Scope((review.village_code,), ())
    budgets.hold([review.village_code])
    rows = held([judgement.declaration for judgement in judgements], village)
    if (before := _replay(rows, judgements, review, by)) is not None:
        return before
    if _has_ended(review):
        raise ReviewClosedError(review=code)
    for row in rows.values():
        if row.state is not DeclarationState.SUBMITTED:
            refuse_decided(row)
    refuse_own(rows.values(), by.id)
    _refuse_small(rows.values(), panel, review)
    versions = queries.versions_of(list(rows.values()))
    kept = [
        _kept(row, judgement, versions[row.rule_version_id])
        for row, judgement in zip(rows.values(), judgements, strict=True)
    ]
    _move(kept)
    counting.count([line.row for line in kept if line.after is not DeclarationState.REFUSED])
    for line in kept:
        asked = line.row.points_asked
        record_decision(
            line.row.id, line.verdict, line.after, asked, line.points, line.reason, by.id, review.id
        )
    at_once = [
        line.row
        for line in kept
        if line.after is DeclarationState.ACCEPTED
        and versions[line.row.rule_version_id].review_level is ReviewLevel.A
    ]
    reference = None
    if at_once:
        reference = post_declared(
            request,
            at_once,
            journal_region=review.village_code,
            occurred_on=today(),
            document=review.code,
        ).reference
    if any(line.after is not DeclarationState.REFUSED for line in kept):
        budgets.check(village.regions, today(), queries.pending_points([review.village_code]))
    return Decided({line.row.code: line.row.state for line in kept}, reference, False)


def _sitting(code: str, by: StaffMember) -> Review:
    """Return a meeting where the actor reviews."""
    review = queries.review(code, by.scope(Permission.REVIEW))
    if review is None:
        raise NotFoundError(what=code[:40])
    return review


def _has_ended(review: Review) -> bool:
    """Whether a meeting is over, held so that nobody ends it meanwhile."""
    ended = db.session.execute(
        select(Review.closed_at).where(Review.id == review.id).with_for_update(read=True)
    ).scalar_one()
    return ended is not None


def _replay(
    rows: dict[str, Declaration],
    judgements: Sequence[Judgement],
    review: Review,
    by: StaffMember,
) -> Decided | None:
    """Return what the same submission of the same person did before; None if it is new."""
    entry_id = None
    for judgement in judgements:
        row = rows[judgement.declaration]
        if row.state is DeclarationState.SUBMITTED:
            return None
        told = queries.panel_decision(row.id)
        if (
            told is None
            or (told.actor_id, told.review_id) != (by.id, review.id)
            or told.verdict is not judgement.verdict
            or (judgement.points or told.points_after) != told.points_after
        ):
            return None
        entry_id = entry_id or queries.entry_of(row.id)
    reference = None if entry_id is None else queries.reference_of(entry_id)
    return Decided({code: row.state for code, row in rows.items()}, reference, True)


def _refuse_small(rows: Collection[Declaration], panel: Sequence[int], review: Review) -> None:
    """Refuse lines that too few of the panel are free to decide."""
    least = schemes.scheme(review.village_code, review.held_on).panel_least
    free = queries.free_members(panel, rows)
    for row in rows:
        if len(free[row.id]) < least:
            raise PanelTiedError(left=len(free[row.id]), least=least, **facts(row))


def _kept(row: Declaration, judgement: Judgement, version: RuleVersion) -> _Kept:
    """Return a judgement as it is kept, its points and reason checked."""
    verdict = judgement.verdict
    if verdict is Verdict.ACCEPT:
        reason, points = "", row.points
    elif verdict is Verdict.REFUSE:
        reason, points = reasoned(row, judgement.reason), row.points
    elif verdict is Verdict.CHANGE:
        most = version.points_max or row.points_asked
        points = judgement.points or 0
        if not 1 <= points <= most or points == row.points:
            raise ChangedPointsError(most=most, points=row.points, **facts(row))
        reason = reasoned(row, judgement.reason)
    else:
        raise VerdictError(declaration=row.code)
    if verdict is Verdict.REFUSE:
        after = DeclarationState.REFUSED
    elif version.review_level is ReviewLevel.C:
        after = DeclarationState.REVIEWED
    else:
        after = DeclarationState.ACCEPTED
    return _Kept(row, verdict, points, reason, after)


def _move(kept: Sequence[_Kept]) -> None:
    """Bring the declarations, which are held, to the states and points decided."""
    by_state: dict[DeclarationState, list[int]] = {}
    for line in kept:
        by_state.setdefault(line.after, []).append(line.row.id)
        if line.points != line.row.points:
            line.row.points = line.points
    db.session.flush()
    for after, ids in by_state.items():
        if advance(ids, before=DeclarationState.SUBMITTED, after=after) != len(ids):
            refuse_decided(kept[0].row)


def confirm(judgements: Sequence[Judgement], *, by: StaffMember) -> Decided:
    """Say the township's word on what panels accepted at level C: all lines, or none of them.

    Raises:
        NotFoundError: no such declaration where the actor confirms.
        AlreadyDecidedError: somebody else decided a line.
        OwnDeclarationError, TiedHouseholdError: the actor declared a line, or belongs to it.
        PanelConfirmsError: the actor sat on the panel that accepted it.
        DecisionReasonError, InvalidError: a line cannot be decided so.
    """
    scope = by.scope(Permission.CONFIRM_AWARDS)
    rows = held([judgement.declaration for judgement in judgements], scope)
    if _confirmed_before(rows, judgements, by):
        return Decided({code: row.state for code, row in rows.items()}, None, True)
    for row in rows.values():
        if row.state is not DeclarationState.REVIEWED:
            refuse_decided(row)
    refuse_own(rows.values(), by.id)
    panels = queries.panels_that_decided([row.id for row in rows.values()])
    for judgement in judgements:
        row = rows[judgement.declaration]
        if by.id in panels[row.id]:
            raise PanelConfirmsError(**facts(row))
        if judgement.verdict not in (Verdict.ACCEPT, Verdict.REFUSE):
            raise VerdictError(declaration=row.code)
        refused = judgement.verdict is Verdict.REFUSE
        reason = reasoned(row, judgement.reason) if refused else ""
        after = DeclarationState.REFUSED if refused else DeclarationState.ACCEPTED
        advance([row.id], before=DeclarationState.REVIEWED, after=after)
        record_decision(row.id, judgement.verdict, after, row.points, row.points, reason, by.id)
    return Decided({code: row.state for code, row in rows.items()}, None, False)


def _confirmed_before(
    rows: dict[str, Declaration], judgements: Sequence[Judgement], by: StaffMember
) -> bool:
    """Whether the same person said the same before: the button was pressed twice."""
    for judgement in judgements:
        last = queries.last_decision(rows[judgement.declaration].id)
        told = (last.actor_id, last.review_id, last.verdict) if last else None
        if told != (by.id, None, judgement.verdict):
            return False
    return True
