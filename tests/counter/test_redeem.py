from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from supermarket.cards.errors import (
    CardBlankError,
    CardExpiredError,
    CardLostError,
    CardNotActiveError,
    CardRevokedError,
)
from supermarket.cards.models import CardState
from supermarket.clock import now, today
from supermarket.counter.errors import (
    EmptyBasketError,
    FutureDateError,
    HouseholdLeftError,
    NobodyError,
    NotForSaleError,
    OtherCountyError,
    PriceChangedError,
    QuantityError,
    ShopClosedError,
)
from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.counter.queries import receipts
from supermarket.database import db, transaction
from supermarket.errors import DomainError, NotFoundError
from supermarket.goods.models import Goods, PointsPrice
from supermarket.households import service as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.models import Household, HouseholdState, StaffTie, TieKind
from supermarket.ledger.errors import (
    InsufficientPointsError,
    KeyInvalidError,
    KeyReusedError,
    OutOfStockError,
)
from supermarket.schemes.errors import NoSchemeError
from supermarket.schemes.models import Scheme
from supermarket.shops.models import Shop
from supermarket.staff.models import Role
from tests.counter.stalls import (
    EVERYWHERE,
    NOWHERE,
    Stall,
    make_card,
    make_scheme,
    make_stall,
    on_hand,
)
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    add_lot,
    balance,
    make_goods,
    make_household,
    make_shop,
    make_staff,
)

pytestmark = pytest.mark.usefixtures("app")


def redemptions() -> int:
    return db.session.scalar(select(func.count()).select_from(Redemption)) or 0


def test_goods_leave_and_points_are_paid_on_one_receipt() -> None:
    stall = make_stall(points_held=100)
    soap = make_goods(price=5, shop=stall.shop, on_hand=10, name="肥皂")
    rice = make_goods(price=40, shop=stall.shop, on_hand=2, name="大米")

    receipt = stall.redeem((soap, 3), (rice, 1))

    assert receipt.reference == f"{stall.shop.code}-3"
    assert (receipt.points, receipt.fen) == (55, 2750)
    assert (receipt.balance_before, receipt.balance_after) == (100, 45)
    assert [(line.name, line.quantity, line.points) for line in receipt.lines] == [
        ("肥皂", 3, 15),
        ("大米", 1, 40),
    ]
    assert receipt.masked_head == "李**"
    assert balance(stall.household) == 45
    assert on_hand(soap) == {None: 7}
    assert on_hand(rice) == {None: 1}


def test_what_is_returned_is_what_is_read_back() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)

    receipt = stall.redeem((soap, 3))

    assert receipts.receipt_of(receipt.entry_id) == receipt
    assert receipts.receipt(receipt.reference, EVERYWHERE) == receipt


def test_the_same_goods_on_two_lines_count_together() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=4)

    with pytest.raises(OutOfStockError, match="只有 4 件能兑，需要 5 件"):
        stall.redeem((soap, 3), (soap, 2))
    receipt = stall.redeem((soap, 2), (soap, 2))

    assert [line.quantity for line in receipt.lines] == [4]


def test_what_expires_first_is_taken_first_and_the_expired_never() -> None:
    stall = make_stall()
    milk = make_goods(price=1)
    day = today()
    add_lot(stall.shop, milk, 5, best_before=None)
    add_lot(stall.shop, milk, 5, best_before=day + timedelta(days=9))
    add_lot(stall.shop, milk, 5, best_before=day)
    add_lot(stall.shop, milk, 5, best_before=day - timedelta(days=1))

    stall.redeem((milk, 7))

    assert on_hand(milk) == {
        None: 5,
        day + timedelta(days=9): 3,
        day: 0,
        day - timedelta(days=1): 5,
    }
    with pytest.raises(OutOfStockError, match="只有 8 件能兑，需要 9 件"):
        stall.redeem((milk, 9))


def test_the_price_is_the_shops_own_and_the_newest_whose_day_has_come() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    other = make_shop()
    tomorrow = today() + timedelta(days=1)
    with transaction():
        for shop_id, since, points in (
            (None, tomorrow, 99),
            (other.id, today(), 98),
            (stall.shop.id, today() - timedelta(days=2), 8),
            (stall.shop.id, today() - timedelta(days=1), 7),
            (stall.shop.id, tomorrow, 97),
        ):
            db.session.add(
                PointsPrice(
                    goods_id=soap.id, shop_id=shop_id, since=since, points=points, created_at=now()
                )
            )

    assert stall.redeem((soap, 1)).points == 7


def test_the_rate_is_the_nearest_schemes() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    make_scheme(70, since=today() - timedelta(days=1))
    make_scheme(90, since=today() + timedelta(days=1))

    assert stall.redeem((soap, 2)).fen == 700

    with transaction():
        db.session.add(
            Scheme(
                region_code=TOWNSHIP,
                since=today() - timedelta(days=90),
                programme_name="寄料镇",
                fen_per_point=33,
                created_at=now(),
            )
        )
    assert stall.redeem((soap, 2)).fen == 330


def test_a_key_sent_again_returns_the_first_receipt() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    first = stall.redeem((soap, 3), key="key-00000001")
    with transaction():
        db.session.execute(update(Goods).values(active=False))

    again = stall.redeem((soap, 1), (soap, 2), key="key-00000001")

    assert again == first
    assert redemptions() == 1


def test_a_key_sent_with_another_basket_or_by_another_clerk_is_refused() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    stall.redeem((soap, 3), key="key-00000001")

    with pytest.raises(KeyReusedError):
        stall.redeem((soap, 2), key="key-00000001")
    with pytest.raises(KeyReusedError):
        stall.redeem((soap, 3), key="key-00000001", by=make_stall().keeper.id)


@pytest.mark.parametrize("key", ["", "short", "x" * 101, "钥匙钥匙钥匙钥匙"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)

    with pytest.raises(KeyInvalidError):
        stall.redeem((soap, 3), key=key or " ")


def test_too_few_points_take_nothing() -> None:
    stall = make_stall(points_held=14)
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)

    with pytest.raises(InsufficientPointsError, match="现有 14 分，需要 15 分，还差 1 分"):
        stall.redeem((soap, 3))

    assert balance(stall.household) == 14
    assert on_hand(soap) == {None: 10}


@pytest.mark.parametrize("units", [0, -1, 1.5, True, 1000, 10**12, "3", None])
def test_a_quantity_that_nobody_carries_is_refused(units: object) -> None:
    stall = make_stall()
    soap = make_goods(price=1, shop=stall.shop, on_hand=2000)

    with pytest.raises(QuantityError):
        stall.redeem(lines=[(soap.sku, units)])


def test_two_lines_that_together_are_too_much_are_refused() -> None:
    stall = make_stall()
    soap = make_goods(price=1, shop=stall.shop, on_hand=2000)

    with pytest.raises(QuantityError):
        stall.redeem((soap, 999), (soap, 1))


def test_an_empty_basket_nobody_and_a_day_to_come_are_refused() -> None:
    stall = make_stall()
    soap = make_goods(price=1, shop=stall.shop, on_hand=20)

    with pytest.raises(EmptyBasketError):
        stall.redeem()
    with pytest.raises(NobodyError):
        stall.redeem((soap, 1), household=None)
    with pytest.raises(NobodyError):
        stall.redeem((soap, 1), card="123456789")
    with pytest.raises(FutureDateError):
        stall.redeem((soap, 1), occurred_on=today() + timedelta(days=1))
    assert redemptions() == 0


def test_a_day_in_the_past_may_be_told_and_counts_as_that_day() -> None:
    stall = make_stall()
    soap = make_goods(price=1, shop=stall.shop, on_hand=20)

    receipt = stall.redeem((soap, 1), occurred_on=today())

    assert receipt.occurred_on == today()
    with pytest.raises(NotForSaleError):
        stall.redeem((soap, 1), occurred_on=today() - timedelta(days=1))


def test_goods_unknown_withdrawn_or_without_a_price_are_refused() -> None:
    stall = make_stall()
    soap = make_goods(price=1, shop=stall.shop, on_hand=20, name="肥皂")
    bare = make_goods(price=1, shop=stall.shop, on_hand=20, name="毛巾")
    with transaction():
        db.session.execute(update(Goods).where(Goods.id == soap.id).values(active=False))
        db.session.query(PointsPrice).filter_by(goods_id=bare.id).delete()

    with pytest.raises(NotFoundError, match="NOSUCH"):
        stall.redeem(lines=[("NOSUCH", 1)])
    with pytest.raises(NotForSaleError, match="肥皂"):
        stall.redeem((soap, 1))
    with pytest.raises(NotForSaleError, match="毛巾"):
        stall.redeem((bare, 1))


def test_a_price_that_changed_is_shown_before_it_is_taken_even_if_the_total_is_the_same() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)

    with pytest.raises(PriceChangedError, match="原来合计 8 分，现在合计 10 分"):
        stall.redeem((soap, 2), prices={soap.sku: 4})
    rice = make_goods(price=3, shop=stall.shop, on_hand=20)
    with pytest.raises(PriceChangedError, match="原来合计 8 分，现在合计 8 分"):
        stall.redeem((soap, 1), (rice, 1), prices={soap.sku: 3, rice.sku: 5})
    with pytest.raises(PriceChangedError):
        stall.redeem((soap, 1), (rice, 1), prices={soap.sku: 5})

    assert stall.redeem((soap, 2), prices={soap.sku: 5}).points == 10


def test_a_card_serves_its_household_anywhere_in_the_county() -> None:
    stall = make_stall(region_code=OTHER_VILLAGE)
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)
    card = make_card(stall.household)

    by_number = stall.redeem((soap, 1), household=None, card=card.card_number)
    by_token = stall.redeem((soap, 1), household=None, card=card.token)

    assert by_number.household_code == by_token.household_code == stall.household.code
    assert by_token.balance_after == 90


def test_a_card_of_another_county_is_refused() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)
    card = make_card(make_household(points_held=50, village="411025001001"))

    with pytest.raises(OtherCountyError):
        stall.redeem((soap, 1), household=None, card=card.card_number)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (CardState.LOST, CardLostError),
        (CardState.REVOKED, CardRevokedError),
        (CardState.EXPIRED, CardExpiredError),
        (CardState.BLANK, CardBlankError),
    ],
)
def test_a_card_that_is_not_in_use_is_refused_in_words(
    state: CardState, error: type[CardNotActiveError]
) -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)
    card = make_card(stall.household, state)

    with pytest.raises(error) as refused:
        stall.redeem((soap, 1), household=None, card=card.card_number)

    assert refused.value.code == "card_not_active"


def test_a_card_serves_until_its_last_day() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)
    last = make_card(stall.household, expires_on=today())
    assert stall.redeem((soap, 1), household=None, card=last.card_number).points == 5
    with transaction():
        last.state = CardState.REVOKED
    over = make_card(stall.household, expires_on=today() - timedelta(days=1))

    with pytest.raises(CardExpiredError):
        stall.redeem((soap, 1), household=None, card=over.card_number)


def test_a_card_nobody_knows_is_not_found() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)

    with pytest.raises(NotFoundError):
        stall.redeem((soap, 1), household=None, card="999999999")


def test_a_household_without_its_card_is_served_only_in_its_own_region() -> None:
    stall = make_stall(region_code=OTHER_VILLAGE)
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)

    with pytest.raises(NotFoundError):
        stall.redeem((soap, 1))


def test_a_household_that_left_and_a_closed_shop_are_refused() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)
    card = make_card(stall.household)
    with transaction():
        db.session.execute(update(Household).values(state=HouseholdState.LEFT))

    with pytest.raises(HouseholdLeftError):
        stall.redeem((soap, 1))
    with pytest.raises(CardNotActiveError, match="已退出"):
        stall.redeem((soap, 1), household=None, card=card.card_number)
    with transaction():
        db.session.execute(update(Shop).values(active=False))
    with pytest.raises(ShopClosedError):
        stall.redeem((soap, 1))


def test_a_village_without_a_scheme_is_told_so() -> None:
    household, shop = make_household(points_held=100), make_shop()
    stall = Stall(shop, make_staff(Role.SHOPKEEPER, shop=shop), household)
    soap = make_goods(price=5, shop=shop, on_hand=20)

    with pytest.raises(NoSchemeError):
        stall.redeem((soap, 1))


def test_a_shop_outside_the_clerks_scope_is_not_found() -> None:
    stall = make_stall()
    other = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)

    with pytest.raises(NotFoundError):
        stall.redeem((soap, 1), scope=NOWHERE)
    with pytest.raises(NotFoundError):
        other.redeem((soap, 1), shop=stall.shop.code)
    with pytest.raises(NotFoundError):
        stall.redeem((soap, 1), shop="NOSUCH")


def test_every_refusal_leaves_nothing_behind() -> None:
    stall = make_stall(points_held=7)
    soap = make_goods(price=5, shop=stall.shop, on_hand=1)

    for units in (2, 1000):
        with pytest.raises(DomainError):
            stall.redeem((soap, units))

    assert redemptions() == 0
    assert db.session.scalar(select(func.count()).select_from(RedemptionLine)) == 0
    assert balance(stall.household) == 7
    assert on_hand(soap) == {None: 1}


def test_a_keeper_serves_neither_the_own_household_nor_a_relatives() -> None:
    stall = make_stall(points_held=100)
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    with transaction():
        tie = households.declare_tie(
            stall.keeper, stall.household, TieKind.RELATIVE, "姐姐", by=stall.keeper.id
        )

    with pytest.raises(TiedHouseholdError) as refused:
        stall.redeem((soap, 1))

    assert "李建国家是您本人或亲属的家庭" in str(refused.value)
    assert redemptions() == 0
    assert balance(stall.household) == 100
    supervisor = make_staff(Role.SUPERVISOR)
    with transaction():
        households.end_tie(db.session.get_one(StaffTie, tie.id), by=supervisor.id)
    assert stall.redeem((soap, 1)).points == 5


def test_another_keeper_serves_the_household_of_a_colleague() -> None:
    stall = make_stall(points_held=100)
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    colleague = make_staff(Role.SHOPKEEPER, shop=stall.shop)
    with transaction():
        households.declare_tie(colleague, stall.household, TieKind.OWN, "", by=colleague.id)

    assert stall.redeem((soap, 1)).points == 5
