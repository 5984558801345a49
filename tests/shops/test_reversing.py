from uuid import uuid4

import pytest

from supermarket.database import db
from supermarket.ledger.errors import AlreadyReversedError, KeyReusedError, ReversalTooLargeError
from supermarket.shops import queries
from supermarket.shops.errors import (
    GoodsHandedOutError,
    NothingToReverseError,
    ReasonMissingError,
    ReversalLineInvalidError,
)
from supermarket.shops.queries import GoodsInPaper
from supermarket.shops.service import GoodsInAsk, Received
from supermarket.staff.models import Scope
from tests.counter.stalls import make_stall
from tests.factories import VILLAGE, make_goods, make_shop
from tests.shops.makers import days, delivery, hand_out, lots, make_rice, receive, reverse

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def taken_in(app: object) -> Received:
    shop, rice, soap = make_shop(), make_rice(), make_goods()
    return receive(
        shop, delivery(GoodsInAsk(rice.sku, 20, days(90), 100), GoodsInAsk(soap.sku, 50, None, 30))
    )


def paper(received: Received) -> GoodsInPaper:
    db.session.expire_all()
    found = queries.goods_in(received.reference, Scope((VILLAGE,), ()))
    assert found is not None
    return found


def test_a_delivery_is_taken_back_whole(taken_in: Received) -> None:
    back = reverse(taken_in)

    assert [lot.on_hand for lot in lots()] == [0, 0]
    assert paper(taken_in).reversals == [back.reference]
    assert [line.taken_back for line in paper(taken_in).lines] == [20, 50]


def test_a_delivery_is_taken_back_in_parts_and_then_the_rest(taken_in: Received) -> None:
    reverse(taken_in, {2: 45})

    reverse(taken_in)

    assert [lot.on_hand for lot in lots()] == [0, 0]
    assert len(paper(taken_in).reversals) == 2


def test_nothing_is_taken_back_twice(taken_in: Received) -> None:
    reverse(taken_in, {1: 20})

    with pytest.raises(AlreadyReversedError):
        reverse(taken_in, {1: 1})
    reverse(taken_in)
    with pytest.raises(AlreadyReversedError):
        reverse(taken_in)


def test_units_handed_out_are_not_taken_back_and_the_refusal_says_which_papers_have_them(
    taken_in: Received,
) -> None:
    shop = paper(taken_in).shop
    hand_out(shop, lots()[0].id, 3)
    hand_out(shop, lots()[0].id, 5)
    hand_out(shop, lots()[1].id, 1)

    with pytest.raises(GoodsHandedOutError) as refused:
        reverse(taken_in, {1: 20})

    assert "只剩 12 件，20 件撤不回来" in str(refused.value)
    assert f"已经发出去了（{shop.code}-3、{shop.code}-2）" in str(refused.value)
    reverse(taken_in, {2: 49})

    assert [lot.on_hand for lot in lots()] == [12, 0]
    assert [line.reversible for line in paper(taken_in).lines] == [12, 0]
    reverse(taken_in, {1: 12})
    assert [lot.on_hand for lot in lots()] == [0, 0]


def test_the_refusal_names_the_redemptions_but_none_that_came_back() -> None:
    stall, rice = make_stall(), make_goods(price=3)
    came = receive(stall.shop, delivery(GoodsInAsk(rice.sku, 9)))
    kept, brought_back = stall.redeem((rice, 2)), stall.redeem((rice, 1))
    stall.reverse(brought_back.reference)

    with pytest.raises(GoodsHandedOutError) as refused:
        reverse(came, {1: 9})

    assert f"（{kept.reference}）" in str(refused.value)


def test_more_than_came_in_is_not_taken_back(taken_in: Received) -> None:
    with pytest.raises((ReversalTooLargeError, GoodsHandedOutError)):
        reverse(taken_in, {1: 21})


@pytest.mark.parametrize("lines", [{3: 1}, {0: 1}, {1: 0}, {1: -1}, {1: True}])
def test_a_line_that_means_nothing_is_refused(taken_in: Received, lines: dict[int, int]) -> None:
    with pytest.raises(ReversalLineInvalidError):
        reverse(taken_in, lines)


def test_taking_back_nothing_is_refused(taken_in: Received) -> None:
    with pytest.raises(NothingToReverseError, match="请至少填一行撤回数量"):
        reverse(taken_in, {})


def test_taking_back_needs_a_reason(taken_in: Received) -> None:
    with pytest.raises(ReasonMissingError):
        reverse(taken_in, reason="  ")


def test_the_same_key_takes_back_once(taken_in: Received) -> None:
    key = uuid4().hex
    first = reverse(taken_in, {1: 5}, key=key)

    again = reverse(taken_in, {1: 5}, key=key)

    assert again == first._replace(new=False)
    assert lots()[0].on_hand == 15
    with pytest.raises(KeyReusedError):
        reverse(taken_in, {1: 6}, key=key)


def test_a_paper_adds_up_and_says_what_is_left(taken_in: Received) -> None:
    shown = paper(taken_in)

    assert (shown.units, shown.amount_fen) == (70, 20 * 100 + 50 * 30)
    assert [line.lot_code for line in shown.lines] == [
        f"{taken_in.reference}-1", f"{taken_in.reference}-2",
    ]  # fmt: skip
