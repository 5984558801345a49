"""What a household sees of itself: its page, its bank book, what it can have."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _

from supermarket.awards import queries as awards
from supermarket.awards.models import DeclarationState, Verdict
from supermarket.awards.queries import Declared, Step
from supermarket.clock import today
from supermarket.deductions import queries as deductions
from supermarket.expiry import queries as expiry
from supermarket.filters import day, points
from supermarket.households import queries as households
from supermarket.households.models import Household
from supermarket.households.queries import StatementLine, freezes
from supermarket.households.views import registry
from supermarket.notices import queries as notices
from supermarket.notices.queries import HouseholdLine
from supermarket.public import queries
from supermarket.public.queries import Wish
from supermarket.public.views.visits import Visit
from supermarket.reservations import queries as reservations
from supermarket.schemes import queries as schemes
from supermarket.schemes.errors import NoSchemeError

#: Lines of the bank book, goods, declarations and objections on the first page.
RECENT, SHELF, DECLARED, OBJECTED = 5, 6, 10, 5
#: The largest place in a bank book that a database compares.
LAST_PLACE = 2**31 - 1
#: Decisions whose reason the household is told; the others' is a number of the office.
_REASONED = {Verdict.CHANGE, Verdict.REFUSE, Verdict.WITHDRAW}


class Told(NamedTuple):
    """A step of a declaration, as its household reads it: what and why, not who."""

    at: datetime
    words: str
    reason: str = ""


def overview(visit: Visit) -> str:
    """Draw the household's page."""
    household, on = visit.household, today()
    held = households.balance(household)
    expiring = expiry.upcoming([household.id], on).get(household.id)
    lines = households.statement(household, limit=RECENT)
    shop = queries.shop(household.village_code)
    wishes = queries.wishes(shop, held, on) if shop else []
    announced = notices.of_household(household.id)
    declared = awards.of_household(household.id, limit=DECLARED)
    frozen = households.frozen(household.id, on)
    hanging = notices.open_notices(household.village_code)
    return render_template(
        "public/household.html",
        code=visit.code,
        household=household,
        village=queries.words(household.village_code).village,
        balance=held,
        spoken=_spoken(household, held, expiring),
        expiring=expiring,
        frozen=frozen,
        township=freezes.contact(household.village_code) if frozen else "",
        lines=lines,
        words=registry.words_for(lines),
        declared=declared,
        steps={row.found.id: told(row, announced) for row in declared},
        SUBMITTED=DeclarationState.SUBMITTED,
        notices=hanging,
        announced=_by_notice(announced),
        objections=queries.objections(own_mark(household), household.village_code, limit=OBJECTED),
        deductions=deductions.of_household(household.id),
        shop=shop,
        wishes=wishes[:SHELF],
        more_goods=len(wishes) > SHELF,
        least=_least(household),
        collectors=households.proxies(household.id, on),
        kept=reservations.of_household(household.id, on),
    )


def book(visit: Visit) -> str:
    """Draw a page of the bank book."""
    household, size = visit.household, current_app.config["PAGE_SIZE"]
    before = request.args.get("before", type=int)
    lines: Sequence[StatementLine] = households.statement(
        household,
        before_place=None if before is None else max(0, min(before, LAST_PLACE)),
        limit=size + 1,
    )
    shown = lines[:size]
    more = url_for("own_page.book", code=visit.code, before=shown[-1].place) if shown else None
    return render_template(
        "public/book.html",
        code=visit.code,
        balance=households.balance(household),
        lines=shown,
        words=registry.words_for(shown),
        next_url=more if len(lines) > size else None,
        first_url=url_for("own_page.book", code=visit.code) if before is not None else None,
    )


def goods(visit: Visit) -> str:
    """Draw everything on the nearest shelf."""
    household = visit.household
    held, shop = households.balance(household), queries.shop(household.village_code)
    wishes: list[Wish] = queries.wishes(shop, held, today()) if shop else []
    return render_template(
        "public/goods.html",
        code=visit.code,
        balance=held,
        shop=shop,
        wishes=wishes,
        least=_least(household),
    )


def own_mark(household: Household) -> str:
    """Return what the keys of this household's objections begin with."""
    return queries.mark(household.code, current_app.config["CARD_KEY"])


def told(row: Declared, announced: Sequence[HouseholdLine]) -> list[Told]:
    """Return the way of a declaration from the household's word to the bank book."""
    found = row.found
    steps = [Told(found.submitted_at, _("申报 %(points)s", points=points(found.points_asked)))]
    steps += [_decided(step) for step in row.steps]
    steps += [
        Told(
            line.notice.opened_at,
            _("张榜公示，到%(until)s没有异议就入账", until=day(line.notice.closes_on)),
        )
        for line in announced
        if line.declaration == found.code
    ]
    steps.sort(key=lambda step: step.at)
    if found.posted_at:
        steps.append(Told(found.posted_at, _("入账 %(points)s", points=points(found.points))))
        if found.reversed_points:
            words = _("后来退回 %(points)s", points=points(found.reversed_points))
            steps.append(Told(found.posted_at, words))
    return steps


def _decided(step: Step) -> Told:
    words = {
        Verdict.ACCEPT: _("评议通过") if step.review else _("乡镇确认通过"),
        Verdict.CHANGE: _("改为 %(points)s", points=points(step.points_after)),
        Verdict.REFUSE: _("没有通过"),
        Verdict.WITHDRAW: _("撤回了，不入账"),
        Verdict.HOLD: _("有人提出异议，正在核实，先不入账"),
        Verdict.RELEASE: _("核实过了，异议不成立"),
    }[step.verdict]
    return Told(step.decided_at, words, step.reason if step.verdict in _REASONED else "")


def _by_notice(lines: Sequence[HouseholdLine]) -> dict[int, list[HouseholdLine]]:
    found: dict[int, list[HouseholdLine]] = {}
    for line in lines:
        found.setdefault(line.notice.id, []).append(line)
    return found


def _spoken(household: Household, held: int, expiring: expiry.Expiring | None) -> str:
    """Return what is read aloud: whose points, how many, what ends when."""
    said = _("%(head)s家，现在有 %(points)s 分。", head=household.head, points=held)
    if expiring:
        said += _("其中 %(points)s 分到%(on)s过期。", points=expiring.points, on=day(expiring.on))
    return str(said)


def _least(household: Household) -> int:
    """Return the points a household must hold to redeem at all."""
    try:
        return schemes.scheme(household.village_code, today()).redeem_minimum
    except NoSchemeError:
        return 0
