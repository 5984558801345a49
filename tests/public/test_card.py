"""What anybody sees who scans a card found in the street: almost nothing."""

from collections.abc import Callable

import pytest
from flask import Flask

from supermarket.cards.models import CardState
from supermarket.cards.queries import IssuedCard, codes
from supermarket.cards.service import cards
from supermarket.database import transaction
from supermarket.households.models import HouseholdState
from supermarket.public import queries
from tests.cards.conftest import signing
from tests.factories import COUNTY, OTHER_VILLAGE, VILLAGE, make_household, make_shop, the_actor


def issued_to(app: Flask, head: str = "张桂兰", points_held: int = 86) -> IssuedCard:
    """A card of a household with points."""
    household = make_household(head=head, points_held=points_held)
    with transaction():
        return cards.issue(household, the_actor().id, **signing(app))


@pytest.mark.parametrize("path", ["/c/{}", "/C/{}", "/c/{}/"])
def test_a_card_shows_its_masked_name_and_state_and_no_points(app: Flask, path: str) -> None:
    issued = issued_to(app)
    shop = make_shop()
    with transaction():
        shop.phone = "0375-6881234"

    answer = app.test_client().get(path.format(issued.code), headers={"Accept-Language": "zh"})

    assert answer.status_code == 200
    assert "张**" in answer.text
    assert "张桂兰" not in answer.text
    assert "86 分" not in answer.text
    assert ">86<" not in answer.text
    assert "在用" in answer.text
    assert "0375-6881234" in answer.text
    assert "寄料镇安沟村" in answer.text


def test_the_page_says_where_the_points_can_be_asked_for(app: Flask) -> None:
    issued = issued_to(app)
    make_shop(COUNTY, name="县城店")
    shop = make_shop(name="安沟村爱心超市")
    with transaction():
        shop.phone, shop.address = "0375-6881234", "村委会院内"

    page = app.test_client().get(f"/c/{issued.code}", headers={"Accept-Language": "zh"}).text

    assert "到爱心超市柜台出示本卡，可查积分、兑换商品" in page
    for words in ("在哪里查积分", "安沟村爱心超市", "村委会院内", "tel:0375-6881234"):
        assert words in page
    assert "县城店" not in page


def test_of_the_nearest_shops_the_one_with_a_telephone_is_named(app: Flask) -> None:
    make_shop(COUNTY)
    quiet, spoken_for = make_shop(), make_shop(name="安沟二店")
    with transaction():
        spoken_for.phone = "1"
    named = queries.shop(VILLAGE)
    with transaction():
        spoken_for.active = False

    assert named is not None
    assert named.code == spoken_for.code
    assert queries.shop(VILLAGE) == quiet
    assert queries.shop("") is None


def test_nothing_keeps_the_page(app: Flask) -> None:
    answer = app.test_client().get(f"/c/{issued_to(app).code}")

    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "same-origin"  # our forms need it over HTTPS
    assert "household=" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize(
    ("state", "words"), [(CardState.LOST, "已挂失"), (CardState.REVOKED, "已注销")]
)
def test_a_stopped_card_says_so(app: Flask, state: CardState, words: str) -> None:
    issued = issued_to(app)
    with transaction():
        issued.card.state = state

    page = app.test_client().get(f"/c/{issued.code}").text

    assert words in page
    assert "可查积分、兑换商品" not in page


def test_the_card_of_a_household_that_left_buys_nothing(app: Flask) -> None:
    household = make_household(head="张桂兰")
    with transaction():
        issued = cards.issue(household, the_actor().id, **signing(app))
    with transaction():
        household.state = HouseholdState.LEFT

    page = app.test_client().get(f"/c/{issued.code}").text

    assert "可查积分、兑换商品" not in page


def test_a_blank_shows_nobody(app: Flask) -> None:
    actor = the_actor().id
    with transaction():
        [blank] = cards.make_blanks(1, actor)

    answer = app.test_client().get(f"/c/{codes.sign(blank.token, app.config['CARD_KEY'])}")

    assert answer.status_code == 200
    assert "未发放" in answer.text


def test_a_code_of_another_county_is_a_404_without_a_query(
    app: Flask, statements: Callable[[], int]
) -> None:
    issued_to(app)
    foreign = codes.sign(codes.new_token(), b"another county")

    before = statements()
    answer = app.test_client().get(f"/c/{foreign}")

    assert answer.status_code == 404
    assert "不是本县的积分卡" in answer.text
    assert statements() == before


def test_a_card_number_is_no_way_in(app: Flask, statements: Callable[[], int]) -> None:
    issued = issued_to(app)

    before = statements()
    answer = app.test_client().get(f"/c/{issued.card.card_number}")

    assert answer.status_code == 404
    assert "**" not in answer.text
    assert statements() == before


def test_the_nearest_open_shop_is_called(app: Flask) -> None:
    county, village, elsewhere = make_shop(COUNTY), make_shop(VILLAGE), make_shop(OTHER_VILLAGE)
    with transaction():
        county.phone, village.phone, elsewhere.phone = "1", "2", "3"
    nearest = queries.phone(VILLAGE)
    with transaction():
        village.active = False

    assert nearest == "2"
    assert queries.phone(VILLAGE) == "1"
    assert queries.phone("") == ""
