"""Opening pages in tests: every page that is opened this way has its markup checked for free."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supermarket.staff.models import StaffMember
from tests.factories import PASSWORD

#: Elements that somebody fills in; these types need no label.
TYPED = {"input", "select", "textarea"}
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}
#: What a page may not carry, because the content policy would refuse it.
EVENT = re.compile(r"on[a-z]+")


class Page:
    """An answer in HTML, parsed."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.html = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(
            tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False
        )
        self.root: Element = parser.parse(self.html)
        self.parse_errors: list[tuple[Any, str, Any]] = parser.errors

    @property
    def title(self) -> str:
        """What the window is called."""
        return text_of(self.root.find("head/title"))

    @property
    def heading(self) -> str:
        """The words of the h1."""
        return text_of(self.root.find(".//h1"))

    @property
    def text(self) -> str:
        """All words on the page, spaces made single."""
        return text_of(self.root.find("body"))

    @property
    def links(self) -> list[str]:
        """Where the links lead."""
        return [link.get("href", "") for link in self.root.iter("a")]

    def all(self, *tags: str) -> Iterator[Element]:
        """Yield the elements of these tags in the order of the page."""
        return (element for element in self.root.iter() if element.tag in tags)

    def field(self, name: str) -> str:
        """Return what a named input, select or textarea holds."""
        element = next(field for field in self.all(*TYPED) if field.get("name") == name)
        if element.tag == "select":
            chosen = [o for o in element.iter("option") if o.get("selected") is not None]
            return (chosen or list(element.iter("option")))[0].get("value", "")
        return element.get("value", "") if element.tag == "input" else "".join(element.itertext())


def text_of(element: Element | None) -> str:
    """Return the words in an element, spaces made single, scripts left out."""
    if element is None:
        return ""
    return " ".join("".join(_words(element)).split())


def sign_in(client: FlaskClient, member: StaffMember | str, password: str = PASSWORD) -> None:
    """Sign somebody in as a browser does."""
    username = member if isinstance(member, str) else member.username
    answer = client.post("/sign-in", data={"username": username, "password": password})
    assert answer.status_code == 302, answer.get_data(as_text=True)


def get(client: FlaskClient, url: str, *, status: int = 200, **options: Any) -> Page:
    """Open a page, check status and markup, and that every form is guarded; return it."""
    with guarded(client.application):
        return check(client.get(url, **options), status=status, guarded=True)


def post(
    client: FlaskClient,
    url: str,
    data: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    **options: Any,
) -> Page:
    """Send a form, check status and markup of the page it answers with; return it."""
    return check(client.post(url, data=data, **options), status=status)


def check(response: TestResponse, *, status: int = 200, guarded: bool = False) -> Page:
    """Return the page of an answer after checking it; ``guarded`` looks for form tokens too."""
    assert response.status_code == status, (response.status_code, response.location)
    assert response.mimetype == "text/html"
    page = Page(response)
    assert mistakes(page, guarded=guarded) == []
    return page


def mistakes(page: Page, *, guarded: bool = False) -> list[str]:
    """Name what is wrong with the markup of a page."""
    found = [f"not HTML5: {code} at {where} {facts}" for where, code, facts in page.parse_errors]
    if not page.html.lstrip().lower().startswith("<!doctype html>"):
        found.append("no doctype")
    if not page.title.strip(" ·"):
        found.append("no title")
    if page.root.get("lang") not in {"zh-Hans-CN", "en"}:
        found.append("no language")
    if (headings := len(list(page.all("h1")))) != 1:
        found.append(f"{headings} h1")
    ids = Counter(element.get("id") for element in page.root.iter() if element.get("id"))
    found += [f"id {name} {times} times" for name, times in ids.items() if times > 1]
    found += [f"points to no id: {name}" for name in _pointed_at(page) if name not in ids]
    found += [f"no label: {name}" for name in _unlabelled(page)]
    found += [f"refused by the content policy: {what}" for what in _inline(page)]
    found += [f"a button without words: {name}" for name in _silent(page)]
    if guarded:
        found += _unguarded(page)
    return found


def _words(element: Element) -> Iterator[str]:
    if element.tag in {"script", "style"}:
        return
    yield element.text or ""
    for child in element:
        yield from _words(child)
        yield child.tail or ""


def _pointed_at(page: Page) -> Iterator[str]:
    for element in page.root.iter():
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list"):
            if name in element.attrib:
                yield from element.attrib[name].split()


def _unlabelled(page: Page) -> Iterator[str]:
    labelled = {label.get("for") for label in page.all("label")}
    inside = {field for label in page.all("label") for field in label.iter()}
    for field in page.all(*TYPED):
        if field.tag == "input" and field.get("type") in UNLABELLED:
            continue
        named = "aria-label" in field.attrib or "aria-labelledby" in field.attrib
        if not named and field.get("id") not in labelled and field not in inside:
            yield field.get("name", field.tag)


def _inline(page: Page) -> Iterator[str]:
    for element in page.root.iter():
        for name, value in element.attrib.items():
            if name == "style" or EVENT.fullmatch(str(name)):
                yield f"{element.tag} {name}={value}"
            if name in {"href", "src", "action"} and value.strip().lower().startswith("javascript"):
                yield f"{element.tag} {name}={value}"
            if name in {"src", "srcset"} and re.match(r"(https?:)?//", value):
                yield f"{element.tag} of another host: {value}"
    for script in page.all("script"):
        if "src" not in script.attrib and script.get("type") != "application/json":
            yield "script without src"
    if any(True for _ in page.all("style")):
        yield "style element"


def _silent(page: Page) -> Iterator[str]:
    for element in page.all("button", "a"):
        if element.tag == "a" and "href" not in element.attrib:
            continue
        said = text_of(element) or element.get("aria-label") or element.get("title")
        pictures = [image.get("alt") for image in element.iter("img")]
        if not said and not any(pictures):
            yield f"{element.tag} {element.get('href', '')}{element.get('class', '')}"


def _unguarded(page: Page) -> list[str]:
    return [
        f"no form token: {form.get('action')}"
        for form in page.all("form")
        if form.get("method", "get").lower() == "post"
        and not any(field.get("name") == "csrf_token" for field in form.iter("input"))
    ]


@contextmanager
def guarded(app: Flask) -> Iterator[None]:
    """Draw pages with form tokens, as they are outside of tests."""
    before = app.config["WTF_CSRF_ENABLED"]
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        yield
    finally:
        app.config["WTF_CSRF_ENABLED"] = before
