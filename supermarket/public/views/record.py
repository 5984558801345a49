"""Everything that is kept about a household, in words: one account for the page and the file."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from supermarket.cards.queries import numbers
from supermarket.clock import local, today
from supermarket.filters import full_day
from supermarket.honours.forms import title_words
from supermarket.households.queries import freezes
from supermarket.households.views import registry
from supermarket.public.queries import Record
from supermarket.public.views.account import Cell, Section, goods_sections
from supermarket.public.views.overview import told


def sections(record: Record) -> list[Section]:
    """Return the account of a household; parts without rows say so by being empty."""
    return [
        _basics(record),
        *_people(record),
        *_cards(record),
        *_points(record),
        *goods_sections(record),
        *_decisions(record),
    ]


def as_json(parts: Sequence[Section]) -> list[dict[str, Any]]:
    """Return the account for a file: each row by its headings, days and moments as ISO writes."""
    return [
        {
            "title": part.title,
            "rows": [dict(zip(part.headings, map(_plain, row), strict=True)) for row in part.rows],
        }
        for part in parts
    ]


def _basics(record: Record) -> Section:
    household = record.household
    facts: list[tuple[str, Cell]] = [
        (_("户编号"), household.code),
        (_("户主"), household.head),
        (_("村"), record.place),
        (_("村民小组"), household.group),
        (_("联系电话"), household.phone),
        (_("身份证后四位"), household.identity_tail),
        (_("帮扶责任人"), record.helper),
        (_("卡面印姓名"), _("是") if household.name_on_card else _("否")),
        (_("状态"), _(household.state.label)),
        (_("登记时间"), household.created_at),
        (_("现有积分"), record.balance),
        (_("密码最近设置时间"), record.pin.set_at if record.pin else None),
    ]
    return Section(_("基本情况"), [_("项目"), _("内容")], [list(fact) for fact in facts])


def _people(record: Record) -> list[Section]:
    household = record.household
    return [
        Section(
            _("家庭成员"),
            [_("姓名"), _("与户主关系"), _("现在是否在户")],
            [[m.name, m.relation, _("是") if m.present else _("否")] for m in household.members],
        ),
        Section(
            _("户类别"),
            [_("户类别"), _("从"), _("到")],
            [[_(tag.kind.label), tag.since, tag.until] for tag in household.tags],
        ),
        Section(
            _("代领人"),
            [_("姓名"), _("与户主关系"), _("联系电话"), _("从"), _("到"), _("每月上限")],
            [
                [one.name, one.relation, one.phone, one.since, one.until, one.month_points]
                for one in record.proxies
            ],
        ),
        Section(
            _("走访"),
            [_("日期"), _("走访人"), _("备注")],
            [
                [
                    one.visit.visited_on,
                    one.name,
                    "，".join(
                        filter(
                            None,
                            [_("还没去，计划走访") if one.visit.planned else "", one.visit.note],
                        )
                    ),
                ]
                for one in record.visits
            ],
        ),
        Section(
            _("户变动"),
            [_("日期"), _("变动类型"), _("状态"), _("原因")],
            [
                [
                    row.event.effective_on,
                    _(row.event.kind.label),
                    _(row.event.state.label),
                    row.event.reason,
                ]
                for row in record.events
            ],
        ),
    ]


def _cards(record: Record) -> list[Section]:
    return [
        Section(
            _("积分卡"),
            [_("卡号"), _("时间"), _("状态"), _("经办人"), _("原因")],
            [
                [
                    numbers.format(card.card_number),
                    row.event.at,
                    _(row.event.state.label),
                    row.actor or _("农户本人"),
                    row.event.reason,
                ]
                for card, history in record.cards
                for row in history
            ],
        ),
        Section(
            _("暂停兑换"),
            [_("从"), _("到"), _("依据"), _("文号"), _("状态")],
            [
                [
                    one.starts_on,
                    one.ends_on,
                    one.basis,
                    one.document_number,
                    _(freezes.state_of(one, today()).label),
                ]
                for one in record.freezes
            ],
        ),
    ]


def _points(record: Record) -> list[Section]:
    words = registry.words_for(record.lines)
    honours = title_words()
    return [
        Section(
            _("积分明细"),
            [_("日期"), _("事项"), _("积分"), _("余额"), _("单号")],
            [
                [
                    line.occurred_on,
                    " ".join(filter(None, [_(line.kind.label), words.get(line.place), line.note])),
                    line.points,
                    line.balance_after,
                    line.reference,
                ]
                for line in record.lines
            ],
        ),
        Section(
            _("荣誉"),
            [_("荣誉"), _("获得人"), _("日期")],
            [
                [
                    honours.get(row.honour.title, row.honour.title),
                    row.holder,
                    row.honour.awarded_on,
                ]
                for row in record.honours
            ],
        ),
    ]


def _decisions(record: Record) -> list[Section]:
    return [
        Section(
            _("申报"),
            [_("编号"), _("哪一天的事"), _("事项"), _("积分"), _("说明"), _("证明人"), _("经过")],
            [
                [
                    row.found.code,
                    row.found.occurred_on,
                    row.found.title,
                    row.found.points,
                    row.found.note,
                    row.found.witness,
                    "；".join(
                        f"{full_day(local(step.at).date())} {step.words} {step.reason}".strip()
                        for step in told(row, record.announced)
                    ),
                ]
                for row in record.declarations
            ],
        ),
        Section(
            _("您提的异议"),
            [_("编号"), _("时间"), _("事项"), _("异议"), _("状态"), _("答复")],
            [
                [
                    row.objection.code,
                    row.objection.raised_at,
                    row.title,
                    row.objection.text,
                    _(row.objection.state.label),
                    row.objection.reason,
                ]
                for row in record.objections
            ],
        ),
        Section(
            _("提醒和扣分"),
            [_("编号"), _("哪一天的事"), _("事项"), _("扣分"), _("说明"), _("状态"), _("答复")],
            [
                [
                    row.code,
                    row.occurred_on,
                    row.title,
                    row.points,
                    row.note,
                    _(row.state.label),
                    row.answer,
                ]
                for row in record.deductions
            ],
        ),
        Section(
            _("您的申诉"),
            [_("扣分编号"), _("时间"), _("申诉人"), _("申诉"), _("状态"), _("答复")],
            [
                [
                    code,
                    appeal.raised_at,
                    appeal.raised_by_name,
                    appeal.text,
                    _(appeal.state.label),
                    appeal.reason,
                ]
                for appeal, code in record.appeals
            ],
        ),
    ]


def _plain(cell: Cell) -> str | int | None:
    if isinstance(cell, datetime):
        return local(cell).isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else cell
