"""`flask regions load`."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from supermarket.database import db
from supermarket.regions import queries
from supermarket.regions.models import Region
from supermarket.settings import ROOT

OURS = ROOT / "data" / "regions" / "410482-ruzhou.csv"


def run(app: Flask, path: Path) -> Result:
    return app.test_cli_runner().invoke(args=["regions", "load", str(path)])


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Region)) or 0


def test_the_real_county_is_loaded_and_again_changes_nothing(app: Flask) -> None:
    first, second = run(app, OURS), run(app, OURS)

    assert first.output == second.output == "已导入 490 个区划\n"
    assert count() == 490
    found = queries.county()
    assert found is not None
    assert found.name == "汝州市"


def test_gbk_with_chinese_headings_is_read(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("代码,名称\n36,江西省\n3609,宜春市\n360925,靖安县\n".encode("gbk"))

    result = run(app, path)

    assert result.output == "已导入 3 个区划\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("code,name\n41,河南省\n410482,汝州市\n", "第 3 行：“410482”不是有效的区划代码"),
        ("code,name\n4a,河南省\n", "不是有效的区划代码"),
        ("code,name\n41,\n", "不是有效的区划代码"),
        ("code\n41\n", "表头缺少：name"),
        ("code,name\n", "只有表头"),
    ],
)
def test_a_wrong_file_changes_nothing(app: Flask, tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)

    result = run(app, path)

    assert result.exit_code == 1
    assert words in result.output
    assert count() == 0
