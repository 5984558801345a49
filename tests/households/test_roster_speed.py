"""A roster of fifty thousand rows against calamine and executemany by themselves (S7)."""

import enum
import io
import json
import random
import sqlite3
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import Table, select

from supermarket import statements
from supermarket.audit.models import AuditEvent
from supermarket.database import db, transaction
from supermarket.households.models import (
    Household,
    HouseholdMember,
    HouseholdTag,
    HouseholdTerm,
)
from supermarket.households.service import roster
from supermarket.ledger.models import Account
from supermarket.regions.models import Region
from supermarket.staff.models import Scope
from tests.factories import COUNTY, TOWNSHIP, make_regions
from tests.households import crowd

ROWS, PEOPLE, VILLAGES = 50_000, 4, 50
#: Times the reference that dry run and commit together may take.
RATIO = 3
HEADINGS = ["户编号", "村", "组", "户主", "姓名", "与户主关系", "联系电话", "户类别", "帮扶责任人"]


def workbook() -> bytes:
    """A roster of four people a household, in fifty villages."""
    rng = random.Random(3)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    row = 1
    heads: set[tuple[str, str, str]] = set()
    for number in range(ROWS // PEOPLE):
        village, group = f"{TOWNSHIP}{500 + number % VILLAGES}", f"{number % 12 + 1}组"
        people: list[str] = []
        while len(people) < PEOPLE or (village, group, people[0]) in heads:
            kept = [] if len(people) == PEOPLE else people
            people = list(dict.fromkeys([*kept, crowd.person(rng)]))
        heads.add((village, group, people[0]))
        place = ["", village, group, people[0]]
        phone = f"1{rng.randrange(10**10):010}"
        sheet.write_row(row, 0, [*place, people[0], "户主", phone, "脱贫户", "张明"])
        for at, name in enumerate(people[1:], start=1):
            sheet.write_row(row + at, 0, [*place, name, "之子", "", "", ""])
        row += PEOPLE
    book.close()
    return file.getvalue()


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def reference(content: bytes) -> tuple[float, float]:
    """Seconds to read the rows with calamine, and to write the same rows of the same tables."""
    book = io.BytesIO(content)
    reading = timed(lambda: CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python())
    models = (Account, Household, HouseholdMember, HouseholdTag, HouseholdTerm, AuditEvent)
    tables = [db.metadata.tables[model.__tablename__] for model in models]
    return reading, sum(copied(table) for table in tables)


def copied(table: Table) -> float:
    """Seconds to write the rows of a table into another with the same indexes."""
    rows = [tuple(row) for row in db.session.execute(select(table))]
    driver: Any = statements._driver()
    lite = isinstance(driver, sqlite3.Connection)
    name, names = f"copy_of_{table.name}", [column.name for column in table.columns]
    driver.execute(f"CREATE TABLE {name} AS SELECT * FROM {table.name} WHERE 1 = 0")
    indexes = [list(table.primary_key), *(list(index.columns) for index in table.indexes)]
    for number, index in enumerate(indexes):
        columns = ", ".join(column.name for column in index)
        driver.execute(f"CREATE INDEX ix_{name}_{number} ON {name} ({columns})")
    cells = [tuple(plain(value, lite=lite) for value in row) for row in rows]
    marks = ", ".join(["?" if lite else "%s"] * len(names))
    sql = f"INSERT INTO {name} ({', '.join(names)}) VALUES ({marks})"
    cursor = driver.cursor()
    if lite and not driver.in_transaction:
        cursor.execute("BEGIN")  # else every row would be a transaction of its own
    took = timed(lambda: cursor.executemany(sql, cells)) + timed(driver.commit)
    cursor.close()
    return took


def plain(value: Any, *, lite: bool) -> Any:
    """A value as the driver takes it."""
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, enum.Enum):
        return value.value
    return str(value) if lite and isinstance(value, date) else value


@pytest.mark.long
def test_a_roster_of_50000_rows_takes_at_most_three_times_the_reference(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    make_regions()
    with transaction():
        for number in range(VILLAGES):
            code = f"{TOWNSHIP}{500 + number}"
            db.session.add(Region(code=code, name=f"{number}村", parent_code=TOWNSHIP))
    content, scope = workbook(), Scope((COUNTY,), ())

    dry = timed(lambda: roster.dry_run(content, "花名册.xlsx", scope))
    start = time.perf_counter()
    with transaction():
        plan = roster.take_in(content, "花名册.xlsx", scope, None)
    commit = time.perf_counter() - start
    again = timed(lambda: roster.dry_run(content, "花名册.xlsx", scope))
    reading, writing = reference(content)

    ratio = (dry + commit) / (reading + writing)
    with capsys.disabled():
        print(  # noqa: T201 - the measurement
            f"\n{db.engine.dialect.name}: dry run {dry:.1f} s, commit {commit:.1f} s, "
            f"dry run again {again:.1f} s; calamine {reading:.1f} s, executemany {writing:.1f} s;"
            f" ratio {ratio:.2f}"
        )
    assert len(plan.added) == ROWS // PEOPLE
    assert ratio <= RATIO
