"""The parts of the account of a household; those about its goods."""

from datetime import date, datetime
from typing import NamedTuple

from flask_babel import gettext as _

from supermarket.clock import local
from supermarket.filters import full_day
from supermarket.public.queries import Record

Cell = str | int | date | datetime | None


class Section(NamedTuple):
    """A part of the account: rows under headings."""

    title: str
    headings: list[str]
    rows: list[list[Cell]]

    @property
    def shown(self) -> list[list[str]]:
        """The rows as a page writes them."""
        return [[_words(cell) for cell in row] for row in self.rows]

    @property
    def named(self) -> list[list[tuple[str, str]]]:
        """The rows as headings and words, for those too wide for a table."""
        return [list(zip(self.headings, row, strict=True)) for row in self.shown]


def goods_sections(record: Record) -> list[Section]:
    """Return what was kept for the household, what it wished for, what was brought to it."""
    return [
        Section(
            _("留货"),
            [_("编号"), _("时间"), _("商品"), _("数量"), _("已领"), _("留到"), _("状态")],
            [
                [
                    row.code,
                    row.made_at,
                    row.goods,
                    row.units,
                    row.taken,
                    row.until,
                    _(row.state.label),
                ]
                for row in record.kept
            ],
        ),
        Section(
            _("心愿"),
            [_("想要"), _("时间"), _("去掉的时间")],
            [[wish.words, wish.noted_at, wish.ended_at] for wish in record.wishes],
        ),
        Section(
            _("送货上门"),
            [_("单号"), _("商品"), _("谁送"), _("状态"), _("收货人"), _("送达时间")],
            [
                [
                    row.reference,
                    row.goods,
                    row.carrier,
                    _(row.state.label),
                    row.receiver,
                    row.delivered_at,
                ]
                for row in record.brought
            ],
        ),
    ]


def _words(cell: Cell) -> str:
    if isinstance(cell, datetime):
        here = local(cell)
        return f"{full_day(here.date())} {here:%H:%M}"
    if isinstance(cell, date):
        return full_day(cell)
    return "—" if cell is None or cell == "" else str(cell)
