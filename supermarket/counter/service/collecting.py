"""Into whose hands goods go, and what shows that the household agrees."""

import enum
from datetime import date
from typing import NamedTuple

from supermarket.cards.queries import pins
from supermarket.counter.errors import (
    IdentityNeededError,
    OwnHandsError,
    ProofNeededError,
    ProxyEndedError,
    ProxyOverError,
)
from supermarket.errors import N_, NotFoundError
from supermarket.households import queries as households
from supermarket.households.queries import Collector, collecting

#: How the paired helper is named as the one who collects; a proxy by the number of the authority.
BY_HELPER = "helper"
#: Most characters of the words that a receipt keeps.
MOST_WORDS = 60


class KnownBy(enum.Enum):
    """How the keeper knew the household's own people without a PIN."""

    FACE = "face"
    IDENTITY = "identity"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {KnownBy.FACE: N_("认识本人"), KnownBy.IDENTITY: N_("看过身份证")}[self]


class Handing(NamedTuple):
    """Who takes the goods, as the keeper says."""

    #: Whether the household's PIN was typed and fits; see ``try_pin``.
    pin_fits: bool = False
    #: Number of a proxy's authority, or BY_HELPER; empty if the household came itself.
    collector: str = ""
    known_by: KnownBy | None = None


class Collected(NamedTuple):
    """Who takes the goods, checked."""

    #: For the receipt; empty if nobody asked.
    words: str = ""
    #: Of a proxy with a limit: the name, and most points in a calendar month.
    name: str = ""
    month_points: int | None = None


def number_of(collector: Collector) -> str:
    """Return what names somebody who may collect in a form or a call."""
    return BY_HELPER if collector.proxy_id is None else str(collector.proxy_id)


def words_of(collector: Collector) -> str:
    """Write somebody who collects as receipts keep it: 张三（邻居）."""
    return f"{collector.name}（{collector.relation}）"[:MOST_WORDS]


def collected(
    household_id: int, handing: Handing, points: int, above: int | None, *, by: int, on: date
) -> Collected:
    """Check who takes a basket of ``points``; from ``above`` on the household must agree.

    Below that nobody is asked, and a proxy or a PIN may be shown all the same.

    Raises:
        NotFoundError, ProxyOverError, ProxyEndedError: nobody who collects for it today.
        OwnHandsError: the helper and the keeper are the same person.
        ProofNeededError, IdentityNeededError: nothing shows that the household agrees.
    """
    if handing.collector:
        return _by_another(household_id, handing.collector, by, on)
    if handing.pin_fits:
        return Collected("本人（密码核对）")
    if above is None or points < above:
        return Collected()
    standing = pins.standing(household_id)
    if standing is not None and standing.is_set:
        raise ProofNeededError(above=above)
    if handing.known_by is None:
        raise IdentityNeededError(above=above)
    return Collected(f"本人（店长核对：{handing.known_by.label}）")


def _by_another(household_id: int, number: str, by: int, on: date) -> Collected:
    found = next((c for c in households.proxies(household_id, on) if number_of(c) == number), None)
    if found is None:
        plain = number.isascii() and number.isdigit() and len(number) < 10
        proxy = collecting.proxy(int(number), household_id) if plain else None
        if proxy is None:
            raise NotFoundError(what=number[:40])
        if proxy.ended_at is None and proxy.until < on:
            raise ProxyOverError(name=proxy.name, until=proxy.until)
        raise ProxyEndedError(name=proxy.name)
    if found.proxy_id is None:
        helper = households.helper_of(household_id)
        if helper is not None and helper.staff_id == by:
            raise OwnHandsError
    return Collected(words_of(found), found.name, found.month_points)
