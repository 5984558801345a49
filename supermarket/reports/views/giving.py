"""What became of gifts, in sentences without anybody's name."""

from flask_babel import gettext as _

from supermarket.filters import count
from supermarket.reports.queries.donations import GoodsGiven, Statement


def sentences(of: Statement, *, to_donor: bool = True) -> list[str]:
    """Say for every goods how far it got; ``to_donor`` speaks to whoever gave it."""
    return [_sentence(row, to_donor) for row in of.goods]


def _sentence(row: GoodsGiven, to_donor: bool) -> str:
    facts = {
        "given": count(row.given),
        "unit": row.unit,
        "goods": row.name,
        "handed": count(row.handed_out),
        "villages": count(row.villages),
        "households": count(row.households),
    }
    return _to_donor(row, facts) if to_donor else _to_everybody(row, facts)


def _to_donor(row: GoodsGiven, facts: dict[str, str]) -> str:
    words: str
    if row.handed_out <= 0:
        words = _("您捐赠的 %(given)s %(unit)s%(goods)s已经入库，正等着送到村民手里", **facts)
    elif row.handed_out >= row.given:
        words = _(
            "您捐赠的 %(given)s %(unit)s%(goods)s已送到 %(villages)s 个村 %(households)s 户",
            **facts,
        )
    else:
        words = _(
            "您捐赠的 %(given)s %(unit)s%(goods)s，已有 %(handed)s %(unit)s送到 %(villages)s 个村"
            " %(households)s 户",
            **facts,
        )
    return words


def _to_everybody(row: GoodsGiven, facts: dict[str, str]) -> str:
    words: str
    if row.handed_out <= 0:
        words = _("%(given)s %(unit)s%(goods)s已经入库，正等着送到村民手里", **facts)
    elif row.handed_out >= row.given:
        words = _("%(given)s %(unit)s%(goods)s已送到 %(villages)s 个村 %(households)s 户", **facts)
    else:
        words = _(
            "%(given)s %(unit)s%(goods)s，已有 %(handed)s %(unit)s送到 %(villages)s 个村"
            " %(households)s 户",
            **facts,
        )
    return words
