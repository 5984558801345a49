"""`flask households import`."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from supermarket.database import db
from supermarket.households.models import Household
from tests.factories import make_regions


def run(app: Flask, *arguments: str) -> Result:
    make_regions()
    return app.test_cli_runner().invoke(args=["households", "import", *arguments])


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Household)) or 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "花名册.csv"
    path.write_bytes("组,户主,家庭成员,关系\n1组,李建国,,\n2组,王五,,\n".encode("gbk"))
    return path


def test_a_dry_run_says_what_would_change(app: Flask, file: Path) -> None:
    result = run(app, str(file), "--village", "安沟村", "--dry-run")

    assert result.exit_code == 0, result.output
    assert "2 行，2 户：新增 2 户" in result.output
    assert count() == 0


def test_an_import_writes_and_a_second_one_does_not(app: Flask, file: Path) -> None:
    first = run(app, str(file), "--village", "安沟村")
    second = run(app, str(file), "--village", "安沟村")

    assert "已导入：新增 2 户" in first.output
    assert "没有需要导入的内容" in second.output
    assert (first.exit_code, second.exit_code, count()) == (0, 0, 2)


def test_wrong_rows_are_named(app: Flask, file: Path) -> None:
    result = run(app, str(file))

    assert result.exit_code == 1
    assert "第 2 行 村：请填村名" in result.output
    assert "共 2 处要改" in result.output
    assert count() == 0


@pytest.mark.parametrize("village", ["没有村", "410482"])
def test_a_village_that_is_none_is_refused(app: Flask, file: Path, village: str) -> None:
    result = run(app, str(file), "--village", village)

    assert result.exit_code == 1
    assert "没有这个村" in result.output


def test_a_file_that_is_no_table_is_refused(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04")

    result = run(app, str(path))

    assert result.exit_code == 1
    assert "已损坏" in result.output
