"""The lines of a notice: as staff see them, and as everybody does."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from supermarket.awards.models import Award, AwardLine, Declaration, DeclarationState
from supermarket.database import db
from supermarket.households.models import Household
from supermarket.ledger.models import Entry, Journal
from supermarket.masking import masked
from supermarket.notices.models import Notice, NoticeLine
from supermarket.notices.queries.listing import announceable
from supermarket.schemes.models import Rule, RuleVersion


class AnnouncedLine(NamedTuple):
    """A line as it was announced and as it stands now."""

    position: int
    #: Its row on the sheet, where the lines of a household are one.
    row: int
    declaration_id: int
    #: Number of the declaration.
    declaration: str
    household_code: str
    head: str
    rule_code: str
    #: The rule's own title.
    title: str
    occurred_on: date
    #: Whole points as announced, and now.
    announced: int
    points: int
    state: DeclarationState
    #: Whole points the household held when it was announced.
    balance: int
    #: Number of the entry that posted it; empty until then.
    entry: str

    @property
    def corrected(self) -> bool:
        """Whether an objection changed its points."""
        return self.points != self.announced


class SheetRow(NamedTuple):
    """A household on the sheet, as everybody may read it."""

    row: int
    #: Last four digits of the household's code.
    tail: str
    #: Masked.
    head: str
    #: Whole points of all its lines.
    points: int
    #: Titles of the rules, each with how many times.
    titles: list[tuple[str, int]]
    #: Whole points it held when the notice opened.
    balance: int


class PreviewLine(NamedTuple):
    """A line that would be announced now."""

    head: str
    household_code: str
    title: str
    occurred_on: date
    #: Whole points.
    points: int


class HouseholdLine(NamedTuple):
    """A line of one household, on whichever notice it hangs."""

    notice: Notice
    declaration: str
    title: str
    points: int
    state: DeclarationState


def _rows(notice_id: int) -> list[tuple[NoticeLine, Declaration, str, str, RuleVersion, str]]:
    """Return the lines with what is shown of each; one statement."""
    found = db.session.execute(
        select(NoticeLine, Declaration, Household.code, Household.head, RuleVersion, Rule.code)
        .join(Declaration, Declaration.id == NoticeLine.declaration_id)
        .join(Household, Household.id == NoticeLine.household_id)
        .join(RuleVersion, RuleVersion.id == Declaration.rule_version_id)
        .join(Rule, Rule.id == RuleVersion.rule_id)
        .where(NoticeLine.notice_id == notice_id)
        .order_by(NoticeLine.position)
    )
    return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in found]


def lines(notice_id: int) -> list[AnnouncedLine]:
    """Return the lines of a notice in its order, taken back and corrected ones too."""
    posted = _entries(notice_id)
    found: list[AnnouncedLine] = []
    places: dict[int, int] = {}
    for line_, declaration, code, head, version, rule_code in _rows(notice_id):
        found.append(
            AnnouncedLine(
                position=line_.position,
                row=places.setdefault(line_.household_id, len(places) + 1),
                declaration_id=declaration.id,
                declaration=declaration.code,
                household_code=code,
                head=head,
                rule_code=rule_code,
                title=version.title,
                occurred_on=declaration.occurred_on,
                announced=line_.points,
                points=declaration.points,
                state=declaration.state,
                balance=line_.balance,
                entry=posted.get(declaration.id, ""),
            )
        )
    return found


def preview(village_code: str, *, limit: int) -> list[PreviewLine]:
    """Return what a village would announce now, in the order of the notice."""
    rows = db.session.execute(
        announceable(village_code)
        .with_only_columns(
            Household.head,
            Household.code,
            RuleVersion.title,
            Declaration.occurred_on,
            Declaration.points,
        )
        .join(Household, Household.id == Declaration.household_id)
        .join(RuleVersion, RuleVersion.id == Declaration.rule_version_id)
        .order_by(Household.code, Declaration.occurred_on, Declaration.id)
        .limit(limit)
    )
    return [PreviewLine(*row) for row in rows]


def line(notice_id: int, position: int) -> AnnouncedLine | None:
    """Return one line of a notice."""
    return next((found for found in lines(notice_id) if found.position == position), None)


def _entries(notice_id: int) -> dict[int, str]:
    """Map the posted declarations of a notice to the numbers of their entries."""
    rows = db.session.execute(
        select(Declaration.id, Journal.code, Entry.number)
        .join(NoticeLine, NoticeLine.declaration_id == Declaration.id)
        .join(AwardLine, AwardLine.id == Declaration.award_line_id)
        .join(Award, Award.id == AwardLine.award_id)
        .join(Entry, Entry.id == Award.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .where(NoticeLine.notice_id == notice_id)
    )
    return {declaration: f"{code}-{number}" for declaration, code, number in rows}


def sheet(notice_id: int) -> list[SheetRow]:
    """Return what everybody may read: one row a household, nothing of what was taken back.

    Masked here, so that no page can forget to. Rows keep their numbers.
    """
    together: dict[int, list[AnnouncedLine]] = {}
    for found in lines(notice_id):
        together.setdefault(found.row, []).append(found)
    rows = []
    for number, own in together.items():
        standing = [found for found in own if found.state is not DeclarationState.WITHDRAWN]
        if standing:
            rows.append(
                SheetRow(
                    row=number,
                    tail=own[0].household_code[-4:],
                    head=masked(own[0].head),
                    points=sum(found.points for found in standing),
                    titles=list(Counter(found.title for found in standing).items()),
                    balance=own[0].balance,
                )
            )
    return rows


def notice_line_of(declaration_id: int) -> tuple[Notice, NoticeLine] | None:
    """Return where a declaration was announced; None if it was not yet."""
    found = db.session.execute(
        select(Notice, NoticeLine)
        .join(NoticeLine, NoticeLine.notice_id == Notice.id)
        .where(NoticeLine.declaration_id == declaration_id)
    ).one_or_none()
    return (found[0], found[1]) if found is not None else None


def of_household(household_id: int, *, limit: int = 50) -> list[HouseholdLine]:
    """Return what was announced of a household, newest first."""
    rows = db.session.execute(
        select(Notice, Declaration, RuleVersion.title)
        .join(NoticeLine, NoticeLine.notice_id == Notice.id)
        .join(Declaration, Declaration.id == NoticeLine.declaration_id)
        .join(RuleVersion, RuleVersion.id == Declaration.rule_version_id)
        .where(NoticeLine.household_id == household_id)
        .order_by(Notice.id.desc(), NoticeLine.position)
        .limit(limit)
    )
    return [HouseholdLine(n, d.code, title, d.points, d.state) for n, d, title in rows]
