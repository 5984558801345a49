"""Who must keep out of which household's business, and who may say so."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.audit.models import AuditEvent
from supermarket.database import db, transaction
from supermarket.errors import ConflictError, DomainError, NotFoundError
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.errors import (
    OwnTieError,
    TiedHouseholdError,
    TiePresentError,
    TieRelationError,
)
from supermarket.households.models import Household, StaffTie, TieKind
from supermarket.staff.models import Role, StaffMember
from tests.counter.stalls import make_card
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    make_household,
    make_staff,
)
from tests.households.staffed import entered
from tests.pages import get, post


def declare(
    member: StaffMember,
    household: Household,
    kind: TieKind = TieKind.RELATIVE,
    relation: str = "岳父",
    by: StaffMember | None = None,
) -> StaffTie:
    with transaction():
        return households.declare_tie(
            member, household, kind, relation, by=by.id if by else member.id
        )


def ties() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(StaffTie)) or 0


@pytest.mark.usefixtures("app")
class TestRefusing:
    def test_nobody_decides_on_the_own_household_or_a_relatives(self) -> None:
        member, own, relatives, other = make_staff(), *(make_household() for _ in range(3))
        declare(member, own, TieKind.OWN, "")
        declare(member, relatives)

        assert queries.tied(member.id) == {own.id, relatives.id}
        for among in ([own.id], [other.id, relatives.id]):
            with pytest.raises(TiedHouseholdError) as refused:
                households.refuse_tied(member.id, among)
            assert refused.value.code == "conflict_of_interest"
            assert refused.value.status == 409
        households.refuse_tied(member.id, [other.id])
        households.refuse_tied(member.id, [])
        households.refuse_tied(None, [own.id])

    def test_another_persons_tie_binds_nobody_else(self) -> None:
        member, colleague, household = make_staff(), make_staff(), make_household()
        declare(member, household)

        households.refuse_tied(colleague.id, [household.id])

    def test_a_tie_ended_by_somebody_else_counts_no_more_but_stays(self) -> None:
        member, supervisor, household = make_staff(), make_staff(), make_household()
        tie = declare(member, household)

        with transaction():
            households.end_tie(tie, by=supervisor.id)

        households.refuse_tied(member.id, [household.id])
        assert ties() == 1
        assert declare(member, household).id != tie.id

    def test_nobody_ends_the_own_tie(self) -> None:
        member, household = make_staff(), make_household()
        tie = declare(member, household, by=make_staff())

        with pytest.raises(OwnTieError), transaction():
            households.end_tie(tie, by=member.id)

        assert queries.tied(member.id) == {household.id}

    def test_a_tie_ends_once(self) -> None:
        member, supervisor, household = make_staff(), make_staff(), make_household()
        tie = declare(member, household)
        with transaction():
            households.end_tie(tie, by=supervisor.id)

        with pytest.raises(NotFoundError), transaction():
            households.end_tie(tie, by=supervisor.id)

    def test_a_tie_is_declared_once_and_a_relative_has_a_word(self) -> None:
        member, household = make_staff(), make_household()
        declare(member, household)

        with pytest.raises(TiePresentError):
            declare(member, household)
        with pytest.raises(TieRelationError):
            declare(member, make_household(), TieKind.RELATIVE, " \u200b ")

    def test_the_audit_log_keeps_both_steps(self) -> None:
        member, supervisor, household = make_staff(), make_staff(), make_household()
        tie = declare(member, household)
        with transaction():
            households.end_tie(tie, by=supervisor.id)

        kept = db.session.execute(
            select(AuditEvent.action, AuditEvent.subject, AuditEvent.staff_id).where(
                AuditEvent.action.startswith("tie.")
            )
        ).all()

        assert [tuple(row) for row in kept] == [
            ("tie.declare", member.username, member.id),
            ("tie.end", member.username, supervisor.id),
        ]


def test_two_declarations_at_once_leave_one_tie(app: Flask) -> None:
    member_id, household_id = make_staff().id, make_household().id
    start = Barrier(2)

    def press(_finger: int) -> str:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    households.declare_tie(
                        db.session.get_one(StaffMember, member_id),
                        db.session.get_one(Household, household_id),
                        TieKind.OWN,
                        "",
                        by=member_id,
                    )
            except (TiePresentError, ConflictError) as error:
                return error.code
            finally:
                db.session.remove()
            return "declared"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, range(2)))

    assert answers == ["conflict", "declared"]
    assert ties() == 1


def test_a_scorer_declares_the_own_relatives(app: Flask) -> None:
    household = make_household(head="李建国")
    browser, member = entered(app)

    assert "登记我的家庭和亲属" in get(browser, "/account").text
    page = get(browser, "/account/ties?q=ljg")
    assert f"/account/ties?household={household.code}" in page.links
    page = get(browser, f"/account/ties?household={household.code}")
    assert "要由别人来办" in page.text
    answer = browser.post(
        "/account/ties",
        data={"household": household.code, "kind": "relative", "relation": "岳父"},
    )

    assert answer.status_code == 302
    assert queries.tied(member.id) == {household.id}
    page = get(browser, "/account/ties")
    assert "李建国" in page.text
    assert "岳父" in page.text


def test_what_was_typed_stays_when_it_is_refused(app: Flask) -> None:
    household = make_household()
    browser, member = entered(app)

    page = post(
        browser,
        "/account/ties",
        {"household": household.code, "kind": "relative", "relation": ""},
        status=422,
    )

    assert "请写明是什么亲属" in page.text
    assert queries.tied(member.id) == set()
    first = browser.post("/account/ties", data={"household": household.code, "kind": "own"})
    again = post(browser, "/account/ties", {"household": household.code, "kind": "own"}, status=409)
    assert first.status_code == 302
    assert "已经在回避名单里" in again.text


def test_a_keeper_finds_by_code_or_card_number_and_sees_a_masked_name(app: Flask) -> None:
    household = make_household(head="李建国", village=OTHER_VILLAGE)
    card = make_card(household)
    browser, member = entered(app, Role.SHOPKEEPER)

    assert "李" not in get(browser, "/account/ties?q=李建国").text.partition("再登记一户")[2]
    for text in (household.code, card.card_number):
        page = get(browser, f"/account/ties?q={text}")
        assert f"/account/ties?household={household.code}" in page.links
        assert "李**" in page.text
        assert "李建国" not in page.text
    browser.post("/account/ties", data={"household": household.code, "kind": "own"})
    assert queries.tied(member.id) == {household.id}
    assert "李建国" not in get(browser, "/account/ties").text


def test_another_countys_household_is_not_there(app: Flask) -> None:
    household = make_household(village="411025001001")
    browser, member = entered(app)

    assert not get(browser, f"/account/ties?q={household.code}").text.count("城关")
    post(browser, "/account/ties", {"household": household.code, "kind": "own"}, status=404)
    assert queries.tied(member.id) == set()


@pytest.mark.parametrize("text", ["%00", "<script>", "9" * 500, "１" * 16, "%25"])
def test_odd_questions_get_an_answer(app: Flask, text: str) -> None:
    browser, _member = entered(app)

    assert browser.get(f"/account/ties?q={text}").status_code == 200
    assert browser.get(f"/account/ties?household={text}").status_code == 200


def test_a_supervisor_adds_and_ends_ties_of_the_people_there(app: Flask) -> None:
    household = make_household(head="李建国")
    scorer = make_staff(Role.SCORER, VILLAGE)
    browser, supervisor = entered(app, Role.SUPERVISOR, VILLAGE)

    assert f"/ties/{scorer.username}" in get(browser, "/ties/").links
    browser.post(
        f"/ties/{scorer.username}",
        data={"household": household.code, "kind": "relative", "relation": "<b>舅舅</b>"},
    )
    page = get(browser, f"/ties/{scorer.username}")
    assert "<b>舅舅</b>" in page.text
    assert queries.tied(scorer.id) == {household.id}
    tie = db.session.scalars(select(StaffTie)).one()
    assert tie.declared_by == supervisor.id
    assert get(browser, "/ties/").text.count("1 户") == 1

    answer = browser.post(f"/ties/{scorer.username}/{tie.id}/end")

    assert answer.status_code == 302
    assert queries.tied(scorer.id) == set()
    assert "已解除" in get(browser, f"/ties/{scorer.username}").text
    again = browser.post(f"/ties/{scorer.username}/{tie.id}/end", follow_redirects=True)
    assert "没有找到" in again.get_data(as_text=True)


def test_a_supervisor_reaches_only_the_own_places_and_never_the_own_ties(app: Flask) -> None:
    stranger = make_staff(Role.SCORER, OTHER_COUNTY)
    household = make_household()
    browser, supervisor = entered(app, Role.SUPERVISOR, VILLAGE)
    tie = declare(supervisor, household)

    get(browser, f"/ties/{stranger.username}", status=404)
    browser.post(f"/ties/{supervisor.username}/{tie.id}/end")
    assert queries.tied(supervisor.id) == {household.id}
    browser.post(f"/ties/{stranger.username}/{tie.id}/end")
    assert browser.post(f"/ties/{supervisor.username}/999999/end").status_code == 404


def test_a_scorer_and_a_keeper_do_not_see_others_ties(app: Flask) -> None:
    supervisor = make_staff(Role.SUPERVISOR, COUNTY)

    for role in (Role.SCORER, Role.SHOPKEEPER, Role.HELPER):
        browser, _member = entered(app, role)
        get(browser, "/ties/", status=403)
        get(browser, f"/ties/{supervisor.username}", status=403)
        get(browser, "/account/ties")


def test_a_household_page_does_not_show_who_is_related(app: Flask) -> None:
    household = make_household()
    browser, member = entered(app)
    declare(member, household, relation="干亲戚")

    assert "干亲戚" not in get(browser, f"/households/{household.code}").text


def test_the_error_is_one_people_can_read() -> None:
    assert isinstance(TiedHouseholdError(head="李建国"), DomainError)
    assert (
        str(TiedHouseholdError(head="李建国"))
        == "李建国家是您本人或亲属的家庭，按回避规定请由其他人办理"
    )
