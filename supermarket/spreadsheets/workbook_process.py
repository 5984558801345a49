"""The program that parses one workbook, in a process of its own.

A workbook of 5 kB may ask for 500 GB (one cell in A1, one in XFD1048576), and the
parser then aborts its process. So the process is not ours: this file is run as a
script by ``workbooks``, limits itself, reads the workbook from standard input and
writes pickles to standard output. What it used is given back when it ends.

It imports nothing of the application, so that it starts in 20 ms.
"""

import pickle
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

#: Rows in one pickle.
ROWS_AT_ONCE = 200

#: What it is, the number of the sheet, and what comes with it.
Message = tuple[str, int, Any]


def limit_this_process(memory: int, seconds: int) -> None:
    """Die rather than take more than ``memory`` bytes or ``seconds`` of computing.

    Where the system is not Linux nothing is limited; a crash still stays in here.
    """
    if sys.platform == "linux":
        import resource

        wanted = {resource.RLIMIT_AS: memory, resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0}
        for limit, most in wanted.items():
            _, allowed = resource.getrlimit(limit)
            amount = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
            resource.setrlimit(limit, (amount, amount))


def parsed(data: bytes, *, columns: int, characters: int) -> Iterator[Message]:
    """Yield the filled rows of each visible sheet of ``data``, and how it ended.

    A message is what it is, the number of the sheet, and ("rows", …, [(number, cells)])
    for some rows, texts cut to ``characters``; ("wide", …, its width) instead of the
    rows of a sheet wider than ``columns``. The last one is "end", "password", "damaged"
    or "too_large"; without a last one the process has died.
    """
    from python_calamine import (
        CalamineError,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
        load_workbook,
    )

    try:
        workbook = load_workbook(BytesIO(data))
        for index, sheet in enumerate(workbook.sheets_metadata):
            if (sheet.typ, sheet.visible) == (SheetTypeEnum.WorkSheet, SheetVisibleEnum.Visible):
                cells = workbook.get_sheet_by_index(index)
                _, last = cells.end or (0, 0)
                if last >= columns:
                    yield "wide", index, last + 1
                else:
                    for batch in batches(cells.iter_rows(), characters):
                        yield "rows", index, batch
    except PasswordError:
        yield "password", -1, ""
    except MemoryError:
        yield "too_large", -1, ""
    except (CalamineError, OSError, ValueError) as error:
        yield "damaged", -1, str(error)
    else:
        yield "end", -1, ""


def batches(rows: Iterator[list[Any]], characters: int) -> Iterator[list[tuple[int, list[Any]]]]:
    """Yield the filled rows with their numbers, ``ROWS_AT_ONCE`` at a time."""
    batch: list[tuple[int, list[Any]]] = []
    for number, row in enumerate(rows, start=1):
        if any(cell != "" for cell in row):
            cells = [cell[:characters] if type(cell) is str else cell for cell in row]
            batch.append((number, cells))
            if len(batch) == ROWS_AT_ONCE:
                yield batch
                batch = []
    if batch:
        yield batch


def main() -> None:
    """Run with the limits as arguments: memory in bytes, seconds, columns, characters of a cell."""
    memory, seconds, columns, characters = map(int, sys.argv[1:])
    limit_this_process(memory, seconds)
    for message in parsed(sys.stdin.buffer.read(), columns=columns, characters=characters):
        pickle.dump(message, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
