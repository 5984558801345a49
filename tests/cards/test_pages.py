"""The card desk's pages, by role and village, with what people send twice or wrongly."""

from collections.abc import Callable
from io import BytesIO

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from supermarket.cards import queries
from supermarket.cards.models import Card, CardState
from supermarket.cards.queries import IssuedCard, codes, numbers
from supermarket.cards.service import cards, reading
from supermarket.database import db, transaction
from supermarket.households.models import Household
from supermarket.staff.models import Role
from tests.cards.conftest import SignIn
from tests.factories import (
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    VILLAGE,
    make_household,
    the_actor,
)

Issue = Callable[[Household], IssuedCard]


def state_of(card: Card) -> CardState:
    """What the database says of a card now."""
    db.session.expire_all()
    return db.session.get_one(Card, card.id).state


def how_many() -> int:
    """Cards there are."""
    return db.session.scalar(select(func.count(Card.id))) or 0


# -- a household's cards ---------------------------------------------------------------------


def test_issuing_twice_makes_one_card(app: Flask, sign_in: SignIn) -> None:
    household = make_household(head="王桂兰")
    browser = sign_in()
    page = f"/households/{household.code}/cards"

    first = browser.post(page)
    second = browser.post(page)

    assert (first.status_code, second.status_code) == (302, 409)
    card = queries.active_card(household)
    assert card is not None
    assert numbers.format(card.card_number) in second.text
    assert how_many() == 1
    shown = browser.get(page).text
    assert "王桂兰" in shown
    assert "在用" in shown


def test_a_reissue_wants_a_reason_and_is_done_once(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    household = make_household()
    old = issue(household).card
    browser = sign_in()
    page = f"/households/{household.code}/cards/reissue"
    sent = {"reason": "卡丢了", "note": "赶集路上", "replacing": old.card_number}

    without = browser.post(page, data={"note": "赶集路上", "replacing": old.card_number})
    first = browser.post(page, data=sent)
    second = browser.post(page, data=sent)

    assert without.status_code == 422
    assert "请选一个原因" in without.text
    assert "赶集路上" in without.text
    assert (first.status_code, second.status_code) == (302, 409)
    assert "已经补发过" in second.text
    assert state_of(old) is CardState.REVOKED
    assert how_many() == 2


def test_the_reissue_form_names_the_card_it_replaces(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    household = make_household()
    old = issue(household).card

    page = sign_in().get(f"/households/{household.code}/cards/reissue").text

    assert f'value="{old.card_number}"' in page


def test_lost_found_and_revoked_are_told_on_the_cards_page(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    card = issue(make_household()).card
    browser = sign_in()
    page = f"/cards/{card.card_number}"

    lost = browser.post(f"{page}/lost", data={"reason": "卡丢了"})
    while_lost = state_of(card)
    found = browser.post(f"{page}/found", data={"reason": "看过身份证"})
    again = state_of(card)
    revoked = browser.post(f"{page}/revoke", data={"reason": "其他", "note": "搬走了"})

    assert [a.status_code for a in (lost, found, revoked)] == [302, 302, 302]
    assert (while_lost, again) == (CardState.LOST, CardState.ACTIVE)
    assert state_of(card) is CardState.REVOKED
    story = browser.get(page).text
    assert "其他：搬走了" in story
    assert "已挂失" in story
    assert "看过身份证" in story
    assert browser.post(f"{page}/found", data={"reason": "认识本人"}).status_code == 409
    assert browser.post(f"{page}/found").status_code == 422


def test_a_blank_is_linked_by_scanning_it(app: Flask, sign_in: SignIn) -> None:
    household, other = make_household(), make_household()
    browser, actor = sign_in(), the_actor().id
    with transaction():
        [blank] = cards.make_blanks(1, actor)
    typed = {"card": numbers.format(blank.card_number)}

    first = browser.post(f"/households/{household.code}/cards/blank", data=typed)
    second = browser.post(f"/households/{other.code}/cards/blank", data=typed)
    empty = browser.post(f"/households/{other.code}/cards/blank", data={})

    assert (first.status_code, second.status_code, empty.status_code) == (302, 409, 422)
    assert typed["card"] in second.text
    assert state_of(blank) is CardState.ACTIVE
    assert queries.active_card(other) is None


def test_the_households_page_leads_to_its_cards(app: Flask, sign_in: SignIn) -> None:
    household = make_household()

    page = sign_in().get(f"/households/{household.code}").text

    assert f'href="/households/{household.code}/cards"' in page


@pytest.mark.parametrize("path", ["", "/reissue"])
@pytest.mark.parametrize("region", [OTHER_VILLAGE, OTHER_TOWNSHIP])
def test_another_villages_scorer_finds_no_cards_here(
    app: Flask, sign_in: SignIn, issue: Issue, path: str, region: str
) -> None:
    household = make_household()
    card = issue(household).card
    browser = sign_in(Role.SCORER, region)

    answers = [
        browser.get(f"/households/{household.code}/cards{path}"),
        browser.post(f"/households/{household.code}/cards{path}", data={"reason": "其他"}),
        browser.get(f"/cards/{card.card_number}"),
        browser.get(f"/cards/{card.card_number}.png"),
        browser.post(f"/cards/{card.card_number}/revoke", data={"reason": "其他"}),
        browser.post(f"/cards/{card.card_number}/lost", data={"reason": "卡丢了"}),
        browser.post(f"/cards/{card.card_number}/found"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert state_of(card) is CardState.ACTIVE
    assert how_many() == 1


@pytest.mark.parametrize("role", [Role.SHOPKEEPER, Role.SUPERVISOR, Role.AUDITOR])
def test_a_role_without_cards_is_turned_away(
    app: Flask, sign_in: SignIn, issue: Issue, role: Role
) -> None:
    household = make_household()
    card = issue(household).card
    browser = sign_in(role)

    answers = [
        browser.post(f"/households/{household.code}/cards"),
        browser.get(f"/cards/{card.card_number}"),
        browser.get("/cards/print"),
        browser.post(f"/cards/print/{VILLAGE}/runs"),
        browser.get("/cards/runs"),
        browser.post("/cards/blanks", data={"count": "5"}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert how_many() == 1


def test_a_stranger_gets_nothing(app: Flask, issue: Issue) -> None:
    household = make_household(head="王桂兰")
    card = issue(household).card
    stranger = app.test_client()

    answers = [
        stranger.get(f"/cards/{card.card_number}.png"),
        stranger.post(f"/households/{household.code}/cards"),
        stranger.post("/cards/read", data={"card": card.card_number}),
        stranger.get("/cards/runs/1.pdf"),
        stranger.get("/cards/lost", query_string={"q": "王桂兰"}),
    ]

    assert {answer.status_code for answer in answers} <= {302, 401}
    assert all("王桂兰" not in answer.text for answer in answers)
    assert how_many() == 1


def test_a_cards_picture_holds_its_own_code(app: Flask, sign_in: SignIn, issue: Issue) -> None:
    issued = issue(make_household(head="欧阳春梅"))
    browser = sign_in()
    page = f"/cards/{issued.card.card_number}.png"

    front = browser.get(page)
    nameless = browser.get(page, query_string={"names": "no", "download": "1"})
    back = browser.get(page, query_string={"side": "back"})

    [code] = zxingcpp.read_barcodes(Image.open(BytesIO(front.data)))
    assert (front.mimetype, code.text) == ("image/png", issued.url)
    assert nameless.data != front.data
    assert "attachment" in nameless.headers["Content-Disposition"]
    assert Image.open(BytesIO(back.data)).size == (1011, 638)


def test_a_name_no_font_has_is_said_and_the_card_still_printed(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    household = make_household(head="李\U00031350")
    card = issue(household).card
    browser = sign_in()

    page = browser.get(f"/households/{household.code}/cards").text
    run = browser.get(f"/cards/print/{VILLAGE}").text

    assert "没有字体能印" in page
    assert "names=no" in page
    assert "要手写的姓名" in run
    assert numbers.format(card.card_number) in run
    assert browser.get(f"/cards/{card.card_number}.png").status_code == 422


# -- reading ---------------------------------------------------------------------------------


def read(browser: FlaskClient, text: str) -> tuple[int, str]:
    """Send what a scanner reads."""
    answer = browser.post("/cards/read", data={"card": text})
    return answer.status_code, answer.text


def test_a_scorer_sees_whose_card_it_is_and_its_points(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    issued = issue(make_household(head="王桂兰", points_held=86))
    browser = sign_in()

    for text in (issued.url, issued.code.lower(), numbers.format(issued.card.card_number)):
        status, page = read(browser, text)
        assert status == 200
        assert "王桂兰" in page
        assert "86" in page
        assert issued.code not in page


def test_a_shop_keeper_sees_a_masked_name(app: Flask, sign_in: SignIn, issue: Issue) -> None:
    issued = issue(make_household(head="王桂兰", points_held=86))

    status, page = read(sign_in(Role.SHOPKEEPER), issued.code)

    assert status == 200
    assert "王**" in page
    assert "王桂兰" not in page


def test_another_villages_scorer_learns_nothing_of_a_card(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    issued = issue(make_household(head="王桂兰", points_held=86))

    status, page = read(sign_in(Role.SCORER, OTHER_VILLAGE), issued.code)

    assert status == 404
    assert "不在您负责的范围内" in page
    assert "王" not in page.replace("王秀英", "")


@pytest.mark.parametrize(
    ("state", "words"), [(CardState.LOST, "已挂失"), (CardState.REVOKED, "已注销")]
)
def test_a_stopped_card_says_so(
    app: Flask, sign_in: SignIn, issue: Issue, state: CardState, words: str
) -> None:
    issued = issue(make_household())
    with transaction():
        issued.card.state = state

    status, page = read(sign_in(), issued.code)

    assert status == 200
    assert words in page


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 422),
        ("123456789", 422),
        ("6901234567892", 422),
        ("x" * 600, 422),
        ("x" * 400, 404),
        ("<script>alert(1)</script>", 404),
        (codes.sign("0123456789AB", b"another county"), 404),
    ],
)
def test_what_is_no_card_of_ours_keeps_the_typing(
    app: Flask, sign_in: SignIn, text: str, status: int
) -> None:
    answered, page = read(sign_in(), text)

    assert answered == status
    assert "<script>alert" not in page
    if text.isalnum():
        assert text in page


def test_a_photo_of_a_card_is_read(app: Flask, sign_in: SignIn, issue: Issue) -> None:
    issued = issue(make_household(head="王桂兰"))
    browser = sign_in()
    photo = browser.get(f"/cards/{issued.card.card_number}.png").data

    answer = browser.post("/cards/read", data={"photo": (BytesIO(photo), "IMG_1.png")})

    assert answer.status_code == 200
    assert "王桂兰" in answer.text


def test_a_photo_without_a_card_is_refused_in_words(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in()
    white = BytesIO()
    Image.new("L", (400, 300), 255).save(white, "PNG")

    for content in (white.getvalue(), b"GIF89a not really", b""):
        answer = browser.post("/cards/read", data={"photo": (BytesIO(content), "a.png")})
        assert answer.status_code == 422
        assert "照片" in answer.text


def test_a_huge_photo_is_refused_in_words(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_MEGABYTES", 0)

    answer = sign_in().post("/cards/read", data={"photo": (BytesIO(b"x" * 99), "a.png")})

    assert answer.status_code == 413
    assert "照片太大" in answer.text


def test_reading_is_never_in_an_address(app: Flask, sign_in: SignIn, issue: Issue) -> None:
    issued = issue(make_household(head="王桂兰"))

    page = sign_in().get("/cards/read", query_string={"card": issued.code}).text

    assert "王桂兰" not in page
