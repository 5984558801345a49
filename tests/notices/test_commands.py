"""`flask notices …`: what the nightly job says, and with which exit code."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supermarket import clock
from supermarket.awards.errors import HouseholdLeftError
from supermarket.awards.models import Declaration
from supermarket.database import db
from supermarket.notices.models import Notice, NoticeState
from supermarket.notices.service import closing
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_household
from tests.notices.makers import (
    PHONE,
    later,
    make_accepted,
    make_people,
    object_to,
    open_notice,
)


@pytest.fixture
def cli(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def test_the_job_says_what_it_posted_and_then_that_nothing_is_left(cli: FlaskCliRunner) -> None:
    people = make_people()
    home = make_household()
    line = make_accepted(people, home)
    make_accepted(people, home, points=7)
    reference = open_notice(people.scorer).reference
    object_to(line, people.scorer)
    early = cli.invoke(args=["notices", "close"])

    with clock.at(later(4)):
        dry = cli.invoke(args=["notices", "close", "--dry-run"])
        elsewhere = cli.invoke(args=["notices", "close", "--village", OTHER_VILLAGE])
        untouched = balance(home)
        done = cli.invoke(args=["notices", "close", "--village", VILLAGE])
        again = cli.invoke(args=["notices", "close"])

    assert [r.exit_code for r in (early, dry, elsewhere, done, again)] == [0] * 5
    assert "没有到期待入账的公示" in early.output
    assert f"{reference} 安沟村民委员会：将入账 1 笔，1 笔有异议暂缓" in dry.output
    assert "没有到期" in elsewhere.output
    assert untouched == 0
    assert f"已入账 1 笔 7 分，单号 {VILLAGE}-1，1 笔有异议暂缓" in done.output
    assert "没有到期" in again.output
    assert balance(home) == 7


def test_one_notice_that_cannot_be_posted_does_not_stop_the_others(
    cli: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = make_people()
    make_accepted(people)
    first = open_notice(people.scorer)
    make_accepted(people)
    second = open_notice(people.scorer)
    post = closing._post

    def refuse(found: Notice, declarations: list[Declaration], actor: int) -> str:
        if found.id == first.id:
            raise HouseholdLeftError(head="李建国", household="0001")
        return post(found, declarations, actor)

    monkeypatch.setattr(closing, "_post", refuse)
    with clock.at(later(4)):
        done = cli.invoke(args=["notices", "close"])

    assert done.exit_code == 1
    assert "已退出" in done.output
    assert "有 1 期没有入账" in done.output
    db.session.rollback()
    assert db.session.get_one(Notice, first.id).state is NoticeState.OPEN
    assert db.session.get_one(Notice, second.id).state is NoticeState.CLOSED


def test_a_notice_is_opened_from_the_command_line(cli: FlaskCliRunner) -> None:
    people = make_people()
    make_accepted(people)
    ask = ["notices", "open", "--village", VILLAGE, "--by"]

    nobody = cli.invoke(args=[*ask, "nobody", "--phone", PHONE])
    no_phone = cli.invoke(args=[*ask, people.scorer.username])
    done = cli.invoke(args=[*ask, people.scorer.username, "--phone", PHONE])
    again = cli.invoke(args=[*ask, people.scorer.username, "--phone", PHONE])

    assert [r.exit_code for r in (nobody, no_phone, done, again)] == [1, 1, 0, 1]
    assert "没有用户名为 nobody 的在用账号" in nobody.output
    assert "请填写异议电话" in no_phone.output
    assert "已张榜" in done.output
    assert "没有待公示的事项" in again.output
