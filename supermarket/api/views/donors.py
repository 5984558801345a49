"""Donors, funds, what became of gifts, settlements with merchants."""

from typing import Any

from supermarket.api.forms import cursors
from supermarket.api.forms import donors as shapes
from supermarket.api.views.frame import bp, made
from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.donors import queries as donor_queries
from supermarket.donors import service as donors
from supermarket.donors.models import Donor, DonorKind, FundSource
from supermarket.donors.queries import FundRow
from supermarket.donors.service import DonorText
from supermarket.donors.views.reach import keeps, reach
from supermarket.errors import NotFoundError
from supermarket.reports.queries import donations
from supermarket.reports.queries.donations import Statement
from supermarket.reports.queries.window import window
from supermarket.reports.views.donations import BEGINNING
from supermarket.settlements import queries as settlement_queries
from supermarket.settlements import service as settlements
from supermarket.settlements.forms import month_of
from supermarket.settlements.models import SettlementState
from supermarket.settlements.queries import SettlementRow
from supermarket.shops import queries as shops_queries
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires


@bp.route("/donors", tags=["donors"])
@requires(Permission.VIEW_STOCK)
@bp.arguments(shapes.DonorSearch, location="query")
@bp.response(200, shapes.DonorPage)
def list_donors(asked: dict[str, Any]) -> dict[str, Any]:
    """Return donors by code; the contacts of those whose register the caller keeps."""
    limit, after = asked["limit"], cursors.read("donors", asked.get("cursor")) or ""
    found = donor_queries.donors(
        reach(Permission.VIEW_STOCK), text=asked["q"], after=after, limit=limit + 1
    )
    if kept := next((donor for donor in found[:limit] if keeps(donor)), None):
        seen.note("donor.view", kept.region_code)
    page = cursors.page("donors", found, limit, lambda row: row.code)
    return page | {"items": [_donor(donor) for donor in page["items"]]}


@bp.route("/donors", methods=["POST"], tags=["donors"])
@requires(Permission.MANAGE_DONORS)
@bp.arguments(shapes.DonorSent)
@bp.response(201, shapes.DonorShown)
def add_donor(asked: dict[str, Any]) -> dict[str, Any]:
    """Take a donor into the register of a place."""
    region = asked.pop("region")
    _inside(region, Permission.MANAGE_DONORS)
    text = DonorText(**{**asked, "kind": DonorKind(asked["kind"])})
    with transaction():
        donor = donors.add_donor(text, region, by=current_user.id)
    return _donor(donor)


@bp.route("/donors/<code>/statement", tags=["donors"])
@requires(Permission.VIEW_STOCK)
@bp.arguments(shapes.StatementSearch, location="query")
@bp.response(200, shapes.StatementShown)
def donor_statement(asked: dict[str, Any], code: str) -> Statement:
    """Return what a donor gave and what became of it, without names."""
    scope = reach(Permission.VIEW_STOCK)
    donor = donor_queries.donor_or_404(code, scope)
    since, until = asked.get("since") or BEGINNING, asked.get("until") or today()
    window(since, until, scope)
    return donations.statement(donor, since, until)


@bp.route("/funds", tags=["donors"])
@requires(Permission.VIEW_REPORTS)
@bp.response(200, shapes.FundList)
def list_funds() -> dict[str, list[FundRow]]:
    """Return the funds of the caller's places and what they hold."""
    return {"items": donor_queries.funds(reach(Permission.VIEW_REPORTS), active=None)}


@bp.route("/funds", methods=["POST"], tags=["donors"])
@requires(Permission.MANAGE_FUNDS)
@bp.arguments(shapes.FundSent)
@bp.response(201, shapes.FundShown)
def open_fund(asked: dict[str, Any]) -> FundRow:
    """Open a fund of a place."""
    _inside(asked["region"], Permission.MANAGE_FUNDS)
    with transaction():
        fund = donors.open_fund(
            asked["name"],
            asked["region"],
            FundSource(asked["source"]),
            purpose=asked["purpose"],
            only_region=asked["only_region"],
            only_category=asked["only_category"],
            by=current_user.id,
        )
    return FundRow(fund, 0)


@bp.route("/funds/<code>/lines", tags=["donors"])
@requires(Permission.VIEW_REPORTS)
@bp.arguments(shapes.FundLineSearch, location="query")
@bp.response(200, shapes.FundLinePage)
def fund_lines(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Return a fund's statement, newest first: why it holds what it holds."""
    fund = donor_queries.fund_or_404(code, reach(Permission.VIEW_REPORTS))
    limit = asked["limit"]
    before = cursors.read_number("fund", asked.get("cursor"))
    found = donor_queries.statement(fund, before=before, limit=limit + 1)
    return cursors.page("fund", found, limit, lambda row: row.place)


@bp.route("/funds/<code>/income", methods=["POST"], tags=["donors"])
@requires(Permission.MANAGE_FUNDS)
@bp.arguments(shapes.IncomeSent)
@bp.response(201, shapes.MovedShown)
@bp.alt_response(200, schema=shapes.MovedShown, description="The key was used before.")
def fund_income(asked: dict[str, Any], code: str) -> tuple[Any, int]:
    """Note money that came into a fund; of a donor it is a gift with a receipt."""
    scope, by = current_user.scope(Permission.MANAGE_FUNDS), current_user.id
    fund = donor_queries.fund_or_404(code, scope)
    donor = donor_queries.donor_or_404(asked["donor"], scope) if asked["donor"] else None
    moved = once_more(
        lambda: donors.take_in(
            fund,
            asked["amount"],
            summary=asked["summary"],
            occurred_on=asked.get("occurred_on") or today(),
            key=asked["key"],
            by=by,
            donor=donor,
            document=asked["document"],
        )
    )
    return made(moved, new=moved.new)


@bp.route("/funds/<code>/expense", methods=["POST"], tags=["donors"])
@requires(Permission.MANAGE_FUNDS)
@bp.arguments(shapes.MoneySent)
@bp.response(201, shapes.MovedShown)
@bp.alt_response(200, schema=shapes.MovedShown, description="The key was used before.")
def fund_expense(asked: dict[str, Any], code: str) -> tuple[Any, int]:
    """Note money that was spent on something that is no delivery of goods."""
    by = current_user.id
    fund = donor_queries.fund_or_404(code, current_user.scope(Permission.MANAGE_FUNDS))
    moved = once_more(
        lambda: donors.spend(
            fund,
            asked["amount"],
            summary=asked["summary"],
            occurred_on=asked.get("occurred_on") or today(),
            key=asked["key"],
            by=by,
            document=asked["document"],
        )
    )
    return made(moved, new=moved.new)


@bp.route("/funds/<code>/lines/<reference>/reversal", methods=["POST"], tags=["donors"])
@requires(Permission.MANAGE_FUNDS)
@bp.arguments(shapes.MoneyBackSent)
@bp.response(201, shapes.MovedShown)
@bp.alt_response(200, schema=shapes.MovedShown, description="The key was used before.")
def reverse_fund_line(asked: dict[str, Any], code: str, reference: str) -> tuple[Any, int]:
    """Take a movement of money back, whole."""
    by = current_user.id
    fund = donor_queries.fund_or_404(code, current_user.scope(Permission.MANAGE_FUNDS))
    entry_id = donor_queries.move(reference, fund).entry_id
    moved = once_more(
        lambda: donors.reverse_money(entry_id, reason=asked["reason"], key=asked["key"], by=by)
    )
    return made(moved, new=moved.new)


@bp.route("/settlements", tags=["donors"])
@requires(Permission.SETTLE)
@bp.arguments(shapes.SettlementSearch, location="query")
@bp.response(200, shapes.SettlementPage)
def list_settlements(asked: dict[str, Any]) -> dict[str, Any]:
    """Return settlements with partner merchants, the last drawn up first."""
    limit, state = asked["limit"], asked.get("state")
    found = settlement_queries.settlements(
        current_user.scope(Permission.SETTLE),
        state=SettlementState(state) if state else None,
        before=cursors.read_number("settlements", asked.get("cursor")),
        limit=limit + 1,
    )
    return cursors.page("settlements", found, limit, lambda row: row.settlement.id)


@bp.route("/settlements", methods=["POST"], tags=["donors"])
@requires(Permission.SETTLE)
@bp.arguments(shapes.SettlementSent)
@bp.response(201, shapes.SettlementShown)
def draft_settlement(asked: dict[str, Any]) -> SettlementRow:
    """Draw up a month of a merchant's shop, or count its draft anew."""
    scope = current_user.scope(Permission.SETTLE)
    shop = shops_queries.shop_or_404(asked["shop"], scope)
    month = month_of(asked["month"], today())
    with transaction():
        code = settlements.draft(shop, month, by=current_user.id).code
    return settlement_queries.settlement(code, scope)


@bp.route("/settlements/<code>/payment", methods=["POST"], tags=["donors"])
@requires(Permission.SETTLE)
@bp.arguments(shapes.PaymentSent)
@bp.response(200, shapes.SettlementShown)
def pay_settlement(asked: dict[str, Any], code: str) -> SettlementRow:
    """Mark a settlement paid: from a fund, or outside with the number of the slip."""
    scope = current_user.scope(Permission.SETTLE)
    with transaction():
        settlements.pay(
            code,
            expected_fen=asked["amount"],
            fund_code=asked["fund"],
            document=asked["document"],
            by=current_user.id,
            scope=scope,
        )
    return settlement_queries.settlement(code, scope)


def _donor(donor: Donor) -> dict[str, Any]:
    mine = keeps(donor)
    return {
        "code": donor.code,
        "kind": donor.kind,
        "name": donor.name,
        "region_code": donor.region_code,
        "public": donor.public,
        "contact": donor.contact if mine else None,
        "phone": donor.phone if mine else None,
    }


def _inside(region: str, permission: Permission) -> None:
    if not region.isdigit():
        raise NotFoundError(what=region)
    if not current_user.scope(permission).covers_region(region):
        raise OutOfScopeError(what=region)
