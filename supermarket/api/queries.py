"""Questions only programs ask: by name instead of by form."""

from collections.abc import Iterable

from sqlalchemy import select

from supermarket.cards.queries import codes, numbers, places
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.households.models import Household, HouseholdMember
from supermarket.regions import queries as regions
from supermarket.regions.models import Region, within
from supermarket.schemes.models import Rule, RuleVersion
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Scope

#: Digits that may still be a card number, right or wrong; a code is longer.
LONGEST_NUMBER = 15


def region_inside(code: str, scope: Scope) -> Region:
    """Return a place that lies in the scope, or in the place of one of its shops.

    Raises:
        OutOfScopeError: it does not.
        NotFoundError: it would, but there is no such place.
    """
    if not any(within(code, place) for place in places(scope)):
        raise OutOfScopeError(what=code)
    found = regions.region(code)
    if found is None:
        raise NotFoundError(what=code)
    return found


def touches(code: str, scope: Scope) -> bool:
    """Whether a place lies in the scope or above a part of it."""
    return any(within(code, place) or within(place, code) for place in places(scope))


def member_ids(named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return the ids of members by the code of their household and their name.

    Of namesakes who are both present the first is meant; nobody is left out for having left.
    """
    wanted = set(named)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Household.code, HouseholdMember.name, HouseholdMember.id)
        .join(HouseholdMember, HouseholdMember.household_id == Household.id)
        .where(Household.code.in_({code for code, _name in wanted}))
        .order_by(HouseholdMember.present, HouseholdMember.id.desc())
    )
    return {(row[0], row[1]): row[2] for row in rows if (row[0], row[1]) in wanted}


def shown_card(text: str, secret: bytes) -> str:
    """Return the number or the verified token of a card, as the counter takes it.

    Raises:
        CardNotRecognisedError: not a code of ours.
        CardNumberError: digits that are no card number, or one with a mistyped digit.
    """
    plain = "".join(text.split()).replace("-", "")
    typed = plain.isdigit() and len(plain) <= LONGEST_NUMBER
    return numbers.parse(text) if typed else codes.token_of(text, secret)


def rule_of(version_id: int) -> tuple[str, str]:
    """Return the code of a rule and what the version says."""
    code, title = db.session.execute(
        select(Rule.code, RuleVersion.title)
        .join(Rule, Rule.id == RuleVersion.rule_id)
        .where(RuleVersion.id == version_id)
    ).one()
    return code, title
