"""Numbering papers without a gap."""

from supermarket.statements import run

NEXT = """
INSERT INTO document_series (owner_code, series, last_number) VALUES (:owner, :series, 1)
ON CONFLICT (owner_code, series) DO UPDATE SET last_number = document_series.last_number + 1
RETURNING last_number
"""


def number(owner_code: str, series: str) -> int:
    """Return the next number of a series of a region's or shop's papers, from 1.

    The series is held until the transaction ends, so that what rolls back leaves no gap:
    call it before accounts and lots are taken, series in alphabetical order.
    """
    return int(run(NEXT, {"owner": owner_code, "series": series})[0][0])
