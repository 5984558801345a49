"""Who printed which slips."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Select, func, select

from supermarket.database import db
from supermarket.shops.models import Shop
from supermarket.shops.queries import shops_in
from supermarket.slips.models import SlipRun
from supermarket.slips.queries.numbers import SlipNumber
from supermarket.staff.models import Scope, StaffMember


class Run(NamedTuple):
    """A printed run with the name of who printed it."""

    found: SlipRun
    printer: str

    @property
    def first(self) -> SlipNumber:
        """Its first slip."""
        return SlipNumber(self.found.shop_id, self.found.first_number)

    @property
    def last(self) -> SlipNumber:
        """Its last slip."""
        return SlipNumber(self.found.shop_id, self.found.last_number)

    @property
    def size(self) -> int:
        """How many slips it has."""
        return self.found.last_number - self.found.first_number + 1


def last_printed(shop_id: int) -> int:
    """Return the last number printed for a shop; 0 if none was."""
    last = select(func.max(SlipRun.last_number)).where(SlipRun.shop_id == shop_id)
    return db.session.scalar(last) or 0


def run_of(slip: SlipNumber) -> SlipRun | None:
    """Return the run in which a slip was printed, if it was."""
    return db.session.scalar(
        select(SlipRun).where(
            SlipRun.shop_id == slip.shop_id,
            SlipRun.first_number <= slip.own,
            SlipRun.last_number >= slip.own,
        )
    )


def runs_of_key(keys: Collection[str]) -> Sequence[SlipRun]:
    """Return the runs that were printed under these keys, by key."""
    return db.session.scalars(
        select(SlipRun).where(SlipRun.key.in_(keys)).order_by(SlipRun.key)
    ).all()


def runs(shop_id: int, *, before: int | None = None, limit: int = 50) -> list[Run]:
    """Return a shop's runs, newest first, to page by their first number."""
    wanted = _runs().where(SlipRun.shop_id == shop_id).order_by(SlipRun.first_number.desc())
    if before is not None:
        wanted = wanted.where(SlipRun.first_number < before)
    return [Run(*row) for row in db.session.execute(wanted.limit(limit))]


def runs_by_id(run_ids: Collection[int], scope: Scope) -> list[tuple[Run, Shop]]:
    """Return those of some runs whose shops lie in ``scope``, by shop."""
    inside = shops_in(scope).with_only_columns(Shop.id).order_by(None)
    wanted = (
        _runs()
        .add_columns(Shop)
        .join(Shop, Shop.id == SlipRun.shop_id)
        .where(SlipRun.id.in_(run_ids), Shop.id.in_(inside))
        .order_by(Shop.code, SlipRun.first_number)
    )
    return [(Run(run, name), shop) for run, name, shop in db.session.execute(wanted)]


def _runs() -> Select[SlipRun, str]:
    return select(SlipRun, StaffMember.name).join(StaffMember, StaffMember.id == SlipRun.printed_by)
