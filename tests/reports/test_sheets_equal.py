"""R6: every figure of page, Excel and API equals the journal lines added up in plain Python."""

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from supermarket.reports.queries.sheets.shape import SHEETS
from tests.api.callers import Caller
from tests.factories import COUNTY, OTHER_VILLAGE, PASSWORD, TOWNSHIP, VILLAGE
from tests.pages import sign_in
from tests.reports.sheet_books import PRICES, VILLAGES, County, Lines, county_books

#: Those read from the lines, and those added up over many places.
LINES, PLACES = ("F7", "F8", "F17", "F18"), ("F15", "F16", "F22")
SCOPES = {"county": COUNTY, "township": TOWNSHIP, "village": VILLAGE}
Row = dict[str, Any]


class Faces:
    """One member of staff before page, Excel and API."""

    def __init__(self, app: Flask, username: str) -> None:
        self.app, self.client = app, app.test_client()
        sign_in(self.client, username)
        token = Caller(app).send(
            "POST", "/tokens", json={"username": username, "password": PASSWORD}
        )
        self.api = Caller(app, token.get_json()["token"])

    def page(self, code: str, query: dict[str, str]) -> list[list[str]]:
        """The rows as the pages write them, page after page."""
        rows: list[list[str]] = []
        address: str | None = f"/reports/forms/{code}?" + "&".join(
            f"{name}={value}" for name, value in query.items()
        )
        with _contexts(self.app) as contexts:
            while address:
                assert self.client.get(address).status_code == 200
                rows += [row.cells for row in contexts[-1]["rows"]]
                address = contexts[-1]["next_url"]
        return rows

    def workbook(self, code: str, query: dict[str, str]) -> list[list[Any]]:
        """The rows of the Excel file, read back."""
        return workbook_rows(self.client, code, query)

    def program(self, code: str, query: dict[str, str]) -> list[list[Any]]:
        """The rows of the API, page after page."""
        rows: list[list[Any]] = []
        asked: dict[str, Any] = {**query, "limit": 7}
        while True:
            answer = self.api.get(f"/reports/forms/{code}", **asked)
            assert answer.status_code == 200, answer.get_json()
            rows += answer.get_json()["items"]
            if (cursor := answer.get_json()["next"]) is None:
                return rows
            asked["cursor"] = cursor


@contextmanager
def _contexts(app: Flask) -> Iterator[list[Any]]:
    """What templates are given inside the block."""
    found: list[Any] = []

    def note(_sender: object, context: dict[str, Any], **_extra: object) -> None:
        found.append(context)

    with template_rendered.connected_to(note, app):
        yield found


def workbook_rows(client: FlaskClient, code: str, query: dict[str, str]) -> list[list[Any]]:
    """The rows under the headings of a form's Excel file."""
    answer = client.get(f"/reports/forms/{code}", query_string={**query, "format": "xlsx"})
    assert answer.status_code == 200
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    answer.close()
    rows = sheet.to_python()
    heading: list[Any] = [column.label for column in SHEETS[code].columns]
    return rows[rows.index(heading) + 1 :]


def same(code: str, page: list[list[str]], book: list[list[Any]], api: list[list[Any]]) -> None:
    """Assert that the three faces show the same rows."""
    assert len(page) == len(book) == len(api)
    for shown, cells, values in zip(page, book, api, strict=True):
        for column, words, cell, value in zip(
            SHEETS[code].columns, shown, cells, values, strict=True
        ):
            kind = column.kind.value
            if isinstance(value, str) or value is None:
                text = cell.isoformat() if isinstance(cell, date) else cell
                assert (text or "") == (value or "") == words, column.label
                continue
            assert cell == pytest.approx(value), column.label
            number = float(words.rstrip("%").replace(",", ""))
            scale, slack = (100, 0.0501) if kind == "percent" else (1, 0.00501)
            assert number == pytest.approx(value * scale, abs=slack), column.label


def filters(chance: Random, county: County, code: str) -> tuple[str, dict[str, str]]:
    """A random asker of a form and narrowing inside the asker's scope."""
    who = chance.choice(list(SCOPES))
    since = date(2026, 1, 1) + timedelta(days=chance.randint(0, 120))
    until = since + timedelta(days=chance.choice([0, 6, 14, 29, 60, 120, 364]))
    if chance.random() < 0.3:
        since = since.replace(day=1)
    query = {"since": since.isoformat(), "until": until.isoformat()}
    inside = [place for place in (COUNTY, TOWNSHIP, *VILLAGES) if place.startswith(SCOPES[who])]
    if chance.random() < 0.5:
        query["region"] = chance.choice(inside)
    own = [home for home in county.households if home.startswith(SCOPES[who])]
    if code == "F7" or (code == "F8" and chance.random() < 0.3):
        query["household"] = chance.choice(own)
    if code in {"F8", "F18"} and chance.random() < 0.3:
        shops = [shop for shop in county.shops if shop.startswith(SCOPES[who])]
        query["shop"] = chance.choice(shops)
    if code in {"F8", "F18"} and chance.random() < 0.3:
        query["goods"] = chance.choice(county.goods)
    return who, query


def check(code: str, who: str, query: dict[str, str], rows: list[list[Any]], lines: Lines) -> None:
    """Assert that the rows of a form are what the journal lines come to."""
    since, until = date.fromisoformat(query["since"]), date.fromisoformat(query["until"])
    place = query.get("region", SCOPES[who])
    named = [dict(zip(_labels(code), row, strict=True)) for row in rows]
    if code == "F7":
        _check_book(named, since, until, place, query["household"], lines)
    elif code == "F8":
        _check_register(named, _handed(since, until, place, query, lines))
    elif code == "F18":
        _check_volumes(named, since, until, _handed(since, until, place, query, lines), lines)
    elif code == "F17":
        _check_structure(named, since, until, place, lines)
    else:
        _check_summary(code, named, since, until, place, lines)


def _labels(code: str) -> list[str]:
    return [column.label for column in SHEETS[code].columns]


def _check_book(
    rows: list[Row], since: date, until: date, place: str, household: str, lines: Lines
) -> None:
    balance, wanted = 0, []
    for _place, on, points in lines.books[household]:
        balance += points
        if since <= on <= until and household.startswith(place):
            into, out = (points, None) if points > 0 else (None, -points)
            wanted.append((on.isoformat(), into, out, balance))
    assert [(r["日期"], r["收入"], r["支出"], r["余额"]) for r in rows] == wanted


def _handed(since: date, until: date, place: str, query: dict[str, str], lines: Lines) -> Any:
    return [
        row
        for row in lines.handed
        if since <= row.on <= until
        and row.village.startswith(place)
        and query.get("shop", row.shop) == row.shop
        and query.get("goods", row.sku) == row.sku
        and query.get("household", row.household) == row.household
    ]


def _check_register(rows: list[Row], handed: Any) -> None:
    shown: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0, 0, 0])
    wanted: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        one = shown[row["日期"], row["户编号"], row["物品"]]
        for place, name in enumerate(("数量", "合计分", "折合元")):
            one[place] += row[name]
    for row in handed:
        price_of = wanted[row.on.isoformat(), row.household, _name(row.points, row.units)]
        for place, value in enumerate((row.units, row.points, row.fen / 100)):
            price_of[place] += value
    assert {key: pytest.approx(one) for key, one in wanted.items()} == shown


def _name(points: int, units: int) -> str:
    return next(name for name, price in PRICES.items() if price * units == points)


def _check_volumes(rows: list[Row], since: date, until: date, handed: Any, lines: Lines) -> None:
    months: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in handed:
        months[f"{row.on:%Y-%m}", row.sku].append(row)
    wanted = []
    for (month, sku), found in sorted(months.items()):
        first = max(date.fromisoformat(f"{month}-01"), since)
        end = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        days = (min(end, until) - first).days + 1
        units = sum(row.units for row in found)
        by: dict[str, dict[Any, int]] = {n: defaultdict(int) for n in ("shop", "on")}
        kept: dict[tuple[str, int], int] = defaultdict(int)
        for row in found:
            by["shop"][row.shop] += row.units
            by["on"][row.on] += row.units
            kept[row.household, row.original] += row.units
        shops = sum(count > 0 for count in by["shop"].values())
        households = len({home for (home, _r), count in kept.items() if count > 0})
        peak = min(by["on"], key=lambda day: (-by["on"][day], day))
        wanted.append(
            [
                lines.names[sku], month, units, sum(row.points for row in found),
                sum(row.fen for row in found) / 100,
                round(units / (shops * days), 2) if shops else None,
                round(units / households, 2) if households else None,
                peak.isoformat() if by["on"][peak] > 0 else None,
            ]
        )  # fmt: skip
    assert [list(row.values()) for row in rows] == [pytest.approx(row) for row in wanted]


def _check_structure(rows: list[Row], since: date, until: date, place: str, lines: Lines) -> None:
    kept: dict[tuple[str, str], dict[tuple[int, int, str], int]] = defaultdict(
        lambda: defaultdict(int)
    )
    totals: dict[str, int] = defaultdict(int)
    for move, position in lines.awarded:
        if since <= move.on <= until and move.village.startswith(place):
            version = lines.kinds[move.original, position]
            totals[move.village] += move.points
            for kind in (version.category.label, version.ability.value):
                kept[move.village, kind][move.original, position, move.household] += move.points
    names = {VILLAGE: "安沟村民委员会", OTHER_VILLAGE: "北邻村民委员会"}
    wanted = {
        (names.get(village, "温泉村民委员会"), kind): (
            sum(points > 0 for points in found.values()),
            sum(found.values()),
            len({home for (_e, _p, home), points in found.items() if points > 0}),
            pytest.approx(sum(found.values()) / totals[village]) if totals[village] else None,
        )
        for (village, kind), found in kept.items()
    }
    shown = {
        (row["村"], row["类别"].partition(" ")[0]): (
            row["次数"], row["分值"], row["户数"], row["占比"]
        )
        for row in rows
    }  # fmt: skip
    assert shown == wanted


def _check_summary(
    code: str, rows: list[Row], since: date, until: date, place: str, lines: Lines
) -> None:
    names = {
        "安沟村民委员会": VILLAGE, "北邻村民委员会": OTHER_VILLAGE, "温泉村民委员会": VILLAGES[2],
        "寄料镇": TOWNSHIP, "温泉镇": "410482101", "汝州市": COUNTY,
    }  # fmt: skip
    villages = [village for village in VILLAGES if village.startswith(place)]
    townships = sorted({village[:9] for village in villages if len(place) <= 9})
    if code == "F15":
        expected = villages
    else:
        expected = townships if len(townships) == 1 else [*townships, place]
    shown = [names[row["村" if code == "F15" else "乡镇/县"]] for row in rows]
    assert shown == expected
    for row, where in zip(rows, expected, strict=True):
        wanted = lines.figures(since, until, where)
        assert {name: row[name] for name in wanted} == wanted, (code, where)
        if code != "F15":
            assert row["缺货次数"] == lines.run_out(since, until, where)


def _run(app: Flask, county: County, codes: Sequence[str], seed: int) -> int:
    chance, lines = Random(seed), Lines()
    faces = {who: Faces(app, who) for who in SCOPES}
    figures = 0
    for code in codes:
        who, query = filters(chance, county, code)
        shown = faces[who]
        api = shown.program(code, query)
        same(code, shown.page(code, query), shown.workbook(code, query), api)
        check(code, who, query, api, lines)
        figures += sum(isinstance(cell, int | float) for row in api for cell in row)
    return figures


def test_page_excel_and_api_equal_the_journal(app: Flask) -> None:
    assert _run(app, county_books(steps=24), LINES * 6 + PLACES, seed=3) > 300


@pytest.mark.long
def test_five_hundred_filters_equal_the_journal(app: Flask) -> None:
    codes = (LINES + PLACES) * 75

    figures = _run(app, county_books(), codes, seed=2)

    print(f"{len(codes)} filters, {figures} figures equal")  # noqa: T201 - the proof
