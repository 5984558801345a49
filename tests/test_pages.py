"""Every page, opened by every role: it opens, or is not theirs, and is well made."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from supermarket.staff.models import Role
from tests import pages
from tests.factories import (
    VILLAGE,
    make_goods,
    make_household,
    make_regions,
    make_shop,
    make_staff,
)

#: Addresses that are no pages: files, data for programs, answers to scripts.
NO_PAGES = ("/static/", "/api/")
#: Addresses that say nothing until a form sends them something.
NEED_MORE = {"/cards/blanks.pdf"}
FINE = {200, 302, 303, 308, 403}
#: Pages that one reader's links are followed to.
MOST = 80


def addresses(app: Flask) -> list[str]:
    """Every address that opens with GET and needs no argument."""
    rules: list[Rule] = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    return sorted({r.rule for r in rules if not r.rule.startswith(NO_PAGES)} - NEED_MORE)


def ours(links: set[str]) -> set[str]:
    """Those of the links that stay here, in the same language."""
    return {
        link
        for link in links
        if link.startswith("/") and not link.startswith("//") and "lang=" not in link
    }


def wrong_markup(answers: dict[str, TestResponse]) -> dict[str, list[str]]:
    """What is wrong with the pages among the answers."""
    found = {
        address: pages.mistakes(pages.Page(answer), guarded=True)
        for address, answer in answers.items()
        if answer.status_code == 200 and answer.mimetype == "text/html"
    }
    return {address: wrong for address, wrong in found.items() if wrong}


def somebody(role: Role) -> str:
    """A village, shop or county with something in it, and somebody of ``role`` there."""
    make_regions()
    shop = make_shop()
    make_goods(shop=shop, on_hand=3)
    make_household(points_held=20)
    if role is Role.SHOPKEEPER:
        return make_staff(role, shop=shop).username
    level = {Role.TOWNSHIP: VILLAGE[:9], Role.SCORER: VILLAGE, Role.REVIEWER: VILLAGE}
    return make_staff(role, level.get(role, VILLAGE[:6])).username


def opened(client: FlaskClient, address: str) -> TestResponse:
    """The whole answer of an address, its file closed if it is one."""
    answer = client.get(address)
    answer.get_data()
    answer.close()
    return answer


@pytest.mark.parametrize("role", Role)
def test_every_page_opens_or_is_not_theirs_and_is_well_made(app: Flask, role: Role) -> None:
    client = app.test_client()
    pages.sign_in(client, somebody(role))

    with pages.guarded(app):
        answers = {address: opened(client, address) for address in addresses(app)}

    statuses = {address: answer.status_code for address, answer in answers.items()}
    assert {a: status for a, status in statuses.items() if status not in FINE} == {}
    assert wrong_markup(answers) == {}


@pytest.mark.parametrize("role", Role)
def test_no_page_leads_where_its_reader_may_not_go(app: Flask, role: Role) -> None:
    client = app.test_client()
    pages.sign_in(client, somebody(role))
    seen: set[str] = set()
    waiting = ["/"]

    answers: dict[str, TestResponse] = {}
    while waiting and len(answers) < MOST:
        address = waiting.pop(0)
        seen.add(address)
        with pages.guarded(app):
            answers[address] = answer = opened(client, address)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            links = {link.partition("#")[0] for link in pages.Page(answer).links}
            waiting += sorted(ours(links) - seen - set(waiting))

    statuses = {address: answer.status_code for address, answer in answers.items()}
    assert {a: status for a, status in statuses.items() if status not in FINE - {403}} == {}
    assert wrong_markup(answers) == {}


def test_every_page_sends_strangers_to_sign_in(app: Flask) -> None:
    make_regions()
    client = app.test_client()
    needing = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if vars(app.view_functions[rule.endpoint]).get("needs") is not None
    }

    answers = {address: opened(client, address) for address in addresses(app) if address in needing}

    wrong = [
        address
        for address, answer in answers.items()
        if answer.status_code != 302 or not answer.location.startswith("/sign-in")
    ]
    assert wrong == []
    assert answers != {}


def test_errors_are_pages_that_help(app: Flask) -> None:
    make_regions()
    client = app.test_client()

    page = pages.get(client, "/nowhere", status=404)

    assert "没有找到这一页" in page.text


WELL_MADE = """<!doctype html><html lang="en"><head><title>a</title></head><body><h1>a</h1>
<form method="post"><input type="hidden" name="csrf_token" value="x"><label for="b">b</label>
<input id="b" name="b"><button>c</button></form></body></html>"""


@pytest.mark.parametrize(
    ("good", "bad", "named"),
    [
        ("<h1>a</h1>", "", "0 h1"),
        ("<h1>a</h1>", "<h1>a</h1><h1>a</h1>", "2 h1"),
        ("<title>a</title>", "<title></title>", "no title"),
        ("<!doctype html>", "", "no doctype"),
        (' lang="en"', "", "no language"),
        ("<h1>a</h1>", '<h1 id="b">a</h1>', "id b 2 times"),
        ('<label for="b">b</label>', "", "no label: b"),
        ('for="b"', 'for="d"', "points to no id: d"),
        ('name="csrf_token"', 'name="token"', "no form token: None"),
        ("<h1>", '<h1 style="color:red">', "h1 style=color:red"),
        ("<h1>", '<h1 onclick="a()">', "h1 onclick=a()"),
        ("<h1>", "<script>a()</script><h1>", "script without src"),
        ("<h1>", '<img src="//evil.example/a.png" alt=""><h1>', "of another host"),
        ("<button>c</button>", "<button></button>", "a button without words"),
        ("<h1>a</h1>", "<h1>a</p></h1>", "not HTML5"),
    ],
)
def test_a_badly_made_page_is_found_out(good: str, bad: str, named: str) -> None:
    well = pages.Page(answered(WELL_MADE))
    badly = pages.Page(answered(WELL_MADE.replace(good, bad, 1)))

    assert pages.mistakes(well, guarded=True) == []
    assert any(named in mistake for mistake in pages.mistakes(badly, guarded=True))


def answered(html: str) -> TestResponse:
    """The answer of an application that has only this page."""
    app = Flask("one page")
    app.add_url_rule("/", view_func=lambda: html)
    return app.test_client().get("/")
