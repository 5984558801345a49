"""Ten and more ways to write books that never were, and the file anew round them."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = dict[str, Any]


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


def lines_of(rows: list[Row], book: int) -> list[list[Any]]:
    """The lines of a book that keep a balance, in order; 1 points, 2 stock, 3 money."""
    return [
        line
        for place in entries(rows)
        for line in (rows[place]["entry"] + [[]])[book]
        if line[3] is not None
    ]


def move_lines(rows: list[Row]) -> None:
    """What one redemption handed out stands under the other."""
    one, two = [place for place in entries(rows) if rows[place]["entry"][0][2] == "redemption"]
    first, second = rows[one]["entry"], rows[two]["entry"]
    first[1], second[1], first[2], second[2] = second[1], first[1], second[2], first[2]
    sealed_again(rows)


def take_back_in_parts(rows: list[Row]) -> None:
    """Four reversals of one unit each, of an original of three, everything else made to fit."""
    place = next(i for i in entries(rows) if rows[i]["entry"][0][2] == "reversal")
    for part in range(3):
        again = json.loads(written(rows[place]))
        again["entry"][0][6] += str(part)
        rows.insert(place + 1, again)
    rechained(rows)


def rechained(rows: list[Row]) -> None:
    """Number, balance, count and seal everything anew: books that look as if they were so."""
    held: dict[tuple[str, int], list[int]] = {}
    seen: dict[tuple[str, int], int] = {}
    number, total = 0, 0
    for row in rows:
        if "journal" in row:
            number, journal = 0, row
        elif "entry" in row:
            number, total = number + 1, total + 1
            row["entry"][0][1] = journal["entries"] = number
            for book, lines in zip(("points", "stock", "money"), row["entry"][1:], strict=False):
                for line in lines:
                    holder = (book, line[1])
                    seen[holder] = seen.get(holder, 0) + 1
                    if line[1] > 0:
                        balance, place = held.get(holder, [0, 0])
                        line[3], line[4] = balance + line[2], place + 1
                        held[holder] = [line[3], line[4]]
    for row in rows:
        if "account" in row:
            holder = (row["account"][0], row["account"][1])
            row["lines"] = seen.get(holder, 0)
            if holder[1] > 0:
                row["balance"] = held[holder][0]
    rows[0]["entries"] = total
    sealed_again(rows)


def renumber(rows: list[Row]) -> None:
    """From 2 on."""
    for place in entries(rows):
        rows[place]["entry"][0][1] += 1
    sealed_again(rows)


def repeat_last(rows: list[Row]) -> None:
    """The last entry once more, numbered and added up as if it had happened."""
    rows.append(json.loads(written(rows[entries(rows)[-1]])))
    rechained(rows)


def repeat_last_twice(rows: list[Row]) -> None:
    """Two copies with other keys in the same places: an even number of ends."""
    last = rows[entries(rows)[-1]]
    for copy in range(2):
        again = json.loads(written(last))
        again["entry"][0][6] += str(copy)
        again["entry"][0][1] += copy + 1
        rows.append(again)
        for book, lines in zip(("points", "stock"), again["entry"][1:], strict=True):
            for line in lines:
                holder = next(row for row in rows if row.get("account") == [book, line[1]])
                holder["lines"] += 1
    rows[0]["entries"] += 2
    next(row for row in reversed(rows) if "journal" in row)["entries"] += 2
    sealed_again(rows)


def swap_journals(rows: list[Row]) -> None:
    starts = [place for place, row in enumerate(rows) if "journal" in row]
    first, second = rows[starts[0] : starts[1]], rows[starts[1] : starts[2]]
    rows[starts[0] : starts[2]] = second + first


def shift_between_journals(rows: list[Row]) -> None:
    """The first entry of one journal opens another."""
    starts = [place for place, row in enumerate(rows) if "journal" in row]
    moved = rows.pop(starts[0] + 1)
    rows.insert(starts[1], moved)
    rechained(rows)


def lend_on_the_way(rows: list[Row]) -> None:
    """A lot that is below zero in between, and right at the end."""
    first, second = lines_of(rows, 2)[-2:]
    first[2], first[3], second[2] = first[2] - 90, first[3] - 90, second[2] + 90
    sealed_again(rows)


def hide_behind_elsewhere(rows: list[Row]) -> None:
    """A wrong balance, said to be explained by a journal that is not there."""
    lines_of(rows, 1)[-1][3] += 5
    for row in rows:
        if row.get("kind") == "household":
            row["elsewhere"] = 1
    sealed_again(rows)


def hide_behind_a_number(rows: list[Row]) -> None:
    """A household numbered as if it kept no balance, so that nothing need follow."""
    one = next(row for row in rows if row.get("kind") == "household")
    old = one["account"][1]
    one["account"][1] = -old * 1000
    for place in entries(rows):
        for line in rows[place]["entry"][1]:
            if line[1] == old:
                line[1], line[3] = -old * 1000, 999
    sealed_again(rows)


def spend_money_from_nowhere(rows: list[Row]) -> None:
    """Money that comes to a fund and leaves no other side."""
    entry = rows[entries(rows)[-1]]["entry"]
    entry.append([[1, 1, 500, 500, 1, None]])
    rows.insert(1, {"account": ["money", 1], "kind": "fund", "owner": "410482F1",
                    "balance": 500, "lines": 1, "elsewhere": 0})  # fmt: skip
    sealed_again(rows)


#: All of them.
FORGERIES = (
    drop,
    drop_last,
    swap,
    more_points,
    more_points_and_balance,
    one_side_only,
    below_zero,
    take_back_twice,
    forget_a_holder,
    move_lines,
    take_back_in_parts,
    renumber,
    repeat_last,
    repeat_last_twice,
    swap_journals,
    shift_between_journals,
    lend_on_the_way,
    hide_behind_elsewhere,
    hide_behind_a_number,
    spend_money_from_nowhere,
)
