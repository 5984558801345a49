"""Forms about households: the roster (F1), one household's book (F7), the quiet ones (F19)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from supermarket.cards.models import Card, CardState
from supermarket.clock import today
from supermarket.database import db
from supermarket.errors import N_
from supermarket.households.models import (
    Household,
    HouseholdFreeze,
    HouseholdMember,
    HouseholdState,
    HouseholdTag,
    Proxy,
)
from supermarket.households.queries import activity
from supermarket.households.queries.activity import Standing
from supermarket.households.queries.pairing import helpers_of
from supermarket.masking import masked_phone
from supermarket.regions.models import Region
from supermarket.reports.errors import PlaceError
from supermarket.reports.queries.sheets.reading import (
    BATCH,
    Made,
    narrowest,
    of_villages,
    stream,
)
from supermarket.reports.queries.sheets.shape import (
    Asked,
    Group,
    Link,
    Sheet,
    SheetColumn,
    SheetRow,
    Time,
    register,
)
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission, Scope


def _roster(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F1: the households that take part, by village and code."""
    people = (
        select(func.count())
        .where(HouseholdMember.household_id == Household.id, HouseholdMember.present)
        .correlate(Household)
        .scalar_subquery()
    )
    wanted = (
        select(
            Household.id,
            Household.code,
            Region.name,
            Household.group,
            Household.head,
            people.label("people"),
            Household.phone,
            Household.helper,
        )
        .join(Region, Region.code == Household.village_code)
        .where(
            *of_villages(Household.village_code, asked.window),
            Household.state == HouseholdState.ACTIVE,
        )
    )
    return stream(
        wanted,
        [Household.village_code, Household.code],
        after,
        lambda rows: _roster_cells(rows, asked),
    )


def _roster_cells(rows: Sequence[Any], asked: Asked) -> Iterable[Made]:
    ids = [row.id for row in rows]
    tags, proxies, cards = tags_of(ids, asked), _proxies(ids), _cards(ids)
    helpers, frozen = helpers_of(ids), _frozen(ids)
    for row in rows:
        number, state = cards.get(row.id, ("", None))
        yield (
            (
                row.code,
                row.name,
                row.group,
                row.head,
                row.people,
                tags.get(row.id, ""),
                masked_phone(row.phone),
                proxies.get(row.id, ""),
                number,
                asked.say(state.label) if state else "",
                helpers[row.id].name if row.id in helpers else row.helper,
                asked.say(N_("暂停兑换")) if row.id in frozen else "",
            ),
            Link("households.show", {"code": row.code}),
        )


def tags_of(household_ids: Collection[int], asked: Asked) -> dict[int, str]:
    """Return what households are registered as today, in words."""
    rows = db.session.execute(
        select(HouseholdTag.household_id, HouseholdTag.kind)
        .where(HouseholdTag.household_id.in_(household_ids), *_holds(HouseholdTag))
        .order_by(HouseholdTag.since, HouseholdTag.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for household_id, kind in rows:
        found[household_id].append(asked.say(kind.label))
    return {key: "、".join(words) for key, words in found.items()}


def _holds(what: Any) -> list[ColumnElement[bool]]:
    return [what.since <= today(), or_(what.until.is_(None), what.until >= today())]


def _proxies(household_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Proxy.household_id, Proxy.name)
        .where(
            Proxy.household_id.in_(household_ids),
            Proxy.since <= today(),
            Proxy.until >= today(),
            Proxy.ended_at.is_(None),
        )
        .order_by(Proxy.name, Proxy.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for household_id, name in rows:
        found[household_id].append(name)
    return {key: "、".join(names) for key, names in found.items()}


def _cards(household_ids: Collection[int]) -> dict[int, tuple[str, CardState]]:
    """Return each household's card: the active one, else the newest."""
    rows = db.session.execute(
        select(Card.household_id, Card.card_number, Card.state)
        .where(Card.household_id.in_(household_ids))
        .order_by((Card.state == CardState.ACTIVE), Card.id)
    )
    return {row[0] or 0: (row[1], row[2]) for row in rows}


def _frozen(household_ids: Collection[int]) -> set[int]:
    return set(
        db.session.scalars(
            select(HouseholdFreeze.household_id).where(
                HouseholdFreeze.household_id.in_(household_ids),
                HouseholdFreeze.approved.is_(True),
                HouseholdFreeze.starts_on <= today(),
                HouseholdFreeze.ends_on >= today(),
                or_(
                    HouseholdFreeze.lifted_on.is_(None),
                    HouseholdFreeze.lifted_on > today(),
                ),
            )
        )
    )


def _quiet(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F19: the households that neither earned nor spent since the window's first day."""
    place = after or None
    if place is not None and not (place.isascii() and place.isdigit() and len(place) <= 18):
        raise PlaceError
    scope = Scope(tuple(narrowest(asked.window)), ())
    days = (today() - asked.window.since).days + 1
    more = days > 0
    while more:
        found = activity.inactive(scope, days, after=place, limit=BATCH)
        tags = tags_of([row.id for row in found], asked)
        for row in found:
            yield SheetRow(_quiet_cells(row, tags), row.code, _household(row.code))
        more = len(found) == BATCH
        place = found[-1].code if found else None


def _quiet_cells(row: Standing, tags: dict[int, str]) -> tuple[Any, ...]:
    return (
        row.village_name,
        row.group,
        row.code,
        row.moves.award_on,
        row.moves.redemption_on,
        tags.get(row.id, ""),
        row.helper,
        row.visits.planned_on,
        row.visits.last_on,
    )


def _household(code: str) -> Link:
    return Link("households.show", {"code": code})


register(
    Sheet(
        code="F1",
        title=N_("农户花名册（底册）"),
        group=Group.PEOPLE,
        needs=Permission.VIEW_HOUSEHOLDS,
        columns=(
            SheetColumn(N_("户编号"), width=19),
            SheetColumn(N_("村")),
            SheetColumn(N_("组")),
            SheetColumn(N_("户主")),
            SheetColumn(N_("人口"), Kind.INT),
            SheetColumn(N_("户类别")),
            SheetColumn(N_("联系电话(掩码)"), width=15),
            SheetColumn(N_("代理人")),
            SheetColumn(N_("卡号"), width=13),
            SheetColumn(N_("卡状态")),
            SheetColumn(N_("帮扶责任人")),
            SheetColumn(N_("备注")),
        ),
        rows=_roster,
        long=True,
        time=Time.NOW,
        personal=True,
        page="households.index",
    ),
    Sheet(
        code="F19",
        title=N_("长期无活动户"),
        group=Group.PEOPLE,
        needs=Permission.VIEW_HOUSEHOLDS,
        columns=(
            SheetColumn(N_("村")),
            SheetColumn(N_("组")),
            SheetColumn(N_("户编号"), width=19),
            SheetColumn(N_("最后得分日"), Kind.DATE),
            SheetColumn(N_("最后兑换日"), Kind.DATE),
            SheetColumn(N_("户类别")),
            SheetColumn(N_("责任人")),
            SheetColumn(N_("计划走访"), Kind.DATE),
            SheetColumn(N_("已走访"), Kind.DATE),
        ),
        rows=_quiet,
        personal=True,
        notes=(N_("从开始日期到今天，既没有加分也没有兑换的在册户；只供走访使用，不得公开"),),
        page="visits.inactive",
    ),
)
