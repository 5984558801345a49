"""A real browser against a real server on a real database, phone and desktop size."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from supermarket import create_app
from supermarket.database import db
from supermarket.settings import ROOT
from tests.conftest import settings_for
from tests.factories import PASSWORD

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Live(NamedTuple):
    """An application being served."""

    app: Flask
    url: str


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: the assertions speak."""


def chromium() -> str:
    """Return the browser that `make install` found or installed; there must be one."""
    found = ROOT / ".setup" / "chromium"
    path = os.environ.get("CHROMIUM") or (found.read_text().strip() if found.exists() else None)
    path = path or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("no Chromium for the browser tests: run make install")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all browser tests of a worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def live(app: Flask, database_uri: str) -> Iterator[Live]:
    """The application as it ships, form tokens and all, on a port of its own."""
    served = create_app(settings_for(database_uri, WTF_CSRF_ENABLED=True))
    server = make_server("127.0.0.1", 0, served, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Live(app, f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join()
    server.server_close()
    with served.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    """Both sizes a page must fit."""
    size: dict[str, int] = request.param
    return size


@pytest.fixture
def sign_in(browser: Browser, live: Live) -> Iterator[Callable[..., Page]]:
    """Open a window of a size, signed in as somebody; scripts must not fail in it."""
    errors: list[str] = []
    contexts = []

    def open_window(
        username: str, size: dict[str, int] = DESK, password: str = PASSWORD, **options: Any
    ) -> Page:
        context = browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            locale="zh-CN",
            base_url=live.url,
            accept_downloads=True,
            **options,
        )
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                errors.append(message.text)
                if message.type == "error" and "Content Security" in message.text
                else None
            ),
        )
        page.goto("/sign-in")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(live.url + "/")
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert errors == []


def fits(page: Page) -> None:
    """Assert that nothing of a page reaches beyond the window's sides."""
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def look(page: Page, name: str) -> None:
    """Keep a picture of the page where SCREENSHOTS says, for people to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        width = (page.viewport_size or DESK)["width"]
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
