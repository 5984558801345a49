"""The card desk's pages, by role and village, with what people send twice or wrongly."""

from collections.abc import Callable
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from supermarket.cards import queries
from supermarket.cards.models import Card, CardState
from supermarket.cards.queries import IssuedCard, codes, numbers
from supermarket.cards.service import cards, reading
from supermarket.database import db, transaction
from supermarket.households.models import Household, HouseholdState
from supermarket.staff.models import Role
from tests.cards.conftest import SignIn
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_shop,
    make_staff,
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
    found = browser.post(f"{page}/found")
    again = state_of(card)
    revoked = browser.post(f"{page}/revoke", data={"reason": "其他", "note": "搬走了"})

    assert [a.status_code for a in (lost, found, revoked)] == [302, 302, 302]
    assert (while_lost, again) == (CardState.LOST, CardState.ACTIVE)
    assert state_of(card) is CardState.REVOKED
    story = browser.get(page).text
    assert "其他：搬走了" in story
    assert "已挂失" in story
    assert browser.post(f"{page}/found").status_code == 409


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
        browser.get(f"/cards/print/{VILLAGE}.pdf"),
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
        stranger.get(f"/cards/print/{VILLAGE}.pdf"),
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
    sheet = browser.get(f"/cards/print/{VILLAGE}.pdf")

    assert "没有字体能印" in page
    assert "names=no" in page
    assert "要手写的姓名" in run
    assert numbers.format(card.card_number) in run
    assert sheet.status_code == 200
    assert browser.get(f"/cards/{card.card_number}.png").status_code == 422


# -- print runs ------------------------------------------------------------------------------


def test_a_run_gives_everybody_a_card_and_prints_them(app: Flask, sign_in: SignIn) -> None:
    heads = ["李建国", "王桂兰", "欧阳春梅"]
    households = [make_household(head=head) for head in heads]
    gone = make_household(head="已退出")
    elsewhere = make_household(village=OTHER_VILLAGE)
    with transaction():
        gone.state = HouseholdState.LEFT
    browser = sign_in()

    first = browser.post(f"/cards/print/{VILLAGE}")
    again = browser.post(f"/cards/print/{VILLAGE}")
    page = browser.get(f"/cards/print/{VILLAGE}").text
    sheet = browser.get(f"/cards/print/{VILLAGE}.pdf?backs=yes")

    assert (first.status_code, again.status_code) == (302, 302)
    assert how_many() == 3
    assert queries.active_card(elsewhere) is None
    assert "每户都有卡了" in page
    assert sheet.mimetype == "application/pdf"
    expected = {
        queries.code_of(
            card, secret=app.config["CARD_KEY"], public_url=app.config["PUBLIC_URL"]
        ).url
        for household in households
        if (card := queries.active_card(household))
    }
    with pypdfium2.PdfDocument(sheet.data) as paper:
        assert len(paper) == 2
        fronts = paper[0].render(scale=300 / 72).to_pil()
    assert {code.text for code in zxingcpp.read_barcodes(fronts)} == expected


@pytest.mark.parametrize("query", ["part=2", "part=0", "part=x", "group=9组", "names=maybe"])
def test_a_sheet_that_is_not_there_is_a_404(
    app: Flask, sign_in: SignIn, issue: Issue, query: str
) -> None:
    issue(make_household())

    answer = sign_in().get(f"/cards/print/{VILLAGE}.pdf?{query}")

    assert answer.status_code == 404


@pytest.mark.parametrize("code", [OTHER_VILLAGE, TOWNSHIP, "999999999999", "..%2f", "0" * 300])
def test_a_run_outside_the_scope_is_a_404(app: Flask, sign_in: SignIn, code: str) -> None:
    make_household(village=OTHER_VILLAGE)
    browser = sign_in()

    answers = [
        browser.get(f"/cards/print/{code}"),
        browser.post(f"/cards/print/{code}"),
        browser.get(f"/cards/print/{code}.pdf"),
        browser.get("/cards/print", query_string={"region": code}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert how_many() == 0


def test_the_county_goes_down_to_a_village(app: Flask, sign_in: SignIn, issue: Issue) -> None:
    issue(make_household())
    make_household()
    browser = sign_in(Role.COUNTY, COUNTY)

    top = browser.get("/cards/print").text
    townships = browser.get("/cards/print", query_string={"region": TOWNSHIP}).text

    assert f"region={TOWNSHIP}" in top
    assert "缺 1 张" in top
    assert f"/cards/print/{VILLAGE}" in townships
    assert sign_in().get("/cards/print").location.endswith(f"/cards/print/{VILLAGE}")


def test_the_list_of_places_costs_the_same_for_many_villages(
    app: Flask, sign_in: SignIn, statements: Callable[[], int]
) -> None:
    browser = sign_in(Role.TOWNSHIP, TOWNSHIP)
    make_household()
    start = statements()
    browser.get("/cards/print")
    few = statements() - start
    for _ in range(5):
        make_household(village=OTHER_VILLAGE)

    start = statements()
    browser.get("/cards/print")

    assert statements() - start == few


def test_the_blanks_of_another_are_not_printed(app: Flask, sign_in: SignIn) -> None:
    sign_in().post("/cards/blanks", data={"count": "3"})
    other = sign_in(region=OTHER_VILLAGE)

    page = other.get("/cards/blanks")
    sheet = other.get("/cards/blanks.pdf")

    assert page.status_code == 200
    assert sheet.mimetype == "text/html"
    assert sheet.status_code == 404


def test_blanks_are_made_and_printed(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in()

    none_yet = browser.get("/cards/blanks.pdf")
    wrong = [browser.post("/cards/blanks", data={"count": n}) for n in ("0", "-3", "1.5", "99999")]
    made = browser.post("/cards/blanks", data={"count": "12"})
    sheet = browser.get("/cards/blanks.pdf")

    assert none_yet.status_code == 404
    assert {answer.status_code for answer in wrong} == {422}
    assert made.status_code == 302
    assert how_many() == 12
    with pypdfium2.PdfDocument(sheet.data) as paper:
        assert len(paper) == 2


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


# -- command line ----------------------------------------------------------------------------


def test_the_command_issues_and_prints_a_village(app: Flask, tmp_path: object) -> None:
    make_household(head="李\U00031350")
    make_household()
    make_shop()
    member = make_staff(Role.SCORER, VILLAGE)
    out = f"{tmp_path}/cards.pdf"
    run = app.test_cli_runner().invoke

    empty: Result = run(args=["cards", "print", "--village", VILLAGE, "--out", out])
    done: Result = run(
        args=[
            "cards",
            "print",
            "--village",
            VILLAGE,
            "--out",
            out,
            "--issue-by",
            member.username,
        ]
    )

    assert empty.exit_code == 1
    assert "请先发卡" in empty.output
    assert done.exit_code == 0, done.output
    assert "新发 2 张卡" in done.output
    assert "请手写" in done.output
    with pypdfium2.PdfDocument(out) as paper:
        assert len(paper) == 1
