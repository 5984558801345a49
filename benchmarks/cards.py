"""Cards: hard photos of our own read by kind of damage, and a thousand cards printed.

The photos are those of ``hard_photos``; nothing is measured against a driver here.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks import hard_photos
from benchmarks.hard_photos import HardPhoto
from supermarket.cards.errors import CardPhotoError, NoCodeFoundError, SeveralCardsError
from supermarket.cards.queries import codes
from supermarket.cards.service import reading
from supermarket.settings import ROOT

CARDS = 1000
#: Run in a process of its own, whose peak is nobody else's.
PRINT = """
import sys, time
from pathlib import Path
from random import Random
from benchmarks.hard_photos import face
from supermarket.cards.service import printing

began, chance = time.perf_counter(), Random(1)
village = (face(chance)._replace(head=f"户{n}") for n in range(int(sys.argv[2])))
with open(sys.argv[1], "wb") as out:
    report = printing.sheets(village, out, backs=True)
seconds = time.perf_counter() - began
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(report.cards, report.pages, seconds, int(status["VmHWM"].split()[0]) / 1000)
"""


class Outcome(NamedTuple):
    """What became of a photo."""

    kind: str
    number: int
    #: It was read exactly, or refused where it must be.
    right: bool
    #: Another card than the one in it was read: must never happen.
    wrong: bool
    seconds: float


class Printed(NamedTuple):
    """What printing took."""

    cards: int
    pages: int
    seconds: float
    #: Most memory of the process, MB of 1,000 kB.
    megabytes: float
    file_bytes: int


def measure(options: argparse.Namespace) -> None:
    """Print the table of reading and the figures of printing."""
    outcomes = [outcome(photo) for photo in hard_photos.photos(options.seed)]
    print("\n".join(table(outcomes)))
    done = printed(CARDS)
    print(
        f"\n{done.cards} cards, {done.pages} pages with backs: {done.seconds:.1f} s, "
        f"{done.megabytes:.0f} MB at most, a file of {done.file_bytes / 1e6:.1f} MB"
    )


def outcome(photo: HardPhoto) -> Outcome:
    """Read a photo as the card desk does."""
    began, text, refused = time.perf_counter(), "", False
    try:
        text = reading.read(
            photo.content, accept=lambda found: codes.is_ours(found, hard_photos.SECRET)
        )
    except SeveralCardsError:
        refused = True
    except NoCodeFoundError:
        pass
    except CardPhotoError as error:
        raise AssertionError(f"{photo.kind} {photo.number}") from error
    seconds = time.perf_counter() - began
    ours = bool(text) and codes.is_ours(text, hard_photos.SECRET)
    right = refused if not photo.text else text == photo.text
    return Outcome(photo.kind, photo.number, right, ours and text != photo.text, seconds)


def table(outcomes: Iterable[Outcome]) -> list[str]:
    """Return lines: kind of damage, photos, read, wrong, median and longest milliseconds."""
    known = list(outcomes)
    lines = [f"{'damage':20} photos   read  wrong  median ms  longest ms"]
    kinds = dict.fromkeys(each.kind for each in known)
    lines += [_line(kind, [each for each in known if each.kind == kind]) for kind in kinds]
    return [*lines, _line("all", known)]


def printed(cards: int) -> Printed:
    """Print so many cards with backs in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="cards-") as place:
        pdf = Path(place) / "cards.pdf"
        run = subprocess.run(
            [sys.executable, "-c", PRINT, str(pdf), str(cards)],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        made, pages, seconds, megabytes = (float(word) for word in run.stdout.split())
        return Printed(int(made), int(pages), seconds, megabytes, pdf.stat().st_size)


def _line(name: str, outcomes: list[Outcome]) -> str:
    read = sum(each.right for each in outcomes)
    wrong = sum(each.wrong for each in outcomes)
    times = [each.seconds * 1000 for each in outcomes]
    share = f"{read / len(outcomes):.1%}"
    return (
        f"{name:20} {len(outcomes):6} {share:>6} {wrong:6} {median(times):10.0f} {max(times):11.0f}"
    )
