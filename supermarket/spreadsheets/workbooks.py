"""The sheets of an Excel or OpenDocument workbook, parsed by a process that may die of it."""

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, cast

from supermarket.spreadsheets import workbook_process
from supermarket.spreadsheets.columns import Limits, RawRow
from supermarket.spreadsheets.errors import (
    DamagedFileError,
    PasswordProtectedError,
    SpreadsheetError,
    TooManyColumnsError,
    UnpacksTooLargeError,
)
from supermarket.spreadsheets.workbook_process import Message

log = logging.getLogger(__name__)


def sheets(
    data: bytes, filename: str, *, characters: int, limits: Limits
) -> Iterator[Iterator[RawRow]]:
    """Yield the filled rows of each visible sheet that has any, in the workbook's order.

    Read of a sheet what is wanted before asking for the next; the rest of it is
    passed over. Texts are cut to ``characters``.

    Raises:
        SpreadsheetError: the workbook cannot be read; the subclass says why.
    """
    with _process(data, characters=characters, limits=limits) as process:
        for _, messages in groupby(_messages(process, filename), key=itemgetter(1)):
            yield _rows(messages, limits)


def _rows(messages: Iterator[Message], limits: Limits) -> Iterator[RawRow]:
    for what, _, content in messages:
        if what == "wide":
            raise TooManyColumnsError(columns=content, limit=limits.columns)
        yield from content


def _messages(process: subprocess.Popen[bytes], filename: str) -> Iterator[Message]:
    pipe = cast(IO[bytes], process.stdout)
    while True:
        try:
            message: Message = pickle.load(pipe)  # noqa: S301 - our own script wrote it
        except (EOFError, pickle.UnpicklingError) as error:
            raise _death(process.wait(), filename) from error
        match message[0]:
            case "end":
                return
            case "password":
                raise PasswordProtectedError(filename=filename)
            case "too_large":
                raise UnpacksTooLargeError(filename=filename)
            case "damaged":
                log.info("a workbook could not be read: %s", message[2])
                raise DamagedFileError(filename=filename)
            case _:
                yield message


def _death(status: int, filename: str) -> SpreadsheetError:
    """Why a process that never said "end" died: killed at a limit, or the parser's own mistake."""
    log.warning("the workbook process ended with status %s", status)
    if status < 0:
        return UnpacksTooLargeError(filename=filename)
    return DamagedFileError(filename=filename)


@contextmanager
def _process(data: bytes, *, characters: int, limits: Limits) -> Iterator[subprocess.Popen[bytes]]:
    arguments = (limits.memory, limits.seconds, limits.columns, characters)
    with subprocess.Popen(  # noqa: S603 - our own script, and numbers
        [sys.executable, "-P", str(Path(workbook_process.__file__)), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath, "RUST_BACKTRACE": "0"},  # and none of our secrets
    ) as process:
        try:
            _send(data, cast(IO[bytes], process.stdin))
            yield process
        finally:
            process.kill()


def _send(data: bytes, pipe: IO[bytes]) -> None:
    try:
        with pipe:
            pipe.write(data)
    except BrokenPipeError:
        log.warning("the workbook process ended before it had read the workbook")
