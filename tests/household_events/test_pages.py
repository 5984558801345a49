"""From a household's page to an approved event, on a phone."""

import json
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from supermarket import clock
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.household_events import queries
from supermarket.household_events.models import EventKind, EventState, HouseholdEvent
from supermarket.households.models import Household
from supermarket.staff.models import Role, StaffMember
from tests.factories import OTHER_VILLAGE, TOWNSHIP, VILLAGE, balance, make_staff
from tests.household_events.makers import approve, make_family, member, propose
from tests.pages import Page, get, post, sign_in


def browser(app: Flask, role: Role = Role.SCORER, region: str = VILLAGE) -> FlaskClient:
    return browser_of(app, make_staff(role, region))


def browser_of(app: Flask, who: StaffMember) -> FlaskClient:
    client = app.test_client()
    sign_in(client, who)
    return client


def typed(**said: object) -> dict[str, object]:
    return {"key": "0123456789abcdef", "effective_on": str(today()), "reason": "核实过", **said}


def confirmed(page: Page, **more: str) -> dict[str, str]:
    """What the preview sends on."""
    return {"said": page.field("said"), **more}


def only_event() -> HouseholdEvent:
    db.session.rollback()
    return db.session.query(HouseholdEvent).one()


def split_fields(household: Household, **said: object) -> dict[str, object]:
    son = member(household, "李小明")
    return typed(members=[son], head=son, given="30", **said)


def test_the_households_page_leads_to_five_plain_rows(app: Flask) -> None:
    household = make_family("李建国", "李小明")
    phone = browser(app)

    start = f"/households/{household.code}/events"
    assert start in get(phone, f"/households/{household.code}").links
    page = get(phone, start)

    for kind in ("move", "split", "merge", "death", "leave"):
        assert f"{start}/{kind}" in page.links
        get(phone, f"{start}/{kind}")
    assert f"{start}/rejoin" not in page.links


def test_a_split_is_said_seen_proposed_and_approved(app: Flask) -> None:
    household = make_family("李建国", "李小明", points_held=86)
    phone, office = browser(app), browser(app, Role.TOWNSHIP, TOWNSHIP)
    url = f"/households/{household.code}/events/split"

    preview = post(phone, url, split_fields(household))
    assert db.session.query(HouseholdEvent).count() == 0
    answer = phone.post(url, data=confirmed(preview))
    assert only_event().state is EventState.PROPOSED
    shown = get(office, answer.location)
    done = office.post(f"{answer.location}/approval")
    after = get(office, done.location)

    assert "会这样变" in preview.heading
    assert "李小明分出去，新户户主是李小明" in preview.text
    assert "56 分" in preview.text
    assert "批准" in shown.text
    assert "56 分" in shown.text
    assert "给新户 李小明 发卡" in after.text
    assert "已批准" in after.text
    assert balance(household) == 56
    book = get(phone, f"/households/{household.code}")
    assert "分户：李建国 分给 李小明" in book.text


def test_confirming_twice_proposes_once(app: Flask) -> None:
    household = make_family("李建国")
    phone = browser(app)
    url = f"/households/{household.code}/events/leave"
    data = confirmed(post(phone, url, typed()))

    first, again = phone.post(url, data=data), phone.post(url, data=data)

    assert first.location == again.location
    assert only_event().state is EventState.PROPOSED


def test_what_was_typed_is_kept_when_it_is_refused_or_changed(app: Flask) -> None:
    household = make_family("李建国", "李小明", points_held=86)
    phone = browser(app)
    url = f"/households/{household.code}/events/split"

    refused = post(phone, url, split_fields(household, kept="60", phone="13800001234"), status=422)
    fine = post(phone, url, split_fields(household, group="4组"))
    back = post(phone, url, confirmed(fine, edit="yes"))

    assert "分得不对：现有 86 分" in refused.text
    assert (refused.field("kept"), refused.field("phone")) == ("60", "13800001234")
    assert (back.field("given"), back.field("group")) == ("30", "4组")
    ticked = [i.get("value") for i in back.all("input") if i.get("checked") is not None]
    assert str(member(household, "李小明")) in ticked


def test_a_refusal_after_the_preview_keeps_what_was_typed(app: Flask) -> None:
    household = make_family("李建国", points_held=5)
    scorer = make_staff(Role.SCORER, VILLAGE)
    phone = browser_of(app, scorer)
    url = f"/households/{household.code}/events/leave"
    preview = post(phone, url, typed(reason="搬去外县"))
    other = propose(scorer, EventKind.LEAVE, household)

    page = post(phone, url, confirmed(preview), status=409)

    assert other.code in page.text
    assert page.field("reason") == "搬去外县"


def test_merging_searches_for_the_other_household_first(app: Flask) -> None:
    household, other = make_family("王五", points_held=40), make_family("李建国")
    phone = browser(app)
    url = f"/households/{household.code}/events/merge"

    found = get(phone, f"{url}?q=ljg")
    chosen = f"{url}?other={other.code}"
    assert chosen in found.links
    assert "李建国" in get(phone, chosen).text
    own = post(phone, f"{url}?other={household.code}", typed(), status=422)
    preview = post(phone, chosen, typed())
    phone.post(chosen, data=confirmed(preview))

    assert "王五一户的 40 分归李建国一户" in preview.text
    assert only_event().other_household_id == other.id
    assert "不能并入自己这一户" in own.text
    get(phone, f"{url}?other=4104821002030000", status=404)


def test_the_last_of_a_house_may_have_somebody_who_follows(app: Flask) -> None:
    household, other = make_family("孤老", points_held=8), make_family("侄子")
    phone = browser(app)
    url = f"/households/{household.code}/events/death"
    died = member(household, "孤老")

    assert "积分由哪一户承接" in get(phone, url).text
    nobody = post(phone, url, typed(member=died))
    nephew = post(phone, f"{url}?other={other.code}", typed(member=died))

    assert "余下的 8 分归零" in nobody.text
    assert "孤老一户的 8 分归侄子一户" in nephew.text


def test_a_move_offers_the_villages_of_the_county(app: Flask) -> None:
    household = make_family("李建国", points_held=8)
    url = f"/households/{household.code}/events/move"

    page = get(browser(app), url)
    villages = {option.get("value") for option in page.all("option")}
    preview = post(browser(app), url, typed(to_village=OTHER_VILLAGE, group="2组"))

    assert OTHER_VILLAGE in villages
    assert "411025001001" not in villages
    assert "从安沟村民委员会搬到北邻村民委员会" in preview.text


def test_approving_a_second_time_says_who_was_first(app: Flask) -> None:
    scorer = make_staff(Role.SCORER, VILLAGE)
    event = propose(scorer, EventKind.LEAVE, make_family("李建国", points_held=5))
    office = browser(app, Role.TOWNSHIP, TOWNSHIP)
    approve(event, make_staff(Role.COUNTY))

    page = post(office, f"/household-events/{event.code}/approval", status=409)

    assert "王秀英已经批准了这笔户变动" in page.text


def test_refusing_and_withdrawing_need_a_reason(app: Flask) -> None:
    scorer = make_staff(Role.SCORER, VILLAGE)
    first = propose(scorer, EventKind.LEAVE, make_family("李建国"))
    second = propose(scorer, EventKind.LEAVE, make_family("王五"))
    phone, office = browser_of(app, scorer), browser(app, Role.TOWNSHIP, TOWNSHIP)
    at, by = f"/household-events/{first.code}", f"/household-events/{second.code}"

    assert "请写明为什么" in post(office, f"{at}/refusal", {"reason": ""}, status=422).text
    office.post(f"{at}/refusal", data={"reason": "<b>还住着</b>"})
    phone.post(f"{by}/cancellation", data={"reason": "弄错了"})

    assert "<b>还住着</b>" in get(office, at).text
    assert "未批准" in get(office, at).text
    assert "已撤回" in get(phone, by).text
    assert "弄错了" in get(phone, by).text


def test_roles_and_villages_see_what_is_theirs(app: Flask) -> None:
    scorer = make_staff(Role.SCORER, VILLAGE)
    household = make_family("李建国")
    event = propose(scorer, EventKind.MOVE, household, to_village=OTHER_VILLAGE)
    at = f"/household-events/{event.code}"

    target = browser(app, Role.SUPERVISOR, OTHER_VILLAGE)
    stranger = browser(app, Role.SUPERVISOR, "410482101201")
    keeper, phone = browser(app, Role.HELPER), browser_of(app, scorer)

    assert "李建国" in get(target, at).text
    assert f"{at}/approval" not in get(target, at).html
    assert "两个村" in post(target, f"{at}/approval", status=403).text
    get(stranger, at, status=404)
    post(stranger, f"{at}/approval", status=404)
    get(keeper, at, status=403)
    post(phone, f"{at}/approval", status=403)
    get(stranger, f"/households/{household.code}/events", status=404)
    get(target, f"/households/{household.code}/events/leave", status=403)


def test_the_list_narrows_by_state_and_pages(app: Flask) -> None:
    app.config["PAGE_SIZE"] = 2
    scorer = make_staff(Role.SCORER, VILLAGE)
    for name in ("甲", "乙", "丙"):
        propose(scorer, EventKind.LEAVE, make_family(name))
    office = browser(app, Role.TOWNSHIP, TOWNSHIP)

    first = get(office, "/household-events?state=proposed")
    after = next(link for link in first.links if "before=" in link)
    second = get(office, after)

    assert "退出：丙" in first.text
    assert "退出：甲" not in first.text
    assert "退出：甲" in second.text
    assert "没有这样的户变动" in get(office, "/household-events?state=refused").text
    get(office, "/household-events?state=nonsense&before=x")


def test_what_waits_stands_on_the_first_page_and_becomes_late(app: Flask) -> None:
    scorer = make_staff(Role.SCORER, VILLAGE)
    with clock.at(now() - timedelta(days=15)):
        propose(scorer, EventKind.LEAVE, make_family("李建国"))

    office = get(browser(app, Role.TOWNSHIP, TOWNSHIP), "/")
    phone = get(browser_of(app, scorer), "/")

    assert "待批准的户变动" in office.text
    assert "已超期" in office.text
    assert "待批准的户变动" not in phone.text


def test_nonsense_is_answered_with_words(app: Flask) -> None:
    household = make_family("李建国", "李小明", points_held=5)
    phone = browser(app)
    start = f"/households/{household.code}/events"

    get(phone, f"{start}/party", status=404)
    for said in ("", "[]", "{", '{"reason": 5}', json.dumps({"reason": ["x" * 30000]}), "[" * 9999):
        post(phone, f"{start}/leave", {"said": said}, status=422)
    wrong = typed(members=["x", "-1", "9" * 30], head="<b>", given="1e9", kept="²")
    page = post(phone, f"{start}/split", wrong, status=422)
    assert "请填写整数" in page.text
    for changes in ({"effective_on": "2026-02-30"}, {"reason": ""}, {"reason": "好" * 201}):
        post(phone, f"{start}/leave", typed(**changes), status=422)
    post(phone, f"{start}/leave", typed(effective_on=str(today() + timedelta(1))), status=422)
    assert queries.open_event([household.id]) is None


def test_markup_in_names_stays_text(app: Flask) -> None:
    household = make_family("<script>x</script>", "'\"><b>", points_held=5)
    other = member(household, "'\"><b>")
    phone = browser(app)
    url = f"/households/{household.code}/events/split"

    preview = post(phone, url, typed(members=[other], head=other, given="1", reason="{0} %s"))
    answer = phone.post(url, data=confirmed(preview))

    shown = get(phone, answer.location)
    assert "<script>x</script>" not in shown.html
    assert "{0} %s" in shown.text
