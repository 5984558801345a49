"""The PIN a household opens its own page with: set with the card in hand, never shown."""

import re
import unicodedata
from typing import NamedTuple

from argon2 import PasswordHasher
from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.cards import queries
from supermarket.cards.errors import (
    HouseholdLeftError,
    NoPinError,
    PinLockedError,
    PinShapeError,
    WeakPinError,
    WrongPinError,
)
from supermarket.cards.models import HouseholdPin
from supermarket.cards.queries.pins import TRIES
from supermarket.clock import now
from supermarket.database import db
from supermarket.households import service as households
from supermarket.households.models import Household, HouseholdState
from supermarket.staff.queries.sign_in import password_fits

#: Fewest and most digits.
SHORTEST, LONGEST = 4, 6

_PIN = re.compile(rf"[0-9]{{{SHORTEST},{LONGEST}}}")
#: Rows of keys up and down, and what most people think of first.
_RUNS = ("01234567890", "09876543210")
_POPULAR = frozenset({"2580", "0852", "1314", "5200", "147258", "258369", "520131", "201314"})


class PinResult(NamedTuple):
    """What became of a try."""

    ok: bool
    #: Tries that are left.
    left: int
    locked: bool

    def refuse(self) -> None:
        """Raise what a try that did not fit is told; call it once the try is committed.

        Raises:
            WrongPinError, PinLockedError, NoPinError: by what it was.
        """
        if self.ok:
            return
        if self.locked:
            raise PinLockedError
        if not self.left:
            raise NoPinError
        raise WrongPinError(left=self.left)


def check_pin(household_id: int, pin: str) -> PinResult:
    """Try a PIN; the result says whether it fits.

    A try that fails is counted, so the caller commits before it refuses: ``result.refuse()``
    behind the transaction. The try is taken before it is looked at, so that however many
    come at once no more than five are; they queue for the row, which is why the hash is
    reckoned inside the transaction.

    Raises:
        PinShapeError: it has not four to six digits, which counts as no try.
    """
    typed = digits(pin)
    taken = db.session.execute(
        update(HouseholdPin)
        .where(
            HouseholdPin.household_id == household_id,
            HouseholdPin.failures < TRIES,
            HouseholdPin.pin_hash != "",
        )
        .values(failures=HouseholdPin.failures + 1)
        .returning(HouseholdPin.pin_hash, HouseholdPin.failures)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        known = queries.pins.standing(household_id)
        return PinResult(ok=False, left=0, locked=known is not None and known.locked)
    if password_fits(taken.pin_hash, typed):
        db.session.execute(
            update(HouseholdPin)
            .where(HouseholdPin.household_id == household_id)
            .values(failures=0)
            .execution_options(synchronize_session=False)
        )
        return PinResult(ok=True, left=TRIES, locked=False)
    if taken.failures == TRIES:
        household = db.session.get_one(Household, household_id)
        audit.record("pin.lock", household.code, by=None)
    return PinResult(ok=False, left=TRIES - taken.failures, locked=taken.failures == TRIES)


def set_pin(
    household: Household, pin: str, by: int | None, *, memory_kib: int, card_number: str = ""
) -> None:
    """Give a household a PIN, or another one in its place; wrong tries are forgotten.

    ``by`` is None if the household changes it itself; ``card_number`` is that of the card
    somebody held out for it.

    Raises:
        PinShapeError, WeakPinError: that is no PIN, or one that is guessed at once.
        HouseholdLeftError: it no longer takes part.
        TiedHouseholdError: it is the household of ``by`` or of a relative.
    """
    if household.state is not HouseholdState.ACTIVE:
        raise HouseholdLeftError
    households.refuse_tied(by, [household.id])
    typed = digits(pin)
    if is_weak(typed) or _told_by(household, typed):
        raise WeakPinError
    hasher = PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)
    _put(household.id, hasher.hash(typed), by)
    audit.record(
        "pin.set",
        household.code,
        by=by,
        after={"card_number": card_number} if card_number else None,
    )


def reset_pin(household: Household, by: int) -> None:
    """Take a household's PIN away; nobody opens its page until it has a new one.

    Raises:
        NoPinError: it has none.
        TiedHouseholdError: it is the household of ``by`` or of a relative.
    """
    households.refuse_tied(by, [household.id])
    known = queries.pins.standing(household.id)
    if known is None or not known.is_set:
        raise NoPinError
    _put(household.id, "", by)
    audit.record("pin.reset", household.code, by=by)


def hold(household_id: int) -> None:
    """Let the doings of a household's page that must count each other wait in line."""
    db.session.execute(
        select(HouseholdPin.number)
        .where(HouseholdPin.household_id == household_id)
        .with_for_update()
    )


def digits(pin: str) -> str:
    """Return a PIN as it is kept; full-width digits and spaces are welcome.

    Raises:
        PinShapeError: it has not four to six digits.
    """
    typed = "".join(unicodedata.normalize("NFKC", pin[:40]).split())
    if _PIN.fullmatch(typed) is None:
        raise PinShapeError
    return typed


def is_weak(pin: str) -> bool:
    """Tell whether a PIN is among the first that anybody tries.

    One digit again and again, a run of neighbours (1234, 8765), one part repeated (1212,
    123123), pairs (1122), and a few that everybody loves.
    """
    parts = [size for size in range(1, len(pin) // 2 + 1) if len(pin) % size == 0]
    repeated = any(pin == pin[:size] * (len(pin) // size) for size in parts)
    pairs = len(pin) % 2 == 0 and pin[::2] == pin[1::2]
    return repeated or pairs or any(pin in run for run in _RUNS) or pin in _POPULAR


def _told_by(household: Household, pin: str) -> bool:
    """Tell whether a PIN stands on the card or is the end of something people know."""
    cards = [card.card_number for card in queries.cards_of(household)]
    known = [household.code, household.phone, household.identity_tail, *cards]
    return any(text.endswith(pin) or text.startswith(pin) for text in known if len(text) >= 4)


def _put(household_id: int, pin_hash: str, by: int | None) -> None:
    values = {"pin_hash": pin_hash, "failures": 0, "set_at": now(), "set_by": by}
    changed = db.session.scalar(
        update(HouseholdPin)
        .where(HouseholdPin.household_id == household_id)
        .values(number=HouseholdPin.number + 1, **values)
        .returning(HouseholdPin.number)
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        db.session.add(HouseholdPin(household_id=household_id, **values))
    db.session.flush()
