"""Findings: who may do what, in which order, and what the pages and the file show."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.clock import at, now, today
from supermarket.database import db, once_more, transaction
from supermarket.errors import ConflictError, DomainError, NotFoundError
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError
from supermarket.masking import masked
from supermarket.oversight import queries
from supermarket.oversight import service as oversight
from supermarket.oversight.errors import (
    AssigneeError,
    AssigneeOnlyError,
    ClosingError,
    DueDayError,
    FindingMovedError,
    FoundDayError,
    OwnWorkError,
    PersonUnknownError,
    ProblemIncompleteError,
    WordsError,
)
from supermarket.oversight.models import Finding, FindingState, FindingStep, StepKind
from supermarket.staff import service as staff
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Permission, Role
from tests import pages
from tests.counter.stalls import make_stall
from tests.donors.test_pages import downloaded
from tests.factories import OTHER_VILLAGE, VILLAGE, make_goods, make_staff
from tests.oversight.makers import answer, close, enter, found, note, overseer

pytestmark = pytest.mark.usefixtures("app")


def kinds(finding: Finding) -> list[StepKind]:
    finder = queries.person(finding.found_by)
    assert finder is not None
    return [step.kind for step in queries.steps(finding, finder)]


def test_a_problem_is_put_right_checked_again_and_closed() -> None:
    watcher, scorer = overseer(), make_staff(Role.SCORER, VILLAGE)

    made = note(watcher, found(scorer, concerned=scorer.username, seed="ab" * 32))
    answered = answer(scorer, made)
    once_more(
        lambda: oversight.send_back(
            made.code, "还差一户", today() + timedelta(days=3), key=uuid4().hex, by=watcher
        )
    )
    answer(scorer, made)
    closed = close(watcher, made)

    assert made.code == f"{VILLAGE}C1"
    assert answered.id == closed.id
    assert closed.state is FindingState.CLOSED
    assert (closed.closed_by, closed.due_on) == (watcher.id, today() + timedelta(days=3))
    assert kinds(closed) == [
        StepKind.FOUND, StepKind.ANSWERED, StepKind.SENT_BACK, StepKind.ANSWERED, StepKind.CLOSED
    ]  # fmt: skip
    assert queries.row_of(closed).closed_on == today()


def test_nothing_wrong_is_kept_too() -> None:
    made = note(overseer(), found())

    assert made.state is FindingState.SOUND
    assert kinds(made) == [StepKind.FOUND]


def test_nobody_closes_what_they_did_or_put_right() -> None:
    watcher, concerned, assigned = overseer(), overseer(), overseer()
    made = note(watcher, found(assigned, concerned=concerned.username))
    answer(assigned, made)

    for person in (concerned, assigned):
        with pytest.raises(ClosingError):
            close(person, made)
    with pytest.raises(OwnWorkError):
        note(watcher, found(assigned, concerned=watcher.username))
    with pytest.raises(AssigneeOnlyError, match="王秀英"):
        answer(watcher, made)

    assert close(watcher, made).state is FindingState.CLOSED


def test_whoever_comes_second_is_told_who_was_first() -> None:
    watcher, other, scorer = overseer(), overseer(), make_staff(Role.SCORER, VILLAGE)
    made = note(watcher, found(scorer))

    with pytest.raises(FindingMovedError):
        close(watcher, made)  # nobody answered yet
    answer(scorer, made)
    close(other, made)
    with pytest.raises(FindingMovedError, match="王秀英"):
        close(watcher, made)
    with pytest.raises(FindingMovedError):
        answer(scorer, made)


def test_of_two_who_close_at_once_one_does(app: Flask) -> None:
    people = [overseer(), overseer()]
    scorer = make_staff(Role.SCORER, VILLAGE)
    made = note(people[0], found(scorer))
    answer(scorer, made)
    ids, code = [person.id for person in people], made.code
    start, outcomes = Barrier(2), []

    def work(staff_id: int) -> None:
        with app.app_context():
            by = db.session.get_one(type(scorer), staff_id)
            by.scope(Permission.OVERSEE)
            start.wait()
            try:
                once_more(lambda: oversight.close(code, "复查属实", key=uuid4().hex, by=by))
                outcomes.append("closed")
            except (FindingMovedError, ConflictError):
                outcomes.append("late")
            db.session.remove()

    threads = [Thread(target=work, args=(staff_id,)) for staff_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["closed", "late"]
    db.session.rollback()
    closings = select(func.count()).where(FindingStep.kind == StepKind.CLOSED)
    assert db.session.scalar(closings) == 1


def test_a_double_click_does_it_once() -> None:
    watcher, scorer = overseer(), make_staff(Role.SCORER, VILLAGE)
    key = uuid4().hex

    first, second = note(watcher, found(scorer), key), note(watcher, found(scorer), key)
    answers = [answer(scorer, first, key + "a") for _click in range(2)]
    closings = [close(watcher, first, key + "c") for _click in range(2)]

    assert first.id == second.id
    assert {one.id for one in (*answers, *closings)} == {first.id}
    assert kinds(first) == [StepKind.FOUND, StepKind.ANSWERED, StepKind.CLOSED]
    with pytest.raises(KeyReusedError):
        note(watcher, found(scorer, sample="别的"), key)
    with pytest.raises(KeyReusedError):
        note(overseer(), found(scorer), key)
    with pytest.raises(KeyInvalidError):
        note(watcher, found(), "短")


def test_an_open_finding_is_handed_on() -> None:
    watcher, scorer = overseer(), make_staff(Role.SCORER, VILLAGE)
    helper = make_staff(Role.SCORER, VILLAGE)
    made = note(watcher, found(scorer))

    def hand(assignee: str) -> Finding:
        return once_more(
            lambda: oversight.hand_on(
                made.code, "原来的人请假", assignee=assignee,
                due_on=today() + timedelta(days=30), key=uuid4().hex, by=watcher,
            )
        )  # fmt: skip

    with pytest.raises(AssigneeError):
        hand(make_staff(Role.SCORER, OTHER_VILLAGE).username)
    hand(helper.username)

    assert queries.finding(made.code, scorer) is None
    assert queries.finding(made.code, helper) is not None


def test_what_cannot_be_meant_is_refused() -> None:
    watcher, scorer = overseer(), make_staff(Role.SCORER, VILLAGE)
    wrong: list[tuple[dict[str, Any], type[DomainError]]] = [
        ({"region_code": OTHER_VILLAGE}, OutOfScopeError),
        ({"region_code": "410482100203999"}, NotFoundError),
        ({"due_on": None}, ProblemIncompleteError),
        ({"problem": ""}, ProblemIncompleteError),
        ({"assignee": "nobody"}, AssigneeError),
        ({"assignee": "' OR 1=1"}, AssigneeError),
        ({"concerned": "nobody"}, PersonUnknownError),
        ({"due_on": today() - timedelta(days=1)}, DueDayError),
        ({"due_on": today() + timedelta(days=4000)}, DueDayError),
        ({"found_on": today() + timedelta(days=1)}, FoundDayError),
        ({"sample": " \u200b "}, WordsError),
        ({"result": "长" * 401}, WordsError),
    ]

    for changes, error in wrong:
        with pytest.raises(error):
            note(watcher, found(scorer)._replace(**changes))

    assert db.session.scalar(select(func.count()).select_from(Finding)) == 0


def test_other_places_do_not_see_it_and_other_jobs_have_no_page(app: Flask) -> None:
    made = note(overseer(), found())
    elsewhere = enter(app, overseer(region=OTHER_VILLAGE))

    others = [make_stall().keeper]
    others += [
        make_staff(role, VILLAGE)
        for role in (Role.SCORER, Role.TOWNSHIP, Role.HELPER, Role.REVIEWER)
    ]
    for person in others:
        browser = enter(app, person)
        for path in ("", "/findings", "/findings?format=xlsx", "/findings/new", "/journals",
                     "/lists/scorers", "/samples/redemptions"):  # fmt: skip
            assert browser.get(f"/oversight{path}").status_code == 403, (person.username, path)
        assert browser.get(f"/oversight/findings/{made.code}").status_code == 404

    assert elsewhere.get(f"/oversight/findings/{made.code}").status_code == 404
    assert elsewhere.post(f"/oversight/findings/{made.code}/close").status_code == 404
    assert made.code not in pages.get(elsewhere, "/oversight/findings?part=all").html
    assert elsewhere.get(f"/oversight/findings/new?region={VILLAGE}").status_code == 404


def test_the_way_through_the_pages(app: Flask) -> None:
    watcher, scorer = overseer(), make_staff(Role.SCORER, VILLAGE)
    office, village = enter(app, watcher), enter(app, scorer)
    asked = pages.get(office, "/oversight/findings/new?sample=兑换&listed_in=bursts&subject=x-1")
    told = {
        "key": asked.field("key"), "sample": asked.field("sample"), "listed_in": "bursts",
        "subject": "x-1", "found_on": today().isoformat(), "method": "visit",
        "result": "<b>没有发</b>", "problem": "没有发到户", "assignee": scorer.username,
        "concerned": scorer.username,
    }  # fmt: skip

    refused = pages.post(office, f"/oversight/findings/new?region={VILLAGE}", told, status=422)
    told["due_on"] = today().isoformat()
    shown = pages.post(
        office, f"/oversight/findings/new?region={VILLAGE}", told, follow_redirects=True
    )
    code = f"{VILLAGE}C1"
    waits = pages.get(village, "/")
    mine = pages.get(village, "/oversight/findings/mine")
    words = pages.get(village, f"/oversight/findings/{code}/answer")
    sent = {"key": words.field("key"), "said": "已经补发"}
    answered = pages.post(
        village, f"/oversight/findings/{code}/answer", sent, follow_redirects=True
    )
    again = pages.post(village, f"/oversight/findings/{code}/answer", {"said": ""}, status=422)
    second = pages.get(office, "/")
    pages.get(office, f"/oversight/findings/{code}/return")
    closed = pages.post(
        office, f"/oversight/findings/{code}/close",
        {"key": uuid4().hex, "said": "看过了"}, follow_redirects=True,
    )  # fmt: skip

    assert "指定整改人和整改期限" in refused.text
    assert refused.field("result") == "<b>没有发</b>"
    assert ("待整改" in shown.text, "短时间集中兑换" in shown.text) == (True, True)
    assert "待整改的监督问题" in waits.text
    assert "没有发到户" in mine.text
    assert "待复查" in answered.text
    assert "请写明情况" in again.text
    assert "待复查销号的问题" in second.text
    assert ("已销号" in closed.text, "已经补发" in closed.text) == (True, True)


def test_what_is_late_is_marked_and_the_file_has_the_columns_of_the_form(app: Flask) -> None:
    watcher, scorer = overseer(), make_staff(Role.SCORER, VILLAGE)
    note(watcher, found(scorer, seed="5e" * 32, sample="=1+1"))
    note(watcher, found())

    with at(now() + timedelta(days=20)):
        office, village = enter(app, watcher), enter(app, scorer)
        listed = pages.get(office, "/oversight/findings?part=late")
        index = pages.get(office, "/oversight")
        home = pages.get(village, "/")
        rows = downloaded(office, "/oversight/findings?part=all&format=xlsx")
        span = f"since={today() - timedelta(days=40)}&until={today()}"
        form = pages.get(office, f"/reports/forms/F20?{span}")
    head = next(place for place, row in enumerate(rows) if row[0] == "日期")

    assert "已超期" in listed.text
    assert "已超期" in index.text
    assert "=1+1（随机，种子 5e5e5e5e5e5e5e5e）" in form.text
    assert "待整改的监督问题" in home.text
    assert list(rows[head][:8]) == [
        "日期", "抽查人", "样本(随机)", "核实方式", "结果", "问题", "整改期限", "销号日期"
    ]  # fmt: skip
    assert str(rows[head + 1][0])[:10] == today().isoformat()
    assert str(rows[head + 2][2]).startswith("=1+1（随机，种子 5e5e")
    assert [row[6] is None for row in rows[head + 1 : head + 3]] == [True, False]


def test_own_work_is_seen_behind_the_number_too(app: Flask) -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=5)
    reference = stall.redeem((soap, 1)).reference
    with transaction():
        staff.grant(stall.keeper, Role.SUPERVISOR, region_code=VILLAGE, shop_code=None, by=None)
    watcher, scorer = overseer(), make_staff(Role.SCORER, VILLAGE)

    for subject in (reference, f"4104821002030001~{stall.keeper.username}~2026-11-01"):
        with pytest.raises(OwnWorkError):
            note(stall.keeper, found(subject=subject))
    made = note(watcher, found(scorer, subject=reference))
    answer(scorer, made)
    with pytest.raises(ClosingError):
        close(stall.keeper, made)
    page = pages.get(enter(app, stall.keeper), f"/oversight/findings/{made.code}")
    asked = pages.get(enter(app, watcher), f"/oversight/findings/new?subject={reference}")

    assert "复查通过，销号" not in page.text
    assert asked.field("concerned") == stall.keeper.username


def test_whom_it_concerns_does_not_read_who_found_it(app: Flask) -> None:
    watcher, concerned, scorer = overseer(), overseer(), make_staff(Role.SCORER, VILLAGE)
    with transaction():
        watcher.name, scorer.name = "高望月", "文书田"
    made = note(watcher, found(scorer, concerned=concerned.username))
    answer(scorer, made)

    for reader in (concerned, scorer):
        browser = enter(app, reader)
        page = pages.get(browser, f"/oversight/findings/{made.code}")
        assert ("高望月" in page.html, "文书田" in page.html) == (False, True)
    browser = enter(app, concerned)
    assert "高望月" not in pages.get(browser, "/oversight/findings?part=all").html
    assert "高望月" not in str(downloaded(browser, "/oversight/findings?part=all&format=xlsx"))
    form = pages.get(browser, "/reports/forms/F20")
    assert ("监督人员" in form.text, "高望月" in form.html) == (True, False)
    assert "高望月" in pages.get(enter(app, watcher), f"/oversight/findings/{made.code}").html


def test_people_of_other_places_are_not_named() -> None:
    """A username of anywhere must not answer with a name."""
    stranger = make_staff(Role.SCORER, OTHER_VILLAGE)

    with pytest.raises(PersonUnknownError):
        note(overseer(), found(concerned=stranger.username))


def test_a_key_of_one_step_is_refused_for_another_finding() -> None:
    watcher, scorer = overseer(), make_staff(Role.SCORER, VILLAGE)
    answer(scorer, note(watcher, found(scorer)), key="one-key-for-two")

    with pytest.raises(KeyReusedError):
        note(watcher, found(), key="one-key-for-two")


def test_visitors_of_a_shop_are_masked_for_who_watches_over_the_village(app: Flask) -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=5)
    stall.redeem((soap, 1))
    with transaction():
        stall.household.head, stall.household.village_code = "欧阳来客", OTHER_VILLAGE
    path = f"/oversight/samples/redemptions?month={today():%Y-%m}"

    near = pages.get(enter(app, overseer()), path)
    county = pages.get(enter(app, overseer(Role.AUDITOR, VILLAGE[:6])), path)

    assert ("欧阳来客" in near.html, masked("欧阳来客") in near.text) == (False, True)
    assert "欧阳来客" in county.html
