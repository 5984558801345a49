"""The file that auditors take away, and the script that checks it without us."""

import hashlib
import json
import random
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from supermarket.database import db
from supermarket.settings import ROOT
from tests.counter.stalls import Stall, make_stall
from tests.factories import OTHER_VILLAGE, make_goods, make_household, make_shop

SCRIPT = ROOT / "docs" / "verify_ledger.py"
Row = dict[str, Any]


@pytest.fixture
def stall(app: Flask) -> Stall:
    """A shop that handed goods out, took some back, and sold again."""
    made = make_stall(points_held=100)
    soap = make_goods(price=5, shop=made.shop, on_hand=20)
    receipt = made.redeem((soap, 3))
    made.reverse(receipt.reference, (soap, 1))
    made.redeem((soap, 2))
    make_household(points_held=7, village=OTHER_VILLAGE, head='引"号\u2028')
    make_shop(OTHER_VILLAGE)  # an empty journal is exported too
    return made


def exported(app: Flask, folder: Path, *options: str) -> Path:
    """The file the command writes."""
    file = folder / "books.jsonl"
    done = app.test_cli_runner().invoke(args=["ledger", "export", str(file), *options])
    assert done.exit_code == 0, done.output
    return file


def checked(file: Path, *heads: str) -> str:
    """What the script objects to; empty if to nothing. Run in this process: it is quicker."""
    arguments, sys.argv = sys.argv, [str(SCRIPT), str(file), *heads]
    try:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    except SystemExit as ended:
        return str(ended.code)
    finally:
        sys.argv = arguments
    return ""


def forged(file: Path, change: Callable[[list[Row]], None], folder: Path) -> Path:
    """The file with rows changed by somebody who knows the format, end and all."""
    rows = [json.loads(line) for line in file.read_text().splitlines()][:-1]
    change(rows)
    lines = [written(row) + "\n" for row in rows]
    end = written({"end": hashlib.sha256("".join(lines).encode()).hexdigest()}) + "\n"
    made = folder / "forged.jsonl"
    made.write_text("".join([*lines, end]))
    return made


def written(row: object) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def test_a_bare_python_checks_the_file_and_prints_the_heads(
    app: Flask, stall: Stall, tmp_path: Path
) -> None:
    file = exported(app, tmp_path)
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(file)]

    clean = subprocess.run(command, capture_output=True, text=True, check=False)
    file.write_bytes(file.read_bytes().replace(b'"redemption"', b'"redemptiom"', 1))
    broken = subprocess.run(command, capture_output=True, text=True, check=False)

    number, head = db.session.execute(
        text("SELECT last_number, last_hash FROM journal WHERE code = :code"),
        {"code": stall.shop.code},
    ).one()
    assert (clean.returncode, clean.stderr) == (0, "")
    assert f"{stall.shop.code}-{number} {head}\n" in clean.stdout
    assert broken.returncode == 1
    assert f"({stall.shop.code}-2): its content is not what was hashed" in broken.stderr


def test_the_same_books_give_the_same_bytes_and_no_names(
    app: Flask, stall: Stall, tmp_path: Path
) -> None:
    first = exported(app, tmp_path).read_bytes()

    again = exported(app, tmp_path).read_bytes()

    assert first == again
    assert stall.household.head not in first.decode()
    assert stall.household.code in first.decode()


def test_any_changed_byte_is_found(app: Flask, stall: Stall, tmp_path: Path) -> None:
    file = exported(app, tmp_path)
    content, chance = file.read_bytes(), random.Random(20261122)
    changed = tmp_path / "changed.jsonl"

    for place in chance.sample(range(len(content)), 80):
        byte = chance.choice(
            [one for one in b'0123456789abcdef"{}[],: \n' if one != content[place]]
        )
        changed.write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
        assert checked(changed), f"byte {place} became {byte}"

    for cut in (0, 1, len(content) // 2, len(content) - 1):
        changed.write_bytes(content[:cut])
        assert checked(changed), f"cut at {cut}"
    assert not checked(file)


def entries(rows: list[Row]) -> list[int]:
    """Where the entries stand."""
    return [place for place, row in enumerate(rows) if "entry" in row]


def sealed_again(rows: list[Row]) -> None:
    """Hash every entry anew and set the heads: what only an accomplice at the server could."""
    head, last = "0" * 64, None
    for row in rows:
        if "journal" in row:
            head, last = "0" * 64, row
        elif "entry" in row and last is not None:
            row["entry"][0][11] = head
            head = hashlib.sha256(written(row["entry"]).encode()).hexdigest()
            row["hash"] = last["head"] = head


def drop(rows: list[Row]) -> None:
    rows.pop(entries(rows)[-2])


def drop_last(rows: list[Row]) -> None:
    rows.pop(entries(rows)[-1])


def swap(rows: list[Row]) -> None:
    one, two = entries(rows)[-2:]
    rows[one], rows[two] = rows[two], rows[one]


def more_points(rows: list[Row]) -> None:
    """Both sides, so that it still sums to zero."""
    points = rows[entries(rows)[-1]]["entry"][1]
    points[0][2], points[1][2] = points[0][2] - 5, points[1][2] + 5


def more_points_and_balance(rows: list[Row]) -> None:
    more_points(rows)
    for line in rows[entries(rows)[-1]]["entry"][1]:
        if line[3] is not None:
            line[3] -= 5
    sealed_again(rows)


def one_side_only(rows: list[Row]) -> None:
    rows[entries(rows)[-1]]["entry"][1][0][2] += 1
    sealed_again(rows)


def below_zero(rows: list[Row]) -> None:
    stock = [rows[place]["entry"][2] for place in entries(rows) if rows[place]["entry"][2]][-1]
    stock[0][2], stock[0][3] = stock[0][2] - 50, stock[0][3] - 50
    sealed_again(rows)


def take_back_twice(rows: list[Row]) -> None:
    """A reversal of more than the original, with everything else made to fit."""
    for place in entries(rows):
        entry = rows[place]["entry"]
        if entry[0][2] == "reversal":
            entry[2][0][2] += 10
    sealed_again(rows)


def forget_a_holder(rows: list[Row]) -> None:
    rows.remove(next(row for row in rows if "account" in row and row["account"][1] > 0))


def test_forgeries_are_found_even_with_a_new_end(app: Flask, stall: Stall, tmp_path: Path) -> None:
    file = exported(app, tmp_path)

    for change in (
        drop, drop_last, swap, more_points, more_points_and_balance, one_side_only, below_zero,
        take_back_twice, forget_a_holder,
    ):  # fmt: skip
        said = checked(forged(file, change, tmp_path))

        assert said.startswith("WRONG"), change
    assert not checked(forged(file, lambda _rows: None, tmp_path))


def test_a_printed_head_shows_books_that_were_all_written_anew(
    app: Flask, stall: Stall, tmp_path: Path
) -> None:
    file = exported(app, tmp_path)
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    second = next(row for row in rows if "entry" in row and row["entry"][0][1] == 2)
    printed = f"{stall.shop.code}-2:{second['hash'][:16]}"

    def rewrite(rows: list[Row]) -> None:
        next(row for row in rows if "entry" in row)["entry"][0][10] = "另一个说法"
        for row in rows:
            if "entry" in row and row["entry"][0][0] == stall.shop.code:
                row["entry"][0][10] = "另一个说法"
        sealed_again(rows)

    assert not checked(file, printed)
    made = forged(file, rewrite, tmp_path)
    assert not checked(made)  # it is consistent: only what hangs on the wall tells
    assert "was printed" in checked(made, printed)
    assert "not in it" in checked(file, f"{stall.shop.code}-999:{'0' * 16}")


def test_one_place_or_shop_is_exported_by_itself(app: Flask, stall: Stall, tmp_path: Path) -> None:
    whole = exported(app, tmp_path).read_text()

    alone = exported(app, tmp_path, "--under", stall.shop.code)

    assert not checked(alone)  # the household's first points are in its village's journal
    assert len(alone.read_text()) < len(whole)
    runner = app.test_cli_runner()
    nowhere = runner.invoke(args=["ledger", "export", str(tmp_path / "x"), "--under", "99"])
    nofile = runner.invoke(args=["ledger", "export", str(tmp_path / "no" / "x")])
    assert (nowhere.exit_code, nofile.exit_code) == (1, 1)
    assert "没有代码以“99”开头的台账" in nowhere.output
    assert "不能写入" in nofile.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["books.jsonl"]
