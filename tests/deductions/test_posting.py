"""The job that posts: late, twice, killed half-way, beside an appeal; and giving back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.clock import at, today
from supermarket.database import db, once_more, transaction
from supermarket.deductions import errors, queries, service
from supermarket.deductions.models import (
    Appeal,
    AppealState,
    Deduction,
    DeductionState,
    DeductionStep,
)
from supermarket.errors import DomainError, NotFoundError
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Account, AccountKind, Entry, EntryKind, PointsLine
from supermarket.staff.models import Role, StaffMember
from tests.deductions.makers import (
    Village,
    appeal,
    days,
    decide,
    make_rule,
    notified,
    notify,
    post,
    propose,
    remind,
)
from tests.factories import VILLAGE, balance, make_household, make_staff


@pytest.fixture
def village(app: Flask) -> Village:
    return Village()


def entries() -> int:
    db.session.rollback()
    return db.session.scalars(
        select(func.count()).select_from(Entry).where(Entry.kind == EntryKind.DEDUCTION)
    ).one()


def run_job(app: Flask) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["deductions", "post"])
    return answer.exit_code, answer.output


def test_the_job_posts_what_is_due_once_however_often_it_runs(app: Flask, village: Village) -> None:
    notified(village)
    disputed = notify(village, propose(village, on=today() - timedelta(days=1)).code)
    appeal(village, disputed.code)

    with at(days(7)):
        assert "0 笔" in run_job(app)[1]
    with at(days(90)):
        first, second = run_job(app), run_job(app)

    assert (first[0], second[0]) == (0, 0)
    assert "1 笔" in first[1]
    assert "0 笔" in second[1]
    assert entries() == 1
    assert balance(village.household) == 18


def test_the_entry_stands_in_the_villages_book_against_deducted(village: Village) -> None:
    posted = post(notified(village).code)

    assert posted is not None
    entry = db.session.get_one(Entry, posted.entry_id)
    lines = db.session.execute(
        select(Account.kind, Account.owner_code, PointsLine.points)
        .join(Account, Account.id == PointsLine.account_id)
        .where(PointsLine.entry_id == entry.id)
    ).all()
    assert {tuple(line) for line in lines} == {
        (AccountKind.HOUSEHOLD, village.household.code, -2),
        (AccountKind.DEDUCTED, VILLAGE, 2),
    }
    assert (entry.document, entry.key) == (posted.code, f"deduction:{posted.code}")
    assert entry.actor_id == village.reviewer.id
    assert entry.occurred_on == today() + timedelta(days=8)


def test_a_job_killed_half_way_goes_on_where_it_was(
    app: Flask, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [notified(village).code]
    codes += [
        notify(village, propose(village, on=today() - timedelta(days=back)).code).code
        for back in (1, 2)
    ]
    real, seen = ledger.post, []

    def dies(*args: object, **options: object) -> object:
        seen.append(1)
        posted = real(*args, **options)  # type: ignore[arg-type]  # passed on as it came
        if len(seen) == 2:
            raise KeyboardInterrupt
        return posted

    monkeypatch.setattr(ledger, "post", dies)
    with at(days(8)):
        assert run_job(app)[0] != 0
        db.session.rollback()
        assert entries() == 1
        monkeypatch.setattr(ledger, "post", real)
        assert run_job(app)[0] == 0

    assert entries() == 3
    assert balance(village.household) == 14
    assert queries.due(today() + timedelta(days=9)) == []


def together(app: Flask, works: list[Callable[[], str]]) -> list[str]:
    """Run each in its own thread and session at once; return the answers."""
    start = Barrier(len(works))

    def press(work: Callable[[], str]) -> str:
        with app.app_context():
            start.wait()
            try:
                return work()
            except DomainError as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(press, works))


def poster(code: str) -> Callable[[], str]:
    def work() -> str:
        with at(days(8)):
            return "posted" if once_more(lambda: service.post(code)) else "nothing"

    return work


def test_ten_jobs_at_once_take_the_points_once(app: Flask, village: Village) -> None:
    code = notified(village).code

    answers = together(app, [poster(code)] * 10)

    assert sorted(answers) == ["nothing"] * 9 + ["posted"]
    assert entries() == 1
    assert balance(village.household) == 18


def test_a_job_and_an_appeal_at_once_lose_nothing(app: Flask, village: Village) -> None:
    code, household = notified(village).code, village.household.id

    def complain() -> str:
        raised = once_more(
            lambda: service.appeal(code, "不是我家倒的", "李建国", household_id=household)
        )
        return "late" if raised.late else "held"

    answers = together(app, [poster(code), complain])

    db.session.rollback()  # what was read before is an older snapshot
    db.session.expire_all()
    deduction = db.session.scalars(select(Deduction).where(Deduction.code == code)).one()
    assert sorted(answers) in (["held", "nothing"], ["late", "posted"])
    held = "held" in answers
    assert deduction.state is (DeductionState.APPEALED if held else DeductionState.POSTED)
    assert entries() == (0 if held else 1)
    assert balance(village.household) == (20 if held else 18)
    assert db.session.scalars(select(func.count()).select_from(Appeal)).one() == 1


def decider(code: str, verdict: AppealState, by: int) -> Callable[[], str]:
    def work() -> str:
        member = db.session.get_one(StaffMember, by)
        once_more(lambda: service.decide_appeal(code, verdict, reason="核实过了", by=member))
        return verdict.value

    return work


def test_two_who_answer_one_appeal_at_once_give_one_answer(app: Flask, village: Village) -> None:
    raised = appeal(village, notified(village).code)
    other = make_staff(Role.SUPERVISOR, VILLAGE)

    answers = together(
        app,
        [
            decider(raised.code, AppealState.DISMISSED, village.supervisor.id),
            decider(raised.code, AppealState.CANCELLED, other.id),
        ],
    )

    db.session.rollback()  # what was read before is an older snapshot
    db.session.expire_all()
    answered = db.session.get_one(Appeal, raised.id)
    assert "AppealDecidedError" in answers
    assert answered.state.value in answers
    decisions = db.session.scalars(
        select(func.count())
        .select_from(DeductionStep)
        .where(DeductionStep.deduction_id == raised.deduction_id)
    ).one()
    assert decisions == 4  # proposed, notified, appealed, answered


def test_two_who_approve_at_once_approve_once(app: Flask, village: Village) -> None:
    remind(village)
    code, ids = propose(village).code, (village.reviewer.id, village.township.id)

    def approver(by: int) -> Callable[[], str]:
        def work() -> str:
            member = db.session.get_one(StaffMember, by)
            return once_more(lambda: service.notify(code, by=member)).state.value

        return work

    answers = together(app, [approver(by) for by in ids])

    assert sorted(answers) == ["StateError", "notified"]


def back(deduction: Deduction, by: StaffMember, *, key: str = "a-reversal") -> Deduction:
    request = service.asked_back(key, deduction.code, "查明不是他家", by.id)
    return once_more(lambda: service.reverse(request, deduction.code, reason="查明不是他家", by=by))


def test_a_supervisor_gives_back_once(village: Village) -> None:
    posted = post(notified(village).code)
    assert posted is not None

    for nobody in (village.reviewer, village.township, make_staff(Role.SUPERVISOR, "410482101")):
        with pytest.raises(NotFoundError):
            back(posted, nobody)
    assert back(posted, village.supervisor).reversed_points == 2
    assert back(posted, village.supervisor).reversed_points == 2  # the same press
    assert balance(village.household) == 20
    with pytest.raises(errors.NothingTakenError):
        back(posted, village.supervisor, key="another-press")


def test_nothing_goes_back_of_what_was_never_taken(village: Village) -> None:
    deduction = notified(village)

    with pytest.raises(errors.NothingTakenError):
        back(deduction, village.supervisor)


def test_after_giving_part_back_the_rest_can_go_back_too(app: Flask) -> None:
    village = Village()
    make_rule("D06", points=(-10, -2), title="公共场合辱骂、斗殴")
    posted = post(notified(village, rule="D06", points=10).code)
    assert posted is not None
    raised = appeal(village, posted.code)
    decide(village, raised.code, AppealState.CHANGED, points=4)

    assert back(posted, village.supervisor).reversed_points == 10
    assert balance(village.household) == 20


def test_ten_households_are_posted_apart(app: Flask, village: Village) -> None:
    codes = []
    first: Household = village.household
    for number in range(3):
        village.household = make_household(points_held=5, head=f"王{number}") if number else first
        codes.append(notified(village).code)

    with at(days(8)):
        run_job(app)

    assert entries() == 3
    with transaction():
        assert all(service.post(code) is None for code in codes)
