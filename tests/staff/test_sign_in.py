import time
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from argon2 import extract_parameters
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from supermarket import clock
from supermarket.database import db, transaction
from supermarket.staff import queries
from supermarket.staff import service as staff
from supermarket.staff.models import Role, Scope, SignInFailure, StaffMember
from supermarket.staff.queries import sign_in as signing_in
from tests import pages
from tests.factories import COUNTY, PASSWORD, VILLAGE, make_staff


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How much later it is than it is; the test adds to it."""
    passed: list[timedelta] = []
    real = clock.now

    def now() -> datetime:
        return real() + sum(passed, timedelta())

    for module in (signing_in, staff.sign_in):
        monkeypatch.setattr(module, "now", now)
    return passed


def try_to(client: FlaskClient, username: str, password: str, address: str = "10.0.0.1") -> int:
    answer = client.post(
        "/sign-in",
        data={"username": username, "password": password},
        environ_base={"REMOTE_ADDR": address},
    )
    return answer.status_code


def test_the_right_password_opens_the_home_page(client: FlaskClient) -> None:
    member = make_staff()

    pages.sign_in(client, member)

    assert "王秀英，您好" in pages.get(client, "/").text


def test_the_username_is_read_as_people_type_it(client: FlaskClient) -> None:
    make_staff(username="wang.xiu")

    assert try_to(client, " Ｗang.Xiu ", PASSWORD) == 302


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("admin1", "wrong password"),
        ("nobody", PASSWORD),
        ("a\x01b", PASSWORD),
        ("王" * 60, PASSWORD),
    ],
)
def test_a_wrong_name_or_password_is_refused_in_the_same_words(
    client: FlaskClient, username: str, password: str
) -> None:
    make_staff(username="admin1")

    page = pages.post(client, "/sign-in", {"username": username, "password": password}, status=401)

    assert "用户名或密码不对" in page.text
    assert page.field("password") == ""


def test_what_was_typed_as_a_name_is_kept(client: FlaskClient) -> None:
    page = pages.post(client, "/sign-in", {"username": "wangxiu", "password": "no"}, status=401)

    assert page.field("username") == "wangxiu"


def test_a_missing_field_says_so(client: FlaskClient) -> None:
    page = pages.post(client, "/sign-in", {"username": "wangxiu"})

    assert "请输入密码" in page.text


def test_five_wrong_passwords_stop_the_name_at_that_address(client: FlaskClient) -> None:
    make_staff(username="wangxiu")

    tries = [try_to(client, "wangxiu", "wrong") for _ in range(5)]
    then = try_to(client, "wangxiu", PASSWORD)

    assert tries == [401] * 5
    assert then == 429


def test_a_stranger_elsewhere_does_not_lock_somebody_out(client: FlaskClient) -> None:
    make_staff(username="wangxiu")

    for _ in range(6):
        try_to(client, "wangxiu", "wrong", address="203.0.113.9")

    assert try_to(client, "wangxiu", PASSWORD, address="10.0.0.7") == 302


def test_a_name_tried_from_many_addresses_has_to_wait(client: FlaskClient) -> None:
    make_staff(username="wangxiu")

    for number in range(30):
        try_to(client, "wangxiu", "wrong", address=f"203.0.113.{number}")

    assert try_to(client, "wangxiu", PASSWORD, address="10.0.0.7") == 429


def test_one_colleague_does_not_stop_an_office_behind_one_address(client: FlaskClient) -> None:
    make_staff(username="wangxiu")

    for number in range(10):
        try_to(client, f"colleague{number % 3}", "wrong")

    assert try_to(client, "wangxiu", PASSWORD) == 302


def test_an_address_that_tries_every_name_has_to_wait(client: FlaskClient) -> None:
    make_staff(username="wangxiu")

    for number in range(50):
        try_to(client, f"guess{number}", "wrong")
    answer = client.post("/sign-in", data={"username": "wangxiu", "password": PASSWORD},
                         environ_base={"REMOTE_ADDR": "10.0.0.1"})  # fmt: skip

    assert answer.status_code == 429
    assert "这里输错密码次数太多" in answer.text
    assert "管理员" not in answer.text


def test_a_network_of_ipv6_counts_as_one_address() -> None:
    assert signing_in.address_of("2001:db8::1") == signing_in.address_of("2001:db8::2")
    assert signing_in.address_of("2001:db8:0:1::1") != signing_in.address_of("2001:db8::1")
    assert signing_in.address_of("nonsense") == "nonsense"


def test_after_the_wait_one_may_try_again(client: FlaskClient, later: list[timedelta]) -> None:
    make_staff(username="wangxiu")
    for _ in range(5):
        try_to(client, "wangxiu", "wrong")

    later.append(timedelta(minutes=16))

    assert try_to(client, "wangxiu", PASSWORD) == 302


def test_whoever_must_wait_is_told_how_long(client: FlaskClient) -> None:
    for _ in range(5):
        try_to(client, "wangxiu", "wrong")

    answer = client.post("/sign-in", data={"username": "wangxiu", "password": "wrong"},
                         environ_base={"REMOTE_ADDR": "10.0.0.1"})  # fmt: skip

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(15 * 60)
    assert "15 分钟后再试" in answer.text
    assert "请找管理员重设密码，重设后马上就能登录" in answer.text


def test_a_reset_password_opens_at_once(client: FlaskClient) -> None:
    member = make_staff(username="wangxiu")
    for _ in range(6):
        try_to(client, "wangxiu", "wrong")

    with transaction():
        hashed = staff.hash_password("wangxiu", "another long password", 64)
        staff.reset_password(member, hashed, scope=Scope((COUNTY,), ()), by=member.id)

    assert try_to(client, "wangxiu", "another long password") == 302


def test_signing_in_forgives_the_tries_before(client: FlaskClient) -> None:
    make_staff(username="wangxiu")
    for _ in range(4):
        try_to(client, "wangxiu", "wrong")

    assert try_to(client, "wangxiu", PASSWORD) == 302
    assert db.session.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_nobody_takes_as_long_as_somebody(app: Flask) -> None:
    memory_kib = 8 * 1024
    with transaction():
        staff.add_member(
            username="wangxiu", name="王秀", password=PASSWORD, by=None, memory_kib=memory_kib
        )

    def seconds(username: str) -> float:
        began = time.perf_counter()
        queries.authenticate(
            username, "wrong", "10.0.0.1", tries=99, wait_minutes=1, memory_kib=memory_kib
        )
        return time.perf_counter() - began

    seconds("nobody")
    known = min(seconds("wangxiu") for _ in range(5))
    unknown = min(seconds("nobody") for _ in range(5))
    malformed = min(seconds("!") for _ in range(5))

    assert 0.4 < unknown / known < 2.5
    assert 0.4 < malformed / known < 2.5


def test_passwords_cost_what_the_settings_say(app: Flask) -> None:
    member = make_staff()
    ships = extract_parameters(staff.hash_password("x", PASSWORD, 19 * 1024))

    assert extract_parameters(member.password_hash).memory_cost == 64
    assert (ships.memory_cost, ships.time_cost, ships.parallelism) == (19 * 1024, 2, 1)
    assert ships.type.name == "ID"


def test_the_session_starts_empty(client: FlaskClient) -> None:
    member = make_staff()
    with client.session_transaction() as planted:
        planted["left_by"] = "somebody else"

    pages.sign_in(client, member)

    with client.session_transaction() as session:
        assert "left_by" not in session


def test_a_session_ends_with_the_browser_unless_the_device_is_ones_own(
    client: FlaskClient,
) -> None:
    member = make_staff()
    typed = {"username": member.username, "password": PASSWORD}

    shared = client.post("/sign-in", data=typed).headers["Set-Cookie"]
    own = client.post("/sign-in", data={**typed, "own_device": "y"}).headers["Set-Cookie"]

    assert "Expires" not in shared
    assert "Expires" in own
    assert "HttpOnly" in own
    assert "SameSite=Lax" in own


def test_signing_out_leaves_nothing_behind(client: FlaskClient) -> None:
    pages.sign_in(client, make_staff())

    answer = client.post("/sign-out")

    assert answer.location == "/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/").status_code == 302
    with client.session_transaction() as session:
        assert dict(session) == {}


def test_signing_out_twice_is_no_error(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    assert client.post("/sign-out").status_code == 302


def test_pages_are_not_kept_by_the_browser(client: FlaskClient) -> None:
    pages.sign_in(client, make_staff())

    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_the_way_back_is_kept(client: FlaskClient) -> None:
    member = make_staff()

    asked = client.get("/staff/?q=王").location
    answer = client.post(asked, data={"username": member.username, "password": PASSWORD})

    assert parse_qs(urlsplit(asked).query) == {"next": ["/staff/?q=王"]}
    assert urlsplit(answer.location).path == "/staff/"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "evil.example", "https:evil.example", "/\t/evil.example",
        "///evil.example", "/nowhere", "/static/dist/manifest.json", "",
    ],
)  # fmt: skip
def test_the_way_back_stays_here(client: FlaskClient, wanted: str) -> None:
    member = make_staff()

    answer = client.post(
        "/sign-in",
        query_string={"next": wanted},
        data={"username": member.username, "password": PASSWORD},
    )

    assert answer.location == "/"


def test_whoever_is_signed_in_is_not_asked_again(client: FlaskClient) -> None:
    pages.sign_in(client, make_staff())

    assert client.get("/sign-in?next=/account").location == "/account"


OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


def test_a_form_posted_after_sign_out_keeps_what_was_typed(client: FlaskClient) -> None:
    member = make_staff(Role.ADMINISTRATOR, COUNTY)
    typed = {"name": "李<建国>", "username": "lijianguo", "role": "scorer", "place": VILLAGE,
             "password": "a secret password"}  # fmt: skip

    page = pages.post(client, "/staff/new", typed, status=401, headers=OWN_PAGE)
    resume = pages.post(
        client,
        "/sign-in?next=/staff/new",
        {"username": member.username, "password": PASSWORD, "kept": page.field("kept")},
    )

    assert "刚才填写的内容还在" in page.text
    assert "a secret password" not in page.html
    assert resume.field("name") == "李<建国>"
    assert resume.field("place") == VILLAGE
    form = next(f for f in resume.all("form") if f.get("action") == "/staff/new")
    sent = {field.get("name"): field.get("value") for field in form.iter("input")}
    answer = client.post("/staff/new", data=sent)
    assert answer.status_code == 200
    assert queries.person("lijianguo", scope_of(member)) is not None


def test_a_form_posted_after_sign_out_goes_on_with_its_tokens_checked(
    app: Flask, client: FlaskClient
) -> None:
    member = make_staff(Role.ADMINISTRATOR, COUNTY)
    app.config["WTF_CSRF_ENABLED"] = True
    typed = {"name": "李", "username": "lijianguo", "role": "scorer", "place": VILLAGE,
             "csrf_token": "of the session that ended"}  # fmt: skip

    page = pages.post(client, "/staff/new", typed, status=401, headers=OWN_PAGE)
    resume = pages.post(
        client,
        "/sign-in?next=/staff/new",
        {
            "username": member.username,
            "password": PASSWORD,
            "kept": page.field("kept"),
            "csrf_token": page.field("csrf_token"),
        },
    )
    form = next(f for f in resume.all("form") if f.get("action") == "/staff/new")
    sent = {field.get("name"): field.get("value") for field in form.iter("input")}
    without = {name: value for name, value in sent.items() if name != "csrf_token"}

    assert client.post("/staff/new", data=without).status_code == 400
    assert client.post("/staff/new", data=sent).status_code == 200


def test_what_another_site_posts_is_not_carried_past_the_sign_in(client: FlaskClient) -> None:
    make_staff()

    page = pages.post(
        client,
        "/staff/new",
        {"name": "冒名"},
        status=401,
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )

    assert page.field("kept") == ""


@pytest.mark.parametrize("kept", ["[", "{}", "null", "[1]", '[["a"]]', "5", '"x"', "x" * 70_000])
def test_kept_text_that_is_none_is_dropped(client: FlaskClient, kept: str) -> None:
    member = make_staff()

    answer = client.post(
        "/sign-in?next=/staff/new",
        data={"username": member.username, "password": PASSWORD, "kept": kept},
    )

    assert answer.location == "/staff/new"


def test_a_verb_posted_after_sign_out_leads_home(client: FlaskClient) -> None:
    member = make_staff()

    page = pages.post(client, "/account/sign-outs", {}, status=401, headers=OWN_PAGE)
    answer = client.post(
        "/sign-in?next=/account/sign-outs",
        data={"username": member.username, "password": PASSWORD, "kept": page.field("kept")},
    )

    assert answer.location == "/"


def test_a_script_is_sent_to_sign_in_with_the_way_back(client: FlaskClient) -> None:
    answer = client.get(
        "/staff/", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/account"}
    )

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/account"


def test_the_language_can_be_changed_before_signing_in(client: FlaskClient) -> None:
    page = pages.get(client, "/sign-in?next=/staff/?q=a%26b")

    assert "?next=/staff/%3Fq%3Da%26b&lang=en" in page.links


def test_a_shut_account_is_out_at_once(client: FlaskClient) -> None:
    boss, member = make_staff(), make_staff(Role.COUNTY)
    pages.sign_in(client, member)
    with transaction():
        token, _until = staff.issue_token(member, hours=1)

    with transaction():
        staff.deactivate(member, scope=scope_of(boss), by=boss.id)

    assert client.get("/").status_code == 302
    assert queries.bearer(token) is None
    assert try_to(client, member.username, PASSWORD) == 401


def test_an_account_opened_again_does_not_revive_old_sessions(client: FlaskClient) -> None:
    boss, member = make_staff(), make_staff(Role.COUNTY)
    pages.sign_in(client, member)
    with transaction():
        staff.deactivate(member, scope=scope_of(boss), by=boss.id)

    with transaction():
        staff.activate(member, scope=scope_of(boss), by=boss.id)

    assert client.get("/").status_code == 302
    assert try_to(client, member.username, PASSWORD) == 302


def test_signing_out_everywhere_keeps_this_browser(app: Flask) -> None:
    member = make_staff()
    here, there = app.test_client(), app.test_client()
    pages.sign_in(here, member)
    pages.sign_in(there, member)

    here.post("/account/sign-outs")

    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302


def test_changing_the_own_password_ends_the_other_sessions(app: Flask) -> None:
    member = make_staff()
    here, there = app.test_client(), app.test_client()
    pages.sign_in(here, member)
    pages.sign_in(there, member)

    answer = here.post(
        "/account/password",
        data={"old": PASSWORD, "new": "another long one", "again": "another long one"},
    )

    assert answer.location == "/account"
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302
    assert try_to(there, member.username, PASSWORD) == 401
    assert try_to(there, member.username, "another long one") == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "words"),
    [
        ("wrong", "another long one", "another long one", "现在的密码不对"),
        (PASSWORD, "short", "short", "密码至少 10 个字符"),
        (PASSWORD, "1111111111", "1111111111", "同一个字符"),
        (PASSWORD, "another long one", "something else", "两次输入的新密码不一样"),
    ],
)
def test_a_password_is_not_changed(
    client: FlaskClient, old: str, new: str, again: str, words: str
) -> None:
    pages.sign_in(client, make_staff(username="wangxiu"))

    page = pages.post(
        client, "/account/password", {"old": old, "new": new, "again": again}, status=422
    )

    assert words in page.text


def scope_of(member: StaffMember) -> Scope:
    return Scope(tuple(grant.region_code for grant in member.grants), ())
