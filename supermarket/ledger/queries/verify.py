"""Does it all add up? Chains, numbers, sums, balances and lots, computed again from the lines."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from supermarket.ledger.models import GENESIS
from supermarket.ledger.queries.seal import seal
from supermarket.statements import Row, is_postgres, run, stream

ENTRIES = """
SELECT id, journal_id, number, kind, {day}, {moment}, actor_id, key, fingerprint, reverses_id,
       document, note, prev_hash, hash FROM entry ORDER BY id
"""
POINTS = """
SELECT entry_id, position, account_id, points, balance_after, place, member_id,
       reverses_position FROM points_line ORDER BY entry_id, position
"""
STOCK = """
SELECT entry_id, position, lot_id, quantity, on_hand_after, place, reverses_position
FROM stock_line ORDER BY entry_id, position
"""
MONEY = """
SELECT entry_id, position, account_id, fen, balance_after, place, reverses_position
FROM money_line ORDER BY entry_id, position
"""
#: Statements and stock cards read line by line: each balance is the one before and the line.
BROKEN_STATEMENTS = """
SELECT entry_id, position, owner, expected, balance_after FROM (
    SELECT p.entry_id, p.position, a.owner_code AS owner, p.balance_after, p.place,
           p.points + COALESCE(LAG(p.balance_after) OVER w, 0) AS expected,
           ROW_NUMBER() OVER w AS line
    FROM points_line p JOIN account a ON a.id = p.account_id WHERE p.account_id > 0
    WINDOW w AS (PARTITION BY p.account_id ORDER BY p.place)) lines
WHERE expected <> balance_after OR line <> place ORDER BY entry_id, position
"""
BROKEN_STOCK_CARDS = """
SELECT entry_id, position, lot_id, expected, on_hand_after FROM (
    SELECT s.entry_id, s.position, s.lot_id, s.on_hand_after, s.place,
           s.quantity + COALESCE(LAG(s.on_hand_after) OVER w, 0) AS expected,
           ROW_NUMBER() OVER w AS line
    FROM stock_line s WINDOW w AS (PARTITION BY s.lot_id ORDER BY s.place)) lines
WHERE expected <> on_hand_after OR line <> place ORDER BY entry_id, position
"""
BROKEN_FUNDS = """
SELECT entry_id, position, owner, expected, balance_after FROM (
    SELECT m.entry_id, m.position, a.owner_code AS owner, m.balance_after, m.place,
           m.fen + COALESCE(LAG(m.balance_after) OVER w, 0) AS expected,
           ROW_NUMBER() OVER w AS line
    FROM money_line m JOIN money_account a ON a.id = m.account_id WHERE m.account_id > 0
    WINDOW w AS (PARTITION BY m.account_id ORDER BY m.place)) lines
WHERE expected <> balance_after OR line <> place ORDER BY entry_id, position
"""
WRONG_FUNDS = """
SELECT 'fund ' || a.owner_code, a.balance_fen, COALESCE(SUM(m.fen), 0),
       a.last_place, COUNT(m.fen)
FROM money_account a LEFT JOIN money_line m ON m.account_id = a.id WHERE a.id > 0
GROUP BY a.id, a.owner_code, a.balance_fen, a.last_place
HAVING a.balance_fen <> COALESCE(SUM(m.fen), 0) OR a.last_place <> COUNT(m.fen) ORDER BY a.id
"""
WRONG_BALANCES = """
SELECT 'household ' || a.owner_code, a.balance, COALESCE(SUM(p.points), 0),
       a.last_place, COUNT(p.points)
FROM account a LEFT JOIN points_line p ON p.account_id = a.id WHERE a.id > 0
GROUP BY a.id, a.owner_code, a.balance, a.last_place
HAVING a.balance <> COALESCE(SUM(p.points), 0) OR a.last_place <> COUNT(p.points) ORDER BY a.id
"""
WRONG_LOTS = """
SELECT 'lot ' || l.id, l.on_hand, COALESCE(SUM(s.quantity), 0), l.last_place, COUNT(s.quantity)
FROM lot l LEFT JOIN stock_line s ON s.lot_id = l.id
GROUP BY l.id, l.on_hand, l.last_place
HAVING l.on_hand <> COALESCE(SUM(s.quantity), 0) OR l.last_place <> COUNT(s.quantity)
ORDER BY l.id
"""
REVERSED_TOO_FAR = """
SELECT o.entry_id, o.position, o.points, SUM(r.points) FROM points_line o
JOIN entry e ON e.reverses_id = o.entry_id
JOIN points_line r ON r.entry_id = e.id AND r.reverses_position = o.position
GROUP BY o.entry_id, o.position, o.points
HAVING ABS(o.points + SUM(r.points)) > ABS(o.points) OR o.points * SUM(r.points) > 0
ORDER BY o.entry_id
"""
RETURNED_TOO_MUCH = """
SELECT o.entry_id, o.position, o.quantity, SUM(r.quantity) FROM stock_line o
JOIN entry e ON e.reverses_id = o.entry_id
JOIN stock_line r ON r.entry_id = e.id AND r.reverses_position = o.position
GROUP BY o.entry_id, o.position, o.quantity
HAVING ABS(o.quantity + SUM(r.quantity)) > ABS(o.quantity) OR o.quantity * SUM(r.quantity) > 0
ORDER BY o.entry_id
"""
#: Statements whose rows begin with an entry, and what each row means.
LINE_CHECKS = (
    (BROKEN_STATEMENTS, "line {}: household {} should hold {} points after it, it says {}"),
    (BROKEN_STOCK_CARDS, "line {}: lot {} should hold {} units after it, it says {}"),
    (BROKEN_FUNDS, "line {}: fund {} should hold {} fen after it, it says {}"),
    (REVERSED_TOO_FAR, "line {} of {} points has {} reversed"),
    (RETURNED_TOO_MUCH, "line {} of {} units has {} returned"),
)
#: Statements whose rows begin with a household or lot, and what each row means.
SUM_CHECKS = (
    (WRONG_BALANCES, "the balance {0} is not the sum of its lines {1}"),
    (WRONG_FUNDS, "the balance {0} is not the sum of its lines {1}"),
    (WRONG_LOTS, "on hand {0} is not the sum of its movements {1}"),
)
#: How many entries pass between two reports of progress.
STEP = 1000


class Mistake(NamedTuple):
    """One thing that does not add up."""

    #: The entry's reference, or the household, lot or journal.
    where: str
    #: What is wrong, in English for the log.
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def size() -> int:
    """Return how many entries there are to verify."""
    return int(run("SELECT COUNT(*) FROM entry", {})[0][0])


def mistakes(progress: Callable[[int], None] = lambda _entries: None) -> Iterator[Mistake]:
    """Yield everything that does not add up, chains first; none means the books are sound.

    Reads every entry once, in the order of the journals, holding one entry at a time;
    ``progress`` is told how many more entries were read.
    """
    journals = {row[0]: row[1:] for row in _journals()}
    yield from _chains(journals, progress)
    yield from _cached()


def _journals() -> list[Row]:
    return run("SELECT id, code, last_number, last_hash FROM journal ORDER BY id", {})


def _chains(journals: dict[int, Row], progress: Callable[[int], None]) -> Iterator[Mistake]:
    """Recompute every hash, number and sum."""
    entries = stream(_entries_sql(), {})
    books = points, stock, money = _Lines(POINTS), _Lines(STOCK), _Lines(MONEY)
    heads: dict[int, tuple[int, str]] = {}
    for count, entry in enumerate(entries, start=1):
        entry_id, journal_id, number = entry[0], entry[1], entry[2]
        code = journals[journal_id][0]
        where = f"{code}-{number}"
        last_number, last_hash = heads.get(journal_id, (0, GENESIS))
        if number != last_number + 1:
            yield Mistake(where, f"number follows {last_number}: the numbers have a gap")
        if entry[12] != last_hash:
            yield Mistake(where, "prev_hash is not the hash of the entry before it")
        own_points, own_stock = points.of(entry_id), stock.of(entry_id)
        own_money = money.of(entry_id)
        if seal([code, *entry[2:13]], own_points, own_stock, own_money) != entry[13]:
            yield Mistake(where, "its content or its lines are not what was hashed")
        if sum(line[2] for line in own_points) != 0:
            yield Mistake(where, "its points do not sum to zero")
        if sum(line[2] for line in own_money) != 0:
            yield Mistake(where, "its money does not sum to zero")
        if not own_points and not own_stock and not own_money:
            yield Mistake(where, "it has no lines")
        heads[journal_id] = (number, entry[13])
        if count % STEP == 0:
            progress(STEP)
    for book in books:
        for line in book.left_over():
            yield Mistake(f"entry {line}", "a line without its entry")
    for journal_id, (code, last_number, last_hash) in journals.items():
        if heads.get(journal_id, (0, GENESIS)) != (last_number, last_hash):
            yield Mistake(code, f"the journal's head ({last_number}) is not its last entry")


class _Lines:
    """The lines of all entries in order, handed out entry by entry."""

    def __init__(self, sql: str) -> None:
        self._rows = stream(sql, {})
        self._next: Row | None = next(self._rows, None)

    def of(self, entry_id: int) -> list[Row]:
        lines = []
        while self._next is not None and self._next[0] == entry_id:
            lines.append(self._next[1:])
            self._next = next(self._rows, None)
        return lines

    def left_over(self) -> list[int]:
        return [] if self._next is None else [self._next[0]]


def _cached() -> Iterator[Mistake]:
    """Recompute balances, lots and the limits of reversals."""
    for sql, what in LINE_CHECKS:
        for entry_id, *facts in run(sql, {}):
            yield Mistake(_reference(entry_id), what.format(*facts))
    for sql, what in SUM_CHECKS:
        for owner, *facts in run(sql, {}):
            yield Mistake(str(owner), what.format(*facts))


def _reference(entry_id: int) -> str:
    rows = run(
        "SELECT j.code, e.number FROM entry e JOIN journal j ON j.id = e.journal_id "
        "WHERE e.id = :entry",
        {"entry": entry_id},
    )
    return f"{rows[0][0]}-{rows[0][1]}" if rows else f"entry {entry_id}"


def _entries_sql() -> str:
    """Write days and moments as they were hashed."""
    if is_postgres():
        day = "occurred_on::text"
        moment = "to_char(posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    else:
        day, moment = "occurred_on", "posted_at"
    return ENTRIES.replace("{day}", day).replace("{moment}", moment)
