"""The pages of households: who sees what, and what refused input becomes."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.households import service as households
from supermarket.households.models import Household, HouseholdState, RosterUpload, TagKind
from supermarket.households.views.registry import HouseholdAction, entry_words, household_actions
from supermarket.staff.models import Permission, Role
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_shop,
    make_staff,
)
from tests.pages import get, post, sign_in
from tests.spreadsheets.files import xlsx

Enter = Callable[..., FlaskClient]


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Sign somebody in with a role, and return the browser."""

    def entered(role: Role = Role.SCORER, region: str = VILLAGE) -> FlaskClient:
        shop = make_shop(region) if role is Role.SHOPKEEPER else None
        browser = app.test_client()
        sign_in(browser, make_staff(role, region, shop=shop))
        return browser

    return entered


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Household)) or 0


def the(head: str) -> Household:
    db.session.expire_all()
    return db.session.scalars(select(Household).where(Household.head == head)).one()


# -- finding ---------------------------------------------------------------------------------


def test_a_list_shows_the_households_of_ones_own_village(enter: Enter) -> None:
    make_household(head="李建国", points_held=30)
    make_household(head="外村人", village=OTHER_VILLAGE)

    page = get(enter(), "/households/")

    assert "李建国" in page.text
    assert "30 分" in page.text
    assert "外村人" not in page.text


def test_a_few_letters_find_a_household(enter: Enter) -> None:
    make_household(head="李建国")
    make_household(head="赵玉兰")

    page = get(enter(), "/households/?q=ljg")

    assert "李建国" in page.text
    assert "赵玉兰" not in page.text
    assert page.field("q") == "ljg"


def test_an_empty_village_says_what_to_do(enter: Enter) -> None:
    assert "还没有登记农户" in get(enter(), "/households/").text
    assert "没有找到" in get(enter(), "/households/?q=zzz").text


@pytest.mark.parametrize(
    "query", ["q=%00%FF", "q=" + "王" * 3000, "region=%00", "after=%00", "q=%25"]
)
def test_odd_questions_get_an_answer(enter: Enter, query: str) -> None:
    make_household()

    assert enter().get(f"/households/?{query}").status_code in {200, 400, 404, 422}


def test_a_region_outside_the_scope_is_not_there(enter: Enter) -> None:
    browser = enter(Role.TOWNSHIP, TOWNSHIP)

    get(browser, f"/households/?region={VILLAGE}")
    get(browser, f"/households/?region={OTHER_COUNTY}", status=404)
    get(browser, "/households/?region=410482101", status=404)


def test_the_county_narrows_to_townships_and_then_villages(enter: Enter) -> None:
    make_household(head="李建国")
    make_household(head="外村人", village=OTHER_VILLAGE)
    browser = enter(Role.COUNTY, COUNTY)

    first = get(browser, "/households/")
    then = get(browser, f"/households/?region={TOWNSHIP}")
    last = get(browser, f"/households/?region={VILLAGE}")

    assert "寄料镇" in first.text
    assert "　安沟村民委员会" not in first.html
    assert "　安沟村民委员会" in then.html
    assert "外村人" in then.text
    assert "外村人" not in last.text


def test_pages_follow_each_other(enter: Enter, app: Flask) -> None:
    app.config["PAGE_SIZE"] = 2
    for number in range(5):
        make_household(head=f"李{'一二三四五'[number]}")
    browser, seen, url = enter(), [], "/households/?q=li"

    while url:
        page = get(browser, url)
        seen += [name for name in ("李一", "李二", "李三", "李四", "李五") if name in page.text]
        following = [link for link in page.links if "after=" in link]
        url = following[0] if following else ""

    assert sorted(seen) == sorted(["李一", "李二", "李三", "李四", "李五"])


def test_a_longer_list_takes_no_more_statements(
    enter: Enter, statements: Callable[[], int]
) -> None:
    browser = enter()

    def sent_for_a_list() -> int:
        make_household()
        get(browser, "/households/?q=l")
        db.session.rollback()
        before = statements()
        get(browser, "/households/?q=l")
        return statements() - before

    one = sent_for_a_list()
    for _ in range(10):
        make_household()

    assert sent_for_a_list() == one


def test_households_that_left_are_shown_only_if_asked_for(enter: Enter) -> None:
    household = make_household(head="李建国")
    with transaction():
        household.state = HouseholdState.LEFT
    browser = enter()

    assert "李建国" not in get(browser, "/households/").text
    assert "已退出" in get(browser, "/households/?state=all").text


# -- one household ---------------------------------------------------------------------------


def test_a_household_page_shows_balance_and_bank_book(enter: Enter) -> None:
    household = make_household(head="李建国", points_held=86)

    page = get(enter(), f"/households/{household.code}")

    assert page.heading == "李建国"
    assert "86分" in page.text.replace(" ", "")
    assert "+86 分" in page.text
    assert f"{VILLAGE}-1" in page.text


@pytest.mark.parametrize("path", ["", "/edit"])
def test_another_villages_household_is_not_there(enter: Enter, path: str) -> None:
    household = make_household(village=OTHER_VILLAGE)

    get(enter(), f"/households/{household.code}{path}", status=404)


@pytest.mark.parametrize("code", ["１２", "x", "9" * 400, "4104821002030001'"])
def test_odd_codes_are_not_there(enter: Enter, code: str) -> None:
    get(enter(), f"/households/{code}", status=404)


@pytest.mark.parametrize("before", ["x", "-5", "9" * 40])
def test_odd_places_in_the_bank_book_get_an_answer(enter: Enter, before: str) -> None:
    household = make_household(points_held=5)

    get(enter(), f"/households/{household.code}?before={before}")


def test_a_shopkeeper_has_no_business_here(enter: Enter) -> None:
    household = make_household()

    get(enter(Role.SHOPKEEPER), f"/households/{household.code}", status=403)


def test_who_may_look_may_not_change(enter: Enter) -> None:
    household = make_household()
    browser = enter(Role.REVIEWER)

    page = get(browser, f"/households/{household.code}")

    assert not [link for link in page.links if "/edit" in link]
    get(browser, f"/households/{household.code}/edit", status=403)
    get(browser, "/households/new", status=403)
    get(browser, "/households/roster/", status=403)
    post(browser, f"/households/{household.code}/tags", status=403)


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask) -> None:
    household = make_household()

    answer = app.test_client().post(f"/households/{household.code}/edit", data={"head": "王五"})

    assert answer.status_code in {302, 401}
    assert the("李建国").code == household.code


def test_higher_slices_hang_their_ways_on_the_page(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    household = make_household(points_held=5)
    action = HouseholdAction("给他加分", "gift", "households.edit", Permission.MANAGE_HOUSEHOLDS)
    monkeypatch.setattr("supermarket.households.views.registry.household_actions", [action])
    monkeypatch.setattr(
        "supermarket.households.views.registry.entry_words",
        [lambda ids: dict.fromkeys(ids, "打扫街道")],
    )

    assert "打扫街道" in get(enter(), f"/households/{household.code}").text
    assert "给他加分" in get(enter(), f"/households/{household.code}").text
    assert "给他加分" not in get(enter(Role.REVIEWER), f"/households/{household.code}").text
    assert isinstance(household_actions, list)
    assert isinstance(entry_words, list)


# -- writing down and changing ---------------------------------------------------------------

NEW = {"village": VILLAGE, "head": "李建国", "group": "3组", "phone": "13800001234",
       "members-0-id": "", "members-0-name": "王秀英", "members-0-relation": "配偶",
       "members-1-id": "", "members-1-name": "", "members-1-relation": "",
       "tags": ["lifted"]}  # fmt: skip


def test_a_new_household_is_written_down(enter: Enter) -> None:
    browser = enter()
    get(browser, "/households/new")

    answer = browser.post("/households/new", data=NEW)

    household = the("李建国")
    assert answer.location == f"/households/{household.code}"
    assert [m.name for m in household.members] == ["李建国", "王秀英"]
    assert [t.kind for t in household.tags] == [TagKind.LIFTED]


def test_sending_the_form_twice_makes_one_household(enter: Enter) -> None:
    browser = enter()
    browser.post("/households/new", data=NEW)

    page = post(browser, "/households/new", NEW, status=409)

    assert count() == 1
    assert "已有户主叫“李建国”的农户" in page.text
    assert page.field("head") == "李建国"
    assert page.field("members-0-name") == "王秀英"
    assert browser.post("/households/new", data=NEW | {"namesake": "y"}).status_code == 302
    assert count() == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"head": ""}, "请填写户主姓名"),
        ({"head": "李" * 61}, "最多 60 个字"),
        ({"phone": "abc"}, "不是电话号码"),
        ({"identity_tail": "410482199001011234"}, "不要填完整号码"),
        ({"members-0-name": ""}, "请检查“家庭成员”"),
        ({"village": OTHER_VILLAGE}, "村："),
        ({"village": ""}, "请选择村"),
        ({"tags": ["rich"]}, "户类别："),
    ],
)
def test_refused_input_is_kept_and_explained(
    enter: Enter, change: dict[str, str], words: str
) -> None:
    page = post(enter(), "/households/new", NEW | change, status=422)

    assert words in page.text
    assert page.field("group") == "3组"
    assert count() == 0


def test_a_change_is_saved(enter: Enter) -> None:
    household = make_household(head="李建国")
    head = household.members[0].id
    browser = enter()
    page = get(browser, f"/households/{household.code}/edit")
    assert page.field("members-0-name") == "李建国"

    answer = browser.post(
        f"/households/{household.code}/edit",
        data={"head": "李建国", "group": "9组", "members-0-id": str(head),
              "members-0-name": "李建国", "members-0-relation": "户主", "members-1-name": "李小红"},
    )  # fmt: skip

    assert answer.status_code == 302
    assert the("李建国").group == "9组"
    assert [m.name for m in the("李建国").members if m.present] == ["李建国", "李小红"]


def test_a_member_who_left_is_ticked_off(enter: Enter) -> None:
    household = make_household(head="李建国")
    with transaction():
        households.update(
            household,
            households.HouseholdDetails(
                "李建国",
                members=[
                    households.MemberDetails("李建国", "户主"),
                    households.MemberDetails("李小红"),
                ],
            ),
            None,
        )
    child = household.members[1].id

    enter().post(
        f"/households/{household.code}/edit",
        data={"head": "李建国", "members-0-id": str(child),
              "members-0-name": "李小红", "members-0-gone": "y"},
    )  # fmt: skip

    assert [m.name for m in the("李建国").members if m.present] == ["李建国"]


def test_a_household_of_another_village_is_not_changed(enter: Enter) -> None:
    household = make_household(head="外村人", village=OTHER_VILLAGE)
    browser = enter()

    answers = [
        browser.post(f"/households/{household.code}/edit", data={"head": "我"}),
        browser.post(f"/households/{household.code}/tags", data={"kind": "lifted"}),
        browser.post(f"/households/{household.code}/tags/lifted/end"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert the("外村人").tags == []


def test_a_tag_is_given_and_ended(enter: Enter) -> None:
    household = make_household()
    browser, url = enter(), f"/households/{household.code}/tags"
    since = (today() - timedelta(days=9)).isoformat()

    browser.post(url, data={"kind": "lifted", "since": since})
    page = get(browser, f"/households/{household.code}")
    twice = post(browser, url, {"kind": "lifted", "since": since}, status=409)
    browser.post(f"{url}/lifted/end")

    assert "脱贫户" in page.text
    assert "已经登记为“脱贫户”" in twice.text
    assert the("李建国").tags[0].until is not None
    post(browser, f"{url}/lifted/end", status=404)
    post(browser, f"{url}/nonsense/end", status=404)
    post(browser, url, {"kind": "rich", "since": "x"}, status=422)


# -- the roster ------------------------------------------------------------------------------

ROSTER = xlsx(
    ["村", "组", "户主", "身份证号"], ["安沟村", "1组", "李建国", "x"], ["安沟村", "2组", "王五"]
)


def sent(browser: FlaskClient, content: bytes = ROSTER, name: str = "花名册.xlsx") -> str:
    """Upload a roster; return where its dry run is."""
    answer = browser.post("/households/roster/", data={"file": (BytesIO(content), name)})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def test_a_roster_is_checked_then_taken_in(enter: Enter) -> None:
    browser = enter()
    get(browser, "/households/roster/")
    url = sent(browser)

    page = get(browser, url)
    assert count() == 0
    assert "这几列没有读取：身份证号" in page.text
    digest = page.field("digest")
    answer = browser.post(url, data={"digest": digest})

    assert answer.status_code == 302
    assert count() == 2
    get(browser, url, status=404)
    assert db.session.scalar(select(func.count()).select_from(RosterUpload)) == 0


def test_confirming_twice_takes_it_in_once(enter: Enter) -> None:
    browser = enter()
    url = sent(browser)
    digest = get(browser, url).field("digest")

    browser.post(url, data={"digest": digest})
    post(browser, url, {"digest": digest}, status=404)

    assert count() == 2


def test_wrong_rows_are_named_and_nothing_is_written(enter: Enter) -> None:
    browser = enter()
    url = sent(browser, "村,户主\n安沟村,李建国\n北邻村,<b>王五\n".encode(), "a.csv")

    page = get(browser, url)
    refused = post(browser, url, {"digest": "x"}, status=422)

    assert "第 3 行" in page.text
    assert "不在您负责的范围内" in page.text
    assert "有 1 处要改" in refused.text
    assert count() == 0


def test_a_stale_confirmation_is_asked_again(enter: Enter) -> None:
    browser = enter()
    url = sent(browser)
    digest = get(browser, url).field("digest")
    make_household(head="李建国")

    page = post(browser, url, {"digest": digest}, status=409)

    assert "数据又有变化" in page.text
    assert count() == 1
    assert browser.post(url, data={"digest": page.field("digest")}).status_code == 302


def test_an_upload_is_its_owners_and_lasts_a_day(enter: Enter) -> None:
    browser = enter()
    url = sent(browser)

    get(enter(), url, status=404)
    post(enter(), url, {"digest": "x"}, status=404)
    get(browser, url)
    with transaction():
        db.session.execute(update(RosterUpload).values(uploaded_at=now() - timedelta(hours=25)))
    get(browser, url, status=404)


def test_an_upload_can_be_discarded(enter: Enter) -> None:
    browser = enter()
    url = sent(browser)

    browser.post(f"{url}/discard")

    get(browser, url, status=404)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.xlsx", "是空的"),
        (b"\x89PNG\r\n\x1a\n", "a.xlsx", "是一张图片"),
        ("甲,乙\n1,2\n".encode("gbk"), "a.csv", "没有找到花名册的表头"),
        (b"PK\x03\x04", "<script>.xlsx", "已损坏"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_on_the_form(
    enter: Enter, content: bytes, name: str, words: str
) -> None:
    page = post(enter(), "/households/roster/", {"file": (BytesIO(content), name)}, status=422)

    assert words in page.text


def test_no_file_at_all_is_refused(enter: Enter) -> None:
    assert "请选择要导入的文件" in post(enter(), "/households/roster/", {}, status=422).text


def test_a_file_without_rows_is_refused_on_its_page(enter: Enter) -> None:
    browser = enter()

    page = get(browser, sent(browser, "村,户主\n".encode(), "a.csv"), status=422)

    assert "只有表头" in page.text


def test_one_village_for_the_whole_file(enter: Enter) -> None:
    browser = enter()
    data = {"file": (BytesIO("户主\n李建国\n".encode("gbk")), "a.csv"), "village": VILLAGE}

    url = str(browser.post("/households/roster/", data=data).location)
    browser.post(url, data={"digest": get(browser, url).field("digest")})

    assert the("李建国").village_code == VILLAGE


def test_the_template_is_a_workbook(enter: Enter) -> None:
    answer = enter().get("/households/roster/template")

    assert answer.data.startswith(b"PK")
    assert "attachment" in answer.headers["Content-Disposition"]
    answer.close()
