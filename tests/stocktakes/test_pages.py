from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from supermarket.ledger.models import EntryKind
from supermarket.staff.models import Permission, Role
from supermarket.stocktakes import queries
from supermarket.stocktakes.models import StocktakeState
from tests.factories import OTHER_VILLAGE, make_shop, make_staff
from tests.pages import get, post, sign_in
from tests.stocktakes.makers import Counted, held_by


@pytest.fixture
def counted(app: Flask) -> Counted:
    return Counted()


def signed_in(app: Flask, member: object) -> FlaskClient:
    client = app.test_client()
    sign_in(client, member)  # type: ignore[arg-type]
    return client


def _file(client: FlaskClient, url: str) -> bytes:
    answer = client.get(url)
    data: bytes = answer.data
    answer.close()
    return data


def save(scene: Counted, client: FlaskClient, name: str, status: int = 302, **typed: str) -> str:
    row = next(row for row in scene.lines() if row.name == name)
    data = {f"lot{row.lot_id}-{field}": text for field, text in typed.items()}
    url = f"/stocktakes/{scene.code}/lots/{row.lot}?shelf={row.category}"
    answer = client.post(url, data=data)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_the_whole_way_by_page(app: Flask, counted: Counted) -> None:
    keeper, second = signed_in(app, counted.keeper), signed_in(app, counted.second)
    base = f"/stocktakes/{counted.code}"

    listed = get(keeper, f"/shops/{counted.shop.code}/stocktakes")
    shelves = get(keeper, base)
    shelf = get(keeper, f"{base}/count?shelf=洗护清洁")
    save(counted, keeper, "大米", counted="18", note="破了两袋")
    save(counted, keeper, "肥皂", counted="10")
    counted.sell(counted.rice, 3)
    review = get(keeper, f"{base}/review")
    moved = keeper.post(f"{base}/hand-in", data={"leaving": "0"})
    rice = counted.lot(counted.rice)
    kept = keeper.post(f"{base}/lots/{rice}/decision", data={"decision": "keep"})
    handed = keeper.post(f"{base}/hand-in", data={"leaving": "0"})
    home = get(second, "/")
    reading = get(second, f"{base}/review")
    own = keeper.post(f"{base}/approval", data={"read": "1"})
    done = second.post(f"{base}/approval", data={"read": "1"})

    assert "接着盘" in listed.text
    assert "已盘 0/2 批" in shelves.text
    assert not any(words in shelf.text for words in ("20 块", "20块"))  # blind
    assert "账面 17 → 15" in review.text
    assert "破了两袋" in review.text
    assert (moved.status_code, kept.status_code, handed.status_code) == (409, 302, 302)
    assert "待审核的盘点" in home.text
    assert "审核通过，按差额入账" in reading.text
    assert (own.status_code, done.status_code) == (403, 302)
    assert held_by(counted.rice) == 15
    paper = get(keeper, f"{base}/sheet")
    assert all(word in paper.text for word in ("监盘人", "-2", "-20", counted.code))
    assert "已入账" in get(keeper, f"{base}/review").text
    book = load_workbook(BytesIO(_file(keeper, f"{base}/sheet.xlsx"))).active
    figures = [[cell.value for cell in row] for row in book.iter_rows()]
    assert any(row[4:8] == [20, 18, -2, -20] for row in figures)


def test_a_blank_sheet_and_the_counting_pages_tell_no_figures(app: Flask, counted: Counted) -> None:
    keeper = signed_in(app, counted.keeper)
    counted.sell(counted.rice, 3)

    pages = [
        get(keeper, f"/stocktakes/{counted.code}{path}").text
        for path in (
            "",
            "/count?shelf=洗护清洁",
            f"/count?sku={counted.rice.sku}",
            "/sheet?blank=1",
        )
    ]

    assert not any("17 块" in page or "17块" in page for page in pages)


def test_a_wild_count_is_asked_about_and_saved_when_sent_again(
    app: Flask, counted: Counted
) -> None:
    keeper = signed_in(app, counted.keeper)

    asked = save(counted, keeper, "大米", 422, counted="10000")
    other = save(counted, keeper, "大米", 422, counted="9000", sure="10000")
    save(counted, keeper, "大米", counted="10000", sure="10000")

    assert "请再数一遍" in asked
    assert 'value="10000"' in asked
    assert "请再数一遍" in other
    assert next(row for row in counted.lines() if row.name == "大米").counted == 10000


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "abc", "100001", "<b>", "9" * 400])
def test_what_is_no_count_is_kept_and_refused(app: Flask, counted: Counted, typed: str) -> None:
    keeper = signed_in(app, counted.keeper)

    save(counted, keeper, "大米", 422, counted=typed, note="<script>")

    assert all(row.counted is None for row in counted.lines())


def test_scanning_adds_and_says_so(app: Flask, counted: Counted) -> None:
    keeper = signed_in(app, counted.keeper)
    url = f"/stocktakes/{counted.code}/scan"

    added = post(keeper, url, {"scan": f"12*{counted.rice.sku}", "key": "a-scan-key"})
    unknown = post(keeper, url, {"scan": "<b>6901234567892", "key": "b-scan-key"}, status=404)
    empty = post(keeper, url, {"scan": " ", "key": "c"}, status=422)

    assert "数到 12" in added.text
    assert "已盘 1/2 批" in added.text
    assert "没有找到" in unknown.text
    assert "请先扫码" in empty.text


def test_others_and_other_villages_cannot_count(app: Flask, counted: Counted) -> None:
    elsewhere = signed_in(app, make_staff(Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE)))
    scorer = signed_in(app, make_staff(Role.SCORER, counted.shop.region_code))
    auditor = signed_in(app, make_staff(Role.AUDITOR))
    base = f"/stocktakes/{counted.code}"

    assert elsewhere.get(base).status_code == 404
    assert elsewhere.post(f"/shops/{counted.shop.code}/stocktakes").status_code == 404
    assert scorer.get(base).status_code == 403
    assert auditor.get(f"{base}/count?shelf=x").status_code == 403
    assert get(auditor, f"{base}/review").response.status_code == 200
    assert counted.stocktake().state is StocktakeState.OPEN


def test_the_second_person_sends_back_and_the_keeper_sees_why(app: Flask, counted: Counted) -> None:
    keeper, second = signed_in(app, counted.keeper), signed_in(app, counted.second)
    counted.count(counted.rice, 3)
    counted.hand_in(leaving=1)
    base = f"/stocktakes/{counted.code}"

    empty = post(second, f"{base}/return", {"reason": ""}, status=422)
    sent = second.post(
        f"{base}/return", data={"reason": "大米差太多", "lots": counted.lot(counted.rice)}
    )
    shelves = get(keeper, base)
    cancel = get(keeper, f"{base}/cancellation")
    gone = keeper.post(f"{base}/cancellation", data={"reason": "改天再盘"})

    assert "请写明原因" in empty.text
    assert sent.status_code == 302
    assert "大米差太多" in shelves.text
    assert "要重盘" in get(second, f"{base}/review").text
    assert (cancel.heading, gone.status_code) == ("作废盘点", 302)


def test_found_empty_lots_are_marked_none_from_the_review(app: Flask, counted: Counted) -> None:
    keeper = signed_in(app, counted.keeper)
    row = next(row for row in counted.lines() if row.name == "肥皂")
    data = {f"lot{row.lot_id}-counted": "0", f"lot{row.lot_id}-sure": "0"}

    answer = keeper.post(f"/stocktakes/{counted.code}/lots/{row.lot}?back=review", data=data)

    assert answer.location.endswith("/review")
    assert [line.counted for line in counted.lines() if line.name == "肥皂"] == [0]


def test_the_stock_card_adds_up_to_what_is_on_the_shelf(app: Flask, counted: Counted) -> None:
    keeper = signed_in(app, counted.keeper)
    app.config["PAGE_SIZE"] = 4
    for _ in range(6):
        counted.sell(counted.rice)
    receipt = counted.stall.redeem((counted.rice, 2))
    counted.stall.reverse(receipt.reference, (counted.rice, 1))
    counted.count(counted.rice, 14)
    counted.hand_in(leaving=1)
    counted.approve()
    url = f"/shops/{counted.shop.code}/stock/{counted.rice.sku}/card"

    first = get(keeper, url)
    following = next(link for link in first.links if "before=" in link)
    second = get(keeper, following)
    strange = get(keeper, f"{url}?before=%3Cb%3E-1")

    rows = queries.card_rows(counted.shop.id, counted.rice.id, limit=100)
    balance = 0
    for row in reversed(rows):
        balance += row.quantity
        assert row.balance == balance >= 0
    assert balance == held_by(counted.rice) == rows[0].balance
    assert rows[0].kind is EntryKind.STOCKTAKE
    assert f"/stocktakes/{counted.code}" in first.links
    assert f"/redemptions/{receipt.reference}" in first.links
    assert strange.text.count("-1 块") == first.text.count("-1 块")
    shown = [row for page in (first, second) for row in page.text.split("兑换")]
    assert len(shown) > 4
    book = load_workbook(BytesIO(_file(keeper, f"{url}.xlsx"))).active
    found = [row[7].value for row in book.iter_rows() if isinstance(row[7].value, int)]
    assert found == [row.balance for row in rows]
    stock = get(keeper, f"/shops/{counted.shop.code}/stock")
    assert url in stock.links


def test_choosing_a_shop_when_there_are_several(app: Flask, counted: Counted) -> None:
    make_shop(OTHER_VILLAGE)
    office = signed_in(app, counted.second)

    assert counted.shop.name in get(office, "/stocktakes").text
    assert counted.shop.name in get(office, "/day-close").text
    assert counted.second.may(Permission.APPROVE_STOCK)
