"""What can no longer be handed out leaves the books by two people's word."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.errors import InvalidError, NotFoundError
from supermarket.ledger.errors import KeyReusedError
from supermarket.ledger.models import Entry, EntryKind, Lot
from supermarket.movements import queries
from supermarket.movements import service as movements
from supermarket.movements.errors import (
    LotTooSmallError,
    NotApprovedError,
    NothingLeftError,
    NotProposedByYouError,
    SamePersonError,
    StockChangedError,
    WordsNeededError,
    WriteOffDecidedError,
)
from supermarket.movements.models import WriteOff, WriteOffKind, WriteOffState
from supermarket.movements.queries import WriteOffPaper
from supermarket.movements.service import MoveAsk
from supermarket.shops.service import GoodsInAsk
from supermarket.staff.models import Permission, Role, StaffMember
from tests.factories import VILLAGE, add_lot, make_goods, make_staff
from tests.movements.makers import (
    approve,
    ask,
    code_of,
    holds,
    make_cast,
    on_shelf,
    propose,
    receive,
    reverse,
    send,
)
from tests.shops.makers import days, delivery, hand_out, make_rice
from tests.shops.makers import receive as take_in

pytestmark = pytest.mark.usefixtures("app")


def paper_of(found: WriteOff, by: StaffMember) -> WriteOffPaper:
    """The paper as somebody sees it."""
    db.session.rollback()
    paper = queries.write_off(found.code, by.scope(Permission.VIEW_STOCK))
    assert paper is not None
    return paper


def refuse(paper: WriteOff, by: StaffMember, reason: str = "还没坏，先留着") -> WriteOff:
    """Say no, as a view does."""
    code = paper.code
    with transaction():
        return movements.refuse(code, reason=reason, by=by)


def withdraw(paper: WriteOff, by: StaffMember) -> WriteOff:
    """Take a proposal back, as a view does."""
    code = paper.code
    with transaction():
        return movements.withdraw(code, reason="填错了", by=by)


def test_nothing_leaves_the_shelf_before_a_second_person_agrees() -> None:
    cast, rice = make_cast(), make_rice()
    lot = add_lot(cast.shop, rice, 5, best_before=days(-2))

    paper = propose(cast.shop, cast.keeper, ask(rice, 4, lot))
    assert (paper.code, paper.state) == (f"{cast.shop.code}X1", WriteOffState.PROPOSED)
    assert on_shelf(cast.shop) == 5
    done = approve(paper, cast.supervisor)

    assert (done.state, done.decided_by) == (WriteOffState.APPROVED, cast.supervisor.id)
    assert on_shelf(cast.shop) == 1
    entry = db.session.get_one(Entry, done.entry_id)
    assert (entry.kind, entry.document) == (EntryKind.WRITE_OFF, paper.code)
    assert entry.actor_id == cast.supervisor.id
    holds()


def test_its_worth_is_what_it_cost_and_what_it_would_have_fetched() -> None:
    cast, rice = make_cast(), make_rice()
    take_in(cast.depot, delivery(GoodsInAsk(rice.sku, 10, days(9), 4200)))
    receive(cast, send(cast, ask(rice, 10)))
    lot = db.session.scalars(select(Lot).where(Lot.shop_id == cast.shop.id)).one()

    paper = paper_of(propose(cast.shop, cast.keeper, ask(rice, 3, lot)), cast.keeper)

    assert (paper.points, paper.fen) == (105, 12600)  # the cost is known from the delivery
    assert paper.lines[0].lot_code == code_of(lot)


def test_whoever_proposed_does_not_decide() -> None:
    cast, soap = make_cast(), make_goods()
    lot = add_lot(cast.shop, soap, 5)
    paper = propose(cast.shop, cast.township, ask(soap, 1, lot))

    with pytest.raises(SamePersonError, match="要由另一个人办理"):
        approve(paper, cast.township)
    with pytest.raises(SamePersonError):
        refuse(paper, cast.township)
    with pytest.raises(NotFoundError):
        approve(paper, make_staff(Role.SUPERVISOR, "410482100204"))
    with pytest.raises(NotFoundError):
        approve(paper, cast.keeper)
    assert on_shelf(cast.shop) == 5


def test_more_than_the_lot_is_refused_in_words() -> None:
    cast, soap = make_cast(), make_goods()
    lot = add_lot(cast.shop, soap, 5)

    with pytest.raises(LotTooSmallError, match="只有 5 件，填了 6 件"):
        propose(cast.shop, cast.keeper, ask(soap, 6, lot))


def test_another_shops_lot_is_not_found() -> None:
    cast, soap = make_cast(), make_goods()
    lot = add_lot(cast.other, soap, 5)

    with pytest.raises(NotFoundError):
        propose(cast.shop, cast.keeper, ask(soap, 1, lot))
    with pytest.raises(NotFoundError):
        propose(cast.shop, cast.keeper, MoveAsk(soap.sku, 1))


@pytest.mark.parametrize("kind", [WriteOffKind.LOST, WriteOffKind.OTHER])
def test_a_loss_is_told(kind: WriteOffKind) -> None:
    cast, soap = make_cast(), make_goods()
    lot = add_lot(cast.shop, soap, 5)

    with pytest.raises(WordsNeededError, match="写明是怎么回事"):
        propose(cast.shop, cast.keeper, ask(soap, 1, lot), kind=kind)
    with pytest.raises(InvalidError, match="最多 200 个字"):
        propose(cast.shop, cast.keeper, ask(soap, 1, lot), kind=kind, words="丢" * 201)
    propose(cast.shop, cast.keeper, ask(soap, 1, lot), kind=kind, words="夜里被撬门")


def test_what_was_sold_meanwhile_is_told_with_the_figures_of_now() -> None:
    cast, soap = make_cast(), make_goods()
    lot = add_lot(cast.shop, soap, 5)
    paper = propose(cast.shop, cast.keeper, ask(soap, 5, lot))
    hand_out(cast.shop, lot.id, 2)

    with pytest.raises(StockChangedError, match="现在只有 3 件，单上报 5 件"):
        approve(paper, cast.supervisor)
    assert paper_of(paper, cast.supervisor).short == {1: 3}
    approve(paper, cast.supervisor, {1: 3})

    assert on_shelf(cast.shop) == 0
    assert paper_of(paper, cast.supervisor).lines[0].approved == 3
    holds()


def test_what_is_gone_altogether_is_refused() -> None:
    cast, soap = make_cast(), make_goods()
    lot = add_lot(cast.shop, soap, 5)
    paper = propose(cast.shop, cast.keeper, ask(soap, 5, lot))
    hand_out(cast.shop, lot.id, 5)

    with pytest.raises(NothingLeftError, match="不批准"):
        approve(paper, cast.supervisor)
    with pytest.raises(NothingLeftError):
        approve(paper, cast.supervisor, {1: 0})
    with pytest.raises(InvalidError):
        approve(paper, cast.supervisor, {1: 6})
    assert refuse(paper, cast.supervisor).state is WriteOffState.REFUSED


def test_what_was_decided_is_decided() -> None:
    cast, soap = make_cast(), make_goods()
    lot = add_lot(cast.shop, soap, 5)
    refused = refuse(propose(cast.shop, cast.keeper, ask(soap, 1, lot)), cast.supervisor)
    done = approve(propose(cast.shop, cast.keeper, ask(soap, 1, lot)), cast.supervisor)

    for paper, word in ((refused, "未批准"), (done, "已批准")):
        with pytest.raises(WriteOffDecidedError, match=f"已由王秀英在 .* 办理（{word}）"):
            approve(paper, cast.township)
        with pytest.raises(WriteOffDecidedError):
            refuse(paper, cast.township)
        with pytest.raises(WriteOffDecidedError):
            withdraw(paper, cast.keeper)


def test_a_proposal_is_taken_back_by_whoever_made_it() -> None:
    cast, soap = make_cast(), make_goods()
    lot = add_lot(cast.shop, soap, 5)
    paper = propose(cast.shop, cast.keeper, ask(soap, 1, lot))

    with pytest.raises(NotProposedByYouError):
        withdraw(paper, make_staff(Role.SHOPKEEPER, shop=cast.shop))
    assert withdraw(paper, cast.keeper).state is WriteOffState.WITHDRAWN


def test_a_key_proposes_approves_and_reverses_once() -> None:
    cast, soap = make_cast(), make_goods()
    lot = add_lot(cast.shop, soap, 5)

    first = propose(cast.shop, cast.keeper, ask(soap, 2, lot), key="propose-once")
    again = propose(cast.shop, cast.keeper, ask(soap, 2, lot), key="propose-once")
    approve(first, cast.supervisor, key="approve-once")
    approve(first, cast.supervisor, key="approve-once")
    assert (first.id, on_shelf(cast.shop)) == (again.id, 3)
    reverse(first, cast.township, key="reverse-once")
    reverse(first, cast.township, key="reverse-once")

    assert on_shelf(cast.shop) == 5
    with pytest.raises(KeyReusedError):
        propose(cast.shop, cast.keeper, ask(soap, 3, lot), key="propose-once")
    with pytest.raises(KeyReusedError):
        approve(first, cast.supervisor, {1: 1}, key="approve-once")


def test_an_approved_write_off_is_taken_back_by_a_third_person_once() -> None:
    cast, soap = make_cast(), make_goods()
    lot = add_lot(cast.shop, soap, 5)
    paper = propose(cast.shop, cast.keeper, ask(soap, 2, lot))
    with pytest.raises(NotApprovedError):
        reverse(paper, cast.township)
    approve(paper, cast.supervisor)

    with pytest.raises(SamePersonError):
        reverse(paper, cast.supervisor)
    done = reverse(paper, cast.township)

    assert (done.state, on_shelf(cast.shop)) == (WriteOffState.REVERSED, 5)
    with pytest.raises(WriteOffDecidedError, match="已冲正"):
        reverse(paper, cast.county)
    holds()


def test_who_waits_for_what() -> None:
    cast, rice = make_cast(), make_rice()
    old = add_lot(cast.shop, rice, 5, best_before=days(-1))
    add_lot(cast.other, rice, 5, best_before=days(-1))
    keeping = cast.keeper.scope(Permission.WRITE_OFF)
    approving = cast.supervisor.scope(Permission.APPROVE_STOCK)

    assert queries.to_take_off(keeping, today()) == 1
    paper = propose(cast.shop, cast.keeper, ask(rice, 5, old))
    assert queries.to_take_off(keeping, today()) == 0
    assert queries.to_approve(approving, cast.supervisor.id).size == 1
    assert queries.to_approve(approving, cast.keeper.id).size == 0
    approve(paper, cast.supervisor)

    assert queries.to_approve(approving, cast.supervisor.id).size == 0


def test_a_thousand_markup_words_are_kept_as_words() -> None:
    cast, soap = make_cast(), make_goods()
    lot = add_lot(cast.shop, soap, 5)
    hostile = "<script>alert(1)</script>\x00'; DROP TABLE lot;--"

    paper = propose(
        cast.shop, cast.keeper, ask(soap, 1, lot), kind=WriteOffKind.OTHER, words=hostile
    )

    assert paper.words == "<script>alert(1)</script>'; DROP TABLE lot;--"
    assert paper.shop_id == cast.shop.id
    assert VILLAGE in paper.code
    with pytest.raises(InvalidError):
        once_more(
            lambda: movements.propose_write_off(
                cast.shop,
                movements.WriteOffAsk(WriteOffKind.EXPIRED, [ask(soap, 1, lot)] * 201),
                key=uuid4().hex,
                by=cast.keeper.id,
            )
        )
