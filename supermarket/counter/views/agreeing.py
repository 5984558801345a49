"""What a household may do at the counter besides paying: limits, who collects, what to show."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from flask_babel import gettext as _

from supermarket.cards.queries import pins
from supermarket.counter.queries import limits
from supermarket.counter.queries.limits import Allowance
from supermarket.counter.queries.till import Customer, Offer
from supermarket.counter.service.collecting import number_of, words_of
from supermarket.households import queries as households
from supermarket.households.queries import collecting
from supermarket.schemes import queries as schemes
from supermarket.schemes.errors import NoSchemeError
from supermarket.schemes.models import Scheme

#: How long a proxy whose time is over is still named, for it may come as if nothing had happened.
LATELY = timedelta(days=31)


class Standing(NamedTuple):
    """How a household stands this month, and who may collect for it."""

    household_id: int
    balance: int
    allowance: Allowance
    #: What names each in the form, and the words on the tile.
    collectors: list[tuple[str, str]]
    #: Who collected until lately, and the last day of it.
    over: list[tuple[str, date]]

    @property
    def missing(self) -> int:
        """Points that the household lacks to redeem at all; 0 if none."""
        return max(0, self.allowance.minimum - self.balance)

    def units_left(self, offer: Offer) -> int | None:
        """Return the units of some goods that it may still take; None for no limit."""
        return self.allowance.units_left.get(offer.goods_id)

    def may_take(self, offer: Offer, units: int) -> bool:
        """Whether it may take one more of some goods of which ``units`` lie in the basket."""
        most = self.units_left(offer)
        return most is None or units < most

    def room(self, left: int, total: int) -> int:
        """Return the points that may be added to a basket of ``total``; below zero: none at all."""
        if self.missing:
            return -1
        capped = self.allowance.points_left
        return left if capped is None else min(left, capped - total)

    def proof(self, total: int) -> str:
        """Return what a basket asks the household for: pin, locked, person; empty for nothing."""
        above = self.allowance.proof_above
        if above is None or total < above:
            return ""
        known = pins.standing(self.household_id)
        if known is None or not known.is_set:
            return "person"
        return "locked" if known.locked else "pin"


def stand(customer: Customer, offers: Iterable[Offer], on: date) -> Standing:
    """Return how a household stands on a day."""
    limited = {o.goods_id: o.month_limit for o in offers if o.month_limit is not None}
    allowance = limits.allowance(
        customer.household_id, _programme(customer.village_code, on), limited, on
    )
    collectors = []
    for one in households.proxies(customer.household_id, on):
        relation = _(one.relation) if one.proxy_id is None else one.relation
        words = _("%(name)s（%(relation)s）", name=one.name, relation=relation)
        if one.month_points is not None:
            left = max(0, one.month_points - allowance.by_collector.get(words_of(one), 0))
            words = _("%(who)s，本月还可代领 %(left)s 分", who=words, left=left)
        collectors.append((number_of(one), words))
    over = [
        (one.name, one.until)
        for one in collecting.proxies_of(customer.household_id)
        if one.ended_at is None and on - LATELY <= one.until < on
    ]
    return Standing(customer.household_id, customer.balance, allowance, collectors, over)


def _programme(village_code: str, on: date) -> Scheme | None:
    try:
        return schemes.scheme(village_code, on)
    except NoSchemeError:
        return None
