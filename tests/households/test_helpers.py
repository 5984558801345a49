"""Helpers: pairing by page and table, what they see, and what they do not."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import DomainError
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.errors import (
    NotHelperError,
    NothingToPairError,
    OwnPairingError,
    TiedHouseholdError,
)
from supermarket.households.models import HelperPairing, Household, TieKind
from supermarket.households.views import registry
from supermarket.staff.models import Role, StaffMember
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    VILLAGE,
    make_household,
    make_staff,
    the_actor,
)
from tests.households.staffed import browser_of, entered, make_helper
from tests.pages import get, post
from tests.spreadsheets.files import xlsx


def pair(member: StaffMember, *stood_by: Household) -> int:
    office = make_staff(Role.TOWNSHIP)
    with transaction():
        return households.pair(member, stood_by, by=office.id)


def rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(HelperPairing)) or 0


@pytest.mark.usefixtures("app")
class TestPairing:
    def test_a_household_has_one_helper_and_the_old_one_ends(self) -> None:
        household = make_household()
        first, second = make_helper(household), make_helper()

        assert pair(second, household) == 1

        assert queries.paired_ids(first.id) == set()
        assert queries.paired_ids(second.id) == {household.id}
        assert rows() == 2
        found = queries.helper_of(household.id)
        assert found is not None
        assert found.staff_id == second.id

    def test_the_same_pair_again_changes_nothing(self) -> None:
        household = make_household()
        helper = make_helper(household)

        assert pair(helper, household) == 0
        assert rows() == 1

    def test_unpairing_ends_and_keeps(self) -> None:
        household, other = make_household(), make_household()
        helper = make_helper(household)

        with transaction():
            ended = households.unpair(helper, [household, other], by=the_actor().id)

        assert ended == 1
        assert queries.helper_of(household.id) is None
        assert rows() == 1

    def test_who_may_not_be_paired(self) -> None:
        household = make_household()
        scorer, near = make_staff(Role.SCORER, VILLAGE), make_helper(region=OTHER_TOWNSHIP)
        helper = make_helper()

        for member, refusal in ((scorer, NotHelperError), (near, NotHelperError)):
            with pytest.raises(refusal):
                pair(member, household)
        with pytest.raises(OwnPairingError), transaction():
            households.pair(helper, [household], by=helper.id)
        with pytest.raises(NothingToPairError):
            pair(helper)
        assert rows() == 0

    def test_nobody_helps_the_own_family(self) -> None:
        household, helper = make_household(), make_helper()
        with transaction():
            households.declare_tie(helper, household, TieKind.OWN, "", by=helper.id)

        with pytest.raises(TiedHouseholdError):
            pair(helper, household)

        assert rows() == 0


def test_households_are_paired_by_page_with_those_the_roster_names_ticked(app: Flask) -> None:
    named, other = make_household(head="李建国"), make_household(head="赵玉兰")
    helper = make_helper()
    with transaction():
        db.session.get_one(Household, named.id).helper = helper.name
    browser, _member = entered(app, Role.TOWNSHIP, COUNTY)

    assert f"/households/helpers/{helper.username}" in get(browser, "/households/helpers/").links
    page = get(browser, f"/households/helpers/{helper.username}?village={VILLAGE}")
    ticked = [box.get("value") for box in page.all("input") if box.get("checked") is not None]
    assert ticked == [named.code]
    assert "花名册已写明" in page.text

    answer = browser.post(
        f"/households/helpers/{helper.username}?village={VILLAGE}",
        data={"households": [named.code, other.code]},
    )

    assert answer.status_code == 302
    assert queries.paired_ids(helper.id) == {named.id, other.id}
    assert helper.name in get(browser, f"/households/{other.code}").text
    browser.post(f"/households/helpers/{helper.username}/end", data={"household": other.code})
    assert queries.paired_ids(helper.id) == {named.id}


def test_pairing_nobody_or_another_village_is_refused(app: Flask) -> None:
    helper, far = make_helper(), make_household(village=OTHER_VILLAGE)
    make_household()
    browser, _member = entered(app)
    here = f"/households/helpers/{helper.username}"

    page = post(browser, f"{here}?village={VILLAGE}", {}, status=422)
    assert "请至少勾选一户" in page.text
    post(browser, f"{here}?village={VILLAGE}", {"households": [far.code]}, status=422)
    get(browser, f"{here}?village={OTHER_VILLAGE}", status=404)
    post(browser, f"{here}/end", {"household": far.code}, status=404)
    get(browser, "/households/helpers/nobody", status=404)
    for role in (Role.SHOPKEEPER, Role.HELPER, Role.REVIEWER):
        other, _member = entered(app, role)
        get(other, "/households/helpers/", status=403)
        post(other, here, {"households": ["x"]}, status=403)
    assert rows() == 0


def test_a_table_pairs_all_of_its_rows(app: Flask) -> None:
    first, second = make_household(), make_household()
    helper = make_helper()
    with transaction():
        db.session.get_one(StaffMember, helper.id).name = "孙帮扶"
    browser, _member = entered(app, Role.TOWNSHIP, COUNTY)
    table = xlsx(["户编号", "帮扶责任人"], [first.code, "孙帮扶"], [second.code, helper.username])

    for _again in range(2):
        answer = browser.post(
            "/households/helpers/import", data={"file": (BytesIO(table), "结对.xlsx")}
        )
        assert answer.status_code == 302

    assert queries.paired_ids(helper.id) == {first.id, second.id}
    assert rows() == 2
    with browser.get("/households/helpers/import/template") as template:
        assert template.status_code == 200


def test_a_table_with_one_wrong_row_pairs_nobody(app: Flask) -> None:
    good, far = make_household(), make_household(village=OTHER_VILLAGE)
    helper = make_helper()
    with transaction():
        db.session.get_one(StaffMember, helper.id).name = "孙帮扶"
    browser, _member = entered(app)
    table = xlsx(
        ["户编号", "帮扶责任人"],
        [good.code, "孙帮扶"],
        [far.code, "孙帮扶"],
        [good.code, "孙帮扶"],
        [good.code, ""],
        ["<b>", "没有这人"],
    )

    page = post(
        browser, "/households/helpers/import", {"file": (BytesIO(table), "t.xlsx")}, status=422
    )

    assert "一户也没有结对" in page.text
    assert "您负责的范围内没有这个户编号" in page.text
    assert "同一户在前面的行里已经填过" in page.text
    assert rows() == 0
    broken = post(
        browser, "/households/helpers/import", {"file": (BytesIO(b"x"), "t.xlsx")}, status=422
    )
    assert "还不能提交" in broken.text


# -- what a helper sees ----------------------------------------------------------------------


def test_a_helper_sees_the_paired_households_and_no_other(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = make_household(head="李建国", points_held=30)
    other = make_household(head="赵玉兰")
    helper = make_helper(mine)
    day = date(today().year, 12, 31)
    monkeypatch.setattr(registry, "expiring", [lambda ids, _on: {ids[0]: (day, 12)}])
    browser = browser_of(app, helper)

    page = get(browser, "/helper/")

    assert "李建国" in page.text
    assert "30 分" in page.text
    assert "12 分，12月31日 前用" in page.text
    assert "赵玉兰" not in page.text
    assert "李建国" in get(browser, f"/helper/{mine.code}").text
    get(browser, f"/helper/{other.code}", status=404)
    get(browser, f"/households/{mine.code}", status=403)
    get(browser, "/households/", status=403)


def test_a_helper_without_households_is_told_whom_to_ask(app: Flask) -> None:
    assert "还没有给您结对农户" in get(browser_of(app, make_helper()), "/helper/").text


def test_after_the_pairing_ended_the_household_is_not_there(app: Flask) -> None:
    household = make_household()
    helper = make_helper(household)
    browser = browser_of(app, helper)
    with transaction():
        households.unpair(helper, [household], by=the_actor().id)

    get(browser, f"/helper/{household.code}", status=404)
    post(browser, f"/helper/{household.code}", {"kind": "paid"}, status=404)


def test_more_households_take_no_more_statements(app: Flask, statements: Callable[[], int]) -> None:
    helper = make_helper(*(make_household(points_held=5) for _ in range(2)))
    browser = browser_of(app, helper)

    def sent() -> int:
        before = statements()
        get(browser, "/helper/")
        return statements() - before

    few = sent()
    pair(helper, *(make_household(points_held=5) for _ in range(5)))

    assert sent() == few


def test_other_roles_have_no_helpers_page(app: Flask) -> None:
    for role in (Role.SCORER, Role.SHOPKEEPER, Role.SUPERVISOR):
        browser, _member = entered(app, role)
        get(browser, "/helper/", status=403)


def test_the_refusals_are_sentences() -> None:
    assert isinstance(OwnPairingError(), DomainError)
    assert "李建国" in str(NotHelperError(name="王", head="李建国"))
