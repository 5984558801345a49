"""爱心超市: the only module that knows every slice."""

from datetime import timedelta
from importlib import import_module
from pathlib import Path

from flask import Blueprint, Flask, request, url_for
from flask_babel import gettext
from flask_migrate import Migrate
from sqlalchemy import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from supermarket import database, web
from supermarket.database import db
from supermarket.errors import N_
from supermarket.regions import queries as regions
from supermarket.settings import ROOT, Settings
from supermarket.staff.views import guard
from supermarket.staff.views.guard import current_user
from supermarket.web import NavigationItem

#: Slices with models, lowest first.
MODELS = (
    "regions", "staff", "audit", "photos", "ledger", "households", "cards", "schemes", "goods",
    "donors", "shops", "budgets", "awards", "rounds", "notices", "deductions", "expiry", "honours",
    "household_events", "reservations", "counter", "deliveries", "slips", "movements", "stocktakes",
    "settlements", "reports", "oversight",
)  # fmt: skip
#: Modules with a blueprint ``bp`` of pages and, if any, ``NAVIGATION``.
PAGES = (
    "staff.views.pages",
    "staff.views.imports",
    "staff.views.people",
    "staff.views.audit_log",
    "photos.views",
    "households.views.pages",
    "households.views.roster",
    "households.views.freezing",
    "households.views.ties",
    "households.views.proxies",
    "households.views.pairing",
    "households.views.helping",
    "households.views.visits",
    "cards.views.pages",
    "cards.views.one_card",
    "cards.views.lost",
    "cards.views.runs",
    "cards.views.reading",
    "cards.views.printing",
    "cards.views.pins",
    "schemes.views.changes",
    "schemes.views.rules",
    "schemes.views.programme",
    "schemes.views.papers",
    "budgets.views.pages",
    "budgets.views.files",
    "budgets.views.overrides",
    "awards.views.giving",
    "awards.views.book",
    "awards.views.declarations",
    "awards.views.reviews",
    "awards.views.confirmations",
    "awards.views.samples",
    "awards.views.helping",
    "rounds.views",
    "awards.views.what_if",
    "notices.views.pages",
    "notices.views.objections",
    "notices.views.board",
    "expiry.views.pages",
    "honours.views.register",
    "honours.views.score",
    "household_events.views.events",
    "household_events.views.proposing",
    "public.views.entrance",
    "public.views.own_page",
    "public.views.keeping",
    "public.views.saying",
    "public.views.objecting",
    "public.views.thanks",
    "public.views.receipts",
    "goods.views.pages",
    "goods.views.labels",
    "goods.views.photos",
    "goods.views.sheets",
    "donors.views.register",
    "donors.views.funds",
    "donors.views.sheets",
    "shops.views.pages",
    "shops.views.prices",
    "shops.views.stock",
    "shops.views.goods_in",
    "movements.views.transfers",
    "movements.views.sending",
    "movements.views.write_offs",
    "movements.views.proposing",
    "movements.views.recalls",
    "movements.views.shelves",
    "deductions.views.pages",
    "deductions.views.new",
    "deductions.views.appeals",
    "counter.views.till",
    "counter.views.redemptions",
    "counter.views.windows",
    "reservations.views.pages",
    "reservations.views.helping",
    "deliveries.views.pages",
    "deliveries.views.one",
    "slips.views.register",
    "slips.views.printing",
    "slips.views.typing_in",
    "settlements.views",
    "stocktakes.views.counting",
    "stocktakes.views.reviewing",
    "stocktakes.views.papers",
    "stocktakes.views.cards",
    "stocktakes.views.days",
    "reports.views.dashboard",
    "reports.views.hall",
    "reports.views.redemptions",
    "reports.views.donations",
    "reports.views.closing",
    "reports.views.sheets",
    "oversight.views.lists",
    "oversight.views.samples",
    "oversight.views.journals",
    "oversight.views.findings",
    "api.views",
)
#: Modules with a click group ``cli``.
COMMANDS: tuple[str, ...] = (
    "staff.commands",
    "ledger.commands",
    "regions.commands",
    "households.commands",
    "cards.commands",
    "schemes.commands",
    "goods.commands",
    "notices.commands",
    "deductions.commands",
    "budgets.commands",
    "expiry.commands",
    "reports.commands",
    "reservations.commands",
)

#: Headings of a long menu: each stands above the entries from its order on.
MENU = (
    (0, ""),
    (10, N_("柜台")),
    (20, N_("积分")),
    (30, N_("农户")),
    (50, N_("门店与货物")),
    (70, N_("报表与监督")),
    (80, N_("设置")),
)
#: A menu with no more entries than this needs no headings.
SHORT_MENU = 9

migrate = Migrate()


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application, its database not yet touched."""
    settings = settings or Settings.from_environ()
    app = Flask(
        __name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.config.from_object(settings)
    app.config.update(
        CARD_KEY=settings.card_secret,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.SESSION_HOURS),
        SESSION_COOKIE_SAMESITE="Lax",
        BABEL_DEFAULT_LOCALE="zh",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,
        # A logged error must not quote the names and telephone numbers of its statement.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
    )
    if near := settings.PROXIES:
        believed = ProxyFix(app.wsgi_app, x_for=near, x_proto=near, x_host=near)
        app.wsgi_app = believed  # type: ignore[method-assign]  # as Flask's manual says
    _open_database(app, settings)
    web.prepare(app)
    guard.prepare(app)
    navigation: list[NavigationItem] = []
    for name in PAGES:
        module = import_module(f"{__name__}.{name}")
        blueprint: Blueprint = module.bp
        app.register_blueprint(blueprint)
        navigation += getattr(module, "NAVIGATION", [])
    for name in COMMANDS:
        app.cli.add_command(import_module(f"{__name__}.{name}").cli)
    _offer_navigation(app, navigation)
    return app


def _open_database(app: Flask, settings: Settings) -> None:
    for slice_name in MODELS:
        import_module(f"{__name__}.{slice_name}.models")
    url = make_url(settings.SQLALCHEMY_DATABASE_URI)
    if url.drivername == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        database.prepare(db.engine, lock_timeout_seconds=settings.LOCK_TIMEOUT_SECONDS)


def _offer_navigation(app: Flask, items: list[NavigationItem]) -> None:
    """Show everybody the menu entries they may open, and no other."""
    ordered = sorted(items, key=lambda item: item.order)

    @app.context_processor
    def navigation() -> dict[str, object]:
        if not current_user.is_authenticated:
            return {"navigation": [], "menu": [], "programme_name": gettext("爱心超市")}
        shown = [_place(item) for item in ordered if current_user.may(item.needs)]
        return {
            "navigation": shown,
            "menu": _grouped(shown),
            "programme_name": gettext("爱心超市"),
            "sign_out_url": url_for("staff.sign_out"),
            "role_line": _role_line(),
        }


def _place(item: NavigationItem) -> dict[str, object]:
    """Return a menu entry as pages show it."""
    return {
        "label": gettext(item.label),
        "icon": item.icon,
        "endpoint": item.endpoint,
        "url": url_for(item.endpoint),
        "active": _is_here(item.endpoint),
        "group": max(below for below, _heading in MENU if below <= item.order),
    }


def _grouped(places: list[dict[str, object]]) -> list[tuple[str, list[dict[str, object]]]]:
    """Return the entries under their headings; a short menu has none."""
    if len(places) <= SHORT_MENU:
        return [("", places)]
    groups = [
        (heading and gettext(heading), [place for place in places if place["group"] == below])
        for below, heading in MENU
    ]
    return [(heading, inside) for heading, inside in groups if inside]


def _is_here(endpoint: str) -> bool:
    """Whether the page shown belongs to a menu entry: the same page, or one of its blueprint."""
    if request.endpoint == endpoint:
        return True
    blueprint = endpoint.partition(".")[0]
    return blueprint != "staff" and request.blueprint == blueprint


def _role_line() -> str:
    """Say what the signed-in person does and where, e.g. 记分员 · 安沟村."""
    grants = current_user.member.grants
    places = regions.names([grant.region_code for grant in grants])
    return "，".join(
        f"{gettext(grant.role.label)} · {places.get(grant.region_code, '')}" for grant in grants
    )
