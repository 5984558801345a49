"""Issuing, replacing and ending cards: one card in use a household, whatever happens at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.audit.models import AuditEvent
from supermarket.cards import queries
from supermarket.cards.errors import (
    AlreadyHasCardError,
    CardReplacedError,
    CardStateError,
    HouseholdHasLeftError,
    NoCardToReplaceError,
)
from supermarket.cards.models import Card, CardEvent, CardState
from supermarket.cards.queries import IssuedCard, numbers
from supermarket.cards.service import cards
from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.errors import ConflictError, DomainError
from supermarket.households.models import Household, HouseholdState
from tests import pages
from tests.cards.conftest import SignIn, signing
from tests.factories import balance, make_household, the_actor

Issue = Callable[[Household], IssuedCard]


def in_use(household: Household) -> int:
    """How many cards in use a household has."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Card.household_id == household.id, Card.state == CardState.ACTIVE
            )
        )
        or 0
    )


def test_a_new_card_has_a_number_with_its_check_digit_and_a_signed_code(
    app: Flask, issue: Issue
) -> None:
    household = make_household()

    issued = issue(household)

    assert numbers.parse(issued.card.card_number) == issued.card.card_number
    assert issued.url.endswith(f"/C/{issued.code}")
    found = queries.read(issued.url, secret=app.config["CARD_KEY"])
    assert (found.card.id, found.state) == (issued.card.id, CardState.ACTIVE)
    assert found.household is not None
    assert found.household.code == household.code


def test_a_second_card_is_refused_and_the_first_named(app: Flask, issue: Issue) -> None:
    household = make_household()
    first = issue(household).card.card_number

    with pytest.raises(AlreadyHasCardError) as refused:
        issue(household)

    assert numbers.format(first) in str(refused.value)
    assert in_use(household) == 1


def test_a_household_that_left_gets_no_card(app: Flask, issue: Issue) -> None:
    household = make_household()
    with transaction():
        household.state = HouseholdState.LEFT

    with pytest.raises(HouseholdHasLeftError):
        issue(household)

    assert in_use(household) == 0


def test_a_reissue_kills_the_old_card_and_keeps_the_points(app: Flask, issue: Issue) -> None:
    household = make_household(points_held=86)
    old = issue(household).card

    with transaction():
        new = cards.reissue(
            household,
            "卡丢了",
            the_actor().id,
            replacing=old.card_number,
            **signing(app),
        )

    assert db.session.get_one(Card, old.id).state is CardState.REVOKED
    assert new.card.state is CardState.ACTIVE
    assert new.code != queries.code_of(old, **signing(app)).code
    assert in_use(household) == 1
    assert balance(household) == 86


def test_a_second_tap_on_reissue_does_not_replace_the_new_card(app: Flask, issue: Issue) -> None:
    household = make_household()
    old = issue(household).card.card_number
    with transaction():
        cards.reissue(household, "坏了", the_actor().id, replacing=old, **signing(app))

    with pytest.raises(CardReplacedError), transaction():
        cards.reissue(household, "坏了", the_actor().id, replacing=old, **signing(app))

    assert len(queries.cards_of(household)) == 2
    assert in_use(household) == 1


def test_a_lost_card_is_replaced_although_a_later_one_was_ended(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    household, actor = make_household(), the_actor().id
    lost = issue(household).card
    with transaction():
        cards.report_lost(lost, actor)
    with transaction():
        [blank] = cards.make_blanks(1, actor)
    with transaction():
        cards.link(blank, household, actor)
    with transaction():
        cards.revoke(blank, "坏了", actor)
    browser, page = sign_in(), f"/households/{household.code}/cards/reissue"

    named = pages.get(browser, page).field("replacing")
    done = browser.post(page, data={"reason": "卡丢了", "replacing": named})

    assert named == lost.card_number
    assert done.status_code == 302
    assert in_use(household) == 1


def test_there_must_be_a_card_to_replace(app: Flask) -> None:
    household = make_household()

    with pytest.raises(NoCardToReplaceError), transaction():
        cards.reissue(household, "坏了", the_actor().id, **signing(app))

    assert queries.cards_of(household) == []


def test_a_lost_card_is_found_again(app: Flask, issue: Issue) -> None:
    household = make_household()
    card = issue(household).card
    actor = the_actor().id

    with transaction():
        cards.report_lost(card, actor, "赶集丢的")
    lost = card.state
    with transaction():
        cards.found_again(card, actor)

    assert (lost, card.state) == (CardState.LOST, CardState.ACTIVE)
    story = [(row.event.state, row.event.reason) for row in queries.history(card)]
    assert story == [
        (CardState.ACTIVE, ""),
        (CardState.LOST, "赶集丢的"),
        (CardState.ACTIVE, ""),
    ]


def test_a_lost_card_stays_lost_once_it_is_replaced(app: Flask, issue: Issue) -> None:
    household = make_household()
    old = issue(household).card
    actor = the_actor().id
    with transaction():
        cards.report_lost(old, actor)
    with transaction():
        cards.reissue(household, "卡丢了", actor, **signing(app))

    with pytest.raises(AlreadyHasCardError), transaction():
        cards.found_again(old, actor)

    assert db.session.get_one(Card, old.id).state is CardState.REVOKED


@pytest.mark.parametrize("state", [CardState.LOST, CardState.REVOKED])
def test_only_a_card_in_use_is_reported_lost(app: Flask, issue: Issue, state: CardState) -> None:
    card = issue(make_household()).card
    with transaction():
        card.state = state

    with pytest.raises(CardStateError), transaction():
        cards.report_lost(card, the_actor().id)

    assert db.session.get_one(Card, card.id).state is state


def test_a_card_is_revoked_once(app: Flask, issue: Issue) -> None:
    card = issue(make_household()).card
    actor = the_actor().id
    with transaction():
        cards.revoke(card, "户主去世", actor)

    with pytest.raises(CardStateError), transaction():
        cards.revoke(card, "户主去世", actor)

    assert len(queries.history(card)) == 2


def test_an_expired_card_makes_room_for_a_new_one(app: Flask, issue: Issue) -> None:
    household = make_household()
    old = issue(household).card
    with transaction():
        old.expires_on = today() - timedelta(days=1)

    new = issue(household).card

    assert db.session.get_one(Card, old.id).state is CardState.EXPIRED
    assert queries.active_card(household) is new


def test_every_change_is_in_the_audit(app: Flask, issue: Issue) -> None:
    household = make_household()
    card = issue(household).card
    actor = the_actor().id

    with transaction():
        cards.revoke(card, "卡坏了", actor)

    rows = db.session.scalars(
        select(AuditEvent).where(AuditEvent.subject == household.code).order_by(AuditEvent.id)
    ).all()
    assert [(row.action, row.staff_id) for row in rows] == [
        ("card.issue", actor),
        ("card.revoke", actor),
    ]
    assert rows[1].before == {"state": "active"}
    assert rows[1].after == {
        "card_number": card.card_number,
        "state": "revoked",
        "reason": "卡坏了",
    }
    assert card.token not in str([row.after for row in rows])


def test_a_village_gets_its_missing_cards_at_once_and_nobody_a_second(
    app: Flask, issue: Issue, statements: Callable[[], int]
) -> None:
    households = [make_household(head=f"户主{n}") for n in range(30)]
    kept = issue(households[0]).card
    with transaction():
        households[1].state = HouseholdState.LEFT
    actor = the_actor().id

    before = statements()
    with transaction():
        made = cards.issue_all(households, actor)
    spent = statements() - before
    with transaction():
        again = cards.issue_all(households, actor)

    assert len(made) == 28
    assert again == []
    assert len({card.card_number for card in made}) == 28
    assert len({card.token for card in made}) == 28
    assert db.session.get_one(Card, kept.id).state is CardState.ACTIVE
    assert db.session.scalar(select(func.count(CardEvent.id))) == 29
    assert spent <= 4 * len(households)  # it is read, and gets a card, an event, an audit line


def test_a_blank_is_linked_once(app: Flask) -> None:
    first, second = make_household(), make_household()
    actor = the_actor().id
    with transaction():
        [blank] = cards.make_blanks(1, actor)

    with transaction():
        cards.link(blank, first, actor)
    with pytest.raises(CardStateError), transaction():
        cards.link(blank, second, actor)

    found = queries.active_card(first)
    assert found is not None
    assert found.id == blank.id
    assert queries.active_card(second) is None


def race(app: Flask, work: Callable[[], object], times: int = 6) -> list[str]:
    """Do the same at once from several threads; return what became of each, sorted."""
    together = Barrier(times)

    def press() -> str:
        with app.app_context():
            together.wait()
            try:
                work()
            except DomainError as refused:
                return type(refused).__name__
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(times) as pool:
        presses = [pool.submit(press) for _ in range(times)]
        return sorted(press.result() for press in presses)


def test_many_hands_issuing_at_once_make_one_card(app: Flask) -> None:
    household = make_household()
    household_id, actor = household.id, the_actor().id
    db.session.rollback()

    def work() -> None:
        mine = db.session.get_one(Household, household_id)
        once_more(lambda: cards.issue(mine, actor, **signing(app)))

    outcomes = race(app, work)

    assert outcomes.count("done") == 1
    assert set(outcomes) == {"done", AlreadyHasCardError.__name__}
    assert in_use(household) == 1


def test_many_hands_reissuing_at_once_make_one_new_card(app: Flask, issue: Issue) -> None:
    household = make_household()
    old = issue(household).card.card_number
    household_id, actor = household.id, the_actor().id
    db.session.rollback()

    def work() -> None:
        mine = db.session.get_one(Household, household_id)
        with transaction():
            cards.reissue(mine, "卡坏了", actor, replacing=old, **signing(app))

    outcomes = race(app, work)

    assert outcomes.count("done") == 1
    refusals = {CardReplacedError.__name__, CardStateError.__name__, ConflictError.__name__}
    assert set(outcomes) <= {"done"} | refusals
    db.session.expire_all()
    assert len(queries.cards_of(household)) == 2
    assert in_use(household) == 1


def test_two_who_link_the_same_blank_at_once_give_it_to_one(app: Flask) -> None:
    homes = [make_household().id for _ in range(4)]
    actor = the_actor().id
    with transaction():
        blank_id = cards.make_blanks(1, actor)[0].id
    db.session.rollback()
    waiting = iter(homes)

    def work() -> None:
        home = db.session.get_one(Household, next(waiting))
        blank = db.session.get_one(Card, blank_id)
        with transaction():
            cards.link(blank, home, actor)

    outcomes = race(app, work, times=4)

    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", CardStateError.__name__, ConflictError.__name__}
    db.session.expire_all()
    assert db.session.get_one(Card, blank_id).state is CardState.ACTIVE
    assert len(queries.history(db.session.get_one(Card, blank_id))) == 2


def test_who_links_and_then_revokes_meets_who_was_faster(app: Flask) -> None:
    household, actor = make_household(), the_actor().id
    with transaction():
        blank_id = cards.make_blanks(1, actor)[0].id
    db.session.rollback()
    with transaction():
        cards.link(db.session.get_one(Card, blank_id), household, actor)
    db.session.rollback()
    waiting = iter(range(4))

    def work() -> None:
        """Two report it lost, two revoke it."""
        card = db.session.get_one(Card, blank_id)
        with transaction():
            if next(waiting) % 2:
                cards.revoke(card, "错发", actor)
            else:
                cards.report_lost(card, actor)

    outcomes = race(app, work, times=4)

    db.session.expire_all()
    steps = [row.event.state for row in queries.history(db.session.get_one(Card, blank_id))]
    assert steps[0] is db.session.get_one(Card, blank_id).state
    assert outcomes.count("done") == len(steps) - 2
    assert steps.count(CardState.REVOKED) <= 1
    assert steps.count(CardState.LOST) <= 1
