"""Opening and closing notices: announced once, posted once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket import clock
from supermarket.awards.models import Award, Decision, Declaration, DeclarationState, Verdict
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import DomainError, NotFoundError
from supermarket.households.models import HouseholdState
from supermarket.ledger.errors import KeyInvalidError
from supermarket.ledger.models import Entry
from supermarket.notices import queries
from supermarket.notices import service as notices
from supermarket.notices.errors import (
    KeyReusedError,
    NothingToAnnounceError,
    NoticeStillOpenError,
    PhoneInvalidError,
    PhoneNeededError,
)
from supermarket.notices.models import Notice, NoticeState
from supermarket.staff.models import Role, Scope
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    balance,
    journal,
    make_household,
    make_shop,
    make_staff,
)
from tests.notices.makers import (
    PHONE,
    close,
    later,
    make_accepted,
    make_people,
    object_to,
    open_notice,
    state_of,
)

EVERYWHERE = Scope(("",), ())
pytestmark = pytest.mark.usefixtures("app")


def entries(kind: str = "award") -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Entry.kind == kind)) or 0


def test_a_notice_takes_all_that_is_accepted_in_the_village_and_nothing_else() -> None:
    people = make_people()
    home = make_household(points_held=30)
    two = [make_accepted(people, home, points=3), make_accepted(people, home, points=4)]
    other = make_accepted(people)
    waits = make_accepted(people, state=DeclarationState.SUBMITTED)
    elsewhere = make_accepted(people, village=OTHER_VILLAGE)
    head = journal()

    opened = open_notice(people.scorer)

    assert opened.reference == f"{VILLAGE}G{today().year}-1"
    assert (opened.opens_on, opened.closes_on) == (today(), today() + timedelta(days=3))
    assert (opened.head_number, opened.head_hash) == (head.last_number, head.last_hash)
    assert [state_of(row) for row in [*two, other]] == [DeclarationState.NOTICED] * 3
    assert state_of(waits) is DeclarationState.SUBMITTED
    assert state_of(elsewhere) is DeclarationState.ACCEPTED
    lines = queries.lines(opened.id)
    assert [(line.row, line.announced, line.balance) for line in lines] == [
        (1, 3, 30),
        (1, 4, 30),
        (2, 5, 0),
    ]


def test_the_next_notice_of_the_year_has_the_next_number() -> None:
    people = make_people()
    make_accepted(people)
    open_notice(people.scorer)
    make_accepted(people)

    second = open_notice(people.reviewer)

    assert second.number == 2


def test_nothing_to_announce_is_said_and_leaves_no_gap_in_the_numbers() -> None:
    people = make_people()

    with pytest.raises(NothingToAnnounceError, match="没有待公示的事项"):
        open_notice(people.scorer)
    make_accepted(people)

    assert open_notice(people.scorer).number == 1


def test_the_same_press_of_the_button_again_opens_nothing_more() -> None:
    people = make_people()
    make_accepted(people)
    first = open_notice(people.scorer, key="the-same-key")
    make_accepted(people)

    again = open_notice(people.scorer, key="the-same-key")

    assert again.id == first.id
    with pytest.raises(KeyReusedError):
        open_notice(people.reviewer, key="the-same-key")
    with pytest.raises(KeyInvalidError):
        open_notice(people.scorer, key="short")
    with pytest.raises(KeyInvalidError):
        open_notice(people.scorer, key="钥匙钥匙钥匙钥匙")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.SHOPKEEPER, Role.AUDITOR])
def test_who_does_not_publish_opens_no_notice(role: Role) -> None:
    people = make_people()
    make_accepted(people)
    shop = make_shop() if role is Role.SHOPKEEPER else None

    with pytest.raises(NotFoundError):
        open_notice(make_staff(role, VILLAGE, shop=shop))


@pytest.mark.parametrize("village", [OTHER_VILLAGE, VILLAGE[:9], "", "x", "999999999999"])
def test_nobody_publishes_elsewhere(village: str) -> None:
    people = make_people()
    make_accepted(people)

    with pytest.raises(NotFoundError):
        open_notice(people.scorer, village=village)


def test_the_nearest_shops_telephone_is_taken_and_there_must_be_one() -> None:
    people = make_people()
    make_accepted(people)

    with pytest.raises(PhoneNeededError):
        open_notice(people.scorer, phone="")
    with pytest.raises(PhoneInvalidError):
        open_notice(people.scorer, phone="<b>打给我</b>")
    shop = make_shop()
    with transaction():
        shop.phone = PHONE

    assert open_notice(people.scorer, phone=" ").phone == PHONE


def test_closing_posts_one_entry_and_the_points_may_be_spent_then_only() -> None:
    people = make_people()
    home = make_household(points_held=30)
    lines = [make_accepted(people, home, points=3), make_accepted(people, home, points=4)]
    make_accepted(people, points=6)
    opened = open_notice(people.scorer)
    with pytest.raises(NoticeStillOpenError, match="要公示到"):
        close(opened, days=3)
    assert balance(home) == 30

    closed = close(opened)

    assert closed.entry == f"{VILLAGE}-2"
    assert (closed.lines, closed.points, closed.held) == (3, 13, 0)
    assert balance(home) == 37
    assert [state_of(row) for row in lines] == [DeclarationState.POSTED] * 2
    entry = db.session.scalars(select(Entry).where(Entry.kind == "award")).one()
    award = db.session.scalars(select(Award)).one()
    assert (entry.document, entry.actor_id) == (opened.reference, people.scorer.id)
    assert award.region_code == VILLAGE
    assert queries.lines(opened.id)[0].entry == closed.entry


def test_run_again_late_and_for_ever_it_posts_nothing_twice() -> None:
    people = make_people()
    home = make_household()
    make_accepted(people, home)
    opened = open_notice(people.scorer)
    close(opened, days=400)

    again = [close(opened, days=days) for days in (400, 401)]

    assert [(row.entry, row.lines) for row in again] == [("", 0)] * 2
    assert balance(home) == 5
    assert entries() == 1


@pytest.mark.parametrize("reference", ["", "x", "410482100203G2026-99", f"{VILLAGE}G2026-0", "’"])
def test_what_is_no_notice_is_not_found(reference: str) -> None:
    make_people()

    with pytest.raises(NotFoundError):
        close(reference)


def test_a_notice_of_another_village_is_not_found() -> None:
    people = make_people()
    make_accepted(people)
    opened = open_notice(people.scorer)

    with transaction(), pytest.raises(NotFoundError):
        notices.close(opened.reference, scope=Scope((OTHER_VILLAGE,), ()))
    assert queries.notice(opened.reference, Scope((OTHER_VILLAGE,), ())) is None


def test_a_household_that_left_gets_nothing_and_holds_nobody_up() -> None:
    people = make_people()
    gone, stays = make_household(), make_household()
    line = make_accepted(people, gone)
    make_accepted(people, stays)
    early = make_household()
    announced = make_accepted(people, early)
    with transaction():
        db.session.merge(early).state = HouseholdState.LEFT
    opened = open_notice(people.scorer)
    with transaction():
        db.session.merge(gone).state = HouseholdState.LEFT

    closed = close(opened)

    assert (closed.lines, closed.left) == (1, 1)
    assert state_of(line) is DeclarationState.WITHDRAWN
    assert state_of(announced) is DeclarationState.WITHDRAWN
    assert (balance(gone), balance(stays)) == (0, 5)
    reason = db.session.scalar(
        select(Decision.reason).where(
            Decision.declaration_id == line.id, Decision.verdict == Verdict.WITHDRAW
        )
    )
    assert reason == "农户已退出，不再入账"


class StruckError(Exception):
    """The power went out."""


@pytest.mark.parametrize("step", ["audit.record", "awards.post_declared", "_waiting"])
def test_killed_between_any_two_steps_it_posts_once_when_run_again(
    monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    people = make_people()
    home = make_household()
    line = make_accepted(people, home)
    opened = open_notice(people.scorer)
    with monkeypatch.context() as broken:
        name = f"supermarket.notices.service.closing.{step}"
        broken.setattr(name, strike)
        with pytest.raises(StruckError):
            close(opened)
    assert state_of(line) is DeclarationState.NOTICED
    assert balance(home) == 0

    close(opened)
    close(opened)

    assert balance(home) == 5
    assert entries() == 1


def strike(*_arguments: object, **_named: object) -> None:
    raise StruckError


def test_struck_after_the_commit_it_posts_nothing_again() -> None:
    people = make_people()
    home = make_household()
    make_accepted(people, home)
    opened = open_notice(people.scorer)
    close(opened)  # and nobody was told
    with clock.at(later(5)):
        due = queries.due(clock.today())

    assert due == []
    assert close(opened).entry == ""
    assert balance(home) == 5


def test_what_is_due_is_open_past_its_day_or_was_released_later() -> None:
    people = make_people()
    line = make_accepted(people)
    make_accepted(people)
    opened = open_notice(people.scorer)
    object_to(line, people.supervisor)

    on_its_last_day = queries.due(opened.closes_on)
    after = queries.due(opened.closes_on + timedelta(days=1))

    assert on_its_last_day == []
    assert [(row.reference, row.lines, row.held) for row in after] == [(opened.reference, 1, 1)]
    assert queries.due(opened.closes_on + timedelta(days=1), [OTHER_VILLAGE]) == []
    close(opened)
    assert queries.due(opened.closes_on + timedelta(days=1)) == []


def test_the_sheet_masks_and_makes_one_row_of_a_household() -> None:
    people = make_people()
    home = make_household(points_held=30, head="张桂兰")
    for points in (3, 4):
        make_accepted(people, home, points=points)
    make_accepted(people, home, rule="L02")
    make_accepted(people, make_household(head="王五"))

    rows = queries.sheet(open_notice(people.scorer).id)

    assert [(row.row, row.tail, row.head, row.points, row.balance) for row in rows] == [
        (1, home.code[-4:], "张**", 12, 30),
        (2, rows[1].tail, "王**", 5, 0),
    ]
    assert rows[0].titles == [("月度庭院检查清洁户", 2), ("村集体修路一天", 1)]


def test_lists_take_a_fixed_number_of_statements(statements: Callable[[], int]) -> None:
    people = make_people()
    for _ in range(3):
        make_accepted(people)
        open_notice(people.scorer)
    scope = Scope((VILLAGE,), ())

    queries.notices(scope, limit=1)  # and the transaction has begun
    before = statements()
    found = queries.notices(scope, limit=10)
    used = statements() - before

    assert used == 3
    assert [(row.lines, row.households, row.points) for row in found] == [(1, 1, 5)] * 3
    assert queries.notices(scope, state=NoticeState.CLOSED, limit=10) == []
    assert [row.notice.number for row in queries.notices(scope, limit=2)] == [3, 2]
    older = queries.notices(scope, before=found[1].notice.id, limit=2)
    assert [row.notice.number for row in older] == [1]


def test_the_notices_that_hang_are_found_by_their_village() -> None:
    people = make_people()
    first = make_accepted(people)
    closed = open_notice(people.scorer)
    close(closed)
    make_accepted(people)
    opened = open_notice(people.scorer)

    hanging = queries.open_notices(VILLAGE)

    assert [row.id for row in hanging] == [opened.id]
    assert [row.id for row in queries.open_notices(VILLAGE, closed=True)] == [opened.id, closed.id]
    found = queries.notice_line_of(first.id)
    assert found is not None
    assert (found[0].id, found[1].position) == (closed.id, 1)
    lines = queries.of_household(first.household_id)
    assert [(row.declaration, row.state) for row in lines] == [
        (first.code, DeclarationState.POSTED)
    ]


def test_errors_say_what_to_do(app: Flask) -> None:
    kinds = [PhoneNeededError, PhoneInvalidError, KeyReusedError]

    assert all(issubclass(kind, DomainError) for kind in kinds)
    assert all("，" in kind.message for kind in kinds)
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0
    assert db.session.scalar(select(func.count()).select_from(Declaration)) == 0
