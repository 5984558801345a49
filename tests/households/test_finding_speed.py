"""Finding one household among fifty thousand (S6)."""

import random
import time

import pytest
from flask import Flask

from supermarket.database import db
from supermarket.households.queries import search
from supermarket.households.queries.words import folded
from supermarket.households.service.pinyin import readings
from supermarket.staff.models import Scope
from tests.factories import COUNTY
from tests.households import crowd

#: Milliseconds within which 95 of 100 searches must answer.
P95 = 20
#: Each question is asked so often and its best answer counts: other programs on the machine
#: take turns with the database.
TRIES = 3


def questions(rng: random.Random) -> list[str]:
    """What people type: some letters, a name, digits, a group and letters, something unknown."""
    name = folded(crowd.person(rng))
    syllables = readings(name)[0]
    initials = "".join(syllable[0] for syllable in syllables)
    return [
        name, name[:1], name[1:], initials, initials[:1], initials[:2], "".join(syllables),
        f"{rng.randrange(10_000):04}", str(rng.randrange(10)), f"{rng.randint(1, 12)}组 {initials}",
        f"{initials[:1]} {rng.randint(1, 12)}组", f"{name[:1]} {rng.randrange(10_000):04}",
        f"{initials[:1]} {initials[1:]}", "查无此人", "zzz", "",
    ]  # fmt: skip


def milliseconds(text: str, scope: Scope) -> float:
    """How long one search takes."""
    db.session.rollback()
    start = time.perf_counter()
    search(text, scope)
    return (time.perf_counter() - start) * 1000


@pytest.mark.long
def test_95_of_100_searches_among_50000_households_take_20_ms(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    villages = crowd.fill()
    rng = random.Random(2)
    lines: list[str] = []
    worst = 0.0

    for reach, places in {
        "county": [COUNTY],
        "township": [village[:9] for village in villages],
        "village": villages,
    }.items():
        took: list[tuple[float, str]] = []
        for _ in range(40):
            scope = Scope((rng.choice(places),), ())
            took += [
                (min(milliseconds(text, scope) for _ in range(TRIES)), text)
                for text in questions(rng)
            ]
        took.sort()
        p95 = took[int(len(took) * 0.95)][0]
        worst = max(worst, p95)
        lines.append(
            f"{db.engine.dialect.name} {reach}: median {took[len(took) // 2][0]:.1f} ms, "
            f"p95 {p95:.1f} ms, slowest {[(round(t, 1), q) for t, q in took[-5:]]}"
        )

    with capsys.disabled():
        print("", *lines, sep="\n")  # noqa: T201
    assert worst <= P95, lines
