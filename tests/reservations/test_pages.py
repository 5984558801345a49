"""Reservations and wishes as people see them: at the till, in the list, at home."""

from uuid import uuid4
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.goods.models import Goods
from supermarket.households import service as households
from supermarket.reservations import queries
from supermarket.reservations import service as reservations
from supermarket.staff.models import Permission, Role, Scope
from tests import pages
from tests.counter.stalls import Stall, make_stall
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    make_goods,
    make_household,
    make_shop,
    make_staff,
)
from tests.public.homes import at_home, inside
from tests.reservations.makers import held, keep, state


@pytest.fixture
def stall(app: Flask) -> Stall:
    return make_stall()


@pytest.fixture
def rice(stall: Stall) -> Goods:
    return make_goods(price=10, shop=stall.shop, on_hand=5, name="大米")


def asked(goods: Goods, units: object = 1, **more: object) -> dict[str, object]:
    return {"key": uuid4().hex, "sku": goods.sku, "units": units,
            "until": today().isoformat(), **more}  # fmt: skip


def test_the_till_offers_what_is_kept_and_one_tap_takes_it(
    app: Flask, stall: Stall, rice: Goods
) -> None:
    keep(stall, rice, 2)
    keep(stall, rice, 2, household=make_household(points_held=50))
    client = app.test_client()
    pages.sign_in(client, stall.keeper)
    url = f"/counter/{stall.shop.code}"

    page = pages.post(client, url, {"scan": stall.household.code})

    assert "留了 2 块 大米，今天取？" in page.text
    assert "有 3 块" in page.text
    ways = _ways_out(page.root)
    assert ways["给这户留货"] is False
    assert not any(ways.values())
    tapped = pages.post(
        client, url,
        {"household": stall.household.code, "key": page.field("key"), "step": f"add:2:{rice.sku}"},
    )  # fmt: skip
    assert "合计 20 分" in tapped.text
    assert "今天取？" not in tapped.text


def _ways_out(element: Element, boosted: bool = False) -> dict[str, bool]:
    """The links of a page, and whether htmx would look for the till behind them."""
    boosted = element.get("hx-boost", str(boosted).lower()) == "true"
    found = {"".join(element.itertext()).strip(): boosted} if element.tag == "a" else {}
    for child in element:
        found |= _ways_out(child, boosted)
    return found


def test_the_keeper_keeps_something_and_what_is_wrong_stays_typed(
    app: Flask, stall: Stall, rice: Goods
) -> None:
    client = app.test_client()
    pages.sign_in(client, stall.keeper)
    url = f"/reservations/new/{stall.shop.code}"
    assert pages.get(client, f"{url}?who={stall.household.code}").field("who") == (
        stall.household.code
    )

    for units, words in (
        ("0", "1 到 99"),
        ("1.5", "请填整数"),
        ("1000000000", "请填整数"),
        ("9", "还能留 5 块"),
    ):
        page = pages.post(
            client,
            url,
            asked(rice, units, who=stall.household.code),
            status=409 if units == "9" else 422,
        )
        assert words in page.text
        assert page.field("units") == units
    wrong = pages.post(client, url, asked(rice, who="'; DROP TABLE card --"), status=422)
    assert "DROP TABLE" in wrong.field("who")
    done = client.post(url, data=asked(rice, 3, who=stall.household.code))

    assert done.status_code == 302
    listed = pages.get(client, "/reservations")
    assert "大米" in listed.text
    assert "今天到期" in listed.text
    assert stall.household.head not in listed.text
    assert "今天到期的留货" in pages.get(client, "/").text
    [row] = queries.listed(stall.keeper.scope(Permission.REDEEM), limit=9)
    ended = client.post(f"/reservations/{row.code}/end", follow_redirects=True)
    assert "已取消" in ended.get_data(as_text=True)
    again = client.post(f"/reservations/{row.code}/end", follow_redirects=True)
    assert "不用再取消" in again.get_data(as_text=True)
    assert held(stall, rice) == 0
    assert "大米" in pages.get(client, "/reservations?section=closed").text


def test_the_next_shop_and_other_jobs_see_and_end_nothing(
    app: Flask, stall: Stall, rice: Goods
) -> None:
    kept = keep(stall, rice)
    neighbour = app.test_client()
    pages.sign_in(neighbour, make_staff(Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE)))
    scorer = app.test_client()
    pages.sign_in(scorer, make_staff(Role.SCORER, VILLAGE))

    assert "大米" not in pages.get(neighbour, "/reservations").text
    assert neighbour.get(f"/reservations/new/{stall.shop.code}").status_code == 404
    assert neighbour.post(f"/reservations/{kept.code}/end").status_code == 404
    assert scorer.get("/reservations").status_code == 403
    assert scorer.post(f"/reservations/{kept.code}/end").status_code == 404
    assert state(kept) == "held"


def test_a_helper_keeps_for_paired_households_only(app: Flask, stall: Stall, rice: Goods) -> None:
    helper, stranger = make_staff(Role.HELPER, VILLAGE), make_household(points_held=9)
    with transaction():
        households.pair(helper, [stall.household], by=stall.keeper.id)
    client = app.test_client()
    pages.sign_in(client, helper)
    url = f"/helper/{stall.household.code}/reservations"

    assert "留货和心愿" in pages.get(client, f"/helper/{stall.household.code}").text
    assert client.post(url, data=asked(rice, 2)).status_code == 302
    assert (
        client.post(f"/helper/{stall.household.code}/wishes", data={"wished": "棉鞋"}).status_code
        == 302
    )
    page = pages.get(client, url)
    assert "大米 × 2 块" in page.text
    assert "棉鞋" in page.text
    assert client.post(f"/helper/{stranger.code}/reservations", data=asked(rice)).status_code == 404
    assert (
        client.post(f"/helper/{stranger.code}/wishes", data={"wished": "棉鞋"}).status_code == 404
    )
    assert held(stall, rice) == 2


def test_a_household_keeps_ends_and_wishes_on_its_own_page(
    app: Flask, stall: Stall, rice: Goods
) -> None:
    home = at_home(app, stall.household)
    client = inside(app, home)
    other = keep(stall, rice, household=make_household(points_held=19))
    url = f"{home.url}/reservations"

    assert client.post(url, data=asked(rice, 2)).status_code == 302
    page = pages.get(client, url)
    assert "还能留 2 块" in page.text
    assert "给您留着的" in pages.get(client, home.url).text
    late = pages.post(client, url, asked(rice, 3), status=409)
    assert "还能留 2 块，留不了 3 块" in late.text
    [mine] = queries.of_household(stall.household.id, today())
    client.post(f"{url}/{other.code}/end")
    client.post(f"{url}/{mine.code}/end")
    assert (state(other), held(stall, rice)) == ("held", 1)
    assert app.test_client().get(url).status_code in (302, 401, 403)

    for words in ("棉鞋", "棉鞋", "<script>alert(1)</script>"):
        assert client.post(f"{home.url}/wishes", data={"wished": words}).status_code == 302
    assert pages.post(client, f"{home.url}/wishes", {"wished": "鞋"}, status=422)
    neighbour = make_household()
    with transaction():
        reservations.wish(neighbour, "棉鞋", by=None)
    assert "棉鞋" in pages.get(client, f"{home.url}/data").text
    counted = queries.counted(Scope((VILLAGE,), ()))
    assert [(row.words, row.households) for row in counted] == [
        ("棉鞋", 2), ("<script>alert(1)</script>", 1),
    ]  # fmt: skip
    keeper = app.test_client()
    pages.sign_in(keeper, stall.keeper)
    wishes = pages.get(keeper, "/reservations/wishes")
    assert "棉鞋" in wishes.text
    assert stall.household.head not in wishes.text
    shoes = next(one for one in queries.wishes_of(stall.household.id) if one.words == "棉鞋")
    assert client.post(f"{home.url}/wishes/{10**30}/end").status_code == 404
    client.post(f"{home.url}/wishes/{shoes.id}/end")
    assert [row.households for row in queries.counted(Scope((VILLAGE,), ()))] == [1, 1]
    assert queries.counted(Scope((OTHER_VILLAGE,), ())) == []
