"""The press draws a print run into a file, in a process of its own.

So a thousand cards cost no till its time, and their memory is given back. The process
gets its order in a file, writes how far it is into another after each page, and no page
waits for it: whoever looks reads that file. What it drew is swept away after a day, for
it shows the codes of cards in use.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from supermarket.cards.models import PrintRun
from supermarket.cards.service import printing
from supermarket.cards.service.drawing import CardFace
from supermarket.settings import ROOT

#: Where files of print runs wait to be downloaded.
FOLDER = ROOT / "instance" / "prints"
#: Seconds without a sign of life after which a press counts as stopped.
SILENCE = 30
#: Seconds a file is kept.
KEPT = 24 * 3600
#: How much more patient it is than those who serve customers.
_PATIENCE = 10
#: Seconds between two looks whether it is one's turn.
_MOMENT = 0.5


class Standing(NamedTuple):
    """How far a run's file is."""

    done: int
    ready: bool
    #: A process works at it.
    working: bool


def file_of(run: PrintRun, *, secret: bytes) -> Path:
    """Return where a run's file is: a name nobody guesses, another in every database."""
    return FOLDER / f"{hashlib.sha256(secret + run.key.encode()).hexdigest()[:40]}.pdf"


def start(file: Path, faces: Iterable[CardFace], *, backs: bool) -> None:
    """Begin to draw ``faces`` into ``file`` (.pdf), unless it is there or being drawn."""
    sweep()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if standing(file).ready or not _mine(file):
        return
    order = {"backs": backs, "faces": list(faces)}
    writing = os.open(_order(file), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with open(writing, "w", encoding="utf-8") as paper:
        json.dump(order, paper, ensure_ascii=False)
    begin(file)


def begin(file: Path) -> None:
    """Let another process carry out the order that lies beside ``file``."""
    press = subprocess.Popen(  # noqa: S603 - ourselves, with the name of our own file
        [sys.executable, "-m", "supermarket.cards.service.press", str(file)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    Thread(target=press.wait, daemon=True).start()  # so that none is left behind as a zombie


def draw(file: Path) -> None:
    """Carry out the order that lies beside ``file``, saying after each page how far it is."""
    order = json.loads(_order(file).read_text(encoding="utf-8"))
    part = file.with_suffix(f".part{os.getpid()}")  # two at one file spoil nothing
    with open(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as paper:
        printing.sheets(
            (CardFace(*face) for face in order["faces"]),
            paper,
            backs=order["backs"],
            progress=lambda done: _say(file, done),
        )
    part.replace(file)
    _order(file).unlink(missing_ok=True)
    _progress(file).unlink(missing_ok=True)


def standing(file: Path) -> Standing:
    """Return how far the drawing of ``file`` is."""
    if file.exists():
        return Standing(0, ready=True, working=False)
    try:
        lately = time.time() - _progress(file).stat().st_mtime < SILENCE
        done = _progress(file).read_text() or "0"
    except OSError:  # none, or it has just become ready
        return Standing(0, ready=file.exists(), working=False)
    return Standing(int(done) if done.isdigit() else 0, ready=False, working=lately)


def sweep() -> int:
    """Remove what was drawn more than a day ago; return how many files."""
    old, swept = time.time() - KEPT, 0
    for file in FOLDER.glob("*.*"):
        try:
            if file.stat().st_mtime < old:
                file.unlink()
                swept += 1
        except FileNotFoundError:  # a press renamed it, or another call swept it
            continue
    return swept


@contextmanager
def turn(file: Path) -> Iterator[None]:
    """Wait until no other press draws: many runs at once would take the tills' memory.

    While it waits it says that it lives.
    """
    with (file.parent / "turn").open("a") as line:
        while True:
            try:
                fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                _say(file, 0)
                time.sleep(_MOMENT)
        yield


def _mine(file: Path) -> bool:
    """Whether this call is the one that draws; one that stopped is drawn anew."""
    if _progress(file).exists() and not standing(file).working:
        _progress(file).unlink(missing_ok=True)
    try:
        os.close(os.open(_progress(file), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True


def _say(file: Path, done: int) -> None:
    """Say how far it is; whoever looks meanwhile reads the number before or this one."""
    saying = file.with_suffix(".saying")
    saying.write_text(str(done))
    saying.replace(_progress(file))


def _order(file: Path) -> Path:
    return file.with_suffix(".order")


def _progress(file: Path) -> Path:
    return file.with_suffix(".progress")


if __name__ == "__main__":
    os.nice(_PATIENCE)
    os.umask(0o077)
    asked = Path(sys.argv[1])
    with turn(asked):
        draw(asked)
