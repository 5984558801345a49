from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.database import db, transaction
from supermarket.staff import queries
from supermarket.staff import service as staff
from supermarket.staff.models import Grant, Role, Scope, StaffMember
from tests import pages
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    PASSWORD,
    TOWNSHIP,
    VILLAGE,
    make_shop,
    make_staff,
)

SCOPE = Scope((COUNTY,), ())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The browser of a county's administrator."""
    client = app.test_client()
    pages.sign_in(client, make_staff(username="boss"))
    return client


@pytest.fixture
def township(app: Flask) -> FlaskClient:
    """The browser of a township's administrator."""
    client = app.test_client()
    pages.sign_in(client, make_staff(Role.ADMINISTRATOR, TOWNSHIP, username="township"))
    return client


def test_people_are_listed_with_their_roles(client: FlaskClient) -> None:
    shop = make_shop(name="安沟店")
    make_staff(Role.SHOPKEEPER, shop=shop, username="keeper")

    page = pages.get(client, "/staff/")

    assert "店长 · 安沟店" in page.text
    assert "系统管理员 · 汝州市" in page.text


@pytest.mark.parametrize(
    "address",
    ["/staff/?q=%01", "/staff/?region=%01", "/staff/?after=%01", "/staff/?q=%25_'\"<b>&role=%01"],
)
def test_odd_addresses_open_all_the_same(client: FlaskClient, address: str) -> None:
    pages.get(client, address)


def test_a_person_of_an_odd_name_is_not_there(client: FlaskClient) -> None:
    pages.get(client, "/staff/%01", status=404)


def test_the_list_is_narrowed_and_says_so_when_nobody_fits(client: FlaskClient) -> None:
    make_staff(Role.SCORER, VILLAGE, username="scorer.a")

    some = pages.get(client, "/staff/?q=scorer&role=scorer&region=安沟村&active=yes")
    none = pages.get(client, "/staff/?region=没有村&role=nonsense&active=maybe")

    assert "scorer.a" in some.text
    assert some.field("q") == "scorer"
    assert some.field("role") == "scorer"
    assert "没有符合条件的人员" in none.text
    assert none.field("region") == "没有村"


def test_a_long_list_goes_on_where_the_page_ended(app: Flask, client: FlaskClient) -> None:
    app.config["PAGE_SIZE"] = 2
    for letter in "abc":
        make_staff(Role.SCORER, VILLAGE, username=f"scorer.{letter}")

    first = pages.get(client, "/staff/?role=scorer")
    following = next(link for link in first.links if "after=" in link)
    second = pages.get(client, following)

    assert "scorer.b" in first.text
    assert "scorer.c" not in first.text
    assert "scorer.c" in second.text
    assert "role=scorer" in following


def test_the_list_asks_the_database_a_constant_number_of_times(
    client: FlaskClient, statements: Callable[[], int]
) -> None:
    def asked() -> int:
        db.session.remove()
        before = statements()
        client.get("/staff/")
        return statements() - before

    make_staff(Role.SCORER, VILLAGE)
    few = asked()
    for _ in range(6):
        make_staff(Role.SCORER, VILLAGE)
    many = asked()

    assert many == few


def test_a_person_is_added_and_the_made_password_is_shown_once(client: FlaskClient) -> None:
    page = pages.post(
        client,
        "/staff/new",
        {"name": "王秀英", "username": " WangXiu ", "role": "scorer", "place": "安沟村"},
    )

    member = queries.person("wangxiu", SCOPE)
    assert member is not None
    assert member.grants[0].as_grant == Grant(Role.SCORER, VILLAGE, None)
    assert "这个密码只显示这一次" in page.text
    password = next(word for word in page.text.split() if word.count("-") == 2 and len(word) == 14)
    pages.sign_in(client.application.test_client(), "wangxiu", password)


def test_a_typed_password_is_not_shown(client: FlaskClient) -> None:
    answer = client.post(
        "/staff/new",
        data={"name": "王", "username": "wangxiu", "role": "scorer", "place": VILLAGE,
              "password": "a typed password"},
    )  # fmt: skip

    assert answer.location == "/staff/wangxiu"
    pages.sign_in(client.application.test_client(), "wangxiu", "a typed password")


KEEPER = {"name": "王秀英", "username": "keeper", "role": "shopkeeper"}


@pytest.mark.parametrize("place", ["安沟", "安沟村", "寄料镇安沟", VILLAGE])
def test_a_shop_is_found_by_part_of_its_name_and_picked(client: FlaskClient, place: str) -> None:
    first, second = make_shop(), make_shop(name="安沟二店")
    make_shop(OTHER_VILLAGE, name="北邻店")

    asked = pages.post(client, "/staff/new", {**KEEPER, "place": place}, status=422)
    done = client.post("/staff/new", data={**KEEPER, "place": place, "shop": second.code})

    offered = [field.get("value") for field in asked.all("input") if field.get("name") == "shop"]
    assert offered == [first.code, second.code]
    assert "找到 2 家店，请在下面选一家" in asked.text
    assert asked.field("place") == place
    assert done.status_code == 200
    member = queries.person("keeper", SCOPE)
    assert member is not None
    assert [held.shop_code for held in member.grants] == [second.code]


def test_shops_elsewhere_are_neither_offered_nor_picked(client: FlaskClient) -> None:
    shop = make_shop()
    abroad = make_shop(OTHER_COUNTY, name="安沟分店")

    page = pages.post(
        client, "/staff/new", {**KEEPER, "place": "安沟", "shop": abroad.code}, status=422
    )

    offered = [field.get("value") for field in page.all("input") if field.get("name") == "shop"]
    assert offered == [shop.code]
    assert queries.person("keeper", SCOPE) is None


def test_too_many_shops_to_pick_from_ask_for_more_words(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supermarket.staff.forms.people.PICKABLE", 1)
    make_shop()
    make_shop(name="安沟二店")

    page = pages.post(client, "/staff/new", {**KEEPER, "place": "安沟"}, status=422)

    assert "有 2 家店符合，请多写几个字" in page.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "请输入姓名"),
        ({"name": "王" * 61}, "姓名最多 60 个字"),
        ({"username": "王"}, "用户名用 3 至 32 个小写字母或数字"),
        ({"username": "boss"}, "用户名“boss”已被使用"),
        ({"role": "king"}, "岗位"),
        ({"place": ""}, "请填地点"),
        ({"place": "没有村"}, "没有找到这个地方"),
        ({"place": OTHER_COUNTY}, "不在您负责的范围内"),
        ({"role": "shopkeeper"}, "没有找到这家店"),
        ({"role": "township"}, "乡镇工作人员要设在乡镇"),
        ({"password": "short"}, "密码至少 10 个字符"),
        ({"password": "wangxiuying"}, "不能与用户名相同"),
    ],
)
def test_a_refused_person_is_explained_and_what_was_typed_is_kept(
    client: FlaskClient, changes: dict[str, str], words: str
) -> None:
    typed = {"name": "王秀英", "username": "wangxiuying", "role": "scorer", "place": VILLAGE}

    page = pages.post(client, "/staff/new", {**typed, **changes}, status=422)

    assert words in page.text
    for name, value in {**typed, **changes}.items():
        if name not in {"password", "role"}:
            assert page.field(name) == value.strip()
    if changes.get("username") != "boss":
        assert queries.person("wangxiuying", SCOPE) is None


def test_a_name_is_changed(client: FlaskClient) -> None:
    make_staff(Role.SCORER, VILLAGE, username="wangxiu")

    form = pages.get(client, "/staff/wangxiu/name")
    client.post("/staff/wangxiu/name", data={"name": "赵敏"})

    assert form.field("name") == "王秀英"
    assert "姓名已改" in pages.get(client, "/staff/wangxiu").text


def test_roles_are_given_and_taken(client: FlaskClient) -> None:
    make_staff(Role.SCORER, VILLAGE, username="wangxiu")

    pages.get(client, "/staff/wangxiu/roles/new")
    client.post("/staff/wangxiu/roles/new", data={"role": "reviewer", "place": VILLAGE})
    given = pages.get(client, "/staff/wangxiu").text
    client.post("/staff/wangxiu/roles/taken", data={"role": "scorer", "region": VILLAGE})
    taken = pages.get(client, "/staff/wangxiu").text

    assert "岗位已给" in given
    assert "评议组" in given
    assert "岗位已收回" in taken
    assert "记分员" not in taken.split("唯一的岗位")[0].split("岗位已收回")[1]


def test_a_role_given_twice_is_refused_in_words(client: FlaskClient) -> None:
    make_staff(Role.SCORER, VILLAGE, username="wangxiu")

    page = pages.post(
        client, "/staff/wangxiu/roles/new", {"role": "scorer", "place": VILLAGE}, status=409
    )

    assert "已经有这个岗位" in page.text


def test_a_taking_that_makes_no_sense_is_refused(client: FlaskClient) -> None:
    make_staff(Role.SCORER, VILLAGE, username="wangxiu")

    pages.post(client, "/staff/wangxiu/roles/taken", {"role": "king"}, status=400)
    client.post("/staff/wangxiu/roles/taken", data={"role": "scorer", "region": VILLAGE})

    assert "只有这一个岗位" in pages.get(client, "/staff/wangxiu").text


def test_a_new_password_is_made_or_typed(client: FlaskClient) -> None:
    make_staff(Role.SCORER, VILLAGE, username="wangxiu")

    pages.get(client, "/staff/wangxiu/password")
    made = pages.post(client, "/staff/wangxiu/password", {})
    typed = client.post("/staff/wangxiu/password", data={"password": "a typed password"})
    weak = pages.post(client, "/staff/wangxiu/password", {"password": "short"}, status=422)

    assert "这个密码只显示这一次" in made.text
    assert typed.location == "/staff/wangxiu"
    assert "密码至少 10 个字符" in weak.text
    pages.sign_in(client.application.test_client(), "wangxiu", "a typed password")


def test_an_account_is_shut_and_opened_again(client: FlaskClient) -> None:
    member = make_staff(Role.SCORER, VILLAGE, username="wangxiu")

    client.post("/staff/wangxiu/deactivation")
    shut = pages.get(client, "/staff/wangxiu").text
    client.post("/staff/wangxiu/activation")
    client.post("/staff/wangxiu/sign-outs")

    assert "账号已停用" in shut
    assert "启用账号" in shut
    db.session.expire_all()
    assert member.active


def test_the_own_account_has_no_button_to_shut_it_and_refuses(client: FlaskClient) -> None:
    page = pages.get(client, "/staff/boss")
    client.post("/staff/boss/deactivation")

    assert "停用账号" not in page.text
    assert "不能停用自己的账号" in pages.get(client, "/staff/boss").text


ADDRESSES = ["", "/name", "/roles/new", "/password"]
VERBS = ["/name", "/roles/new", "/roles/taken", "/password", "/deactivation", "/activation",
         "/sign-outs"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_people_of_another_township_are_not_there(township: FlaskClient, address: str) -> None:
    make_staff(Role.SCORER, OTHER_TOWNSHIP, username="wangxiu")

    pages.get(township, f"/staff/wangxiu{address}", status=404)

    assert "wangxiu" not in pages.get(township, "/staff/").text


@pytest.mark.parametrize("address", VERBS)
def test_nothing_is_done_to_people_of_another_township(township: FlaskClient, address: str) -> None:
    member = make_staff(Role.SCORER, OTHER_TOWNSHIP, username="wangxiu")
    before = (member.name, member.password_hash, member.active, len(member.grants))
    everything = {"name": "李", "role": "scorer", "place": VILLAGE, "region": OTHER_TOWNSHIP,
                  "password": "a typed password"}  # fmt: skip

    pages.post(township, f"/staff/wangxiu{address}", everything, status=404)

    db.session.expire_all()
    after = (member.name, member.password_hash, member.active, len(member.grants))
    assert after == before


def test_a_township_administrator_does_not_make_a_county_one(township: FlaskClient) -> None:
    make_staff(Role.SCORER, VILLAGE, username="wangxiu")

    page = pages.post(
        township,
        "/staff/wangxiu/roles/new",
        {"role": "administrator", "place": COUNTY},
        status=422,
    )

    assert "不在您负责的范围内" in page.text


def test_a_township_administrator_does_not_take_over_a_county_account(
    township: FlaskClient,
) -> None:
    member = make_staff(Role.ADMINISTRATOR, COUNTY, username="both")
    with transaction():
        staff.assign(member, Grant(Role.SCORER, VILLAGE, None), scope=SCOPE, by=None)

    page = pages.get(township, "/staff/both")
    refused = pages.post(
        township, "/staff/both/password", {"password": "a typed password"}, status=403
    )

    assert "由上一级管理员管理" in page.text
    assert "重设密码" not in page.text
    assert "请由上一级管理员办理" in refused.text
    pages.sign_in(township.application.test_client(), "both", PASSWORD)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_manage_people(app: Flask, role: Role) -> None:
    client = app.test_client()
    shop = make_shop() if role is Role.SHOPKEEPER else None
    pages.sign_in(client, make_staff(role, shop=shop))

    for address in ("/staff/", "/staff/new", "/staff/import/", "/staff/import/template"):
        pages.get(client, address, status=403)
    pages.post(client, "/staff/import/confirmed", {}, status=403)
    assert "/staff/" not in pages.get(client, "/").links


def test_everybody_sees_the_own_account(app: Flask) -> None:
    client = app.test_client()
    shop = make_shop(name="安沟店")
    member: StaffMember = make_staff(Role.SHOPKEEPER, shop=shop)
    pages.sign_in(client, member)

    page = pages.get(client, "/account")
    pages.get(client, "/account/password")

    assert "安沟店" in page.text
    assert "/account" in pages.get(client, "/").links
