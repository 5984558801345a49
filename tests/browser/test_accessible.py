"""axe-core finds nothing to object to on any page, whoever opens it, on a phone."""

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple, TypedDict

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from supermarket.cards import queries as cards
from supermarket.clock import today
from supermarket.demo.service.setting_up import PASSWORD, SIGN_INS
from supermarket.demo.service.village import PIN, told_card
from supermarket.settings import ROOT
from tests.browser.conftest import PHONE, Quiet
from tests.demo.conftest import county
from tests.test_pages import addresses, ours

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
#: Every rule that is on by default, and that of WCAG 2.2 which is not: targets a finger hits.
LOOK = """async () => {
  const rules = { "target-size": { enabled: true } };
  const { violations } = await axe.run(document, { resultTypes: ["violations"], rules });
  return violations.map(({ id, help, nodes }) =>
    `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}"""
#: Fetches a page and puts it in the place of the one that is open: axe and the sheets stay.
FETCH = """async (address) => {
  const sheets = (page) => Array.from(page.querySelectorAll("head > link[rel=stylesheet]"),
    (link) => link.getAttribute("href")).filter((href) => !href.includes("fonts-")).join();
  const answer = await fetch(address);
  const type = (answer.headers.get("Content-Type") || "").split(";")[0];
  const url = new URL(answer.url);
  const met = { status: answer.status, page: type === "text/html", at: url.pathname + url.search,
    links: [], alive: false };
  if (!answer.ok || !met.page) return met;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  met.links = Array.from(fresh.querySelectorAll("a[href]"), (link) => link.getAttribute("href"));
  const script = fresh.querySelector("body script[src]");
  met.alive = script !== null || sheets(fresh) !== sheets(document);
  if (met.alive) return met;
  document.title = fresh.title;
  document.documentElement.lang = fresh.documentElement.lang;
  document.documentElement.replaceChild(document.adoptNode(fresh.body), document.body);
  return met;
}"""


class Met(TypedDict):
    """What an address answered; alive: it has scripts or a sheet of its own, and must be opened."""

    status: int
    page: bool
    at: str
    links: list[str]
    alive: bool


class Served(NamedTuple):
    """The demo county, being served."""

    app: Flask
    url: str
    #: The page of a household behind its card, and the number of the card.
    card: str
    number: str


@pytest.fixture(scope="module")
def served(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The county with something on every page; on one database, for pages are the same on both."""
    database = tmp_path_factory.mktemp("accessible") / "county.db"
    shutil.copyfile(migrated_sqlite, database)
    yesterday = datetime.combine(today() - timedelta(days=1), time(0, 30), UTC)
    with county(database, days=3, morning=yesterday) as app:
        card = told_card()
        assert card is not None
        code = cards.code_of(card, secret=app.config["CARD_KEY"], public_url="http://localhost")
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Served(app, f"http://127.0.0.1:{server.port}", f"/c/{code.code}", card.card_number)
        server.shutdown()
        thread.join()
        server.server_close()


class Walk:
    """A walk through the pages of one reader after the other, each view looked at once."""

    def __init__(self, served: Served) -> None:
        self.app = served.app
        self.seen: set[str] = set()
        self.files: set[str] = set()
        #: What axe-core says against which address.
        self.said: list[str] = []

    def view(self, address: str) -> str:
        """Which view answers an address; none if it is no page of ours."""
        path = address.partition("?")[0]
        try:
            found, _arguments = self.app.url_map.bind("localhost").match(path, method="GET")
        except HTTPException:
            return ""
        return "" if path.startswith(("/static/", "/api/")) else str(found)

    def unseen(self, begin: list[str]) -> list[str]:
        """Those of the addresses whose view nobody opened yet."""
        return [address for address in begin if self.view(address) not in self.seen]

    def through(self, page: Page, begin: list[str]) -> int:
        """Open ``begin`` and follow the links to views nobody opened; return how many were."""
        waiting, met, looked = list(begin), set(begin), 0
        page.evaluate(AXE.read_text())
        while waiting:
            address = waiting.pop(0)
            view = self.view(address)
            known = view in self.seen and address not in begin
            if not view or known or view in self.files:
                continue
            answer: Met = page.evaluate(FETCH, address)
            if answer["status"] == 200 and not answer["page"]:
                self.files.add(view)
            if answer["status"] != 200 or not answer["page"]:
                continue
            links = ours({link.partition("#")[0] for link in answer["links"]})
            waiting += sorted(links - met)
            met |= links
            view = self.view(answer["at"])
            if view in self.seen:
                continue
            self.seen.add(view)
            looked += 1
            if answer["alive"]:
                page.goto(answer["at"])
                page.evaluate(AXE.read_text())
            self.look(page, answer["at"])
        return looked

    def look(self, page: Page, name: str) -> None:
        """Keep what axe-core says against what is shown."""
        said: list[str] = page.evaluate(LOOK)
        self.said += [f"{name} {each}" for each in said]


def window(browser: Browser, served: Served) -> Page:
    """A phone in which nobody signed in."""
    context = browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]},
        locale="zh-CN",
        base_url=served.url,
    )
    context.set_default_timeout(8000)
    return context.new_page()


def signed_in(browser: Browser, served: Served, username: str) -> Page:
    """A phone with the home page of a demo user."""
    page = window(browser, served)
    page.goto("/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(served.url + "/")
    return page


def test_no_page_of_anybody_has_anything_that_axe_objects_to(
    browser: Browser, served: Served
) -> None:
    walk = Walk(served)
    looked = 0

    for username, *_rest in sorted(SIGN_INS, key=lambda one: len(one[3]), reverse=True):
        walk.seen.discard("staff.home")
        page = signed_in(browser, served, username)
        looked += walk.through(page, ["/"])
        looked += walk.through(page, walk.unseen(addresses(served.app)))
        page.context.close()

    assert looked > 150
    assert walk.said == []


@pytest.mark.long
def test_nor_has_any_page_as_each_reader_sees_it(browser: Browser, served: Served) -> None:
    said = []

    for username, *_rest in SIGN_INS:
        walk, page = Walk(served), signed_in(browser, served, username)
        walk.through(page, ["/", *addresses(served.app)])
        page.context.close()
        said += [f"{username} {each}" for each in walk.said]

    assert said == []


def test_the_counter_with_somebody_there_too(browser: Browser, served: Served) -> None:
    walk, page = Walk(served), signed_in(browser, served, "shop")
    steps = (
        ("card", "[name=scan]", served.number),
        ("basket", ".offer", ""),
        ("refused", "[name=scan]", "6900000000000"),
        ("done", ".btn-main", ""),
    )
    page.goto("/counter")
    page.evaluate(AXE.read_text())

    for name, place, typed in steps:
        with page.expect_response("**/counter/**"):
            if typed:
                page.fill(place, typed)
                page.press(place, "Enter")
            else:
                page.locator(place).first.click()
        page.wait_for_selector("#till:not(.htmx-swapping):not(.htmx-request)")
        page.wait_for_timeout(100)
        walk.look(page, f"counter, {name}")
    page.context.close()

    assert walk.said == []


def test_the_pages_of_a_household_too(browser: Browser, served: Served) -> None:
    walk, page = Walk(served), window(browser, served)
    page.goto("/sign-in")
    walk.through(page, ["/sign-in"])
    page.goto(served.card)
    walk.through(page, [served.card])
    page.goto(served.card)
    page.get_by_label("密码").fill(PIN)
    page.keyboard.press("Enter")
    page.wait_for_selector(".big-number-value")
    walk.seen.clear()

    looked = walk.through(page, [served.card])
    page.context.close()

    assert looked >= 8
    assert walk.said == []
