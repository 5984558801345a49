"""`flask schemes …`."""

from pathlib import Path

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.schemes import queries
from supermarket.settings import ROOT
from tests.factories import COUNTY, VILLAGE, make_regions

OURS = ROOT / "data" / "rules.csv"


def test_the_rules_of_the_county_are_loaded_once(app: Flask) -> None:
    make_regions()
    command = ["schemes", "load-rules", str(OURS), "--region", COUNTY, "--since", "2024-01-01"]

    first = app.test_cli_runner().invoke(args=command)
    second = app.test_cli_runner().invoke(args=command)

    assert "新增 62 条，修改 0 条，没有变化 0 条" in first.output
    assert "新增 0 条，修改 0 条，没有变化 62 条" in second.output
    assert len(queries.rules(VILLAGE, today())) == 58


def test_a_wrong_row_is_named_and_nothing_is_loaded(app: Flask, tmp_path: Path) -> None:
    make_regions()
    file = tmp_path / "rules.csv"
    file.write_text(OURS.read_text().replace("L02,labour", "L02,work"), encoding="gbk")

    result = app.test_cli_runner().invoke(
        args=["schemes", "load-rules", str(file), "--region", COUNTY]
    )

    assert result.exit_code == 1
    assert "第 3 行 category（work）" in result.output
    assert queries.rules(VILLAGE, today()) == []


@pytest.mark.parametrize("region", ["999999", "x"])
def test_a_region_that_is_not_there_is_refused(app: Flask, region: str) -> None:
    make_regions()

    loaded = app.test_cli_runner().invoke(
        args=["schemes", "load-rules", str(OURS), "--region", region]
    )
    set_ = app.test_cli_runner().invoke(args=["schemes", "set", "--region", region])

    assert (loaded.exit_code, set_.exit_code) == (1, 1)
    assert region in loaded.output


def test_a_programme_is_set(app: Flask) -> None:
    make_regions()

    result = app.test_cli_runner().invoke(
        args=["schemes", "set", "--region", COUNTY, "--fen-per-point", "80", "--month-cap", "300"]
    )

    assert result.exit_code == 0
    scheme = queries.scheme(VILLAGE, today())
    assert (scheme.fen_per_point, scheme.household_month_cap) == (80, 300)
