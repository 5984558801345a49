"""Proposing to write goods off; nothing leaves the shelf yet."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from supermarket.clock import now, today
from supermarket.database import db
from supermarket.goods import queries as goods_queries
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError
from supermarket.movements.errors import LotTooSmallError, SameLotTwiceError, WordsNeededError
from supermarket.movements.models import WriteOff, WriteOffKind, WriteOffLine, WriteOffState
from supermarket.movements.queries.allotting import Shelf, shelves
from supermarket.movements.service.sending import MoveAsk, chosen, goods_asked
from supermarket.movements.service.words import note_of
from supermarket.shops.models import Shop

#: Most characters of what is done with the goods.
DISPOSAL = 60


class WriteOffAsk(NamedTuple):
    """A write-off as it is proposed."""

    kind: WriteOffKind
    #: Each names its lot.
    lines: Sequence[MoveAsk]
    #: What happened.
    words: str = ""
    #: What is done with the goods.
    disposal: str = ""


def propose_write_off(shop: Shop, asked: WriteOffAsk, *, key: str, by: int) -> WriteOff:
    """Propose to write units of lots off; the same key returns the first proposal.

    ``by`` is the proposer's id. Somebody else approves. Call it through ``once_more``.

    Raises:
        LotTooSmallError: a lot holds fewer units.
        NotFoundError: the shop has no such goods or lot.
        WordsNeededError, SameLotTwiceError, InvalidError: the paper is wrong.
        KeyReusedError: the key named another proposal.
    """
    facts = [shop.code, asked.kind.value, list(map(list, asked.lines)), asked.words, asked.disposal]
    fingerprint = ledger.fingerprint("write_off", [*facts, by])
    if (first := _seen(key, fingerprint)) is not None:
        return first
    words, disposal = note_of(asked.words), note_of(asked.disposal)[:DISPOSAL]
    if asked.kind.needs_words and not words:
        raise WordsNeededError
    lots = check_lines(shop, asked.lines)
    code = f"{shop.code}X{ledger.number(shop.code, 'write_off')}"
    made = WriteOff(
        code=code,
        key=key,
        fingerprint=fingerprint,
        shop_id=shop.id,
        kind=asked.kind,
        words=words,
        disposal=disposal,
        state=WriteOffState.PROPOSED,
        proposed_by=by,
        proposed_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    prices = goods_queries.prices(shop.id, {lot.goods_id for lot in lots}, today())
    db.session.add_all(
        WriteOffLine(
            write_off_id=made.id,
            position=position,
            lot_id=lot.row.lot_id,
            goods_id=lot.goods_id,
            quantity=line.quantity,
            points_price=prices.get(lot.goods_id),
            unit_cost_fen=lot.unit_cost_fen,
        )
        for position, (lot, line) in enumerate(zip(lots, asked.lines, strict=True), start=1)
    )
    db.session.flush()
    return made


def check_lines(shop: Shop, lines: Sequence[MoveAsk]) -> list[Shelf]:
    """Return the lot of each line, if it holds that many; writes nothing.

    Raises:
        LotTooSmallError, NotFoundError, SameLotTwiceError, InvalidError: it does not.
    """
    goods = goods_asked(lines)
    found = shelves(shop.id, {item.id for item in goods.values()}, today())
    lots: list[Shelf] = []
    for line in lines:
        lot = chosen(found, line)
        if lot in lots:
            raise SameLotTwiceError(goods=lot.name)
        if line.quantity > lot.row.on_hand:
            raise LotTooSmallError(
                goods=lot.name, lot=lot.row.code, on_hand=lot.row.on_hand, needed=line.quantity
            )
        lots.append(lot)
    return lots


def _seen(key: str, fingerprint: str) -> WriteOff | None:
    if not (8 <= len(key) <= 100 and key.isascii() and key.isprintable()):
        raise KeyInvalidError
    first = db.session.scalar(select(WriteOff).where(WriteOff.key == key))
    if first is not None and first.fingerprint != fingerprint:
        raise KeyReusedError
    return first
