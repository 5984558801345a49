"""Reading a journal: in order, narrowed, with what each entry rests on, and nobody else's."""

import pytest
from flask import Flask
from sqlalchemy import text

from supermarket.clock import today
from supermarket.database import db
from supermarket.ledger.models import EntryKind
from supermarket.oversight.queries import journals
from supermarket.oversight.queries.journals import Narrow
from supermarket.oversight.queries.lines import lines, sealed
from supermarket.staff.models import Role, Scope
from tests import pages
from tests.awards.makers import award, make_programme, take_back
from tests.counter.stalls import Stall, make_stall
from tests.donors.test_funds import make_fund
from tests.donors.test_pages import downloaded
from tests.factories import COUNTY, OTHER_VILLAGE, VILLAGE, make_goods, make_household, make_staff
from tests.oversight.makers import enter, overseer

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def stall() -> Stall:
    """A shop with goods in, two redemptions, and part of the first taken back."""
    made = make_stall(points_held=100)
    soap = make_goods(price=5, shop=made.shop, on_hand=20)
    first = made.redeem((soap, 3))
    made.reverse(first.reference, (soap, 1))
    made.redeem((soap, 1))
    return made


def test_a_journal_reads_in_order_and_leads_to_its_papers(app: Flask, stall: Stall) -> None:
    auditor, code = enter(app, make_staff(Role.AUDITOR, COUNTY)), stall.shop.code

    index = pages.get(auditor, f"/oversight/journals?text={code}")
    page = pages.get(auditor, f"/oversight/journals/{code}")
    entry = pages.get(auditor, f"/oversight/journals/{code}/3")

    assert f"/oversight/journals/{code}" in index.links
    links = [link for link in page.links if link.startswith(f"/oversight/journals/{code}/")]
    assert list(dict.fromkeys(links)) == [
        f"/oversight/journals/{code}/{number}" for number in (1, 2, 3, 4)
    ]
    assert f"/redemptions/{code}-2" in page.links
    assert "被 " + code + "-3 冲正" in page.text
    assert stall.household.head in page.text
    assert "冲正 " + code + "-2" in entry.text
    assert "与校验码相符" in entry.text
    second = db.session.execute(
        text("SELECT hash FROM entry WHERE number = 2 AND kind = 'redemption'")
    )
    assert second.scalar_one() in entry.text


def test_entries_are_narrowed_and_paged(app: Flask, stall: Stall) -> None:
    scope, code = Scope((VILLAGE,), ()), stall.shop.code
    journal = journals.journal(code, scope)
    assert journal is not None
    soap = db.session.execute(text("SELECT sku FROM goods")).scalar_one()

    def numbers(**asked: object) -> list[int]:
        rows = journals.entries(journal, Narrow(**asked), limit=10)  # type: ignore[arg-type]
        return [row.number for row in rows]

    assert numbers() == [1, 2, 3, 4]
    assert numbers(kind=EntryKind.REDEMPTION) == [2, 4]
    assert numbers(household=stall.household.code) == [2, 3, 4]
    assert numbers(goods=soap) == [1, 2, 3, 4]
    assert numbers(actor=stall.keeper.username) == [2, 3, 4]
    assert numbers(since=today(), until=today(), document="x") == []
    assert numbers(household="' OR 1=1 --", goods="%") == []
    app.config["PAGE_SIZE"] = 3
    browser = enter(app, overseer())
    first = pages.get(browser, f"/oversight/journals/{code}")
    assert f"/oversight/journals/{code}?after=3" in first.links
    second = pages.get(browser, f"/oversight/journals/{code}?after=3&kind=redemption")
    assert f"/oversight/journals/{code}/4" in second.links


def test_the_file_has_a_row_for_each_line_and_formulas_stay_text(app: Flask, stall: Stall) -> None:
    browser, code = enter(app, overseer()), stall.shop.code

    rows = downloaded(browser, f"/oversight/journals/{code}?format=xlsx&kind=reversal")
    with browser.get(f"/oversight/journals/{code}?format=csv") as answer:
        table = answer.get_data(as_text=True).strip().splitlines()

    head = next(place for place, row in enumerate(rows) if row[0] == "单号")
    assert {row[0] for row in rows[head + 1 :]} == {f"{code}-3"}
    assert sorted(str(row[11]) for row in rows[head + 1 :]) == ["-5", "1", "5"]
    assert len(table) == 1 + 1 + 3 * 3  # heading; goods in; three with two points lines, one stock
    assert any(str(row[0]).startswith("台账校验码") for row in rows)


def test_names_are_masked_where_the_reader_has_no_business() -> None:
    stall = make_stall(points_held=100, region_code="410482100")
    guest = make_household(points_held=50, village=OTHER_VILLAGE, head="赵铁柱")
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)
    receipt = stall._replace(household=guest).redeem((soap, 1))

    entry_id = receipt.entry_id
    own = lines([entry_id], Scope(("410482",), ()))[entry_id]
    other = lines([entry_id], Scope((VILLAGE,), ()))[entry_id]

    assert "赵铁柱" in {line.name for line in own}
    assert "赵**" in {line.name for line in other}
    assert "赵铁柱" not in {line.name for line in other}


def test_awards_money_and_reversals_lead_to_their_papers(app: Flask) -> None:
    scorer, household = make_programme(), make_household()
    given = award(scorer, household)
    take_back(make_staff(Role.SUPERVISOR, VILLAGE), given.reference)
    make_fund(fen=100_00)
    browser = enter(app, make_staff(Role.COUNTY, COUNTY))

    village = pages.get(browser, f"/oversight/journals/{VILLAGE}")
    county = pages.get(browser, f"/oversight/journals/{COUNTY}")

    assert village.links.count(f"/awards/{given.reference}") == 2
    assert "+100.00 元" in county.text
    assert any(link.startswith("/funds/") for link in county.links)


def test_a_changed_line_shows_on_its_entry(app: Flask, stall: Stall) -> None:
    app.config["BOOKS_SPOILED"] = True
    entry_id = db.session.execute(text("SELECT MAX(entry_id) FROM points_line")).scalar_one()
    assert sealed(entry_id)
    if db.engine.dialect.name != "sqlite":
        return  # there the trigger cannot be put aside in a test that shares the database
    db.session.execute(text("DROP TRIGGER IF EXISTS points_line_no_update"))
    for (name,) in db.session.execute(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'points_line'")
    ).all():
        db.session.execute(text(f"DROP TRIGGER {name}"))
    db.session.execute(
        text("UPDATE points_line SET member_id = NULL, points = points + 1 WHERE entry_id = :e"),
        {"e": entry_id},
    )
    db.session.commit()

    page = pages.get(
        enter(app, overseer()), f"/oversight/journals/{stall.shop.code}/{entry_id % 1000}"
    )

    assert "不符" in page.text


def test_other_places_and_nonsense_are_not_found(app: Flask, stall: Stall) -> None:
    elsewhere, own = enter(app, overseer(region=OTHER_VILLAGE)), enter(app, overseer())
    code = stall.shop.code
    for path in (f"/{code}", f"/{code}/1", f"/{code}?format=xlsx", f"/{code}?format=csv"):
        assert elsewhere.get(f"/oversight/journals{path}").status_code == 404
    assert code not in pages.get(elsewhere, "/oversight/journals").html
    for path in ("/x", f"/{code}/0", f"/{code}/99", f"/{code}/99999999999999999999"):
        assert own.get(f"/oversight/journals{path}").status_code == 404
    for query in ("since=x", "since=2026-02-30", "since=2026-05-02&until=2026-05-01"):
        pages.get(own, f"/oversight/journals/{code}?{query}", status=422)
        pages.get(own, f"/oversight/journals/{code}?format=xlsx&{query}", status=422)
    pages.get(own, f"/oversight/journals/{code}?kind=x&after=zz&actor=%00&household=%27")
    pages.get(own, "/oversight/journals?text=%25_'&after=%F0%9F%92%A9")


def test_a_file_of_too_many_entries_says_how_to_narrow(
    app: Flask, stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "LONGEST", 3)

    page = pages.get(
        enter(app, overseer()), f"/oversight/journals/{stall.shop.code}?format=xlsx", status=422
    )

    assert "请缩短日期" in page.text
