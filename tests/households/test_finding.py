"""Finding a household: what matches, in what order, for whom."""

import pytest
from flask import Flask

from supermarket.database import transaction
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.errors import CursorError
from supermarket.households.models import Household, HouseholdState
from supermarket.households.service import HouseholdDetails, MemberDetails, NewHousehold
from supermarket.staff.models import Scope
from tests.factories import COUNTY, OTHER_COUNTY, OTHER_VILLAGE, VILLAGE, make_regions

EVERYWHERE = Scope((COUNTY,), ())
HERE = Scope((VILLAGE,), ())


def added(head: str, group: str = "", phone: str = "", village: str = VILLAGE) -> Household:
    make_regions()
    with transaction():
        return households.add(
            NewHousehold(village, head, group, phone, members=[MemberDetails("赵小妹", "儿媳")]),
            None,
            namesake=True,
        )


def heads(text: str, scope: Scope = EVERYWHERE, **options: object) -> list[str]:
    return [row.head for row in queries.search(text, scope, **options)]  # type: ignore[arg-type]


@pytest.fixture
def village(app: Flask) -> None:
    added("王建国", "3组", "13800001111")
    added("王建军", "3组", "13800002222")
    added("单小红", "十二组", "13900003333")
    added("王建国", "1组", village=OTHER_VILLAGE)


@pytest.mark.usefixtures("village")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王建国", ["王建国", "王建国"]),
        ("建军", ["王建军"]),
        ("wangjianj", ["王建军"]),
        ("WJG", ["王建国", "王建国"]),
        ("sxh", ["单小红"]),
        ("shanxiaohong", ["单小红"]),
        ("dan", ["单小红"]),
        ("2222", ["王建军"]),
        ("13900003333", ["单小红"]),
        (f"{VILLAGE}0002", ["王建军"]),
        ("３组　ｗｊｇ", ["王建国"]),
        ("第三村民小组 w", ["王建国", "王建军"]),
        ("12组", ["单小红"]),
        ("1组", ["王建国"]),
        ("王建国，3组", ["王建国"]),
        ("wjg 2222", []),
        ("%", []),
        ("_", []),
        ("w%", []),
        ("'; DROP TABLE household; --", []),
        ("\x00\u200b\ud800王建军", ["王建军"]),
        ("王" * 500, []),
    ],
)
def test_words_find_households(text: str, found: list[str]) -> None:
    assert heads(text) == found


@pytest.mark.usefixtures("village")
def test_a_member_finds_the_household_once() -> None:
    assert sorted(heads("zhao")) == ["单小红", "王建军", "王建国", "王建国"]


@pytest.mark.usefixtures("village")
def test_nothing_asked_lists_all_by_village_and_code() -> None:
    assert heads("  ") == ["王建国", "王建军", "单小红", "王建国"]


def test_what_matches_exactly_comes_first(app: Flask) -> None:
    added("王建国庆")
    added("王建国")

    assert heads("王建国") == ["王建国", "王建国庆"]


@pytest.mark.usefixtures("village")
@pytest.mark.parametrize("text", ["王建国", "", "3组 w", f"{VILLAGE}0001"])
def test_nobody_sees_beyond_the_scope(text: str) -> None:
    assert {row.village_code for row in queries.search(text, HERE)} == {VILLAGE}
    assert queries.search(text, Scope((OTHER_COUNTY,), ())) == []
    assert queries.search(text, Scope((), ())) == []
    assert queries.search(text, HERE, region=OTHER_VILLAGE) == []


@pytest.mark.usefixtures("village")
def test_a_region_narrows_and_a_wider_one_does_not_widen() -> None:
    assert len(queries.search("wjg", EVERYWHERE, region=OTHER_VILLAGE)) == 1
    assert len(queries.search("wjg", HERE, region=COUNTY)) == 1


@pytest.mark.usefixtures("village")
@pytest.mark.parametrize("text", ["", "w", "zhao", "3组 w", "1"])
def test_pages_go_on_where_the_last_one_ended(text: str) -> None:
    whole = [row.code for row in queries.search(text, EVERYWHERE)]
    paged: list[str] = []

    while page := queries.search(text, EVERYWHERE, limit=1, after=paged[-1] if paged else None):
        paged += [row.code for row in page]

    assert paged == whole


@pytest.mark.usefixtures("village")
def test_a_page_after_nobody_is_refused() -> None:
    with pytest.raises(CursorError):
        queries.search("w", EVERYWHERE, after="nonsense")
    with pytest.raises(CursorError):
        queries.search("", HERE, after=f"{OTHER_VILLAGE}0001")
    with pytest.raises(CursorError):
        queries.search("wjj", EVERYWHERE, after=f"{VILLAGE}0001")


def test_a_household_that_left_is_found_only_if_asked_for(app: Flask) -> None:
    household = added("王建国")
    with transaction():
        households.update(household, HouseholdDetails("王建国", state=HouseholdState.LEFT), None)

    assert heads("wjg") == heads("") == []
    assert heads("wjg", left=True) == heads("", left=True) == ["王建国"]


def test_a_household_found_says_what_a_list_shows(app: Flask) -> None:
    household = added("王建国", "3组", "13800001111")

    found = queries.search("wjg", HERE)[0]

    assert (found.code, found.group, found.phone_tail, found.balance, found.id) == (
        household.code,
        "3组",
        "1111",
        0,
        household.id,
    )
    assert found.village_name == "安沟村民委员会"
