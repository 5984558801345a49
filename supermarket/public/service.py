"""What a household does on its own page; who it is was proved by its card and PIN."""

from datetime import date
from typing import NamedTuple

from supermarket.awards import queries as award_queries
from supermarket.awards import service as awards
from supermarket.awards.models import Declaration, DeclarationSource
from supermarket.awards.service import AwardAsk
from supermarket.cards.models import Card
from supermarket.cards.service import cards, pins
from supermarket.households.models import Household
from supermarket.notices import service as notices
from supermarket.notices.models import Objection, ObjectionChannel
from supermarket.photos.service import Developed
from supermarket.public import queries
from supermarket.public.errors import (
    NoticeOverError,
    RowGoneError,
    TooManyDeclarationsError,
    TooManyObjectionsError,
)
from supermarket.staff.models import Scope

#: Declarations, and objections, of one household in a day.
A_DAY = 5
#: How its card's history says that the household reported it.
LOST_WORDS = "农户本人在网页上挂失"


class OwnDeclaration(NamedTuple):
    """What a household says that it earned."""

    rule_code: str
    occurred_on: date
    #: Whole points; None takes what the rule gives if that is fixed.
    points: int | None = None
    member_id: int | None = None
    note: str = ""
    witness: str = ""
    photo: Developed | None = None


class OwnWords(NamedTuple):
    """What a household doubts of a notice."""

    #: Address of the notice, and the number of the line's declaration.
    notice: str
    declaration: str
    text: str
    #: Who says so and how to answer; both may stay empty.
    name: str = ""
    contact: str = ""


def declare(household: Household, key: str, said: OwnDeclaration) -> Declaration:
    """Hand to the village's panel what a household says it earned; the same key does it once.

    Raises:
        TooManyDeclarationsError: it did so often enough today.
        DomainError: as ``awards.declare``.
    """
    pins.hold(household.id)
    if not award_queries.of_key(key) and queries.declared_today(household.id) >= A_DAY:
        raise TooManyDeclarationsError(most=A_DAY)
    [made] = awards.declare(
        key,
        said.rule_code,
        said.occurred_on,
        [AwardAsk(household.code, said.points, said.member_id)],
        by=None,
        source=DeclarationSource.HOUSEHOLD,
        scope=Scope((household.village_code,), ()),
        note=said.note,
        witness=said.witness,
        photo=said.photo,
    )
    return made


def object_to(household: Household, key: str, said: OwnWords, *, secret: bytes) -> Objection:
    """Write down what a household doubts of a notice of its village; the same key does it once.

    Raises:
        NoticeOverError: the notice does not hang there, or no more.
        RowGoneError: the line is not on it.
        TooManyObjectionsError: it did so often enough today.
        DomainError: as ``notices.raise_objection``.
    """
    pins.hold(household.id)
    mark = queries.mark(household.code, secret)
    named = f"{mark}-{key}"
    if queries.objection_of_key(named) is None:
        _refuse_elsewhere(household, said)
        if queries.objected_today(mark, household.village_code) >= A_DAY:
            raise TooManyObjectionsError(most=A_DAY)
    return notices.raise_objection(
        named,
        said.declaration,
        text=said.text,
        channel=ObjectionChannel.PAGE,
        by=None,
        scope=Scope((household.village_code,), ()),
        name=said.name,
        contact=said.contact,
    )


def _refuse_elsewhere(household: Household, said: OwnWords) -> None:
    notice = queries.open_notice(said.notice, household.village_code)
    if notice is None:
        raise NoticeOverError
    if not queries.announces(notice, said.declaration):
        raise RowGoneError


def report_lost(card: Card) -> None:
    """Stop the household's own card.

    Raises:
        CardStateError: it is not in use any more.
    """
    cards.report_lost(card, None, LOST_WORDS)
