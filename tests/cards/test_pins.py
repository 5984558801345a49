"""A household's PIN: what is taken for one, five tries, nobody reads it."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.audit.models import AuditEvent
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
from supermarket.cards.queries import IssuedCard
from supermarket.cards.service import cards, pins
from supermarket.cards.service.pins import PinResult
from supermarket.database import db, once_more, transaction
from supermarket.errors import DomainError
from supermarket.households import service as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.models import Household, HouseholdState, TieKind
from supermarket.staff.models import Role
from supermarket.staff.queries.sign_in import password_fits
from tests import pages
from tests.cards.conftest import SignIn, signing
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    make_household,
    make_shop,
    make_staff,
    the_actor,
)

PIN, OTHER = "3917", "580246"
Issue = Callable[[Household], IssuedCard]


def set_pin(household: Household, pin: str = PIN, by: int | None = None) -> None:
    """Give a household a PIN."""
    with transaction():
        pins.set_pin(household, pin, by or the_actor().id, memory_kib=64)


def tried(household: Household, pin: str) -> PinResult:
    """Try a PIN and keep that it was tried."""
    with transaction():
        return pins.check_pin(household.id, pin)


def events(action: str) -> list[AuditEvent]:
    """What the audit log says about PINs."""
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def test_the_pin_fits_and_another_does_not(app: Flask) -> None:
    household = make_household()
    set_pin(household)

    wrong = tried(household, "3918")
    right = tried(household, PIN)

    assert wrong == PinResult(ok=False, left=4, locked=False)
    assert right == PinResult(ok=True, left=5, locked=False)


@pytest.mark.parametrize("typed", ["３９１７", " 39 17 ", "3917\n"])
def test_digits_may_be_full_width_or_apart(app: Flask, typed: str) -> None:
    household = make_household()
    set_pin(household)

    assert tried(household, typed).ok


@pytest.mark.parametrize("pin", ["", "123", "1234567", "39a7", "三九一七", "39-17", "9" * 4000])
def test_what_has_not_four_to_six_digits_is_no_pin_and_no_try(app: Flask, pin: str) -> None:
    household = make_household()
    set_pin(household)

    with pytest.raises(PinShapeError):
        set_pin(household, pin)
    with pytest.raises(PinShapeError):
        tried(household, pin)

    assert tried(household, PIN).ok


@pytest.mark.parametrize(
    "pin",
    ["0000", "1111", "888888", "1234", "4321", "0123", "6789", "7890", "123456", "654321", "1212",
     "123123", "8686", "1122", "112233", "2580", "1314"],
)  # fmt: skip
def test_what_everybody_tries_first_is_refused(app: Flask, pin: str) -> None:
    household = make_household()

    with pytest.raises(WeakPinError):
        set_pin(household, pin)

    assert queries.pins.standing(household.id) is None


@pytest.mark.parametrize("pin", ["3917", "2468", "19532", "580246", "1935"])
def test_what_is_not_guessed_at_once_is_taken(app: Flask, pin: str) -> None:
    household = make_household()

    set_pin(household, pin)

    assert tried(household, pin).ok


def test_what_stands_on_the_card_or_ends_the_telephone_is_no_secret(
    app: Flask, issue: Issue
) -> None:
    household = make_household()
    number = issue(household).card.card_number
    with transaction():
        household = db.session.merge(household)
        household.phone = "13800009527"

    for told in (number[-4:], number[:4], number[-6:], "9527", household.code[-4:]):
        with pytest.raises(WeakPinError):
            set_pin(household, told)


def test_five_wrong_tries_lock_until_it_is_set_anew(app: Flask) -> None:
    household = make_household()
    set_pin(household)

    lefts = [tried(household, f"50{number}2").left for number in range(5)]
    locked = tried(household, PIN)
    with pytest.raises(PinLockedError):
        locked.refuse()
    set_pin(household, OTHER)

    assert lefts == [4, 3, 2, 1, 0]
    assert locked == PinResult(ok=False, left=0, locked=True)
    assert tried(household, OTHER).ok
    assert [event.subject for event in events("pin.lock")] == [household.code]


def test_a_pin_that_fits_forgets_the_tries_before(app: Flask) -> None:
    household = make_household()
    set_pin(household)
    for _each in range(4):
        tried(household, "5002")

    assert tried(household, PIN).ok
    assert tried(household, "5002").left == 4


def test_a_try_counts_although_the_caller_refuses_afterwards(app: Flask) -> None:
    household = make_household()
    set_pin(household)

    with pytest.raises(WrongPinError) as refused:
        tried(household, "5002").refuse()

    assert refused.value.details == {"left": 4}
    assert tried(household, "5002").left == 3


def test_of_twenty_wrong_tries_at_once_five_are_looked_at(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    household = make_household()
    set_pin(household)
    looked: list[str] = []

    def noting(pin_hash: str, pin: str) -> bool:
        looked.append(pin)
        return password_fits(pin_hash, pin)

    monkeypatch.setattr("supermarket.cards.service.pins.password_fits", noting)
    start = Barrier(20)

    def press(number: int) -> str:
        with app.app_context():
            start.wait()
            try:
                result = once_more(lambda: pins.check_pin(household.id, f"50{number:02}"))
                return "locked" if result.locked else f"left {result.left}"
            except DomainError as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(press, range(20)))

    assert len(looked) == 5
    assert answers == {"left 4": 1, "left 3": 1, "left 2": 1, "left 1": 1, "locked": 16}


def test_without_a_pin_nothing_fits(app: Flask) -> None:
    household = make_household()

    result = tried(household, PIN)

    assert result == PinResult(ok=False, left=0, locked=False)
    with pytest.raises(NoPinError):
        result.refuse()


def test_a_reset_takes_it_away_and_counts_on(app: Flask) -> None:
    household, bare = make_household(), make_household()
    set_pin(household)
    before = queries.pins.standing(household.id)
    with transaction():
        pins.reset_pin(household, the_actor().id)
    gone = queries.pins.standing(household.id)
    set_pin(household)
    after = queries.pins.standing(household.id)

    assert before
    assert gone
    assert after
    assert [one.number for one in (before, gone, after)] == [1, 2, 3]
    assert [one.is_set for one in (before, gone, after)] == [True, False, True]
    with pytest.raises(NoPinError), transaction():
        pins.reset_pin(bare, the_actor().id)


def test_the_pin_is_nowhere_to_be_read(app: Flask) -> None:
    household = make_household()
    set_pin(household)

    kept = db.session.get_one(HouseholdPin, household.id)
    [noted] = events("pin.set")

    assert kept.pin_hash.startswith("$argon2id$")
    assert PIN not in str(noted.after)
    assert PIN not in repr(vars(kept) | {"pin_hash": ""})


def test_neighbours_have_their_own_tries(app: Flask) -> None:
    ours, theirs = make_household(), make_household()
    set_pin(ours)
    set_pin(theirs, OTHER)
    for _each in range(5):
        tried(ours, OTHER)

    assert tried(theirs, OTHER).ok


def test_a_household_that_left_gets_no_pin(app: Flask) -> None:
    household = make_household()
    with transaction():
        household = db.session.merge(household)
        household.state = HouseholdState.LEFT

    with pytest.raises(HouseholdLeftError):
        set_pin(household)


def test_nobody_sets_the_pin_of_a_relative(app: Flask) -> None:
    household, scorer = make_household(), make_staff(Role.SCORER, VILLAGE)
    with transaction():
        households.declare_tie(scorer, household, TieKind.RELATIVE, "岳父", by=scorer.id)

    with pytest.raises(TiedHouseholdError):
        set_pin(household, by=scorer.id)


def test_a_new_card_keeps_the_pin(app: Flask, issue: Issue) -> None:
    household = make_household()
    issue(household)
    set_pin(household)
    with transaction():
        cards.reissue(household, "卡坏了", the_actor().id, **signing(app))

    assert tried(household, PIN).ok


# -- pages -------------------------------------------------------------------------------------


def test_the_office_sets_changes_and_clears_it(sign_in: SignIn) -> None:
    household, client = make_household(), sign_in(Role.SCORER)
    url = f"/households/{household.code}/pin"

    before = pages.get(client, url)
    done = client.post(url, data={"pin": PIN, "again": PIN})
    shown = pages.get(client, url)
    cleared = client.post(f"{url}/reset")
    again = pages.post(client, f"{url}/reset", status=409)

    assert "没有设" in before.text
    assert done.status_code == 302
    assert "已设" in shown.text
    assert PIN not in shown.html
    assert cleared.status_code == 302
    assert "还没有设密码" in again.text
    assert len(events("pin.reset")) == 1


@pytest.mark.parametrize(
    ("pin", "again", "words"),
    [
        ("1234", "1234", "太容易被人猜到"),
        ("3917", "3971", "两次输的不一样"),
        ("39", "39", "密码是 4 到 6 位数字"),
        ("", "", "请输入 4 到 6 位数字"),
        ("<b>1</b>", "<b>1</b>", "密码是 4 到 6 位数字"),
    ],
)
def test_a_pin_that_will_not_do_is_refused_beside_its_field(
    sign_in: SignIn, pin: str, again: str, words: str
) -> None:
    household, client = make_household(), sign_in(Role.SCORER)

    page = pages.post(
        client, f"/households/{household.code}/pin", {"pin": pin, "again": again}, status=422
    )

    assert words in page.text
    assert queries.pins.standing(household.id) is None


def test_a_locked_pin_says_what_to_do(sign_in: SignIn) -> None:
    household, client = make_household(), sign_in(Role.SCORER)
    set_pin(household)
    for _each in range(5):
        tried(household, "5002")

    page = pages.get(client, f"/households/{household.code}/pin")

    assert "已锁住" in page.text
    assert "重新设一个" in page.text


def test_the_keeper_sets_it_with_the_card_in_hand(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    household = make_household(head="张桂兰")
    issued, client = issue(household), sign_in(Role.SHOPKEEPER)

    asked = pages.get(client, "/cards/pin")
    form = pages.post(client, "/cards/pin", {"card": issued.code})
    done = client.post("/cards/pin/set", data={"card": issued.code, "pin": PIN, "again": PIN})

    assert "先看卡" in asked.text
    assert "张**" in form.text
    assert "张桂兰" not in form.text
    assert done.status_code == 302
    assert tried(household, PIN).ok
    [noted] = events("pin.set")
    assert noted.after
    assert noted.after["card_number"].replace(" ", "") == issued.card.card_number


def test_without_the_card_the_keeper_sets_nothing(sign_in: SignIn, issue: Issue) -> None:
    household, client = make_household(), sign_in(Role.SHOPKEEPER)
    lost = issue(household)
    with transaction():
        cards.report_lost(lost.card, the_actor().id)
    abroad = issue(make_household(village=OTHER_VILLAGE))

    refused = {
        card: client.post("/cards/pin/set", data={"card": card, "pin": PIN, "again": PIN})
        for card in ("", "not a card", household.code, lost.code, abroad.code)
    }
    named = client.post(f"/households/{household.code}/pin", data={"pin": PIN, "again": PIN})

    assert all(answer.status_code in {404, 409, 422} for answer in refused.values())
    assert "已挂失" in refused[lost.code].text
    assert "不在您负责的范围内" in refused[abroad.code].text
    assert named.status_code == 403
    assert db.session.scalar(select(func.count()).select_from(HouseholdPin)) == 0


def test_the_other_village_finds_no_such_household(sign_in: SignIn) -> None:
    household, client = make_household(), sign_in(Role.SCORER, OTHER_VILLAGE)

    pages.get(client, f"/households/{household.code}/pin", status=404)
    pages.post(client, f"/households/{household.code}/pin/reset", status=404)


def test_whoever_may_not_read_cards_sets_no_pin(app: Flask) -> None:
    make_shop()
    client = app.test_client()
    pages.sign_in(client, make_staff(Role.AUDITOR).username)

    assert client.get("/cards/pin").status_code == 403
    assert client.post("/cards/pin/set", data={}).status_code == 403
