"""A closed month stays as it was, byte for byte, whatever is corrected later."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import Connection, func, select

from supermarket.clock import at
from supermarket.counter.models import Redemption
from supermarket.database import db, once_more, transaction
from supermarket.errors import DomainError
from supermarket.ledger.models import ClosedMonth
from supermarket.regions.models import Region
from supermarket.reports import service as reports
from supermarket.reports.errors import StillPostingError
from supermarket.reports.models import MonthClose, MonthFigures, MonthPaper, PaperKind
from supermarket.reports.queries import closing, monthly
from supermarket.reports.queries.window import Window
from supermarket.reports.service import closing as closing_service
from supermarket.reports.service.papers import paper_of
from supermarket.staff.models import Role, Scope
from tests.factories import COUNTY, OTHER_COUNTY, TOWNSHIP, VILLAGE, make_regions, make_staff
from tests.pages import check, sign_in
from tests.reports.books import busy_books, quiet_spring
from tests.reports.books import take_back as take_back_award
from tests.reports.test_redemptions import busy_spring

COUNTY_SCOPE = Scope((COUNTY,), ())
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
WINDOW = Window(JANUARY, date(2026, 1, 31), COUNTY_SCOPE)


def close(month: date, by: int) -> str:
    """Close a month to the last paper; return the fingerprint."""
    with transaction():
        reports.close_month(COUNTY, month, by=by, scope=COUNTY_SCOPE)
    frozen = reports.measure(COUNTY, month)
    with transaction():
        kept = reports.freeze(frozen, by=by).fingerprint
    while once_more(lambda: reports.make_papers(COUNTY, month, 2)):
        pass
    return kept


def hashes(month: date) -> dict[tuple[str, str], str]:
    """The papers as they are downloaded, by place and kind."""
    return {
        (paper.place, paper.kind.value): hashlib.sha256(
            closing.paper(paper.place, month, paper.kind, COUNTY_SCOPE)[1]
        ).hexdigest()
        for paper in closing.papers(COUNTY, month, COUNTY_SCOPE)
    }


def remade(month: date, place: str) -> dict[str, str]:
    """The papers of a place as they would be made today."""
    from supermarket.reports.service import papers

    made = db.session.get_one(MonthClose, (COUNTY, month))
    paper = paper_of(made, place)
    return {
        "xlsx": hashlib.sha256(papers._excel(paper)).hexdigest(),
        "html": hashlib.sha256(papers._html(paper)).hexdigest(),
    }


def test_printed_again_after_later_corrections_it_is_the_same(app: Flask) -> None:
    busy_books()
    officer = make_staff(Role.COUNTY, COUNTY)
    live = monthly.figures(WINDOW, 12), monthly.total(WINDOW)
    fingerprint = close(JANUARY, officer.id)
    papers, frozen = hashes(JANUARY), reports.measure(COUNTY, JANUARY)

    for entry in db.session.scalars(
        select(Redemption.entry_id).where(Redemption.occurred_on <= WINDOW.until).limit(1)
    ).all():
        with at(datetime(2026, 2, 3, tzinfo=UTC)):
            take_back_award(entry)

    assert (monthly.figures(WINDOW, 12), monthly.total(WINDOW)) == live
    assert hashes(JANUARY) == papers
    assert len(papers) == 12  # a county, two townships, three villages, two files each
    assert frozen.fingerprint == fingerprint
    for place in (COUNTY, TOWNSHIP, VILLAGE):
        again = remade(JANUARY, place)
        assert {kind: papers[place, kind] for kind in again} == again
    close(FEBRUARY, officer.id)
    told = closing.frozen_figures(COUNTY, FEBRUARY, COUNTY)
    assert told is not None
    assert [row["original_on"] < "2026-02" for row in told["corrections"]].count(True) >= 1
    page = closing.paper(COUNTY, FEBRUARY, PaperKind.PRINT, COUNTY_SCOPE)[1].decode()
    assert "以前月份的更正" in page


def test_a_village_that_came_or_was_named_anew_later_changes_nothing_of_a_closed_month(
    app: Flask,
) -> None:
    busy_books()
    officer = make_staff(Role.COUNTY, COUNTY)
    live = monthly.figures(WINDOW, 12), monthly.total(WINDOW)
    close(JANUARY, officer.id)
    new = f"{TOWNSHIP}299"
    with transaction():
        db.session.add(Region(code=new, name="新村民委员会", parent_code=TOWNSHIP))
        db.session.get_one(Region, VILLAGE).name = "改名村民委员会"

    rows = monthly.figures(WINDOW, 12)
    added = next(row for row in rows if row.place == new)

    assert ([row for row in rows if row.place != new], monthly.total(WINDOW)) == live
    assert (added.name, added.points, added.awarded) == ("新村民委员会", 0, 0)


def test_closing_waits_for_what_began_before_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer")
    quiet_spring()
    officer = make_staff(Role.COUNTY, COUNTY)
    with db.engine.connect() as older:
        older.execute(select(1))
        with transaction():
            reports.close_month(COUNTY, JANUARY, by=officer.id, scope=COUNTY_SCOPE)
        monkeypatch.setattr(closing_service, "PATIENCE", 0.1)
        with pytest.raises(StillPostingError):
            reports.measure(COUNTY, JANUARY)
        monkeypatch.setattr(closing_service, "PATIENCE", 30)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(let_go, older)
            assert reports.measure(COUNTY, JANUARY).figures


def let_go(older: Connection) -> None:
    """End an older transaction, a little later."""
    time.sleep(0.3)
    older.rollback()


def test_the_file_has_the_paper_forms_columns_and_the_figures(app: Flask) -> None:
    busy_spring()
    officer = make_staff(Role.COUNTY, COUNTY)
    close(JANUARY, officer.id)
    _paper, content = closing.paper(TOWNSHIP, JANUARY, PaperKind.EXCEL, COUNTY_SCOPE)

    sheet = openpyxl.load_workbook(BytesIO(content))["月报"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]

    head = next(number for number, row in enumerate(rows) if row[0] == "期次")
    total = monthly.total(WINDOW._replace(region=TOWNSHIP))
    assert rows[head][:6] == ["期次", "村", "店数", "覆盖户", "本期得分户数", "发放分"]
    assert rows[head][-3:] == ["报损额", "异议数", "预警"]
    assert [row[1] for row in rows[head + 1 :]] == ["安沟村民委员会", "北邻村民委员会", "合计"]
    assert rows[-1][7:10] == [total.households, total.times, total.points]
    assert rows[-1][10] == total.fen / 100


def test_months_close_once_over_in_order_and_by_the_county(app: Flask) -> None:
    quiet_spring()
    officer, other = make_staff(Role.COUNTY, COUNTY), make_staff(Role.COUNTY, OTHER_COUNTY)

    def refusal(month: date, scope: Scope = COUNTY_SCOPE, county: str = COUNTY) -> str:
        with pytest.raises(DomainError) as refused, transaction():
            reports.close_month(county, month, by=officer.id, scope=scope)
        return refused.value.code

    assert refusal(JANUARY, Scope((OTHER_COUNTY,), ())) == "forbidden"
    assert refusal(JANUARY, Scope(("41",), ()), "4104") == "invalid"
    assert refusal(FEBRUARY) == "earlier_month_open"
    fingerprint = close(JANUARY, officer.id)
    assert refusal(JANUARY) == "month_closed"
    with at(datetime(2026, 2, 20, tzinfo=UTC)):
        assert refusal(FEBRUARY) == "invalid"
    again = reports.measure(COUNTY, JANUARY)
    with transaction():
        assert reports.freeze(again, by=other.id).fingerprint == fingerprint
    assert closing.open_months(COUNTY)[0] == FEBRUARY


def test_of_two_who_close_at_once_one_does_and_the_papers_are_made_once(app: Flask) -> None:
    quiet_spring()
    officers = [make_staff(Role.COUNTY, COUNTY).id for _ in range(2)]
    db.session.remove()

    def run(by: int) -> str:
        with app.app_context():
            try:
                with transaction():
                    reports.close_month(COUNTY, JANUARY, by=by, scope=COUNTY_SCOPE)
            except DomainError as error:
                return error.code
            return "closed"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(run, officers))

    assert outcomes[0] == "closed"
    assert outcomes[1] in {"conflict", "month_closed"}
    assert db.session.scalar(select(func.count()).select_from(ClosedMonth)) == 1


def test_the_job_closes_what_is_due_and_goes_on_where_it_stopped(app: Flask) -> None:
    quiet_spring()
    officer = make_staff(Role.COUNTY, COUNTY, username="officer")
    make_staff(Role.TOWNSHIP, TOWNSHIP, username="clerk")
    run = app.test_cli_runner().invoke
    command = ["reports", "close-month", "--county", COUNTY]
    with transaction():
        reports.close_month(COUNTY, JANUARY, by=officer.id, scope=COUNTY_SCOPE)

    def at_april(*words: str) -> tuple[int, str]:
        with at(datetime(2026, 4, 3, 4, tzinfo=UTC)):
            done = run(args=[*command, *words])
        return done.exit_code, done.output

    not_theirs = at_april("--due", "5", "--by", "clerk")
    both = at_april("--due", "5", "--month", "2026-01", "--by", "officer")
    first = at_april("--due", "5", "--by", "officer")
    nothing = at_april("--due", "5", "--by", "officer")
    march = at_april("--month", "2026-03", "--by", "officer")
    again = at_april("--month", "2026-03", "--by", "officer")
    too_soon = at_april("--month", "2026-04", "--by", "officer")

    assert not_theirs[0] == 1
    assert "没有在这个县结账的权限" in not_theirs[1]
    assert both[0] == 1
    assert first[0] == 0
    assert "2026年1月已结账" in first[1]
    assert "2026年2月已结账" in first[1]
    assert "没有到期要结的月份" in nothing[1]
    assert (march[0], again[0], too_soon[0]) == (0, 0, 1)
    assert "没有变化" in again[1]
    assert db.session.scalar(select(func.count()).select_from(MonthFigures)) == 18
    assert db.session.scalar(select(func.count()).select_from(MonthPaper)) == 36


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        ({"--month": "2099-01"}, 1, "还没有过完"),
        ({"--county": TOWNSHIP}, 1, "没有代码为"),
        ({"--county": "x"}, 1, "没有代码为"),
        ({"--by": "nobody"}, 1, "没有在这个县结账的权限"),
        ({"--by": "' OR 1=1"}, 1, "没有在这个县结账的权限"),
        ({"--by": "scorer-x"}, 1, "没有在这个县结账的权限"),
        ({"--by": "neighbour"}, 1, "没有在这个县结账的权限"),
        ({"--month": "2026-13"}, 2, "--month"),
        ({"--month": "October"}, 2, "--month"),
    ],
)
def test_the_job_refuses_in_words(
    app: Flask, changes: dict[str, str], code: int, sentence: str
) -> None:
    make_regions()
    make_staff(Role.COUNTY, COUNTY, username="office")
    make_staff(Role.SCORER, VILLAGE, username="scorer-x")
    make_staff(Role.COUNTY, OTHER_COUNTY, username="neighbour")
    options = {"--county": COUNTY, "--month": "2026-10", "--by": "office"} | changes

    done = app.test_cli_runner().invoke(
        args=["reports", "close-month", *(word for pair in options.items() for word in pair)]
    )

    assert done.exit_code == code
    assert sentence in done.output
    assert db.session.scalar(select(func.count()).select_from(ClosedMonth)) == 0


def test_fold_and_rebuild_by_command(app: Flask) -> None:
    quiet_spring()
    run = app.test_cli_runner().invoke

    folded, again, rebuilt = (
        run(args=["reports", word]).output for word in ("fold", "fold", "rebuild")
    )

    assert "新加 0 笔" in again
    assert folded.rpartition("新加 ")[2].split()[0] == rebuilt.rpartition("共 ")[2].split()[0]


def test_the_officer_closes_with_one_tap_and_everybody_reads_their_own(app: Flask) -> None:
    quiet_spring()
    client, officer = app.test_client(), make_staff(Role.COUNTY, COUNTY)
    clerk = make_staff(Role.TOWNSHIP, TOWNSHIP)
    stranger, keeper = make_staff(Role.COUNTY, OTHER_COUNTY), make_staff(Role.SCORER, VILLAGE)
    address = f"/reports/months/{COUNTY}/2026-01"
    sign_in(client, officer)

    before = check(client.get(address)).html
    check(client.get("/reports/months"))
    early = client.post(f"/reports/months/{COUNTY}/2026-02/close")
    done = client.post(f"{address}/close", follow_redirects=True)
    again = client.post(f"{address}/close", follow_redirects=True)
    more = client.post(f"{address}/papers", headers={"HX-Request": "true"})
    paper = client.get(f"/reports/months/2026-01/{VILLAGE}/print.html")
    excel = client.get(f"/reports/months/2026-01/{COUNTY}/report.xlsx")
    style = client.get(f"/reports/months/2026-01/{VILLAGE}/paper.css")

    assert "结账，以后不能再改这个月" in before
    assert "有兑换没有日结的店日" in before
    assert early.status_code == 409
    assert "请先结2026年1月" in early.get_data(as_text=True)
    assert "打开打印件" in check(done).html
    assert "已经结过账" in check(again).html
    assert "月报全部做好了" in more.get_data(as_text=True)
    assert "安沟村民委员会2026年1月村级月报" in paper.get_data(as_text=True)
    assert excel.data[:2] == b"PK"
    assert client.get(f"/reports/months/{COUNTY}/9999-12").status_code == 404
    assert style.status_code == 302
    sign_in(client, clerk)
    page = check(client.get(address)).html
    assert "寄料镇" in page
    assert "温泉镇" not in page
    assert client.get(f"/reports/months/2026-01/{COUNTY}/report.xlsx").status_code == 404
    assert client.post(f"{address}/close").status_code == 403
    sign_in(client, stranger)
    assert client.get(address).status_code == 404
    assert client.get(f"/reports/months/2026-01/{VILLAGE}/print.html").status_code == 404
    assert client.post(f"{address}/close").status_code == 404
    sign_in(client, keeper)
    assert client.get("/reports/months").status_code == 403
