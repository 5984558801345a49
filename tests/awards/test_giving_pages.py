"""Three taps on a phone: who, what for, confirm."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from supermarket.awards.models import Award, Declaration, DeclarationState
from supermarket.budgets import service as budgets
from supermarket.budgets.service import BudgetAsk
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.households.models import Household
from supermarket.ledger.models import Entry
from supermarket.schemes import service as schemes
from supermarket.schemes.models import CapPeriod, Category, ReviewLevel
from supermarket.staff.models import Permission, Role
from tests.awards.conftest import SignIn, make_known
from tests.awards.makers import HELP, award, make_programme
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    balance,
    make_household,
    make_shop,
    make_staff,
)
from tests.pages import check, get
from tests.schemes.makers import LABOUR, capped

RANGE = LABOUR._replace(code="L08", title="照看独居老人", points_min=1, points_max=2)
KEY = "0123456789abcdef"


def text(answer: TestResponse) -> str:
    return unescape(re.sub(r"<[^>]+>", "", answer.get_data(as_text=True)))


def a_picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (40, 30), "green").save(written, "JPEG")
    return written.getvalue()


def confirm_url(household: Household, rule: str = "L01") -> str:
    return f"/awards/new?household={household.code}&rule={rule}"


def fields(**typed: object) -> dict[str, object]:
    return {"key": KEY, "occurred_on": today().isoformat(), **typed}


def test_a_card_a_rule_and_a_press_award_the_household(
    sign_in: SignIn, issue: Callable[[Household], str]
) -> None:
    phone = sign_in(make_programme())
    household = make_known("张三", points_held=81)
    code = issue(household)

    who = phone.post("/awards/new/card", data={"card": code})
    what_for = phone.get(who.location)
    confirm = phone.get(confirm_url(household))
    pressed = phone.post(confirm_url(household), data=fields())
    after = phone.get(pressed.location)

    assert who.location == f"/awards/new?household={household.code}"
    assert f"household={household.code}&amp;rule=L01" in what_for.get_data(as_text=True)
    assert "张三" in text(confirm)
    assert "确认发放 5 分" in text(confirm)
    assert "已入账，张** 现有 86 分" in text(after)
    assert "继续发放：L01" in text(after)
    assert balance(household) == 86


def test_the_rule_is_kept_for_the_next_household(
    sign_in: SignIn, issue: Callable[[Household], str]
) -> None:
    phone = sign_in(make_programme())
    code = issue(household := make_known())

    who = phone.post("/awards/new/card?rule=L01", data={"card": code})

    assert who.location == f"/awards/new?household={household.code}&rule=L01"


def test_two_letters_find_the_household(sign_in: SignIn) -> None:
    phone = sign_in(make_programme())
    make_known("王桂花")
    make_known("李建国")
    make_known("王桂芝", village=OTHER_VILLAGE)

    found = phone.get("/awards/new?q=wg&rule=L01")
    nobody = phone.get("/awards/new?q=不存在")

    assert "王桂花" in text(found)
    assert "李建国" not in text(found)
    assert "王桂芝" not in text(found)
    assert "rule=L01" in found.get_data(as_text=True)
    assert "没有找到“不存在”" in text(nobody)


def test_favourites_stand_first_then_what_the_village_uses_most(sign_in: SignIn) -> None:
    rules = [LABOUR._replace(code=f"L{n:02}", title=f"细则{n}") for n in range(1, 6)]
    scorer = make_programme(*rules)
    household = make_known()
    award(scorer, household, rule="L04")
    with transaction():
        schemes.favourite(scorer.id, "L05", kept=True)

    page = sign_in(scorer).get(f"/awards/new?household={household.code}")

    order = re.findall(r"rule=(L\d\d)", page.get_data(as_text=True))
    assert order == ["L05", "L04", "L01", "L02", "L03"]


def test_rules_of_every_level_are_offered_but_no_deductions(sign_in: SignIn) -> None:
    scorer = make_programme(
        LABOUR,
        LABOUR._replace(code="L02", title="要评议的", review_level=ReviewLevel.B),
        LABOUR._replace(code="L03", title="停用的", enabled=False),
        LABOUR._replace(
            code="D05",
            title="扣分的",
            category=Category.DEDUCTION,
            points_min=-1,
            points_max=-1,
            basis="村规民约第八条",
        ),
    )
    household = make_known()
    phone = sign_in(scorer)

    page = text(phone.get(f"/awards/new?household={household.code}"))
    chosen = phone.get(confirm_url(household, "D05"))
    posted = phone.post(confirm_url(household, "D05"), data=fields())

    assert "村集体义务劳动半天" in page
    assert "要评议的" in page
    assert not any(word in page for word in ("停用的", "扣分的"))
    assert "细则 D05 在这个村不能记分" in text(chosen)
    assert posted.status_code == 404


def test_what_needs_a_panel_is_handed_to_it(sign_in: SignIn) -> None:
    phone, household = sign_in(make_programme(HELP)), make_known("张三", points_held=3)

    confirm = get(phone, confirm_url(household, "L03"))
    pressed = phone.post(confirm_url(household, "L03"), data=fields(witness="王大爷"))
    again = phone.post(confirm_url(household, "L03"), data=fields(witness="王大爷"))
    after = get(phone, pressed.location)

    assert "提交评议 15 分" in confirm.text
    assert again.location == pressed.location
    assert f"已提交评议：张** 技术帮工，编号 {VILLAGE}D1，评议组" in after.text
    assert db.session.query(Declaration).count() == 1
    assert balance(household) == 3


def test_a_witness_and_a_photo_are_kept_and_never_asked_for(sign_in: SignIn) -> None:
    phone, household = sign_in(make_programme()), make_known("张三")
    photo = (BytesIO(a_picture()), "yard.jpg")

    pressed = phone.post(confirm_url(household), data=fields(witness="王大爷", photo=photo))
    bad = phone.post(
        confirm_url(household), data=fields(key="another-press", photo=(BytesIO(b"no"), "a.jpg"))
    )

    assert "done=" in pressed.location
    assert "这不是能打开的照片" in check(bad, status=422).text
    row = db.session.scalars(select(Declaration)).one()
    assert (row.state, row.witness) == (DeclarationState.POSTED, "王大爷")
    assert row.photo_id is not None
    assert balance(household) == 5


def test_the_page_says_what_was_recorded_already_and_how_the_village_stands(
    sign_in: SignIn,
) -> None:
    scorer = make_programme(capped(CapPeriod.MONTH, times=6))
    phone, household = sign_in(scorer), make_known("张三", points_held=0)
    award(scorer, household)
    officer = make_staff(Role.TOWNSHIP, VILLAGE[:9])
    ask = BudgetAsk(VILLAGE, today().replace(day=1), today().replace(day=28), 6)
    with transaction():
        budgets.set_budgets([ask], by=officer.id, scope=officer.scope(Permission.MANAGE_POINTS))

    page = get(phone, confirm_url(household))
    refused = phone.post(confirm_url(household), data=fields())

    assert "本月已记 1 次，上限 6 次" in page.text
    assert "本期预算 6 分，已发和待入账共 5 分" in page.text
    assert "预算" in check(refused, status=409).text
    assert balance(household) == 5


def test_words_narrow_the_rules(sign_in: SignIn) -> None:
    household_rules = (LABOUR, RANGE)
    phone = sign_in(make_programme(*household_rules))
    household = make_known()

    page = text(phone.get(f"/awards/new?household={household.code}&rq=老人"))

    assert "照看独居老人" in page
    assert "义务劳动" not in page


def test_a_range_asks_for_the_points(sign_in: SignIn) -> None:
    phone, household = sign_in(make_programme(RANGE)), make_known()

    pressed = phone.post(confirm_url(household, "L08"), data=fields(points="２"))

    assert pressed.status_code == 302
    assert balance(household) == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"points": "0"}, "只能记 1 到 2 分，不能记 0 分"),
        ({"points": "-1"}, "只能记 1 到 2 分"),
        ({"points": "1.5"}, "请填写整数"),
        ({"points": "9" * 40}, "请填写整数"),
        ({"points": "两"}, "请填写整数"),
        ({"points": ""}, "请填写这次记几分"),
        ({"points": "1", "occurred_on": ""}, "请选择日期"),
        ({"points": "1", "occurred_on": "昨天"}, "请填写日期"),
        ({"points": "1", "occurred_on": "9999-12-31"}, "不能晚于今天"),
        ({"points": "1", "occurred_on": "0001-01-01"}, "还没有积分方案"),
        ({"points": "1", "member": "999999"}, "不在李建国"),
        ({"points": "1", "member": "x' OR 1"}, "不在李建国"),
        ({"points": "1", "note": "长" * 201}, "最多 200 个字"),
        ({"points": "1", "key": ""}, "提交编号"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(
    sign_in: SignIn, typed: dict[str, str], sentence: str
) -> None:
    phone, household = sign_in(make_programme(RANGE)), make_known()

    refused = phone.post(
        confirm_url(household, "L08"), data=fields(**{"note": "修渠时照看", **typed})
    )

    assert refused.status_code in {409, 422}
    assert sentence in text(refused)
    assert typed.get("note", "修渠时照看") in refused.get_data(as_text=True)
    assert KEY in refused.get_data(as_text=True) or "key" in typed
    assert balance(household) == 0


def test_a_cap_is_told_and_nothing_is_lost(sign_in: SignIn) -> None:
    scorer = make_programme(capped(CapPeriod.MONTH, times=1))
    phone, household = sign_in(scorer), make_known()
    award(scorer, household)

    refused = phone.post(confirm_url(household), data=fields(note="修渠"))

    assert refused.status_code == 409
    assert "每户最多 1 次，李建国" in text(refused)
    assert "以后的可以再记" in text(refused)
    assert "修渠" in refused.get_data(as_text=True)
    assert balance(household) == 5


def test_a_double_press_gives_the_same_receipt(sign_in: SignIn) -> None:
    phone, household = sign_in(make_programme()), make_known()

    first = phone.post(confirm_url(household), data=fields())
    second = phone.post(confirm_url(household), data=fields())

    assert first.location == second.location
    assert balance(household) == 5
    assert db.session.query(Award).count() == db.session.query(Entry).count() == 1


def test_the_same_page_for_another_day_is_told_to_reopen(sign_in: SignIn) -> None:
    phone, household = sign_in(make_programme()), make_known()
    phone.post(confirm_url(household), data=fields())
    yesterday = (today() - timedelta(days=1)).isoformat()

    refused = phone.post(confirm_url(household), data=fields(occurred_on=yesterday))

    assert refused.status_code == 409
    assert "请重新打开页面" in text(refused)
    assert balance(household) == 5


def test_cards_that_do_not_serve_are_refused_in_words(
    sign_in: SignIn, issue: Callable[[Household], str]
) -> None:
    phone = sign_in(make_programme())
    elsewhere = issue(make_known("赵六", village=OTHER_VILLAGE))

    other = phone.post("/awards/new/card", data={"card": elsewhere})
    forged = phone.post("/awards/new/card", data={"card": "HTTP://X/C/0000000000000000000000"})
    typed = phone.post("/awards/new/card", data={"card": "123456789"})
    empty = phone.post("/awards/new/card", data={})
    picture = phone.post(
        "/awards/new/card", data={"photo": (BytesIO(b"not a picture"), "card.jpg")}
    )

    assert "赵六" not in text(other)
    assert other.status_code in {403, 404}
    assert (forged.status_code, "不是本县的积分卡" in text(forged)) == (404, True)
    assert (typed.status_code, "123456789" in typed.get_data(as_text=True)) == (422, True)
    assert empty.status_code == picture.status_code == 422


@pytest.mark.parametrize("code", ["4104821002049999", "x", "0", "' OR 1", "９"])
def test_a_household_that_is_not_there_is_not_found(sign_in: SignIn, code: str) -> None:
    phone = sign_in(make_programme())

    seen = phone.get("/awards/new", query_string={"household": code, "rule": "L01"})
    posted = phone.post("/awards/new", query_string={"household": code, "rule": "L01"})

    assert (seen.status_code, posted.status_code) == (404, 404)


def test_a_household_of_another_village_is_not_found(sign_in: SignIn) -> None:
    phone = sign_in(make_programme())
    there = make_household(village=OTHER_VILLAGE)

    seen = phone.get(confirm_url(there))
    posted = phone.post(confirm_url(there), data=fields())

    assert (seen.status_code, posted.status_code) == (404, 404)
    assert balance(there) == 0


@pytest.mark.parametrize(
    "role", [Role.SHOPKEEPER, Role.REVIEWER, Role.SUPERVISOR, Role.COUNTY, Role.AUDITOR]
)
def test_other_roles_may_not_award(sign_in: SignIn, role: Role) -> None:
    make_programme()
    household = make_known()
    shop = make_shop() if role is Role.SHOPKEEPER else None
    phone = sign_in(make_staff(role, VILLAGE, shop=shop))

    seen = phone.get("/awards/new")
    posted = phone.post(confirm_url(household), data=fields())

    assert (seen.status_code, posted.status_code) == (403, 403)
    assert balance(household) == 0


def test_a_form_posted_after_sign_out_awards_nothing(sign_in: SignIn) -> None:
    phone, household = sign_in(make_programme()), make_known()
    phone.post("/sign-out")

    posted = phone.post(confirm_url(household), data=fields())

    assert posted.status_code in {302, 401}
    assert balance(household) == 0


def test_looking_writes_nothing(sign_in: SignIn, statements: Callable[[], int]) -> None:
    phone, household = sign_in(make_programme()), make_known()

    before = statements()
    for _again in range(2):
        phone.get(confirm_url(household))

    assert db.session.query(Entry).count() == 0
    assert statements() - before < 50
