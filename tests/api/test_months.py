"""Closing a month by program: the same refusals, the same bytes."""

import hashlib

from flask import Flask

from supermarket.staff.models import Role
from tests.api.callers import answered, refused, with_token
from tests.factories import COUNTY, OTHER_COUNTY, TOWNSHIP, VILLAGE, make_staff
from tests.reports.books import quiet_spring

JANUARY = f"/reports/months/{COUNTY}/2026-01"


def test_a_month_is_closed_once_and_its_reports_are_read_by_those_it_is_about(app: Flask) -> None:
    quiet_spring()
    officer = with_token(app, make_staff(Role.COUNTY, COUNTY))
    clerk = with_token(app, make_staff(Role.TOWNSHIP, TOWNSHIP))
    stranger = with_token(app, make_staff(Role.COUNTY, OTHER_COUNTY))

    refused(officer.get(JANUARY), 404, "not_found")
    refused(officer.get(f"/reports/months/{COUNTY}/2026-13"), 404, "not_found")
    refused(officer.post(f"{JANUARY}/papers", {}), 409, "month_not_closed")
    refused(
        officer.post(f"/reports/months/{COUNTY}/2026-02/closing", {}), 409, "earlier_month_open"
    )
    refused(clerk.post(f"{JANUARY}/closing", {}), 403, "forbidden")
    refused(stranger.post(f"{JANUARY}/closing", {}), 403, "forbidden")
    closed = answered(officer.post(f"{JANUARY}/closing", {}))
    again = answered(officer.post(f"{JANUARY}/closing", {}))
    while answered(officer.post(f"{JANUARY}/papers", {}))["left"]:
        pass
    shown = answered(officer.get(JANUARY))
    theirs = answered(clerk.get(JANUARY))
    listed = answered(clerk.get("/reports/months"))["items"]
    file = clerk.get(f"/reports/months/2026-01/{VILLAGE}/report.xlsx")

    assert closed == again
    assert (closed["done"], shown["done"], closed["fingerprint"]) == (
        False,
        True,
        shown["fingerprint"],
    )
    assert len(shown["papers"]) == 12
    assert {paper["place"] for paper in theirs["papers"]} == {TOWNSHIP, VILLAGE, "410482100204"}
    assert [row["month"] for row in listed] == ["2026-01"]
    known = {(paper["place"], paper["kind"]): paper["sha256"] for paper in theirs["papers"]}
    assert hashlib.sha256(file.data).hexdigest() == known[VILLAGE, "xlsx"]
    refused(clerk.get(f"/reports/months/2026-01/{COUNTY}/report.html"), 404, "not_found")
    refused(officer.get(f"/reports/months/2026-01/{COUNTY}/report.pdf"), 404, "not_found")
    refused(stranger.get(f"/reports/months/2026-01/{VILLAGE}/report.xlsx"), 404, "not_found")
    assert answered(stranger.get("/reports/months"))["items"] == []
