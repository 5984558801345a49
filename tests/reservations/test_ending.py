"""How what is kept ends: its day, a word of somebody, the truth of paper and of the shelf."""

from datetime import timedelta

import pytest
from flask import Flask

from supermarket import clock
from supermarket.clock import now, today
from supermarket.database import db, once_more, transaction
from supermarket.errors import NotFoundError
from supermarket.households import service as households
from supermarket.households.models import Household, HouseholdFreeze
from supermarket.households.service import changing
from supermarket.ledger.errors import (
    OutOfStockError,
)
from supermarket.movements import service as movements
from supermarket.movements.service import MoveAsk
from supermarket.reservations import queries
from supermarket.reservations import service as reservations
from supermarket.reservations.errors import (
    ClosedError,
    KeptError,
    ReasonError,
)
from supermarket.reservations.models import Channel
from supermarket.staff.models import Permission, Role
from tests.counter.stalls import Stall, make_stall
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    make_goods,
    make_household,
    make_shop,
    make_staff,
)
from tests.reservations.makers import held, keep, shelf, state


@pytest.fixture
def stall(app: Flask) -> Stall:
    return make_stall()


def test_a_day_that_has_passed_keeps_nothing_and_the_job_only_marks_it(
    app: Flask, stall: Stall
) -> None:
    rice = make_goods(price=10, shop=stall.shop, on_hand=1)
    kept = keep(stall, rice)
    assert kept.until == today() + timedelta(days=3)
    job = app.test_cli_runner()

    with clock.at(now() + timedelta(days=3)):
        assert "0 笔" in job.invoke(args=["reservations", "expire"]).output
        assert held(stall, rice) == 1
    with clock.at(now() + timedelta(days=4)):
        other = stall._replace(household=make_household(points_held=100))
        other.redeem((rice, 1))
        assert queries.listed(stall.keeper.scope(Permission.REDEEM), limit=9) == []
        with pytest.raises(ClosedError, match="过期"), transaction():
            reservations.cancel(kept.code, by=stall.keeper)
        outputs = [job.invoke(args=["reservations", "expire"]) for _ in range(2)]

    assert [(done.exit_code, "1 笔" in done.output) for done in outputs] == [(0, True), (0, False)]
    assert state(kept) == "expired"


def test_the_job_lets_go_what_a_household_that_left_or_is_frozen_cannot_collect(
    app: Flask, stall: Stall
) -> None:
    rice = make_goods(price=1, shop=stall.shop, on_hand=9)
    gone, frozen, soon = (make_household(points_held=9) for _ in range(3))
    mine = keep(stall, rice)
    theirs = [keep(stall, rice, household=home) for home in (gone, frozen, soon)]
    with transaction():
        changing.leave(gone, stall.keeper.id, today(), reason="搬走了")
        for home, days in ((frozen, 3), (soon, 2)):
            db.session.add(_freeze(home, stall.keeper.id, days))
    job = app.test_cli_runner()

    outputs = [job.invoke(args=["reservations", "expire"]).output for _ in range(2)]

    assert ["2 笔，已取消" in said for said in outputs] == [True, False]
    assert [state(one) for one in [*theirs, mine]] == ["cancelled", "cancelled", "held", "held"]
    assert held(stall, rice) == 2


def _freeze(home: Household, by: int, days: int) -> HouseholdFreeze:
    return HouseholdFreeze(
        code=f"{home.village_code}F{days}", household_id=home.id, basis="村规民约第九条",
        document_number="安政〔2026〕3号", reason="转卖积分", starts_on=today(),
        ends_on=today() + timedelta(days=days), proposed_by=by, proposed_at=now(), approved=True,
        decided_by=by, decided_at=now(),
    )  # fmt: skip


def test_only_who_made_it_the_keeper_and_the_household_end_it(stall: Stall) -> None:
    rice = make_goods(price=1, shop=stall.shop, on_hand=9)
    helper = make_staff(Role.HELPER, VILLAGE)
    with transaction():
        households.pair(helper, [stall.household], by=stall.keeper.id)
    kept = [keep(stall, rice, channel=Channel.HELPER, by=helper) for _ in range(3)]
    strangers = [
        make_staff(Role.HELPER, VILLAGE),
        make_staff(Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE)),
        make_staff(Role.SUPERVISOR, VILLAGE),
    ]

    for somebody in strangers:
        with pytest.raises(NotFoundError), transaction():
            reservations.cancel(kept[0].code, by=somebody)
    neighbour = make_household()
    with pytest.raises(NotFoundError), transaction():
        reservations.cancel(kept[0].code, by=None, household=neighbour)
    with pytest.raises(ReasonError), transaction():
        reservations.cancel(kept[0].code, by=helper, reason="长" * 101)
    with transaction():
        reservations.cancel(kept[0].code, by=helper, reason="<b>不要了</b>\x00")
        reservations.cancel(kept[1].code, by=stall.keeper)
        reservations.cancel(kept[2].code, by=None, household=stall.household)

    assert [state(one) for one in kept] == ["cancelled"] * 3
    assert kept[0].reason == "<b>不要了</b>"
    assert held(stall, rice) == 0


def test_what_is_kept_is_not_sent_to_another_shop(stall: Stall) -> None:
    rice = make_goods(price=1, shop=stall.shop, on_hand=5, name="大米")
    other, keeper = make_shop(OTHER_VILLAGE), stall.keeper.id
    keep(stall, rice, 3)

    with pytest.raises(KeptError, match="有 3 块已为农户留着，能调出的只有 2 块"):
        once_more(
            lambda: movements.send(
                stall.shop, other, [MoveAsk(rice.sku, 3)], key="three-away", by=keeper
            )
        )
    once_more(
        lambda: movements.send(stall.shop, other, [MoveAsk(rice.sku, 2)], key="two-away", by=keeper)
    )

    assert (shelf(stall, rice), held(stall, rice)) == (3, 3)


def test_paper_and_recalls_tell_what_is_true_and_the_list_says_what_is_short(stall: Stall) -> None:
    rice = make_goods(price=1, shop=stall.shop, on_hand=3)
    scope = stall.keeper.scope(Permission.REDEEM)
    keep(stall, rice, 3)
    other = stall._replace(household=make_household(points_held=9))
    assert queries.short_goods(scope) == set()

    other.redeem((rice, 1), slip="S01-000001")

    assert queries.short_goods(scope) == {(stall.shop.code, rice.sku)}
    with pytest.raises(OutOfStockError):
        stall.redeem((rice, 3))
    assert stall.redeem((rice, 2)).points == 2
    assert (shelf(stall, rice), held(stall, rice)) == (0, 1)
