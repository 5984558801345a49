"""PIN, proxy and the keeper's word: what shows that a household agrees to a large basket."""

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket import clock
from supermarket.cards import queries as cards
from supermarket.cards.errors import NoPinError, PinLockedError, PinShapeError, WrongPinError
from supermarket.cards.service import pins
from supermarket.clock import now, today
from supermarket.counter import service as counter
from supermarket.counter.errors import (
    IdentityNeededError,
    OwnHandsError,
    ProofNeededError,
    ProxyEndedError,
    ProxyLimitError,
    ProxyOverError,
)
from supermarket.counter.service.collecting import Handing, KnownBy
from supermarket.database import db, once_more, transaction
from supermarket.errors import DomainError, NotFoundError
from supermarket.expiry import queries as expiry
from supermarket.expiry.queries import Expiring
from supermarket.goods.models import Goods
from supermarket.households import service as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.models import TieKind
from supermarket.households.queries import collecting
from supermarket.households.service import NewProxy
from supermarket.staff.models import Permission, Role
from tests import pages
from tests.counter.stalls import Stall, make_card, make_scheme, make_stall
from tests.counter.test_till import Till
from tests.factories import balance, make_goods, make_household, make_staff

PIN = "7391"


class Large(NamedTuple):
    """A stall whose programme asks from 50 points on, and something worth 30."""

    stall: Stall
    rice: Goods

    def redeem(self, units: int, handing: Handing | None = None, **more: Any) -> str:
        """Hand rice over; return who collected."""
        receipt = self.stall.redeem((self.rice, units), handing=handing or Handing(), **more)
        return receipt.collector

    def try_pin(self, pin: str, key: str | None = None) -> bool:
        """Try a PIN as the page does: in a transaction of its own, refused behind it."""
        shop, household = self.stall.shop.code, self.stall.household.code
        by, scope = self.stall.keeper.id, self.stall.keeper.scope(Permission.REDEEM)
        name = key or uuid4().hex
        tried = once_more(
            lambda: counter.try_pin(name, pin, shop=shop, by=by, scope=scope, household=household)
        )
        tried.refuse()
        return tried.ok


@pytest.fixture
def large(app: Flask) -> Large:
    make_scheme(pin_above=50)
    stall = make_stall(points_held=300)
    return Large(stall, make_goods(price=30, shop=stall.shop, on_hand=50, name="大米"))


def give_pin(stall: Stall) -> None:
    with transaction():
        pins.set_pin(stall.household, PIN, stall.keeper.id, memory_kib=64)


def add_proxy(stall: Stall, **more: object) -> str:
    by = make_staff(Role.ADMINISTRATOR).id
    text = {"name": "张三", "relation": "邻居", "until": today() + timedelta(days=90), **more}
    with transaction():
        made = households.add_proxy(
            stall.household,
            NewProxy(**text),  # type: ignore[arg-type]  # each test names its own
            by=by,
        )
        return str(made.id)


def test_below_the_threshold_nobody_is_asked(large: Large) -> None:
    give_pin(large.stall)

    assert large.redeem(1) == ""


def test_from_the_threshold_on_the_pin_is_asked_for(large: Large) -> None:
    give_pin(large.stall)

    with pytest.raises(ProofNeededError) as refused:
        large.redeem(2)
    with pytest.raises(ProofNeededError):
        large.redeem(2, Handing(known_by=KnownBy.FACE))
    fits = large.try_pin("７３９１")
    words = large.redeem(2, Handing(pin_fits=fits))

    assert "满 50 分的兑换" in str(refused.value)
    assert words == "本人（密码核对）"
    assert balance(large.stall.household) == 240


def test_a_household_without_a_pin_is_known_by_the_keeper_in_words(large: Large) -> None:
    with pytest.raises(IdentityNeededError):
        large.redeem(2)

    assert large.redeem(2, Handing(known_by=KnownBy.FACE)) == "本人（店长核对：认识本人）"
    assert large.redeem(2, Handing(known_by=KnownBy.IDENTITY)) == "本人（店长核对：看过身份证）"


def test_five_wrong_pins_lock_though_nothing_is_handed_out(large: Large) -> None:
    give_pin(large.stall)
    large.try_pin(PIN, key="a-key-with-receipt")
    large.redeem(2, Handing(pin_fits=True), key="a-key-with-receipt")
    left = []
    for _number in range(4):
        with pytest.raises(WrongPinError) as refused:
            large.try_pin("1357")
        left.append(refused.value.details["left"])
    with pytest.raises(PinShapeError):
        large.try_pin("6900000000001")

    with pytest.raises(PinLockedError) as locked:
        large.try_pin("1357")
    with pytest.raises(PinLockedError):
        large.try_pin(PIN)

    assert left == [4, 3, 2, 1]
    assert "已经锁住" in str(locked.value)
    assert large.try_pin("whatever", key="a-key-with-receipt")
    standing = cards.pins.standing(large.stall.household.id)
    assert standing
    assert standing.locked
    assert balance(large.stall.household) == 240


def test_a_pin_is_not_tried_where_nobody_would_be_served(large: Large) -> None:
    stall = large.stall
    with pytest.raises(NoPinError):
        large.try_pin(PIN)
    give_pin(stall)
    scope = stall.keeper.scope(Permission.REDEEM)
    stranger = make_household(village="411025001001")
    with transaction():
        households.declare_tie(stall.keeper, stall.household, TieKind.OWN, "", by=stall.keeper.id)

    with pytest.raises(TiedHouseholdError):
        large.try_pin("1357")
    with pytest.raises(NotFoundError), transaction():
        counter.try_pin(
            uuid4().hex, PIN, shop=stall.shop.code, by=stall.keeper.id, scope=scope,
            household=stranger.code,
        )  # fmt: skip
    with pytest.raises(NotFoundError), transaction():
        counter.try_pin(
            uuid4().hex, PIN, shop="410482100204S01", by=stall.keeper.id, scope=scope,
            household=stall.household.code,
        )  # fmt: skip


def test_a_named_proxy_collects_at_any_size_and_stands_on_the_receipt(large: Large) -> None:
    give_pin(large.stall)
    number = add_proxy(large.stall)

    assert large.redeem(1, Handing(collector=number)) == "张三（邻居）"
    assert large.redeem(3, Handing(collector=number)) == "张三（邻居）"


def test_a_proxy_collects_no_more_than_the_month_allows_and_reversals_free_it(
    large: Large,
) -> None:
    number = add_proxy(large.stall, month_points=60)
    handing = Handing(collector=number)
    first = large.stall.redeem((large.rice, 1), handing=handing)
    large.redeem(3, Handing(known_by=KnownBy.FACE))

    with pytest.raises(ProxyLimitError) as refused:
        large.redeem(2, handing)
    large.redeem(1, handing)
    with pytest.raises(ProxyLimitError):
        large.redeem(1, handing)
    large.stall.reverse(first.reference)
    large.redeem(1, handing)

    assert refused.value.code == "limit_reached"
    assert "张三每月最多代领 60 分，这个月还可代领 30 分，这次要 60 分" in str(refused.value)
    assert balance(large.stall.household) == 150


def test_whoever_may_not_collect_is_refused_in_words(large: Large) -> None:
    number = add_proxy(large.stall, until=today() + timedelta(days=3))
    others = add_proxy(make_stall())

    with clock.at(now() + timedelta(days=4)), pytest.raises(ProxyOverError) as over:
        large.redeem(1, Handing(collector=number))
    for nobody in (others, "999999", "x", "helper"):
        with pytest.raises(NotFoundError):
            large.redeem(1, Handing(collector=nobody))

    assert f"张三代领的期限到 {today() + timedelta(days=3)} 为止" in str(over.value)


def test_a_proxy_whose_authority_was_taken_back_is_refused(large: Large) -> None:
    number = add_proxy(large.stall)
    by = make_staff(Role.ADMINISTRATOR).id
    with transaction():
        proxy = collecting.proxy(int(number), large.stall.household.id)
        assert proxy
        households.end_proxy(proxy, "搬走", by=by)

    with pytest.raises(ProxyEndedError):
        large.redeem(1, Handing(collector=number))


def test_the_paired_helper_collects_but_never_from_the_own_hands(large: Large) -> None:
    helper, by = make_staff(Role.HELPER), make_staff(Role.ADMINISTRATOR).id
    stall = large.stall
    with transaction():
        households.pair(helper, [stall.household], by=by)

    words = large.redeem(2, Handing(collector="helper"))
    with pytest.raises(OwnHandsError):
        large.redeem(1, Handing(collector="helper"), by=helper.id)

    assert words == "王秀英（帮扶责任人）"


def test_the_same_key_with_another_collector_is_another_request(large: Large) -> None:
    number = add_proxy(large.stall)
    large.redeem(1, Handing(collector=number), key="one-basket-one-hand")

    with pytest.raises(DomainError) as refused:
        large.redeem(1, key="one-basket-one-hand")

    assert refused.value.code == "key_reused"


def at_the_till(app: Flask, large: Large, units: int = 2) -> Till:
    till = Till(app, large.stall)
    till.scan(make_card(large.stall.household).card_number)
    till.scan(f"{units}*{large.rice.sku}")
    return till


def test_at_the_till_the_household_types_its_pin(app: Flask, large: Large) -> None:
    give_pin(large.stall)
    till = at_the_till(app, large)

    asked = till.send(scan="", status=409)
    wrong = till.send(scan="", pin="1357", status=409)
    form = {**till.form(), "pin": PIN}
    done = till.confirm(pin=PIN)
    again = till.client.post(till.url, data=form)

    assert "请户主自己输入密码" in asked.text
    assert "还可以再试 4 次" in wrong.text
    assert wrong.field("pin") == ""
    assert "已兑换 60 分" in done.text
    assert again.status_code == 302
    assert balance(large.stall.household) == 240


def test_at_the_till_a_locked_pin_says_what_to_do(app: Flask, large: Large) -> None:
    give_pin(large.stall)
    till = at_the_till(app, large)
    for _number in range(5):
        till.send(scan="", pin="1357", status=409)

    assert "重设密码" in till.page.text
    assert "已锁住" in till.send(scan="", status=409).text
    assert balance(large.stall.household) == 300


def test_at_the_till_the_keeper_says_how_the_household_was_known(app: Flask, large: Large) -> None:
    till = at_the_till(app, large)
    form = {k: v for k, v in till.form().items() if k != "known_by"}

    asked = till.client.post(till.url, data=form)
    done = pages.check(
        till.client.post(till.url, data={**form, "known_by": "face"}, follow_redirects=True)
    )
    receipt = next(link for link in done.links if link.endswith("/paper"))

    assert "须核对本人" in asked.get_data(as_text=True)
    assert "本人（店长核对：认识本人）" in pages.get(till.client, receipt).text
    assert "本人（店长核对：认识本人）" in pages.get(till.client, receipt.replace("58", "a4")).text


def test_at_the_till_a_proxy_is_chosen_and_forgotten_with_the_next_household(
    app: Flask, large: Large
) -> None:
    number = add_proxy(large.stall, month_points=90)
    other = make_card(make_household(points_held=50, head="赵六"))
    till = Till(app, large.stall)

    page = till.scan(make_card(large.stall.household).card_number)
    chosen = till.send(scan=large.rice.sku, collector=number)
    form = {**till.form(), "collector": number}
    done = pages.check(till.client.post(till.url, data=form, follow_redirects=True))
    till.page = done
    till.scan(other.card_number)

    assert "张三（邻居），本月还可代领 90 分" in page.text
    assert any(e.get("value") == number and "checked" in e.attrib for e in chosen.all("input"))
    receipt = next(link for link in done.links if link.endswith("/paper"))
    assert "张三（邻居）" in pages.get(till.client, receipt).text
    assert "张三" not in till.page.text


def test_the_till_shows_what_is_left_of_the_month(app: Flask) -> None:
    make_scheme(redeem_month_cap=50, redeem_minimum=20)
    stall = make_stall(points_held=200)
    oil = make_goods(price=30, shop=stall.shop, on_hand=9, name="食用油")
    salt = make_goods(price=5, shop=stall.shop, on_hand=9, name="食盐")
    with transaction():
        db.session.get_one(Goods, oil.id).month_limit = 1
    stall.redeem((salt, 1))
    till = Till(app, stall)

    first = till.scan(make_card(stall.household).card_number)
    full = till.scan(oil.sku)
    many = till.scan(oil.sku)
    poor = make_card(make_household(points_held=3))
    till.client.post(till.url, data={"step": "clear"})
    till.page = pages.get(till.client, till.url)
    short = till.scan(poor.card_number)

    assert "本月还可兑45 分" in first.text
    assert "本月还可兑 1 " in first.text
    assert "本月兑满了的" in full.text
    assert "请减少数量" in many.text
    assert "超过本月还可兑的分数，请减少 15 分的商品" in many.text
    assert "满 20 分才能兑换，还差 17 分" in short.text


def test_a_tied_keeper_is_refused_at_the_scan_and_voids_nothing(app: Flask) -> None:
    stall = make_stall(points_held=100)
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    card, reference = make_card(stall.household), stall.redeem((soap, 1)).reference
    till = Till(app, stall)
    with transaction():
        households.declare_tie(stall.keeper, stall.household, TieKind.OWN, "", by=stall.keeper.id)

    by_card = till.scan(card.card_number, status=422)
    by_code = till.scan(stall.household.code, status=422)
    page = pages.get(till.client, f"/redemptions/{reference}/reversal", status=409)
    with pytest.raises(TiedHouseholdError):
        stall.reverse(reference)

    assert "您本人或亲属的家庭" in by_card.text
    assert "您本人或亲属的家庭" in by_code.text
    assert "您本人或亲属的家庭" in page.text
    assert balance(stall.household) == 95


def test_the_receipt_says_what_expires_next(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stall = make_stall(points_held=100)
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    reference = stall.redeem((soap, 1)).reference
    keeper: FlaskClient = app.test_client()
    pages.sign_in(keeper, stall.keeper)
    ends = Expiring(today() + timedelta(days=9), 40)
    monkeypatch.setattr(expiry, "upcoming", lambda ids, _on: dict.fromkeys(ids, ends))

    papers = [
        pages.get(keeper, f"/redemptions/{reference}/paper?width={width}").text
        for width in ("58", "a4")
    ]

    assert all(f"40 分将于 {ends.on} 到期" in text for text in papers)
