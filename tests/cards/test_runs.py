"""Print runs: who printed which cards, drawn once, handed over, printed again."""

import json
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pypdfium2
import pytest
import zxingcpp
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from supermarket import clock
from supermarket.cards import queries
from supermarket.cards.errors import SelectionError, TooManyCardsError
from supermarket.cards.models import Card, CardHandover, PrintRun, PrintRunCard, RunKind
from supermarket.cards.queries import IssuedCard, numbers
from supermarket.cards.service import cards, press, runs
from supermarket.database import db, transaction
from supermarket.households.models import Household, HouseholdState
from supermarket.staff.models import Role
from tests import pages
from tests.cards.conftest import SignIn
from tests.cards.faces import make_face
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_shop,
    make_staff,
    the_actor,
)

Issue = Callable[[Household], IssuedCard]
pytestmark = pytest.mark.usefixtures("in_house")


def how_many(what: type[Card | PrintRun | CardHandover] = PrintRun) -> int:
    """Rows there are."""
    return db.session.scalar(select(func.count()).select_from(what)) or 0


def key() -> str:
    return uuid4().hex


def print_village(browser: FlaskClient, **changes: str) -> TestResponse:
    """Send the form of the village's page."""
    data = {"key": key(), "names": "y", "backs": "y", **changes}
    return browser.post(f"/cards/print/{VILLAGE}/runs", data=data)


def texts(pdf: bytes) -> set[str]:
    """What the codes of a file say."""
    found: set[str] = set()
    with pypdfium2.PdfDocument(pdf) as paper:
        for page in paper:
            picture = page.render(scale=200 / 72).to_pil()
            found |= {code.text for code in zxingcpp.read_barcodes(picture)}
    return found


def sheet(answer: TestResponse) -> set[str]:
    """What the codes of a downloaded file say; the file is closed."""
    assert answer.mimetype == "application/pdf"
    found = texts(answer.data)
    answer.close()
    return found


def test_a_village_is_printed_and_the_run_says_who_and_what(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    issued = [issue(make_household(head=head)) for head in ("李建国", "王桂兰", "李\U00031350")]
    issue(make_household(village=OTHER_VILLAGE))
    gone = make_household(head="已退出")
    issue(gone)
    with transaction():
        gone.state = HouseholdState.LEFT
    browser = sign_in()

    before = pages.get(browser, f"/cards/print/{VILLAGE}")
    answer = print_village(browser)
    page = pages.get(browser, answer.location)
    whole = browser.get(f"{answer.location}.pdf")

    assert "印这 3 张" in before.text
    assert answer.status_code == 302
    assert "共 3 张" in page.text
    assert "下载 PDF" in page.text
    assert "李\U00031350" in page.text
    assert "要手写的姓名" in page.text
    assert "还在印卡人手里" in page.text
    with pypdfium2.PdfDocument(whole.data) as paper:
        assert len(paper) == 2
    assert sheet(whole) == {each.url for each in issued}
    [run] = db.session.scalars(select(PrintRun)).all()
    assert (run.kind, run.cards, run.backs) == (RunKind.VILLAGE, 3, True)
    assert "第 1 批" in pages.get(browser, "/cards/runs").text
    assert "第 1 批" in pages.get(browser, f"/cards/{issued[0].card.card_number}").text


def test_a_second_tap_finds_the_first_ones_run(app: Flask, sign_in: SignIn, issue: Issue) -> None:
    issue(make_household())
    browser, once = sign_in(), key()

    first, second = print_village(browser, key=once), print_village(browser, key=once)
    other = sign_in(Role.TOWNSHIP, TOWNSHIP)
    stolen = print_village(other, key=once)

    assert first.location == second.location
    assert how_many() == 1
    assert stolen.status_code == 409
    assert print_village(browser, key=once, names="").status_code == 409  # gone back, asked anew
    assert print_village(browser, key="x").status_code == 400


def test_blanks_are_made_once_and_only_their_maker_gets_the_file(
    app: Flask, sign_in: SignIn
) -> None:
    browser, once = sign_in(), key()

    wrong = [
        pages.post(browser, "/cards/blanks", {"count": n, "key": once}, status=422)
        for n in ("0", "-3", "99999", "", "很多")
    ]
    more = {"key": once, "backs": "y"}
    past = pages.post(
        browser, "/cards/blanks", {"count": "3", "last_day": "2020-01-01", "key": once}, status=422
    )
    made = browser.post("/cards/blanks", data={"count": "12", "key": once, "backs": "y"})
    again = browser.post("/cards/blanks", data={"count": "１２", **more})
    others = pages.post(browser, "/cards/blanks", {"count": "13", **more}, status=409)
    colleague = sign_in(Role.TOWNSHIP, TOWNSHIP)
    seen = pages.get(colleague, made.location)

    assert ["1 到 1000" in page.text for page in wrong] == [True, True, True, False, False]
    assert ["请填写张数" in page.text for page in wrong] == [False, False, False, True, True]
    assert "有效期要从今天" in past.text
    assert made.location == again.location
    assert "请刷新后再印" in others.text
    assert how_many(Card) == 12
    assert len(sheet(browser.get(f"{made.location}.pdf"))) == 12
    assert "只有做卡的人能下载" in seen.text
    assert colleague.get(f"{made.location}.pdf").status_code == 404
    assert colleague.post(f"{made.location}/again", data={"key": key()}).status_code == 404
    assert sign_in(region=OTHER_VILLAGE).get(made.location).status_code == 404


def test_the_households_that_were_picked_are_printed(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    homes = [make_household(head=f"户主{n}") for n in range(4)]
    issued = [issue(home) for home in homes]
    strange = make_household(village=OTHER_VILLAGE)
    issue(strange)
    browser, page = sign_in(), f"/cards/print/{VILLAGE}/pick"
    picked = [homes[0].code, homes[2].code]

    shown = pages.get(browser, f"{page}?group=3组")
    nobody = pages.post(browser, page, {"key": key()}, status=422)
    mixed = {"households": [*picked, strange.code], "key": key()}
    elsewhere = pages.post(browser, page, mixed, status=422)
    many = {"households": [f"{VILLAGE}{n:05}" for n in range(10_000)], "key": key()}
    refused = pages.post(browser, page, many, status=422)
    done = browser.post(page, data={"households": picked, "key": key()})

    assert "户主3" in shown.text
    assert "请至少挑一户" in nobody.text
    assert "有 1 户不在这里" in elsewhere.text
    assert "一次最多印 1000 张" in refused.text
    assert f"户主3 {homes[3].group} {homes[3].code[-4:]}" in shown.text
    assert "choice" not in shown.text
    assert sheet(browser.get(f"{done.location}.pdf")) == {issued[0].url, issued[2].url}
    assert how_many() == 1


def test_going_back_and_picking_others_never_shows_the_first_ones_run(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    one, two = make_household(), make_household()
    issue(one), issue(two)
    browser, page, once = sign_in(), f"/cards/print/{VILLAGE}/pick", key()

    first = browser.post(page, data={"households": [one.code], "key": once})
    same = browser.post(page, data={"households": [one.code, one.code], "key": once})
    other = pages.post(browser, page, {"households": [two.code], "key": once}, status=409)

    assert first.location == same.location
    assert "请刷新后再印" in other.text
    assert how_many() == 1


def test_only_what_was_never_printed(app: Flask, sign_in: SignIn, issue: Issue) -> None:
    issue(make_household())
    browser = sign_in()
    print_village(browser)
    late = issue(make_household())

    answer = print_village(browser, which="unprinted")
    nothing = print_village(browser, which="unprinted")

    assert sheet(browser.get(f"{answer.location}.pdf")) == {late.url}
    assert nothing.status_code == 404
    assert "没有可打印的卡" in nothing.text


def test_a_run_printed_again_says_so_and_leaves_out_what_is_dead(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    kept, dead = issue(make_household()), issue(make_household())
    browser = sign_in()
    first = print_village(browser).location
    with transaction():
        cards.report_lost(dead.card, the_actor().id)
    once = key()

    again = browser.post(f"{first}/again", data={"key": once})
    twice = browser.post(f"{first}/again", data={"key": once})
    page = pages.get(browser, again.location)

    assert again.location == twice.location != first
    assert "这是重印：第 1 批" in page.text
    assert sheet(browser.get(f"{again.location}.pdf")) == {kept.url}
    assert "重印第 1 批" in pages.get(browser, "/cards/runs").text
    assert how_many() == 2


def test_it_is_known_in_whose_hands_a_card_is(app: Flask, sign_in: SignIn, issue: Issue) -> None:
    household = make_household(head="王桂兰")
    card = issue(household).card
    browser = sign_in()
    run = print_village(browser).location

    empty = pages.post(browser, f"{run}/handed", {"to_whom": " ", "note": "写了一半"}, status=422)
    browser.post(f"{run}/handed", data={"to_whom": "3组组长 张德贵\n", "note": "共两张"})
    browser.post(f"/cards/{card.card_number}/handed", data={"to_whom": "王桂兰本人"})
    long = browser.post(f"{run}/handed", data={"to_whom": "长" * 61})
    page = pages.get(browser, f"/cards/{card.card_number}")

    assert "写了一半" in empty.html
    assert long.status_code == 422
    assert how_many(CardHandover) == 2
    holder = queries.print_runs.holder(card)
    assert holder is not None
    assert holder.to_whom == "王桂兰本人"
    assert page.text.index("王桂兰本人") < page.text.index("3组组长 张德贵")
    assert "3组组长 张德贵" in pages.get(browser, run).text


def test_a_linked_blank_is_followed_from_the_press_to_the_household(
    app: Flask, sign_in: SignIn
) -> None:
    household, browser = make_household(head="王桂兰"), sign_in()
    run = browser.post("/cards/blanks", data={"count": "2", "key": key()}).location
    blank = db.session.scalars(select(Card).order_by(Card.id)).first()
    assert blank is not None
    typed = {"card": numbers.format(blank.card_number)}

    browser.post(f"/households/{household.code}/cards/blank", data=typed)
    page = pages.get(browser, run)
    again = browser.post(f"{run}/again", data={"key": key()}).location

    assert "王桂兰" in page.text
    assert "未发放" in page.text
    assert len(sheet(browser.get(f"{again}.pdf"))) == 1
    story = pages.get(browser, f"/cards/{blank.card_number}").text
    assert "第 1 批 · 空白卡" in story
    assert "在用" in story


@pytest.mark.parametrize("code", [OTHER_VILLAGE, TOWNSHIP, "999999999999", "0" * 300])
def test_printing_outside_the_scope_is_a_404(app: Flask, sign_in: SignIn, code: str) -> None:
    make_household(village=OTHER_VILLAGE)
    browser = sign_in()

    answers = [
        browser.get(f"/cards/print/{code}"),
        browser.post(f"/cards/print/{code}"),
        browser.post(f"/cards/print/{code}/runs", data={"key": key()}),
        browser.get(f"/cards/print/{code}/pick"),
        browser.post(f"/cards/print/{code}/pick", data={"key": key(), "households": "x"}),
        browser.get("/cards/print", query_string={"region": code}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert how_many(Card) == 0


@pytest.mark.parametrize("region", [OTHER_VILLAGE, OTHER_TOWNSHIP])
def test_another_places_runs_are_not_there(
    app: Flask, sign_in: SignIn, issue: Issue, region: str
) -> None:
    issue(make_household())
    run = print_village(sign_in()).location
    other = sign_in(region=region)

    answers = [
        other.get(run),
        other.get(f"{run}.pdf"),
        other.get(f"{run}/progress"),
        other.post(f"{run}/again", data={"key": key()}),
        other.post(f"{run}/handed", data={"to_whom": "我"}),
        other.post(f"{run}/draw"),
        other.get("/cards/runs/99999999999999999999"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert "第 1 批" not in pages.get(other, "/cards/runs").text
    assert how_many() == 1


# -- the press ---------------------------------------------------------------------------------


def test_the_bar_moves_while_another_process_draws(
    app: Flask, sign_in: SignIn, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        issue(make_household())
    monkeypatch.setattr(press, "begin", lambda file: None)
    browser = sign_in()

    run = print_village(browser).location
    [row] = db.session.scalars(select(PrintRun)).all()
    file = press.file_of(row, secret=app.config["CARD_KEY"])
    none_yet = pages.get(browser, run)
    early = browser.get(f"{run}.pdf")
    file.with_suffix(".progress").write_text("2")
    half = browser.get(f"{run}/progress").text
    old = time.time() - press.SILENCE - 1
    os.utime(file.with_suffix(".progress"), (old, old))
    stopped = browser.get(f"{run}/progress").text
    monkeypatch.setattr(press, "begin", press.draw)
    browser.post(f"{run}/draw")
    ready = browser.get(f"{run}/progress").text

    assert 'http-equiv="refresh"' in none_yet.html
    assert early.status_code == 409
    assert 'value="2" max="3"' in half
    assert "every 1s" in half
    assert "没有画完就停了" in stopped
    assert "every 1s" not in ready
    assert len(sheet(browser.get(f"{run}.pdf"))) == 3
    assert sorted(path.suffix for path in file.parent.iterdir()) == [".pdf"]


def test_a_file_is_gone_after_a_day_and_the_run_is_printed_again(
    app: Flask, sign_in: SignIn, issue: Issue, in_house: Path
) -> None:
    issue(make_household())
    with clock.at(clock.now() - timedelta(days=2)), transaction():
        row = runs.make(runs.Choice(VILLAGE), the_actor().id, key=key())
    old, run = time.time() - press.KEPT - 1, f"/cards/runs/{row.id}"
    press.start(press.file_of(row, secret=app.config["CARD_KEY"]), [make_face()], backs=False)
    for file in in_house.iterdir():
        os.utime(file, (old, old))
    browser = sign_in()

    swept = press.sweep()
    page = pages.get(browser, run)
    browser.post(f"{run}/draw")

    assert swept == 1
    assert "文件已经清理" in page.text
    assert browser.get(f"{run}.pdf").status_code == 409
    assert list(in_house.iterdir()) == []


def test_a_process_of_its_own_draws_a_file_nobody_else_may_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(press, "FOLDER", tmp_path)
    file, faces = tmp_path / "run.pdf", [make_face(serial=10_000_000 + n) for n in range(12)]

    with press.turn(file):  # another one draws: this one waits and says that it lives
        press.start(file, faces, backs=False)
        press.start(file, faces, backs=False)
        time.sleep(0.2)
        assert not press.standing(file).ready
    until = time.monotonic() + 30
    while not press.standing(file).ready and time.monotonic() < until:
        time.sleep(0.05)

    assert texts(file.read_bytes()) == {face.url for face in faces}
    assert file.stat().st_mode & 0o077 == 0


def test_an_order_keeps_every_field_of_a_face(in_house: Path) -> None:
    file, face = in_house / "one.pdf", make_face(head="王")._replace(last_day="2027-12-31")

    press.start(file, [face], backs=True)

    assert texts(file.read_bytes()) == {face.url}
    assert tuple(json.loads(json.dumps(face))) == tuple(face)


# -- what a choice means ------------------------------------------------------------------------


def test_a_choice_is_checked_before_the_database_is_asked(
    app: Flask, statements: Callable[[], int]
) -> None:
    with pytest.raises(TooManyCardsError):
        runs.chosen(runs.Choice(VILLAGE, households=[str(n) for n in range(10_000)]))

    assert statements() == 0
    with pytest.raises(SelectionError):
        runs.chosen(runs.Choice(VILLAGE, households=["'; DROP TABLE card; --"]))


def test_a_run_of_many_cards_costs_few_statements(
    app: Flask, issue: Issue, statements: Callable[[], int]
) -> None:
    actor = the_actor().id
    homes = [make_household() for _ in range(30)]
    with transaction():
        cards.issue_all(homes, actor)

    before = statements()
    with transaction():
        run = runs.make(runs.Choice(VILLAGE), actor, key=key())
    spent = statements() - before

    assert run.cards == 30
    assert db.session.scalar(select(func.max(PrintRunCard.place))) == 30
    assert spent <= 8


def test_the_county_goes_down_to_a_village(app: Flask, sign_in: SignIn, issue: Issue) -> None:
    issue(make_household())
    make_household()
    browser = sign_in(Role.COUNTY, COUNTY)

    top = browser.get("/cards/print").text
    townships = browser.get("/cards/print", query_string={"region": TOWNSHIP}).text

    assert f"region={TOWNSHIP}" in top
    assert "缺 1 张" in top
    assert f"/cards/print/{VILLAGE}" in townships
    assert sign_in().get("/cards/print").location.endswith(f"/cards/print/{VILLAGE}")


def test_the_list_of_places_costs_the_same_for_many_villages(
    app: Flask, sign_in: SignIn, statements: Callable[[], int]
) -> None:
    browser = sign_in(Role.TOWNSHIP, TOWNSHIP)
    make_household()
    start = statements()
    browser.get("/cards/print")
    few = statements() - start
    for _ in range(5):
        make_household(village=OTHER_VILLAGE)

    start = statements()
    browser.get("/cards/print")

    assert statements() - start == few


def test_everybody_without_a_card_gets_one_until_a_day(app: Flask, sign_in: SignIn) -> None:
    for _ in range(2):
        make_household()
    elsewhere = make_household(village=OTHER_VILLAGE)
    browser, page = sign_in(), f"/cards/print/{VILLAGE}"

    past = pages.post(browser, page, {"last_day": "2001-01-01"}, status=422)
    nonsense = pages.post(browser, page, {"last_day": "下个月"}, status=422)
    done = browser.post(page, data={"last_day": f"{clock.today() + timedelta(days=30)}"})
    again = browser.post(page)

    assert "有效期要从今天" in past.text
    assert "请填写日期" in nonsense.text
    assert (done.status_code, again.status_code) == (302, 302)
    assert how_many(Card) == 2
    assert queries.active_card(elsewhere) is None
    assert set(db.session.scalars(select(Card.expires_on))) == {clock.today() + timedelta(days=30)}
    assert "每户都有卡了" in pages.get(browser, page).text


# -- command line ----------------------------------------------------------------------------


def test_the_command_issues_and_prints_a_village(app: Flask, tmp_path: object) -> None:
    make_household(head="李\U00031350")
    make_household()
    make_shop()
    member = make_staff(Role.SCORER, VILLAGE)
    out = f"{tmp_path}/cards.pdf"
    run = app.test_cli_runner().invoke

    empty: Result = run(args=["cards", "print", "--village", VILLAGE, "--out", out])
    done: Result = run(
        args=[
            "cards",
            "print",
            "--village",
            VILLAGE,
            "--out",
            out,
            "--issue-by",
            member.username,
        ]
    )

    assert empty.exit_code == 1
    assert "请先发卡" in empty.output
    assert done.exit_code == 0, done.output
    assert "新发 2 张卡" in done.output
    assert "请手写" in done.output
    [run_row] = db.session.scalars(select(PrintRun)).all()
    assert (run_row.cards, run_row.made_by) == (2, member.id)
    assert Path(out).stat().st_mode & 0o077 == 0
    with pypdfium2.PdfDocument(out) as paper:
        assert len(paper) == 1
