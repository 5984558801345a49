"""What a household is found by, kept beside it."""

from collections.abc import Iterable, Iterator

from sqlalchemy import delete, insert, select

from supermarket.database import db
from supermarket.households.models import Household, HouseholdTerm
from supermarket.households.queries.words import LENGTH, folded
from supermarket.households.service.pinyin import readings


def terms_of(code: str, group: str, phone: str, names: Iterable[str]) -> set[str]:
    """Return what a household with this code, group, telephone and these people is found by."""
    terms = {code, code[-4:], folded(group), phone, phone[-4:]}
    for name in names:
        terms.update(_of_name(folded(name)))
    return {term[:LENGTH] for term in terms if term}


def _of_name(name: str) -> Iterator[str]:
    """The name, its ends (the given name), and the beginnings of its pinyin."""
    yield name
    yield name[1:]
    for start in range(2, len(name) - 1):
        yield name[start:]
    for syllables in readings(name):
        yield "".join(syllables)
        yield "".join(syllable[0] for syllable in syllables)
        if len(syllables) > 2:
            yield "".join(syllables[1:])


def index(household: Household) -> None:
    """Write anew what a household is found by: its members who are there, and its head."""
    names = {household.head, *(member.name for member in household.members if member.present)}
    wanted = terms_of(household.code, household.group, household.phone, names)
    here = HouseholdTerm.household_id == household.id
    found = set(db.session.scalars(select(HouseholdTerm.term).where(here)))
    if gone := found - wanted:
        db.session.execute(delete(HouseholdTerm).where(here, HouseholdTerm.term.in_(gone)))
    rows = [
        {"household_id": household.id, "term": term, "village_code": household.village_code}
        for term in sorted(wanted - found)
    ]
    if rows:
        db.session.execute(insert(HouseholdTerm), rows)
