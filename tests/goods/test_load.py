from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.goods import queries
from supermarket.goods import service as goods
from supermarket.goods.errors import GoodsFileError
from supermarket.goods.models import Goods, PointsPrice
from supermarket.settings import ROOT
from supermarket.spreadsheets.reading import read_rows

HEAD = "sku,name,specification,unit,points_price,has_expiry,low_stock_at\n"
SINCE = date(2026, 1, 1)


def load(text: str | bytes, since: date = SINCE) -> goods.Loaded:
    data = text.encode() if isinstance(text, str) else text
    with transaction():
        return goods.load(read_rows(data, "goods.csv", headers=goods.COLUMNS), since=since)


def test_the_real_catalogue_loads_and_loads_again_without_a_change(app: Flask) -> None:
    file = (ROOT / "data" / "goods.csv").read_bytes()

    first, second = load(file), load(file)

    assert first == (45, 45, 0)
    assert second == (45, 0, 0)
    rice = queries.goods("G001")
    assert rice is not None
    assert (rice.name, rice.specification, rice.unit) == ("大米", "5 kg", "袋")
    assert (rice.category, rice.has_expiry, rice.low_stock_at) == ("粮油食品", True, 10)
    assert queries.prices(None, [rice.id], SINCE) == {rice.id: 35}
    assert len(queries.categories()) == 5


def test_a_file_of_the_office_in_gbk_with_its_own_words_loads(app: Flask) -> None:
    text = "商品编号,商品名称,单位,兑换积分,保质期,条码\nA1,大米,袋,35分,有,6901234567892\n"

    loaded = load(text.encode("gbk"))

    assert loaded == (1, 1, 0)
    assert queries.scan("6901234567892").sku == "A1"


def test_a_file_changes_what_differs_and_keeps_old_prices(app: Flask) -> None:
    load(HEAD + "G1,大米,5 kg,袋,35,yes,10\nG2,面粉,,袋,20,yes,0\n")

    loaded = load(HEAD + "G1,香米,5 kg,袋,36,yes,10\nG2,面粉,,袋,20,yes,0\n", since=today())

    rice = queries.goods("G1")
    assert loaded == (2, 0, 1)
    assert rice is not None
    assert (rice.name, rice.initials) == ("香米", "xm")
    assert [price.points for price in queries.price_history(rice.id)] == [36, 35]


def test_a_list_of_prices_leaves_what_it_does_not_say(app: Flask) -> None:
    load(HEAD + "G1,大米,5 kg,袋,35,yes,10\n")

    loaded = load("sku,name,unit,points_price\nG1,香米,袋,36\n", since=today())

    rice = queries.goods("G1")
    assert loaded == (1, 0, 1)
    assert rice is not None
    assert (rice.name, rice.specification, rice.has_expiry) == ("香米", "5 kg", True)
    assert (rice.low_stock_at, rice.category) == (10, "其他")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("G2,,,袋,5,yes,1", "第 3 行“名称”：必填"),
        (",盐,,袋,5,yes,1", "第 3 行“商品编号”：必填"),
        ("G2,盐,,袋,0,yes,1", "第 3 行“兑换分值”：应为 1 到"),
        ("G2,盐,,袋,-5,yes,1", "第 3 行“兑换分值”：应为 1 到"),
        ("G2,盐,,袋,2.5,yes,1", "第 3 行“兑换分值”：应为整数"),
        ("G2,盐,,袋,,yes,1", "第 3 行“兑换分值”：必填"),
        ("G2,盐,,袋,1000000,yes,1", "第 3 行“兑换分值”：应为 1 到"),
        ("G2,盐,,袋,5,maybe,1", "第 3 行“有保质期”：应填“是”或“否”"),
        ("G2,盐,,袋,5,yes,-1", "第 3 行“低库存提醒”：应为 0 到"),
        ("G1,盐,,袋,5,yes,1", "第 3 行“商品编号”：这个编号前面已经有一行"),
        ("12345678,盐,,袋,5,yes,1", "第 3 行“商品编号”：商品编号“12345678”不能用"),
        ("{x},盐,,袋,5,yes,1", "第 3 行“商品编号”：商品编号“{X}”不能用"),
        (f"G2,{'盐' * 61},,袋,5,yes,1", "第 3 行“名称”：内容太长，最多 60 个字"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_kept(app: Flask, line: str, words: str) -> None:
    with pytest.raises(GoodsFileError, match=words):
        load(f"{HEAD}G1,大米,5 kg,袋,35,yes,10\n{line}\n")

    assert db.session.scalar(select(func.count()).select_from(Goods)) == 0
    assert db.session.scalar(select(func.count()).select_from(PointsPrice)) == 0


def test_every_wrong_line_is_reported_in_order(app: Flask) -> None:
    with pytest.raises(GoodsFileError) as refused:
        load(HEAD + "G1,大米,,袋,x,yes,1\nG2,,,袋,0,yes,1\nG1,米,,袋,3,yes,1\n")

    assert [error.row for error in refused.value.errors] == [2, 3, 3, 4]
    assert "文件里有 4 处要改" in str(refused.value)


def test_a_barcode_of_other_goods_is_a_wrong_line(app: Flask) -> None:
    head = "sku,name,unit,points_price,barcode\n"

    with pytest.raises(GoodsFileError, match="已绑定到“大米”"):
        load(f"{head}G1,大米,袋,3,6901234567892\nG2,面,袋,3,6901234567892\n")


def test_the_command_loads_and_says_how_much(app: Flask) -> None:
    file = str(ROOT / "data" / "goods.csv")

    result = app.test_cli_runner().invoke(args=["goods", "load", file, "--since", "2026-01-01"])

    assert result.exit_code == 0, result.output
    assert "新增 45 种" in result.output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "是空的"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), ""),
        (HEAD.encode() + b"G1,x,,y,0,yes,1\n", "应为 1 到"),
        (b"a,b,c\n1,2,3\n", ""),
    ],
)
def test_the_command_refuses_a_file_in_words(
    app: Flask, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "goods.csv"
    file.write_bytes(content)

    result = app.test_cli_runner().invoke(args=["goods", "load", str(file)])

    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output
