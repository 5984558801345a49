"""The file that auditors take away, and the script that checks it without us."""

import json
import random
import runpy
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import text

from supermarket.database import db, one_moment
from supermarket.ledger.queries import export
from supermarket.settings import ROOT
from tests.counter.stalls import Stall, make_stall
from tests.factories import OTHER_VILLAGE, make_goods, make_household, make_shop
from tests.oversight.forgeries import FORGERIES, Row, forged, sealed_again

SCRIPT = ROOT / "docs" / "verify_ledger.py"


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


def test_forgeries_are_found_even_with_a_new_end(app: Flask, stall: Stall, tmp_path: Path) -> None:
    file = exported(app, tmp_path)

    for change in FORGERIES:
        said = checked(forged(file, change, tmp_path))

        assert said.startswith(("WRONG row", "WRONG the file")), change
        assert "cannot be read" not in said, (change, said)
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


def test_the_file_is_of_one_moment_whatever_is_redeemed_meanwhile(
    app: Flask, stall: Stall, tmp_path: Path
) -> None:
    file, soap = tmp_path / "books.jsonl", make_goods(price=5, shop=stall.shop, on_hand=20)
    answers: list[str] = []

    def redeem() -> None:
        with app.app_context():
            answers.append(stall.redeem((soap, 1)).reference)

    one_moment()
    heads = export.heads()
    with file.open("w", encoding="utf-8", newline="") as out:
        for row, line in enumerate(export.lines(heads)):
            if row == 3:
                counter = Thread(target=redeem)
                counter.start()
                counter.join()
            out.write(line)
    db.session.rollback()

    assert not checked(file)
    assert len(answers) == 1
    assert answers[0] not in {f"{head.code}-{head.entries}" for head in heads}


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
