"""A form that is sent after its session ended: nothing that was typed is lost."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.households import queries as households
from supermarket.staff.models import Role, Scope, StaffMember
from tests import pages
from tests.factories import PASSWORD, VILLAGE, make_household, make_regions, make_staff

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
#: What stands for the argument of an address; the guard asks before anybody looks it up.
ANYTHING = "410482100203"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def takers(app: Flask) -> list[str]:
    """Every page that takes a form from somebody signed in."""
    adapter = app.url_map.bind("localhost")
    return sorted(
        adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, ANYTHING), method="POST")
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and not rule.rule.startswith("/api/")
        and vars(app.view_functions[rule.endpoint])["needs"] is not None
    )


def resumed(client: FlaskClient, page: pages.Page, target: str, by: StaffMember) -> dict[str, Any]:
    """Sign in from the page that asks for it; return what the next page would send again."""
    typed = {"username": by.username, "password": PASSWORD, "kept": page.field("kept")}
    resume = pages.post(client, f"/sign-in?next={target}", typed)
    return offered(resume, target)


def offered(page: pages.Page, target: str) -> dict[str, Any]:
    """Return what the page's form to ``target`` holds; a name may hold several values."""
    form = next(form for form in page.all("form") if form.get("action") == target)
    sent: dict[str, list[str]] = {}
    for field in form.iter("input"):
        sent.setdefault(field.get("name", ""), []).append(field.get("value", ""))
    return sent


@pytest.mark.parametrize("multipart", [False, True])
def test_every_page_keeps_what_was_typed(app: Flask, client: FlaskClient, multipart: bool) -> None:
    make_regions()
    wanted = '李<建国> "1组"\n第二行'
    kind = "multipart/form-data" if multipart else "application/x-www-form-urlencoded"

    kept = {
        target: pages.post(
            client,
            target,
            {"typed": wanted, "password": "not this"},
            status=401,
            headers=OWN_PAGE,
            content_type=kind,
        ).field("kept")
        for target in takers(app)
    }

    assert len(kept) > 30
    assert set(kept.values()) == {
        '[["typed", "李<建国> \\"1组\\"\\n第二行"]]',
    }


def test_a_new_household_is_written_down_after_signing_in_again(client: FlaskClient) -> None:
    member = make_staff(Role.SCORER, VILLAGE)
    typed = {
        "village": VILLAGE,
        "head": "李建国",
        "group": "3组",
        "phone": "13800001234",
        "tags": ["lifted", "minimum_living"],
        "members-0-name": "李建国",
        "members-0-relation": "户主",
        "members-1-name": "王秀英",
        "members-1-relation": "配偶",
    }

    page = pages.post(client, "/households/new", typed, status=401, headers=OWN_PAGE)
    sent = resumed(client, page, "/households/new", member)
    answer = client.post("/households/new", data=sent)

    assert {name: values for name, values in sent.items() if name != "csrf_token"} == {
        name: [value] if isinstance(value, str) else value for name, value in typed.items()
    }
    assert answer.status_code == 302, pages.Page(answer).text
    found = households.household(answer.location.rpartition("/")[2], Scope((VILLAGE,), ()))
    assert found is not None
    assert [person.name for person in found.members] == ["李建国", "王秀英"]


def test_a_file_has_to_be_chosen_again_and_the_rest_is_kept(client: FlaskClient) -> None:
    member = make_staff(Role.SCORER, VILLAGE)
    typed = {"village": VILLAGE, "file": (BytesIO("户主\n李".encode()), "roster.csv")}

    page = pages.post(client, "/households/roster/", typed, status=401, headers=OWN_PAGE)
    sent = resumed(client, page, "/households/roster/", member)
    again = pages.post(client, "/households/roster/", sent, status=422)

    assert "文件请登录后重新选择" in page.text
    assert again.field("village") == VILLAGE


@pytest.mark.parametrize("size", [70_000, 600_000])
def test_too_much_is_refused_in_words(client: FlaskClient, size: int) -> None:
    make_regions()
    typed = {"note": "长" * size}

    page = pages.post(client, "/households/new", typed, status=401, headers=OWN_PAGE)

    assert "内容太多，没有留住" in page.text
    assert page.field("kept") == ""


def test_a_form_of_the_session_before_may_be_sent_again(app: Flask, client: FlaskClient) -> None:
    member = make_staff(Role.SCORER, VILLAGE)
    household = make_household()
    target = f"/households/{household.code}/edit"
    pages.sign_in(client, member)
    app.config["WTF_CSRF_ENABLED"] = True
    typed = {"head": "李建军", "state": "active", "csrf_token": "of the session before"}

    resume = pages.post(client, target, typed, status=400, headers=OWN_PAGE)
    answer = client.post(target, data=offered(resume, target))

    assert "继续刚才的提交" in resume.text
    assert answer.status_code == 302
    found = households.household(household.code, Scope((VILLAGE,), ()))
    assert found is not None
    assert found.head == "李建军"


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_gets_nothing_past_the_form_token(
    app: Flask, client: FlaskClient, headers: dict[str, str]
) -> None:
    pages.sign_in(client, make_staff(Role.SCORER, VILLAGE))
    app.config["WTF_CSRF_ENABLED"] = True

    page = pages.post(client, "/households/new", {"head": "冒名"}, status=400, headers=headers)

    assert "冒名" not in page.html
    assert "页面放得太久了" in page.text
