"""Print runs: what is printed is written down first, so that who printed it is always known."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import insert

from supermarket.audit import service as audit
from supermarket.cards import queries
from supermarket.cards.errors import (
    NothingToPrintError,
    RunKeyReusedError,
    SelectionError,
    TooManyCardsError,
)
from supermarket.cards.models import Card, CardHandover, PrintRun, PrintRunCard, RunKind
from supermarket.cards.queries import Printable, numbers
from supermarket.cards.service import cards
from supermarket.clock import now
from supermarket.database import db

#: Cards of one run: a hundred pages, ten seconds to draw, a file of 16 MB.
MOST_CARDS = 1000


class Choice(NamedTuple):
    """Which cards of a village to print, and how."""

    region_code: str
    group: str = ""
    #: Codes of households that were picked; None for all of the village or the group.
    households: Sequence[str] | None = None
    #: Only cards that are in no run yet, or that were issued on a day.
    unprinted: bool = False
    issued_on: date | None = None
    names: bool = True
    backs: bool = False
    #: Of more cards than one run takes: which thousand, from 1 on.
    part: int = 1

    @property
    def kind(self) -> RunKind:
        """Whose cards these are."""
        if self.households is not None:
            return RunKind.SELECTED
        return RunKind.GROUP if self.group else RunKind.VILLAGE


def chosen(choice: Choice) -> list[Printable]:
    """Return all cards a choice means, over all its parts.

    Raises:
        TooManyCardsError: more households were picked than one run takes.
        SelectionError: some of them are not of the village, or have no card in use.
    """
    picked = None if choice.households is None else sorted(set(choice.households))
    if picked is not None and len(picked) > MOST_CARDS:
        raise TooManyCardsError(most=MOST_CARDS, count=len(picked))
    found = queries.printable(
        choice.region_code,
        group=choice.group if picked is None else "",
        issued_on=choice.issued_on,
        unprinted=choice.unprinted,
        households=picked,
    )
    if picked is not None and len(found) < len(picked):
        raise SelectionError(count=len(picked) - len(found))
    return found


def make(choice: Choice, by: int | None, *, key: str) -> PrintRun:
    """Write a print run down; the same key again returns the first one's.

    Call it through ``once_more``, for of two at once the second meets the unique key.

    Raises:
        NothingToPrintError: it means no cards.
        TooManyCardsError, SelectionError: as ``chosen``.
        RunKeyReusedError: the key named another run.
    """
    known = _known(
        key,
        by,
        kind=choice.kind,
        region_code=choice.region_code,
        group=choice.group,
        names=choice.names,
        backs=choice.backs,
    )
    if known is not None:
        if choice.households is not None and not queries.print_runs.is_of(known, choice.households):
            raise RunKeyReusedError
        return known
    start = (choice.part - 1) * MOST_CARDS
    found = [card.card_id for card in chosen(choice)[start : start + MOST_CARDS]]
    return note(found, choice, by, key=key)


def note(card_ids: Sequence[int], choice: Choice, by: int | None, *, key: str) -> PrintRun:
    """Write down that these cards were printed.

    Raises:
        NothingToPrintError: there are none.
    """
    run = PrintRun(
        key=key,
        kind=choice.kind,
        region_code=choice.region_code,
        group=choice.group,
        names=choice.names,
        backs=choice.backs,
        again_id=None,
        made_by=by,
    )
    return _written(run, card_ids)


def make_blanks(
    count: int, region_code: str, by: int, *, key: str, backs: bool, last_day: date | None = None
) -> PrintRun:
    """Make blanks and write down the run they are printed in; the same key makes them once.

    Raises:
        TooManyCardsError: more than one run takes.
        LastDayError: no card ends on such a day.
        RunKeyReusedError: the key named another run.
    """
    known = _known(key, by, kind=RunKind.BLANKS, region_code=region_code, backs=backs, cards=count)
    if known is not None:
        return known
    if count > MOST_CARDS:
        raise TooManyCardsError(most=MOST_CARDS, count=count)
    made = cards.make_blanks(count, by, last_day=last_day)
    run = PrintRun(
        key=key,
        kind=RunKind.BLANKS,
        region_code=region_code,
        group="",
        names=True,
        backs=backs,
        again_id=None,
        made_by=by,
    )
    return _written(run, [card.id for card in made])


def again(old: PrintRun, by: int, *, key: str) -> PrintRun:
    """Print a run's cards again, those that are still good; it is a run of its own.

    Raises:
        NothingToPrintError: none of them is, or they are blanks of somebody else.
        RunKeyReusedError: the key named another run.
    """
    if (known := _known(key, by, again_id=old.id)) is not None:
        return known
    mine = old.kind is not RunKind.BLANKS or old.made_by == by
    run = PrintRun(
        key=key,
        kind=old.kind,
        region_code=old.region_code,
        group=old.group,
        names=old.names,
        backs=old.backs,
        again_id=old.id,
        made_by=by,
    )
    good = queries.print_runs.run_printable(old) if mine else []
    return _written(run, [card.card_id for card in good])


def hand_over(run: PrintRun, to_whom: str, note: str, by: int) -> CardHandover:
    """Write down into whose hands a run's cards went; the same words twice say it once."""
    known = queries.print_runs.handovers(run)
    if known and _same(known[0].handover, to_whom, note, by):
        return known[0].handover
    given = CardHandover(run_id=run.id, to_whom=to_whom, note=note, at=now(), by=by)
    return _given(given, run.region_code, {"run": run.id, "to_whom": to_whom}, by)


def hand_over_card(card: Card, subject: str, to_whom: str, note: str, by: int) -> CardHandover:
    """Write down into whose hands one card went; ``subject`` is its household's code."""
    known = queries.print_runs.card_handovers(card)
    if known and known[0].handover.card_id and _same(known[0].handover, to_whom, note, by):
        return known[0].handover
    given = CardHandover(card_id=card.id, to_whom=to_whom, note=note, at=now(), by=by)
    number = numbers.format(card.card_number)
    return _given(given, subject, {"card_number": number, "to_whom": to_whom}, by)


def _same(known: CardHandover, to_whom: str, note: str, by: int) -> bool:
    return (known.to_whom, known.note, known.by) == (to_whom, note, by)


def _given(given: CardHandover, subject: str, after: dict[str, object], by: int) -> CardHandover:
    db.session.add(given)
    audit.record("card.hand_over", subject, by=by, after=after)
    db.session.flush()
    return given


def _known(
    key: str, by: int | None, *, again_id: int | None = None, **asked: object
) -> PrintRun | None:
    """Return the run that a key made, if it was asked for by the same person in the same words."""
    known = queries.print_runs.run_of_key(key)
    if known is None:
        return None
    if (known.made_by, known.again_id) != (by, again_id):
        raise RunKeyReusedError
    if any(getattr(known, name) != value for name, value in asked.items()):
        raise RunKeyReusedError
    return known


def _written(run: PrintRun, card_ids: Sequence[int]) -> PrintRun:
    if not card_ids:
        raise NothingToPrintError
    run.cards, run.made_at = len(card_ids), now()
    db.session.add(run)
    db.session.flush()
    rows = [
        {"run_id": run.id, "card_id": card_id, "place": place}
        for place, card_id in enumerate(card_ids, 1)
    ]
    db.session.execute(insert(PrintRunCard), rows)
    audit.record(
        "card.print_run",
        run.region_code,
        by=run.made_by,
        after={"run": run.id, "kind": run.kind.value, "cards": run.cards},
    )
    return run
