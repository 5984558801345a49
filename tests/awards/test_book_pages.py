"""The list of awards, one award, taking it back."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from werkzeug.test import TestResponse

from supermarket.staff.models import Role
from tests.awards.conftest import SignIn, make_known
from tests.awards.makers import award, make_programme
from tests.awards.test_reverse_award import made_yesterday, spend
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_household, make_shop, make_staff

KEY = "0123456789abcdef"


def text(answer: TestResponse) -> str:
    return unescape(re.sub(r"<[^>]+>", "", answer.get_data(as_text=True)))


def back(reason: str = "记错了户", **more: str) -> dict[str, str]:
    return {"key": KEY, "reason": reason, **more}


def test_the_list_shows_the_own_village_only(sign_in: SignIn) -> None:
    scorer = make_programme()
    here, there = make_known("张三"), make_known("赵六", village=OTHER_VILLAGE)
    award(scorer, here)
    award(make_staff(Role.SCORER, OTHER_VILLAGE), there)

    page = text(sign_in(scorer).get("/awards"))

    assert "张三" in page
    assert "赵六" not in page


def test_an_empty_list_says_so(sign_in: SignIn) -> None:
    page = text(sign_in(make_programme()).get("/awards"))

    assert "还没有发放过积分" in page


def test_the_list_has_pages_and_a_constant_number_of_statements(
    sign_in: SignIn, statements: Callable[[], int]
) -> None:
    scorer = make_programme()
    households = [make_household() for _each in range(3)]
    for number in range(51):
        award(scorer, households[number % 3])
    phone = sign_in(scorer)

    before = statements()
    first = phone.get("/awards")
    sent = statements() - before
    url = unescape(re.findall(r'rel="next" href="([^"]+)"', first.get_data(as_text=True))[0])
    second = phone.get(url)

    assert sent < 20
    assert first.get_data(as_text=True).count("stretched-link") == 50
    assert second.get_data(as_text=True).count("stretched-link") == 1


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "１", "' OR 1"])
def test_an_address_made_up_shows_the_first_page(sign_in: SignIn, before: str) -> None:
    phone = sign_in(make_programme())

    answer = phone.get("/awards", query_string={"before": before})

    assert answer.status_code == 200


def test_the_scorer_takes_one_household_back(sign_in: SignIn) -> None:
    scorer = make_programme()
    wrong, right = make_known("张三"), make_known("李四")
    reference = award(scorer, wrong, right).reference
    phone = sign_in(scorer)

    asked = phone.get(f"/awards/{reference}/reversal?household={wrong.code}")
    done = phone.post(f"/awards/{reference}/reversal?household={wrong.code}", data=back())
    again = phone.post(f"/awards/{reference}/reversal?household={wrong.code}", data=back())
    page = text(phone.get(f"/awards/{reference}"))

    assert "从张三收回 5 分" in text(asked)
    assert done.status_code == again.status_code == 302
    assert (balance(wrong), balance(right)) == (0, 5)
    assert "记错了户" in page
    assert "部分冲正" in page


def test_a_reversal_without_a_reason_keeps_the_page(sign_in: SignIn) -> None:
    scorer, household = make_programme(), make_known()
    reference = award(scorer, household).reference
    phone = sign_in(scorer)

    none = phone.post(f"/awards/{reference}/reversal", data={"key": KEY})
    other = phone.post(f"/awards/{reference}/reversal", data=back("其他"))
    made_up = phone.post(f"/awards/{reference}/reversal", data=back("随便"))

    assert none.status_code == other.status_code == made_up.status_code == 422
    assert "请选一个原因" in text(none)
    assert "请写明原因" in text(other)
    assert balance(household) == 5


def test_points_already_spent_are_told(sign_in: SignIn) -> None:
    scorer, household = make_programme(), make_known()
    reference = award(scorer, household).reference
    spend(household.account_id, 3)

    refused = sign_in(scorer).post(f"/awards/{reference}/reversal", data=back())

    assert refused.status_code == 409
    assert "积分不足" in text(refused)


def test_the_next_day_the_button_is_the_supervisor_s(sign_in: SignIn) -> None:
    scorer, household = make_programme(), make_known()
    reference = award(scorer, household).reference
    made_yesterday(reference, scorer)
    link = f"/awards/{reference}/reversal"

    mine = sign_in(scorer)
    my_page = mine.get(f"/awards/{reference}").get_data(as_text=True)
    my_press = mine.post(link, data=back())
    theirs = sign_in(make_staff(Role.SUPERVISOR, VILLAGE))
    their_page = theirs.get(f"/awards/{reference}").get_data(as_text=True)
    their_press = theirs.post(link, data=back())

    assert (link in my_page, my_press.status_code) == (False, 403)
    assert (link in their_page, their_press.status_code) == (True, 302)
    assert balance(household) == 0


def test_an_award_of_another_village_is_not_found(sign_in: SignIn) -> None:
    scorer, household = make_programme(), make_known()
    reference = award(scorer, household).reference
    stranger = sign_in(make_staff(Role.SUPERVISOR, OTHER_VILLAGE))

    answers = [
        stranger.get(f"/awards/{reference}"),
        stranger.get(f"/awards/{reference}/reversal"),
        stranger.post(f"/awards/{reference}/reversal", data=back()),
        stranger.get(f"/awards?household={household.code}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert balance(household) == 5


def test_a_shop_keeper_sees_no_awards(sign_in: SignIn) -> None:
    scorer, household = make_programme(), make_known()
    reference = award(scorer, household).reference
    keeper = sign_in(make_staff(Role.SHOPKEEPER, shop=make_shop()))

    answers = [keeper.get("/awards"), keeper.get(f"/awards/{reference}")]

    assert [answer.status_code for answer in answers] == [403, 403]


def test_a_household_not_in_the_award_is_not_found(sign_in: SignIn) -> None:
    scorer, household, other = make_programme(), make_known(), make_known()
    reference = award(scorer, household).reference
    phone = sign_in(scorer)

    for code in (other.code, "x", "9" * 99):
        answer = phone.post(f"/awards/{reference}/reversal?household={code}", data=back())
        assert answer.status_code == 404

    assert balance(household) == 5
