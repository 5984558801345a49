"""The PIN opens the page of one card for a quarter of an hour, and of no other."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket import clock
from supermarket.cards import queries as cards_queries
from supermarket.cards.models import CardEvent, CardState
from supermarket.cards.queries import codes
from supermarket.cards.service import cards, pins
from supermarket.clock import now
from supermarket.database import db, transaction
from supermarket.households.models import HouseholdState
from tests import pages
from tests.cards.conftest import signing
from tests.factories import OTHER_VILLAGE, the_actor
from tests.public.homes import PIN, Home, inside, make_home, phone

#: Everything behind the PIN that opens with GET.
ROOMS = ("", "/book", "/goods", "/lost", "/pin", "/data", "/data.json", "/declare")


def is_open(client: FlaskClient, home: Home) -> bool:
    """Whether the page shows what only the household may see."""
    return "现有积分" in client.get(home.url).get_data(as_text=True)


def cookie_of(client: FlaskClient) -> str:
    """What the phone keeps of the visit."""
    kept = client.get_cookie("household", path="/c/")
    return kept.value if kept else ""


def test_without_the_pin_nothing_is_told(app: Flask) -> None:
    home = make_home(app)

    page = pages.get(phone(app), home.url)

    assert "张**" in page.text
    assert "查看积分" in page.text
    for secret in ("张桂兰", "86", "现有积分"):
        assert secret not in page.text


def test_the_pin_opens_the_page(app: Flask) -> None:
    home = make_home(app)

    page = pages.get(inside(app, home), home.url)

    assert page.heading == "张桂兰家"
    assert "86 分" in page.text.replace("86分", "86 分")


@pytest.mark.parametrize("room", ROOMS[1:])
def test_every_room_is_shut_without_it(app: Flask, room: str) -> None:
    home = make_home(app)

    answer = phone(app).get(home.url + room)

    assert answer.status_code == 302
    assert answer.location == home.url


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_kept_out_of_caches_and_search_engines(app: Flask, room: str) -> None:
    home = make_home(app)

    answer = inside(app, home).get(home.url + room)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_cookie_is_for_cards_only_and_not_for_scripts(app: Flask) -> None:
    home = make_home(app)

    answer = phone(app).post(home.url, data={"pin": PIN})

    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("household=")]
    for part in ("HttpOnly", "Path=/c/", "SameSite=Lax", "Max-Age=900"):
        assert part in cookie
    assert PIN not in cookie


def test_a_wrong_pin_says_how_often_one_may_still_try_and_the_fifth_locks(app: Flask) -> None:
    home, client = make_home(app), phone(app)

    answers = [pages.post(client, home.url, {"pin": "5002"}, status=409) for _each in range(5)]
    right = pages.post(client, home.url, {"pin": PIN}, status=409)
    later = pages.get(client, home.url)

    assert "还可以再试 4 次" in answers[0].text
    assert "还可以再试 1 次" in answers[3].text
    for page in (answers[4], right, later):
        assert "已经锁住" in page.text
        assert "到爱心超市或村里重设" in page.text
    assert not is_open(client, home)


@pytest.mark.parametrize("typed", ["", "12", "abcdef", "<b>1234</b>", "9" * 5000])
def test_what_is_no_pin_is_told_and_is_no_try(app: Flask, typed: str) -> None:
    home, client = make_home(app), phone(app)

    for _each in range(6):
        pages.post(client, home.url, {"pin": typed}, status=422)

    assert inside(app, home)


def test_a_household_without_a_pin_is_told_where_to_get_one(app: Flask) -> None:
    home, client = make_home(app, pin=""), phone(app)

    page = pages.get(client, home.url)
    tried = pages.post(client, home.url, {"pin": PIN}, status=409)

    assert "这户还没有设" in page.text
    assert "设" in tried.text
    assert not is_open(client, home)


def test_a_quarter_of_an_hour_without_a_press_closes_it(app: Flask) -> None:
    home, client = make_home(app), phone(app)
    start = now()
    with clock.at(start):
        client.post(home.url, data={"pin": PIN})

    with clock.at(start + timedelta(minutes=14)):
        after_14 = is_open(client, home)
    kept = cookie_of(client)
    with clock.at(start + timedelta(minutes=28)):
        after_14_more = is_open(client, home)
    client.set_cookie("household", kept, path="/c/")
    with clock.at(start + timedelta(minutes=30)):
        after_16 = is_open(client, home)

    assert (after_14, after_14_more, after_16) == (True, True, False)


def test_leaving_closes_it(app: Flask) -> None:
    home = make_home(app)
    client = inside(app, home)

    answer = client.post(f"{home.url}/leave", follow_redirects=True)

    assert "已退出。下次看积分再扫卡、输密码" in answer.get_data(as_text=True)
    assert not is_open(client, home)


def test_the_cookie_of_one_household_opens_no_other(app: Flask) -> None:
    ours, theirs = make_home(app), make_home(app, head="李建国", village=OTHER_VILLAGE)
    client = inside(app, ours)

    assert is_open(client, ours)
    assert not is_open(client, theirs)
    assert client.get(f"{theirs.url}/data").status_code == 302


@pytest.mark.parametrize("forged", ["", "x", "WyJhIiwxLDEsOTk5OTk5OTk5OV0.x", "[1,2,3,4]", "é" * 9])
def test_a_forged_cookie_opens_nothing(app: Flask, forged: str) -> None:
    home, client = make_home(app), phone(app)
    client.set_cookie("household", forged, path="/c/")

    assert not is_open(client, home)


def test_the_session_of_staff_opens_nothing(app: Flask) -> None:
    home, client = make_home(app), phone(app)
    pages.sign_in(client, the_actor().username)

    assert not is_open(client, home)


def test_a_cookie_changed_by_a_letter_opens_nothing(app: Flask) -> None:
    home = make_home(app)
    client = inside(app, home)
    kept = cookie_of(client)
    client.set_cookie("household", "A" + kept[1:], path="/c/")

    assert kept
    assert not is_open(client, home)


def test_a_card_reported_lost_closes_the_page_at_once(app: Flask) -> None:
    home = make_home(app)
    client = inside(app, home)
    with transaction():
        cards.report_lost(home.card, the_actor().id)

    page = client.get(home.url).get_data(as_text=True)

    assert "已挂失" in page
    assert "现有积分" not in page
    assert pages.post(client, home.url, {"pin": PIN}, status=409)


def test_the_code_of_a_replaced_card_opens_nothing(app: Flask) -> None:
    home = make_home(app)
    client = inside(app, home)
    with transaction():
        fresh = cards.reissue(home.household, "卡丢了", the_actor().id, **signing(app))

    old = client.get(home.url).get_data(as_text=True)
    with_old_cookie = client.get(f"/c/{fresh.code}").get_data(as_text=True)
    answer = client.post(f"/c/{fresh.code}", data={"pin": PIN})

    assert "已注销" in old
    assert "现有积分" not in old
    assert "现有积分" not in with_old_cookie
    assert answer.status_code == 302


def test_a_household_that_left_sees_where_to_ask(app: Flask) -> None:
    home = make_home(app)
    client = inside(app, home)
    with transaction():
        db.session.merge(home.household).state = HouseholdState.LEFT

    page = client.get(home.url).get_data(as_text=True)

    assert "现有积分" not in page
    assert "请到村里" in page
    assert client.post(home.url, data={"pin": PIN}).status_code == 409


@pytest.mark.parametrize("verb", ["set", "reset"])
def test_a_pin_set_anew_closes_pages_opened_with_the_one_before(app: Flask, verb: str) -> None:
    home = make_home(app)
    client = inside(app, home)
    with transaction():
        if verb == "set":
            pins.set_pin(home.household, "580246", the_actor().id, memory_kib=64)
        else:
            pins.reset_pin(home.household, the_actor().id)

    assert not is_open(client, home)


def test_the_household_changes_its_pin_and_enters_anew(app: Flask) -> None:
    home = make_home(app)
    client, neighbour = inside(app, home), inside(app, home)
    url = f"{home.url}/pin"

    weak = pages.post(client, url, {"old": PIN, "pin": "1234", "again": "1234"}, status=422)
    wrong = pages.post(client, url, {"old": "5002", "pin": "580246", "again": "580246"}, status=409)
    done = client.post(url, data={"old": PIN, "pin": "580246", "again": "580246"})

    assert "太容易被人猜到" in weak.text
    assert "还可以再试 4 次" in wrong.text
    assert done.status_code == 302
    assert not is_open(client, home)
    assert not is_open(neighbour, home)
    assert inside(app, home, "580246")


def test_the_household_reports_its_own_card_lost_and_is_out(app: Flask) -> None:
    home = make_home(app)
    client = inside(app, home)

    asked = pages.get(client, f"{home.url}/lost")
    kept = cookie_of(client)
    answer = client.post(f"{home.url}/lost")
    after = client.get(home.url).get_data(as_text=True)
    client.set_cookie("household", kept, path="/c/")

    assert "确定挂失" in asked.text
    assert answer.status_code == 302
    assert "已挂失" in after
    assert not is_open(client, home)
    card = cards_queries.read_code(home.code, secret=app.config["CARD_KEY"]).card
    assert card.state is CardState.LOST
    last = cards_queries.history(card)[0]
    assert (last.event.actor_id, last.actor) == (None, "")
    assert "农户本人" in last.event.reason
    assert db.session.query(CardEvent).count() == 2


def test_a_second_tap_on_lost_does_nothing_more(app: Flask) -> None:
    home = make_home(app)
    client = inside(app, home)
    client.post(f"{home.url}/lost")

    answer = client.post(f"{home.url}/lost")

    assert answer.status_code == 409
    assert db.session.query(CardEvent).count() == 2


def test_what_was_typed_before_the_pin_was_asked_again_is_kept(app: Flask) -> None:
    home, client = make_home(app), phone(app)
    target = f"{home.url}/declare?rule=L01"

    asked = pages.post(client, target, {"note": "修了<b>一天</b>路", "witness": "王五"}, status=401)
    fields = {field.get("name"): field.get("value") for field in asked.all("input")}
    again = client.post(
        home.url, data={"pin": PIN, "kept": fields["kept"], "target": fields["target"]}
    )

    assert "刚才写的内容还在" in asked.text
    page = pages.check(again)
    kept = {field.get("name"): field.get("value") for field in page.all("input")}
    assert kept["note"] == "修了<b>一天</b>路"
    assert next(form.get("action") for form in page.all("form")) == target


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/c/", "/sign-in", "/c/", "", "/c/../sign-in"]
)
def test_the_way_back_leads_to_this_card_only(app: Flask, target: str) -> None:
    home = make_home(app)

    answer = phone(app).post(
        home.url, data={"pin": PIN, "kept": '[["note","x"]]', "target": target}
    )

    assert answer.status_code == 302
    assert answer.location == home.url


def test_the_forms_are_guarded_and_work_over_https(app: Flask) -> None:
    home = make_home(app)
    with pages.guarded(app):
        bare = app.test_client().post(home.url, data={"pin": PIN})
        client = app.test_client()
        base = "https://village.example"
        page = client.get(home.url, base_url=base)
        token = next(
            field.get("value")
            for field in pages.Page(page).all("input")
            if field.get("name") == "csrf_token"
        )
        sent = client.post(
            home.url,
            data={"pin": PIN, "csrf_token": token},
            base_url=base,
            headers={"Referer": f"{base}{home.url}"},
        )

    assert bare.status_code == 400
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert sent.status_code == 302


def test_every_room_has_well_made_markup(app: Flask) -> None:
    home = make_home(app)
    client = inside(app, home)

    for room in ROOMS:
        if not room.endswith(".json"):
            pages.get(client, home.url + room)


@pytest.mark.parametrize("room", ["/leave", "/lost", "/declare", "/data"])
def test_a_code_of_another_county_opens_no_room(app: Flask, room: str) -> None:
    make_home(app)
    foreign = codes.sign(codes.new_token(), b"another county")

    for answer in (phone(app).get(f"/c/{foreign}{room}"), phone(app).post(f"/c/{foreign}{room}")):
        assert answer.status_code in {404, 405}
