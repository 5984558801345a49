"""The register of donors."""

from typing import NamedTuple

from supermarket.audit import service as audit
from supermarket.clock import now
from supermarket.database import db
from supermarket.donors import queries
from supermarket.donors.errors import DonorKnownError, DonorNameError
from supermarket.donors.models import Donor, DonorKind
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.regions import queries as regions
from supermarket.spreadsheets.cells import cleaned


class DonorText(NamedTuple):
    """What is said of a donor; see the model for the meaning of each."""

    kind: DonorKind
    name: str
    contact: str = ""
    phone: str = ""
    public: bool = False
    note: str = ""


def add_donor(text: DonorText, region_code: str, *, by: int) -> Donor:
    """Take a donor into the register of a county, township or village.

    Raises:
        NotFoundError: there is no such region.
        DonorNameError: no name, or a novel.
        DonorKnownError: the register of the place, or one above it, has that name.
    """
    if regions.region(region_code) is None:
        raise NotFoundError(what=region_code)
    text = _checked(text)
    number = ledger.number(region_code, "donor")  # one at a time from here on
    if (known := queries.named(text.name, region_code)) is not None:
        raise DonorKnownError(name=text.name, donor=known.code)
    donor = Donor(
        code=f"{region_code}D{number}",
        region_code=region_code,
        created_at=now(),
        created_by=by,
        **text._asdict(),
    )
    db.session.add(donor)
    db.session.flush()
    audit.record("donor.add", donor.code, by=by, after=_plain(text))
    return donor


def update_donor(donor: Donor, text: DonorText, *, by: int) -> bool:
    """Change what is said of a donor; gifts made before keep pointing at it.

    Returns whether anything changed.

    Raises:
        DonorNameError: no name, or a novel.
        DonorKnownError: another donor there has that name.
    """
    text = _checked(text)
    known = queries.named(text.name, donor.region_code)
    if known is not None and known.id != donor.id:
        raise DonorKnownError(name=text.name, donor=known.code)
    before = _plain(DonorText(*(getattr(donor, name) for name in DonorText._fields)))
    after = _plain(text)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return False
    for name in changed:
        setattr(donor, name, getattr(text, name))
    db.session.flush()
    audit.record(
        "donor.update",
        donor.code,
        by=by,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return True


def _checked(text: DonorText) -> DonorText:
    text = text._replace(
        name=cleaned(text.name),
        contact=cleaned(text.contact)[:60],
        phone=cleaned(text.phone)[:20],
        note=cleaned(text.note)[:200],
    )
    if not text.name or len(text.name) > 60:
        raise DonorNameError
    return text


def _plain(text: DonorText) -> dict[str, object]:
    return {name: getattr(value, "value", value) for name, value in text._asdict().items()}
