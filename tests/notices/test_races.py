"""Two jobs at once, an objection while the notice closes, two deciders: real transactions."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket import clock
from supermarket.awards.models import Declaration, DeclarationState
from supermarket.database import db, once_more, transaction
from supermarket.errors import DomainError
from supermarket.ledger.models import Entry
from supermarket.notices import service as notices
from supermarket.notices.models import Notice, Objection, ObjectionChannel, ObjectionState
from supermarket.staff.models import Scope, StaffMember
from tests.factories import VILLAGE, balance, make_household
from tests.notices.makers import (
    PHONE,
    close,
    decide,
    later,
    make_accepted,
    make_people,
    object_to,
    open_notice,
    state_of,
)


def together(app: Flask, works: Iterable[Callable[[], str]]) -> Counter[str]:
    """Run works at the same moment, each in a session of its own; count what they answer."""
    works = list(works)
    start = Barrier(len(works))

    def one(work: Callable[[], str]) -> str:
        with app.app_context():
            start.wait()
            try:
                return work()
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        answers = Counter(pool.map(one, works))
    db.session.rollback()
    return answers


def closing(reference: str) -> Callable[[], str]:
    def work() -> str:
        with clock.at(later(4)):
            closed = once_more(lambda: notices.close(reference))
        return "posted" if closed.entry else "nothing"

    return work


def objecting(code: str, by: int, key: str | None = None) -> Callable[[], str]:
    def work() -> str:
        raised = once_more(
            lambda: notices.raise_objection(
                key or uuid4().hex,
                code,
                text="那天他不在村里",
                channel=ObjectionChannel.PHONE,
                by=by,
                scope=Scope((VILLAGE,), ()),
            )
        )
        return "late" if raised.late else "held"

    return work


def deciding(code: str, by: int, points: int) -> Callable[[], str]:
    def work() -> str:
        with transaction():
            member = db.session.get_one(StaffMember, by)
            notices.decide(
                code, ObjectionState.CORRECTED, by=member, reason="已核实", points=points
            )
        return "decided"

    return work


def opening(by: int, key: str) -> Callable[[], str]:
    def work() -> str:
        member = db.session.get_one(StaffMember, by)
        opened = once_more(lambda: notices.open_notice(VILLAGE, by=member, key=key, phone=PHONE))
        return f"opened {opened.number}"

    return work


def test_closing_jobs_at_once_post_one_entry(app: Flask) -> None:
    people = make_people()
    homes = [make_household() for _ in range(5)]
    for home in homes:
        make_accepted(people, home)
    reference = open_notice(people.scorer).reference

    answers = together(app, [closing(reference) for _ in range(6)])

    assert answers == {"posted": 1, "nothing": 5}
    assert [balance(home) for home in homes] == [5] * 5


@pytest.mark.parametrize("attempt", range(4))
def test_an_objection_while_the_notice_closes_is_held_or_late_and_never_lost(
    app: Flask, attempt: int
) -> None:
    people = make_people()
    home = make_household()
    line = make_accepted(people, home)
    others = [make_accepted(people) for _ in range(10)]
    reference = open_notice(people.scorer).reference
    works = [closing(reference), objecting(line.code, people.scorer.id)]

    answers = together(app, works if attempt % 2 else works[::-1])

    [raised] = db.session.scalars(select(Objection)).all()
    late = state_of(line) is DeclarationState.POSTED
    assert answers == {"posted": 1, "late" if late else "held": 1}
    assert raised.late is late
    assert balance(home) == (5 if late else 0)
    assert {state_of(other) for other in others} == {DeclarationState.POSTED}


def test_one_objection_pressed_five_times_at_once_is_one(app: Flask) -> None:
    people = make_people()
    line = make_accepted(people)
    open_notice(people.scorer)

    answers = together(
        app, [objecting(line.code, people.scorer.id, "the-same-key") for _ in range(5)]
    )

    assert answers == {"held": 5}
    assert db.session.scalar(select(func.count()).select_from(Objection)) == 1


def test_of_two_who_decide_one_is_told_who_was_first(app: Flask) -> None:
    people = make_people()
    line = make_accepted(people)
    open_notice(people.scorer)
    code = object_to(line, people.scorer).code

    answers = together(
        app, [deciding(code, people.supervisor.id, 2), deciding(code, people.township.id, 3)]
    )

    assert answers == {"decided": 1, "already_decided": 1}
    objection = db.session.scalars(select(Objection)).one()
    assert db.session.get_one(Declaration, line.id).points == objection.points_after


def test_two_who_announce_at_once_announce_each_line_once(app: Flask) -> None:
    people = make_people()
    for _ in range(4):
        make_accepted(people)

    answers = together(
        app,
        [opening(people.scorer.id, "first-key-1"), opening(people.reviewer.id, "second-key-2")],
    )

    assert answers == {"opened 1": 1, "nothing_to_announce": 1}
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 1


def test_one_press_of_announce_sent_four_times_at_once_opens_one(app: Flask) -> None:
    people = make_people()
    make_accepted(people)

    answers = together(app, [opening(people.scorer.id, "the-same-key") for _ in range(4)])

    assert answers == {"opened 1": 4}


def test_a_late_decision_and_the_follow_up_run_do_not_lock_each_other_out(app: Flask) -> None:
    people = make_people()
    home = make_household()
    first, second = make_accepted(people, home), make_accepted(people, home, points=7)
    notice = open_notice(people.scorer)
    held = object_to(second, people.scorer)
    close(notice)
    late = object_to(first, people.scorer)
    decide(held, ObjectionState.DISMISSED, people.supervisor)

    answers = together(
        app, [closing(notice.reference), deciding(late.code, people.supervisor.id, 1)]
    )

    assert answers == {"posted": 1, "decided": 1}
    assert balance(home) == 8
    assert db.session.scalar(select(func.count()).select_from(Entry)) == 3
