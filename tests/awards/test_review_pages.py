"""The panel's screen, the township's, what the declarer and the supervisor see."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from supermarket.awards import service
from supermarket.awards.models import Declaration, DeclarationState, Review
from supermarket.awards.service import AwardAsk
from supermarket.clock import at, now, today
from supermarket.database import db, transaction
from supermarket.households import service as households
from supermarket.households.models import TieKind
from supermarket.staff.models import Role
from tests.awards.conftest import SignIn, make_known
from tests.awards.makers import (
    CARE,
    HELP,
    HONOUR,
    award,
    decide,
    declare,
    make_panel,
    make_programme,
    sit,
    state,
)
from tests.factories import OTHER_VILLAGE, TOWNSHIP, VILLAGE, balance, make_household, make_staff
from tests.pages import Page, check, get, post
from tests.schemes.makers import LABOUR, make_rules

pytestmark = pytest.mark.usefixtures("app")
KEY = "0123456789abcdef"


def sent(page: Page, **said: Any) -> dict[str, Any]:
    """What the sheet would send, line by line as it stands, but for what is ``said``."""
    data: dict[str, Any] = {"key": page.field("key")}
    for field in page.all("input", "select"):
        name = field.get("name", "")
        if not name.startswith("lines-"):
            continue
        if field.get("type") == "radio" and field.get("checked") is None:
            continue
        data[name] = page.field(name) if field.tag == "select" else field.get("value", "")
    return {**data, **{name.replace("__", "-"): value for name, value in said.items()}}


def line_of(page: Page, row: Declaration) -> str:
    """The beginning of the names of a declaration's fields."""
    for field in page.all("input"):
        if field.get("value") == row.code and field.get("name", "").endswith("-declaration"):
            return field.get("name", "").removesuffix("declaration")
    raise LookupError(row.code)


def test_a_month_is_reviewed_on_one_screen(sign_in: SignIn) -> None:
    scorer, panel = make_programme(HELP, CARE), make_panel()
    zhang, li = make_known("张三"), make_known("李四")
    help_ = declare(scorer, zhang, note="修水管", witness="王大爷")[0]
    less = declare(scorer, AwardAsk(zhang.code, 9), rule="L09")[0]
    no = declare(scorer, li)[0]
    browser = sign_in(panel[0])

    home = get(browser, "/")
    waits = get(browser, "/reviews")
    ask = get(browser, f"/reviews/new?village={VILLAGE}")
    opened = browser.post(
        f"/reviews/new?village={VILLAGE}",
        data={"how": "named", "members": [one.username for one in panel]},
    )
    sheet = get(browser, opened.location)
    data = sent(sheet)
    data[line_of(sheet, less) + "verdict"] = "change"
    data[line_of(sheet, less) + "points"] = "4"
    data[line_of(sheet, less) + "reason"] = "只完成了一部分"
    data[line_of(sheet, no) + "verdict"] = "refuse"
    data[line_of(sheet, no) + "reason"] = "其他"
    data[line_of(sheet, no) + "note"] = "没有这回事"
    pressed = browser.post(opened.location, data=data)
    after = get(browser, pressed.location)
    ended = browser.post(opened.location + "/end", data={"minutes": "三人到会，全票"})
    closed = get(browser, ended.location)

    assert "待评议的申报" in home.text
    assert "3 条待评议" in waits.text
    assert "到会的人" in ask.text
    assert "修水管" in sheet.text
    assert [state(row).value for row in (help_, less, no)] == ["accepted", "accepted", "refused"]
    assert "已决定 3 条" in after.text
    assert "都评议完了" in after.text
    assert "9 分 改为 4 分" in after.text
    assert "其他：没有这回事" in after.text
    assert "三人到会，全票" in closed.text


def test_a_refusal_keeps_what_was_typed(sign_in: SignIn) -> None:
    scorer, panel = make_programme(CARE), make_panel()
    row = declare(scorer, AwardAsk(make_known().code, 5), rule="L09")[0]
    url, browser = f"/reviews/{sit(panel).code}", sign_in(panel[0])
    sheet = get(browser, url)
    line = line_of(sheet, row)

    bare = check(browser.post(url, data=sent(sheet) | {line + "verdict": "refuse"}), status=422)
    asked = {line + "verdict": "change", line + "points": "10", line + "reason": "次数或数量不对",
             line + "note": "<b>多了</b>"}  # fmt: skip
    much = check(browser.post(url, data=sent(sheet) | asked), status=422)
    words = check(
        browser.post(url, data=sent(sheet) | {line + "verdict": "change", line + "points": "五"}),
        status=422,
    )

    assert "请选原因" in bare.text
    assert "改分应为 1 到 9 分" in much.text
    assert much.field(line_of(much, row) + "note") == "<b>多了</b>"
    assert much.field(line_of(much, row) + "points") == "10"
    assert "请填写整数" in words.text
    assert state(row) is DeclarationState.SUBMITTED


def test_a_line_decided_meanwhile_is_told_and_the_rest_is_kept(sign_in: SignIn) -> None:
    scorer, panel = make_programme(CARE), make_panel()
    first = declare(scorer, AwardAsk(make_known("张三").code, 5), rule="L09")[0]
    second = declare(scorer, AwardAsk(make_known("李四").code, 5), rule="L09")[0]
    review = sit(panel)
    url, browser = f"/reviews/{review.code}", sign_in(panel[0])
    sheet = get(browser, url)
    typed = sent(sheet)
    typed[line_of(sheet, second) + "verdict"] = "change"
    typed[line_of(sheet, second) + "points"] = "2"
    typed[line_of(sheet, second) + "reason"] = "次数或数量不对"
    decide(review, panel[1], first)

    told = check(browser.post(url, data=typed), status=409)
    again = browser.post(url, data=sent(told))

    assert "张三的“帮困难户抢收”已由 王秀英 于" in told.text
    assert told.field(line_of(told, second) + "points") == "2"
    assert again.status_code == 302
    assert (state(first), state(second)) == (DeclarationState.ACCEPTED,) * 2
    assert db.session.get_one(Declaration, second.id).points == 2


def test_a_double_press_decides_once(sign_in: SignIn) -> None:
    make_programme(LABOUR)
    panel, home = make_panel(), make_known()
    declare(None, home, rule="L01")
    url, browser = f"/reviews/{sit(panel).code}", sign_in(panel[0])
    data = sent(get(browser, url))

    first, again = browser.post(url, data=data), browser.post(url, data=data)

    assert (first.status_code, again.status_code) == (302, 302)
    assert balance(home) == 5


def test_what_one_may_not_decide_is_shown_with_the_reason_and_not_asked(sign_in: SignIn) -> None:
    scorer, panel = make_programme(HELP), make_panel(4)
    kin, fine = make_known("张三"), make_known("李四")
    declare(scorer, kin)
    declare(scorer, fine)
    with transaction():
        households.declare_tie(panel[0], kin, TieKind.RELATIVE, "姐姐", by=panel[0].id)
    few, browser = sit(panel[:3]), sign_in(panel[0])
    page = get(browser, f"/reviews/{few.code}")
    with transaction():
        service.close_review(few.code, minutes="", by=panel[0])
    enough = get(browser, f"/reviews/{sit(panel).code}")

    assert "除去申报人和亲属只有 2 人，至少要 3 人" in page.text
    assert len([f for f in page.all("input") if f.get("name", "").endswith("-declaration")]) == 1
    assert "是您本人或亲属家，请组里其他人决定" in enough.text


def test_a_rule_switched_off_since_is_marked(sign_in: SignIn) -> None:
    scorer, panel = make_programme(HELP), make_panel()
    declare(scorer, make_known())
    make_rules(HELP._replace(enabled=False), since=today())

    page = get(sign_in(panel[0]), f"/reviews/{sit(panel).code}")

    assert "细则已停用" in page.text


def test_late_lines_are_late_on_the_home_page_and_in_the_list(sign_in: SignIn) -> None:
    scorer, panel = make_programme(HELP), make_panel()
    with at(now() - timedelta(days=70)):
        declare(scorer, make_known())
    browser = sign_in(panel[0])

    home, waits = get(browser, "/"), get(browser, "/reviews")

    assert "已超期，最早" in home.text
    assert "已超期" in waits.text


def test_a_draw_is_shown_with_how_to_check_it(sign_in: SignIn) -> None:
    make_programme(HELP)
    panel = make_panel(5)
    browser = sign_in(panel[0])

    opened = browser.post(f"/reviews/new?village={VILLAGE}", data={"how": "drawn", "count": "3"})
    page = get(browser, opened.location)
    review = db.session.query(Review).one()

    assert f"种子：{review.seed}" in page.text
    assert page.text.count("抽中") >= 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"how": "named"}, "至少要 3 人"),
        ({"how": "named", "members": ["nobody", "<b>"]}, "至少要 3 人"),
        ({"how": "drawn", "count": "-5"}, "至少要 3 人"),
        ({"how": "drawn", "count": "2"}, "至少要 3 人"),
        ({"how": "drawn", "count": "99"}, "抽不出 99 人"),
        ({"how": "drawn", "count": "三"}, "请填写整数"),
        ({"how": "coin"}, "请选一项"),
    ],
)
def test_a_panel_that_cannot_be_is_refused_in_words(
    sign_in: SignIn, data: dict[str, Any], words: str
) -> None:
    make_programme(HELP)
    panel = make_panel(4)

    answer = sign_in(panel[0]).post(f"/reviews/new?village={VILLAGE}", data=data)

    assert words in check(answer, status=422 if "抽不出" not in words else 409).text
    assert db.session.query(Review).count() == 0


def test_other_roles_and_villages_see_no_more_than_theirs(app: Flask, sign_in: SignIn) -> None:
    scorer, panel = make_programme(HELP), make_panel()
    row = declare(scorer, make_known())[0]
    review = sit(panel)
    elsewhere = sign_in(make_staff(Role.REVIEWER, OTHER_VILLAGE))
    keeper = sign_in(make_staff(Role.HELPER, VILLAGE))
    mine = sign_in(scorer)

    for browser, url, status in (
        (elsewhere, f"/reviews/{review.code}", 404),
        (elsewhere, f"/declarations/{row.code}", 404),
        (elsewhere, f"/reviews/new?village={VILLAGE}", 404),
        (elsewhere, "/reviews/new?village=%3Cb%3E", 404),
        (elsewhere, "/declarations/nonsense", 404),
        (elsewhere, "/declarations?state=nonsense", 404),
        (keeper, "/reviews", 403),
        (keeper, "/declarations", 403),
        (keeper, "/awards/confirmations", 403),
        (mine, "/awards/sample", 403),
        (mine, "/awards/confirmations", 403),
        (mine, f"/reviews/{review.code}", 200),
    ):
        assert browser.get(url).status_code == status, url
    assert mine.post(f"/reviews/{review.code}", data={"key": KEY}).status_code == 403
    sheet = get(mine, f"/reviews/{review.code}")
    assert not any(True for f in sheet.all("input") if f.get("name", "").startswith("lines-"))


def test_hostile_sheets_decide_nothing(sign_in: SignIn) -> None:
    scorer, panel = make_programme(HELP), make_panel()
    row = declare(scorer, make_known())[0]
    url, browser = f"/reviews/{sit(panel).code}", sign_in(panel[0])

    for data in (
        {},
        {"key": KEY},
        {"key": "x" * 200, "lines-0-declaration": row.code, "lines-0-verdict": "accept"},
        {"key": KEY, "lines-0-declaration": "' OR 1=1", "lines-0-verdict": "accept"},
        {"key": KEY, "lines-0-declaration": row.code, "lines-0-verdict": "withdraw"},
        {"key": KEY, "lines-99999999999999999999-declaration": row.code},
        {"key": KEY, "lines-0-declaration": row.code, "lines-0-verdict": "change",
         "lines-0-points": "9" * 40, "lines-0-reason": "情况不属实"},
        {"key": KEY, "lines-0-declaration": row.code, "lines-0-verdict": "refuse",
         "lines-0-reason": "<script>", "lines-0-note": ""},
        {"key": KEY, "lines-0-declaration": row.code, "lines-0-verdict": "refuse",
         "lines-0-reason": "情况不属实", "lines-0-note": "长" * 5000},
    ):  # fmt: skip
        assert browser.post(url, data=data).status_code in {404, 409, 422}, data
    assert state(row) is DeclarationState.SUBMITTED


# -- the township, the declarer, the household, the supervisor -----------------------------------


def test_the_township_confirms_on_one_screen(sign_in: SignIn) -> None:
    scorer, panel = make_programme(HONOUR), make_panel()
    yes = declare(scorer, make_known("张三"), rule="C12")[0]
    no = declare(scorer, make_known("李四"), rule="C12")[0]
    review = sit(panel)
    decide(review, panel[0], yes, no)
    browser = sign_in(make_staff(Role.TOWNSHIP, TOWNSHIP))

    home, sheet = get(browser, "/"), get(browser, "/awards/confirmations")
    line = line_of(sheet, no)
    bare = check(
        browser.post("/awards/confirmations", data=sent(sheet) | {line + "verdict": "refuse"}),
        status=422,
    )
    said = {line + "verdict": "refuse", line + "reason": "证明不足"}
    pressed = browser.post("/awards/confirmations", data=sent(sheet) | said)
    again = browser.post("/awards/confirmations", data=sent(sheet) | said)
    after = get(browser, pressed.location)

    assert "待乡镇确认的申报" in home.text
    assert review.code in sheet.html
    assert "请选原因" in bare.text
    assert (pressed.status_code, again.status_code) == (302, 302)
    assert (state(yes).value, state(no).value) == ("accepted", "refused")
    assert "没有等待乡镇确认的申报" in after.text


def test_a_line_confirmed_meanwhile_is_told(sign_in: SignIn) -> None:
    scorer, panel = make_programme(HONOUR), make_panel()
    row = declare(scorer, make_known("张三"), rule="C12")[0]
    decide(sit(panel), panel[0], row)
    first = sign_in(make_staff(Role.TOWNSHIP, TOWNSHIP))
    second = sign_in(make_staff(Role.TOWNSHIP, TOWNSHIP))
    data = sent(get(first, "/awards/confirmations"))
    second.post("/awards/confirmations", data=data)

    told = check(first.post("/awards/confirmations", data=data), status=409)

    assert "已由 王秀英 于" in told.text


def test_the_declarer_finds_and_withdraws_it_and_the_household_s_page_shows_the_steps(
    sign_in: SignIn,
) -> None:
    scorer, panel = make_programme(HELP), make_panel()
    home = make_known("张三")
    mine, done = declare(scorer, home)[0], declare(scorer, home, note="修门")[0]
    decide(sit(panel), panel[0], done)
    browser = sign_in(scorer)

    listed = get(browser, "/declarations")
    shown = get(browser, f"/declarations/{mine.code}")
    bare = post(browser, f"/declarations/{mine.code}/withdrawal", {"reason": ""}, status=422)
    gone = browser.post(f"/declarations/{mine.code}/withdrawal", data={"reason": "报错了户"})
    twice = post(
        browser, f"/declarations/{mine.code}/withdrawal", {"reason": "报错了户"}, status=409
    )
    after = get(browser, gone.location)
    household = get(browser, f"/households/{home.code}")
    narrowed = get(browser, f"/declarations?state=accepted&household={home.code}")

    assert mine.code in listed.text
    assert "报错了，要撤回" in shown.text
    assert "请写明原因" in bare.text
    assert "这一条已由" in twice.text
    assert "撤回 报错了户" in after.text
    assert "王秀英申报 15 分 修门" in household.text
    assert "评议组：通过" in household.text
    assert done.code in narrowed.html


def test_an_award_under_several_rules_is_shown_line_by_line_and_taken_back_by_line(
    sign_in: SignIn,
) -> None:
    make_programme(LABOUR, LABOUR._replace(code="L02", title="义务劳动全天"))
    panel, home = make_panel(), make_known("张三")
    for rule in ("L01", "L02"):
        declare(None, home, rule=rule)
    review = sit(panel)
    lines = db.session.query(Declaration).all()
    reference = decide(review, panel[0], *lines).reference
    browser = sign_in(make_staff(Role.SUPERVISOR, VILLAGE))

    book, page = get(browser, "/awards"), get(browser, f"/awards/{reference}")
    statement = get(browser, f"/households/{home.code}")
    back = next(link for link in page.links if "line=" in link)
    ask = get(browser, back)
    done = browser.post(back, data={"key": KEY, "reason": "记错了户"})

    assert f"评议入账 {review.code}" in book.text
    assert f"评议入账 {review.code}" in statement.text
    assert "义务劳动全天" in page.text
    assert "收回 5 分" in ask.text
    assert done.status_code == 302
    assert balance(home) == 5
    assert "已冲正" in get(browser, f"/awards/{reference}").text


def test_a_relative_declared_afterwards_is_told_to_the_supervisor_only(sign_in: SignIn) -> None:
    scorer, home = make_programme(), make_known("张三")
    given = award(scorer, home)
    with transaction():
        households.declare_tie(scorer, home, TieKind.RELATIVE, "岳父", by=scorer.id)

    seen = get(sign_in(make_staff(Role.SUPERVISOR, VILLAGE)), f"/awards/{given.reference}")
    own = get(sign_in(scorer), f"/awards/{given.reference}")

    assert "与张三家有亲属关系（岳父）" in seen.text
    assert "亲属关系" not in own.text


def test_the_sample_of_a_month_is_the_same_however_often_it_is_drawn(sign_in: SignIn) -> None:
    scorer = make_programme()
    homes = [make_household() for _each in range(3)]
    last = today().replace(day=1) - timedelta(days=3)
    moment = now() - (today() - last)
    with at(moment):
        for number in range(30):
            award(scorer, homes[number % 3], on=last)
    browser = sign_in(make_staff(Role.SUPERVISOR, VILLAGE))
    url = f"/awards/sample?month={last:%Y-%m}"

    before = get(browser, url)
    award(scorer, homes[0])
    after = get(browser, url)
    this_month = get(browser, f"/awards/sample?month={today():%Y-%m}")
    nonsense = get(browser, "/awards/sample?month=2026-13")

    assert "这个月直接入账 30 笔，抽 2 笔" in before.text
    assert before.text == after.text
    assert "这个月直接入账 1 笔，抽 1 笔" in this_month.text
    assert "样本还会变" in this_month.text
    assert "样本还会变" not in nonsense.text


def test_the_year_begins_in_the_sample_too() -> None:
    from supermarket.awards.queries import checking

    since, until = checking.month_span(date(2026, 12, 5))

    assert (since.isoformat(), until.isoformat()) == (
        "2026-12-01T00:00:00+08:00",
        "2027-01-01T00:00:00+08:00",
    )
