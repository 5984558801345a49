"""Noting what a household would like its shop to have, and taking it back."""

from supermarket.clock import now
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.goods import queries as goods_queries
from supermarket.households.models import Household, HouseholdState
from supermarket.households.queries.pairing import paired_household
from supermarket.reservations.errors import HouseholdLeftError, TooManyWishesError, WishError
from supermarket.reservations.models import Wish
from supermarket.reservations.queries.wishes import wishes_of
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import StaffMember

#: Most characters of a wish, and most wishes of a household at once.
MOST_WORDS, MOST_WISHES = 40, 10


def wish(household: Household, words: str, *, by: StaffMember | None, sku: str = "") -> Wish:
    """Note that a household wishes for some goods, or for something by its words.

    The same wish again is the first one. ``by`` is its helper, None on its own page.

    Raises:
        NotFoundError: no such goods; a helper who does not stand by the household.
        WishError: the words say nothing, or too much.
        TooManyWishesError, HouseholdLeftError: not one more.
    """
    _refuse_strangers(household, by)
    if household.state is not HouseholdState.ACTIVE:
        raise HouseholdLeftError
    goods = goods_queries.goods_or_404(sku) if sku else None
    words = goods.name[:MOST_WORDS] if goods else cleaned(words)
    if not 2 <= len(words) <= MOST_WORDS:
        raise WishError(most=MOST_WORDS)
    known = wishes_of(household.id)
    if same := next((one for one in known if one.words == words), None):
        return same
    if len(known) >= MOST_WISHES:
        raise TooManyWishesError(most=MOST_WISHES)
    noted = Wish(
        household_id=household.id,
        village_code=household.village_code,
        goods_id=goods.id if goods else None,
        words=words,
        noted_by=by.id if by else None,
        noted_at=now(),
    )
    db.session.add(noted)
    db.session.flush()
    return noted


def end_wish(household: Household, wish_id: int, *, by: StaffMember | None) -> None:
    """Take a wish back; one that was taken back already stays so.

    Raises:
        NotFoundError: it is none of the household's; a helper who does not stand by it.
    """
    _refuse_strangers(household, by)
    found = db.session.get(Wish, wish_id)
    if found is None or found.household_id != household.id:
        raise NotFoundError(what=str(wish_id))
    if found.ended_at is None:
        found.ended_at = now()
        db.session.flush()


def _refuse_strangers(household: Household, by: StaffMember | None) -> None:
    if by is not None and paired_household(household.code, by.id) is None:
        raise NotFoundError(what=household.code)
