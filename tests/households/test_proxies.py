"""Who may collect for a household, until when, and the paper they sign."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.clock import at as at_moment
from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.errors import ConflictError, InvalidError
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.errors import (
    EndReasonError,
    ProxyDaysError,
    ProxyEndedError,
    ProxyPointsError,
    ProxyPresentError,
    ProxyRelationError,
)
from supermarket.households.models import Household, Proxy
from supermarket.households.service.proxies import MOST_POINTS, NewProxy, latest
from supermarket.staff.models import Role
from tests.factories import OTHER_VILLAGE, make_household, the_actor
from tests.households.staffed import entered, make_helper
from tests.pages import get, post

TOMORROW = timedelta(days=1)


def add(household: Household, **changes: object) -> Proxy:
    new = {"name": "赵玉兰", "relation": "邻居", "until": today() + timedelta(days=30), **changes}
    with transaction():
        return households.add_proxy(household, NewProxy(**new), by=the_actor().id)  # type: ignore[arg-type]  # each test names its own


def names(household: Household, on: date | None = None) -> list[str]:
    return [one.name for one in queries.proxies(household.id, on or today())]


def proxies() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Proxy)) or 0


@pytest.mark.usefixtures("app")
class TestWhoMayCollect:
    def test_a_proxy_may_until_the_last_day_and_not_after(self) -> None:
        household = make_household()
        last = today() + timedelta(days=5)
        add(household, until=last, month_points=60, document="委2026-1")

        assert names(household) == ["赵玉兰"]
        assert names(household, last) == ["赵玉兰"]
        assert names(household, last + TOMORROW) == []
        assert names(household, today() - TOMORROW) == []
        [one] = queries.proxies(household.id, today())
        assert (one.relation, one.until, one.month_points, one.document) == (
            "邻居", last, 60, "委2026-1",
        )  # fmt: skip

    def test_the_paired_helper_may_too_and_needs_no_paper(self) -> None:
        household = make_household()
        add(household)
        helper = make_helper(household)

        found = queries.proxies(household.id, today())

        assert [one.name for one in found] == ["赵玉兰", helper.name]
        assert (found[1].relation, found[1].proxy_id, found[1].until) == ("帮扶责任人", None, None)

    def test_a_closed_helpers_account_collects_nothing(self) -> None:
        household = make_household()
        helper = make_helper(household)
        with transaction():
            db.session.get_one(type(helper), helper.id).active = False

        assert names(household) == []

    def test_another_households_proxy_is_not_ours(self) -> None:
        ours, theirs = make_household(), make_household()
        add(theirs)

        assert names(ours) == []

    def test_an_ended_proxy_may_no_more(self) -> None:
        household = make_household()
        proxy = add(household)

        with transaction():
            households.end_proxy(proxy, "户主要求", by=the_actor().id)

        assert names(household) == []
        assert proxies() == 1
        assert add(household).id != proxy.id


@pytest.mark.usefixtures("app")
class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"until": date(2020, 1, 1)}, ProxyDaysError),
            ({"until": date(9999, 12, 31)}, ProxyDaysError),
            ({"month_points": 0}, ProxyPointsError),
            ({"month_points": -5}, ProxyPointsError),
            ({"month_points": MOST_POINTS + 1}, ProxyPointsError),
            ({"relation": " "}, ProxyRelationError),
            ({"name": ""}, InvalidError),
            ({"name": "王" * 61}, InvalidError),
            ({"phone": "12"}, InvalidError),
            ({"identity_tail": "410482197001010011"}, InvalidError),
            ({"document": "号" * 41}, InvalidError),
        ],
    )
    def test_what_cannot_be_meant(
        self, changes: dict[str, object], refusal: type[InvalidError]
    ) -> None:
        household = make_household()

        with pytest.raises(refusal):
            add(household, **changes)

        assert proxies() == 0

    def test_the_same_name_twice_while_the_first_holds(self) -> None:
        household = make_household()
        add(household, until=today() + timedelta(days=3))

        with pytest.raises(ProxyPresentError):
            add(household)
        with at_moment(now() + timedelta(days=4)):
            add(household)

        assert proxies() == 2

    def test_ending_without_a_reason_twice_or_too_late(self) -> None:
        household = make_household()
        proxy = add(household, until=today() + timedelta(days=3))

        with pytest.raises(EndReasonError), transaction():
            households.end_proxy(proxy, "  ", by=the_actor().id)
        with (
            at_moment(now() + timedelta(days=4)),
            pytest.raises(ProxyEndedError),
            transaction(),
        ):
            households.end_proxy(proxy, "过期", by=the_actor().id)
        with transaction():
            households.end_proxy(proxy, "户主要求", by=the_actor().id)
        with pytest.raises(ProxyEndedError), transaction():
            households.end_proxy(proxy, "再来一次", by=the_actor().id)

        assert db.session.get_one(Proxy, proxy.id).ended_reason == "户主要求"


def test_the_last_day_is_24_months_ahead() -> None:
    assert latest(date(2026, 11, 22)) == date(2028, 11, 22)
    assert latest(date(2026, 2, 28)) == date(2028, 2, 28)
    assert latest(date(2024, 2, 29)) == date(2026, 2, 28)
    assert latest(date(2026, 12, 31)) == date(2028, 12, 31)


def test_two_people_add_the_same_proxy_at_once(app: Flask) -> None:
    household_id, actor = make_household().id, the_actor().id
    start = Barrier(2)

    def press(_finger: int) -> str:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    found = db.session.get_one(Household, household_id)
                    new = NewProxy("赵玉兰", "邻居", today())
                    households.add_proxy(found, new, by=actor)
            except (ProxyPresentError, ConflictError) as error:
                return error.code
            finally:
                db.session.remove()
            return "added"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, range(2)))

    assert answers == ["added", "conflict"]
    assert proxies() == 1


FORM = {"name": "赵玉兰", "relation": "邻居", "month_points": "80", "document": "委1"}


def test_a_proxy_is_added_printed_and_ended_by_page(app: Flask) -> None:
    household = make_household(head="李建国")
    browser, _member = entered(app)
    here = f"/households/{household.code}/proxies/"
    assert here in get(browser, f"/households/{household.code}").links
    until = (today() + timedelta(days=90)).isoformat()

    answer = browser.post(here, data={**FORM, "until": until})

    paper = get(browser, answer.headers["Location"])
    for word in ("授权委托书", "李建国", "赵玉兰", "邻居", "不超过 80 分", "委托人签字", "委1"):
        assert word in paper.text
    assert "赵玉兰" in get(browser, f"/households/{household.code}").text
    proxy = db.session.scalars(select(Proxy)).one()
    get(browser, f"{here}{proxy.id}/end")
    page = post(browser, f"{here}{proxy.id}/end", {"reason": ""}, status=422)
    assert "请写明为什么结束" in page.text
    assert browser.post(f"{here}{proxy.id}/end", data={"reason": "搬走"}).status_code == 302
    page = get(browser, here)
    assert "已结束" in page.text
    assert "搬走" in page.text
    post(browser, f"{here}{proxy.id}/end", {"reason": "再来"}, status=409)


def test_typed_input_stays_when_it_is_refused(app: Flask) -> None:
    household = make_household()
    browser, _member = entered(app)

    page = post(
        browser,
        f"/households/{household.code}/proxies/",
        {**FORM, "name": "<i>赵</i>", "until": "2020-01-01", "month_points": "9999999999"},
        status=422,
    )

    assert page.field("name") == "<i>赵</i>"
    assert "不能早于今天" in page.text
    assert proxies() == 0


def test_an_expired_proxy_is_shown_as_such(app: Flask) -> None:
    household = make_household()
    with at_moment(now() - timedelta(days=10)):
        add(household, until=today() + timedelta(days=1))
    browser, _member = entered(app)

    assert "已过期" in get(browser, f"/households/{household.code}/proxies/").text
    assert "可以代领的人" not in get(browser, f"/households/{household.code}").text


def test_other_roles_and_villages_have_no_business_here(app: Flask) -> None:
    household, far = make_household(), make_household(village=OTHER_VILLAGE)
    proxy = add(far)
    browser, _member = entered(app)

    get(browser, f"/households/{far.code}/proxies/", status=404)
    get(browser, f"/households/{far.code}/proxies/{proxy.id}/paper", status=404)
    get(browser, f"/households/{household.code}/proxies/{proxy.id}/paper", status=404)
    get(browser, f"/households/{household.code}/proxies/{2**70}/paper", status=404)
    for role in (Role.SHOPKEEPER, Role.REVIEWER, Role.HELPER):
        other, _member = entered(app, role)
        get(other, f"/households/{household.code}/proxies/", status=403)
        post(other, f"/households/{household.code}/proxies/", FORM, status=403)
