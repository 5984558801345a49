"""Very long forms: bounded memory, or words that say how to narrow."""

import tracemalloc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from supermarket.database import db, transaction
from supermarket.households.models import Household, HouseholdState
from supermarket.ledger.models import Account, AccountKind
from supermarket.reports.queries.sheets.shape import SHEETS, SheetRow
from supermarket.staff.models import Role
from tests.factories import COUNTY, VILLAGE, make_regions, make_staff
from tests.pages import get, sign_in

pytestmark = pytest.mark.long
MILLION = 1_000_000
#: What an export may add to a worker's memory, in KiB.
MOST = 50 * 1024


@contextmanager
def watched() -> Iterator[list[int]]:
    """The most memory that Python held at once inside the block, in KiB, once it is over."""
    most: list[int] = []
    tracemalloc.start()
    yield most
    most.append(tracemalloc.get_traced_memory()[1] // 1024)
    tracemalloc.stop()


def line_ends(pieces: Iterable[Any]) -> int:
    return sum(piece.count(b"\n") for piece in pieces)


def many_households(count: int) -> None:
    make_regions()
    with transaction():
        for start in range(1, count + 1, 5000):
            numbers = range(start, min(start + 5000, count + 1))
            db.session.execute(
                insert(Account),
                [
                    {"id": n, "kind": AccountKind.HOUSEHOLD, "owner_code": f"{VILLAGE}{n:06}",
                     "balance": 0, "last_place": 0}
                    for n in numbers
                ],
            )  # fmt: skip
            db.session.execute(
                insert(Household),
                [
                    {"code": f"{VILLAGE}{n:06}", "village_code": VILLAGE, "head": "李建国",
                     "account_id": n, "group": "1组", "phone": "", "helper": "",
                     "identity_tail": "", "name_on_card": True, "state": HouseholdState.ACTIVE,
                     "created_at": datetime(2020, 1, 1, tzinfo=UTC)}
                    for n in numbers
                ],
            )  # fmt: skip


def test_thousands_of_rows_of_the_books_leave_in_bounded_memory(app: Flask) -> None:
    many_households(30_000)
    client = app.test_client()
    sign_in(client, make_staff(Role.COUNTY, COUNTY))
    get(client, "/reports/forms/F1")

    with watched() as as_csv:
        answer = client.get("/reports/forms/F1?format=csv", buffered=False)
        lines = line_ends(answer.response)
    with watched() as as_book:
        book = client.get("/reports/forms/F1?format=xlsx", buffered=False)
        size = sum(len(piece) for piece in book.response)
        book.close()

    print(f"30,000 rows: CSV {as_csv[0]} KiB, Excel {as_book[0]} KiB, {size} bytes")  # noqa: T201
    assert lines == 30_001
    assert max(*as_csv, *as_book) < MOST


def test_a_million_rows_are_refused_as_excel_and_streamed_as_csv(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = tuple("text" for _column in SHEETS["F1"].columns)
    endless = SHEETS["F1"]._replace(
        rows=lambda _asked, _after: (SheetRow(row, str(n)) for n in range(MILLION))
    )
    monkeypatch.setitem(SHEETS, "F1", endless)
    client = app.test_client()
    sign_in(client, make_staff(Role.COUNTY, COUNTY))
    get(client, "/reports/forms/F1")

    with watched() as memory:
        refused = get(client, "/reports/forms/F1?format=xlsx", status=422)
        answer = client.get("/reports/forms/F1?format=csv", buffered=False)
        lines = line_ends(answer.response)

    print(f"1,000,000 rows as CSV: {memory[0]} KiB")  # noqa: T201
    assert "请缩短期间" in refused.text
    assert lines == MILLION + 1
    assert memory[0] < MOST
