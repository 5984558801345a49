"""The page of thanks (感谢页): who gave in a year and how far it got, for everybody."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from supermarket.clock import today
from supermarket.donors import service as donors
from supermarket.donors.models import Donor, DonorKind
from supermarket.reports.queries import donations, gifts
from supermarket.reports.queries.gifts import Giver
from supermarket.reports.views.giving import sentences
from supermarket.staff.views.guard import requires

bp = Blueprint("thanks", __name__)
#: Donors whose gifts are followed in sentences; the others stand with their names.
FOLLOWED = 30


@bp.get("/thanks")
@requires(None)
def show() -> ResponseReturnValue:
    """Thank the donors of a year: by name who agreed to it, the others by number."""
    years = gifts.years()
    text = request.args.get("year", "")
    year = int(text) if text in {str(known) for known in years} else (years or [today().year])[0]
    since, until = date(year, 1, 1), date(year, 12, 31)
    found = gifts.givers(since, until)
    named = donors.in_order(row.donor for row in found if row.donor.public)
    return render_template(
        "public/thanks.html",
        year=year,
        years=years,
        named=[
            (donor, _gifts(donor, since, min(until, today())) if place < FOLLOWED else [])
            for place, donor in enumerate(named)
        ],
        persons=_unnamed(found, persons=True),
        organisations=_unnamed(found, persons=False),
        donors=len(found),
        units=sum(row.units for row in found),
        money_fen=sum(row.money_fen for row in found),
    )


def _gifts(donor: Donor, since: date, until: date) -> list[str]:
    """Say what became of a donor's goods of a year until today."""
    return sentences(donations.statement(donor, since, until), to_donor=False)


def _unnamed(found: list[Giver], *, persons: bool) -> int:
    """Count the donors who are not named, people or organisations."""
    return sum(
        not row.donor.public and (row.donor.kind is DonorKind.PERSON) == persons for row in found
    )
