"""What every page shares: error pages, filters, headers, languages, built assets."""

import json
import logging
import secrets
from functools import cache
from mimetypes import guess_type
from typing import Any, NamedTuple

import psycopg
from flask import (
    Flask,
    Response,
    current_app,
    jsonify,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import Babel, get_locale, gettext, lazy_gettext
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException, InternalServerError

from supermarket.clock import local, now
from supermarket.errors import DomainError, InvalidError
from supermarket.filters import count, day, full_day, moment, points, yuan
from supermarket.masking import masked
from supermarket.settings import ROOT

log = logging.getLogger(__name__)

LANGUAGES = {"zh": "中文", "en": "English"}
#: Paths whose errors are for programs.
API_PREFIX = "/api/"
DIST = ROOT / "static" / "dist"

csrf = CSRFProtect()
babel = Babel()


class NavigationItem(NamedTuple):
    """One place in the menu: a slice's views module lists its own as ``NAVIGATION``."""

    #: Untranslated; marked with ``N_``.
    label: str
    icon: str
    endpoint: str
    #: The ``Permission`` its view needs.
    needs: Any
    #: Menus are in this order; the first four of a person's are the phone's bottom bar.
    order: int


def prepare(app: Flask) -> None:
    """Give ``app`` everything its pages share."""
    csrf.init_app(app)
    babel.init_app(app, locale_selector=_language)
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=asset,
        get_locale=get_locale,
        languages=LANGUAGES,
        local_now=lambda: local(now()),
    )
    app.jinja_env.filters.update(
        day=day,
        full_day=full_day,
        moment=moment,
        points=points,
        yuan=yuan,
        count=count,
        masked=masked,
        say=say,
    )
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(psycopg.DataError, _unstorable)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, _bug)
    app.before_request(_compressed)
    app.after_request(_headers)


# -- languages -------------------------------------------------------------------------------


def _language() -> str:
    asked = request.args.get("lang") or request.cookies.get("lang")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(["zh", "en"], default="zh") or "zh"


def say(error: DomainError) -> str:
    """Return an error's sentence in the reader's language."""
    sentence: str = gettext(error.message).format(**error.details)
    return sentence


# -- built assets ----------------------------------------------------------------------------


@cache
def _manifest() -> dict[str, str]:
    path = DIST / "manifest.json"
    if not path.exists():
        raise RuntimeError("the front end is not built: run make install")
    files: dict[str, str] = json.loads(path.read_text())
    return files


def asset(name: str) -> str:
    """Return the address of a built file, whose name changes with its content."""
    return url_for("static", filename=f"dist/{_manifest()[name]}")


def _compressed() -> Response | None:
    """Send a built file's .gz twin, made by scripts/build.mjs, to browsers that take it."""
    if request.endpoint != "static" or not request.accept_encodings.quality("gzip"):
        return None
    name = (request.view_args or {})["filename"]
    if not name.startswith("dist/") or not (DIST.parent / f"{name}.gz").is_file():
        return None
    kind = "application/wasm" if name.endswith(".wasm") else guess_type(name)[0]
    response = send_from_directory(DIST.parent, f"{name}.gz", mimetype=kind)
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


# -- errors ----------------------------------------------------------------------------------


def problem(status: int, code: str, detail: str, **extra: Any) -> Response:
    """Return an ``application/problem+json`` answer (RFC 9457) with our stable ``code``."""
    response = jsonify({"status": status, "code": code, "title": code, "detail": detail, **extra})
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def for_programs() -> bool:
    """Whether the request came to the API."""
    return request.path.startswith(API_PREFIX)


def error_page(status: int, title: str, text: str, reference: str = "") -> tuple[str, int]:
    """Return a page that says what happened and what to do."""
    page = render_template("errors/page.html", title=title, message=text, reference=reference)
    return page, status


def later(error: DomainError) -> dict[str, str]:
    """Return the header that says when to try again; none if the error does not say."""
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}


def _refused(error: DomainError) -> ResponseReturnValue:
    if for_programs():
        return problem(error.status, error.code, say(error)), later(error)
    page, status = error_page(error.status, _("没有办成"), say(error))
    return page, status, later(error)


_HTTP_CODES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
               413: "too_large", 422: "invalid", 429: "too_many_requests"}  # fmt: skip
_HTTP_TEXTS: dict[int, tuple[Any, Any]] = {
    400: (lazy_gettext("看不懂这次提交"), lazy_gettext("请返回上一页，刷新后再提交一次。")),
    401: (lazy_gettext("请先登录"), lazy_gettext("登录后再办理。")),
    403: (
        lazy_gettext("这一页不归您的岗位管"),
        lazy_gettext("如果您需要办理这项业务，请联系乡镇或县里的管理员。"),
    ),
    404: (
        lazy_gettext("没有找到这一页"),
        lazy_gettext("可能是地址打错了，或者它不在您负责的范围内。请从首页重新进入。"),
    ),
    405: (lazy_gettext("这一步不能这样打开"), lazy_gettext("请从首页重新进入。")),
    413: (
        lazy_gettext("文件太大了"),
        lazy_gettext("一次最多上传 20 MB。请把文件拆小，或把照片压缩后再传。"),
    ),
    429: (lazy_gettext("操作太频繁"), lazy_gettext("请等几分钟再试。")),
}
#: What a program is told instead: it has no page to go back to.
_PROGRAM_TEXTS: dict[int, Any] = {
    400: lazy_gettext("看不懂这次请求，请对照 /api/v1/openapi.json 核对"),
    401: lazy_gettext("请先用 POST /api/v1/tokens 换取令牌"),
    403: lazy_gettext("这个令牌的岗位不能办理这项业务"),
    404: lazy_gettext("没有这个地址，请对照 /api/v1/openapi.json 核对路径"),
    405: lazy_gettext("这个地址不接受这种方法，可用的方法见 Allow"),
    413: lazy_gettext("提交的内容太大，请分几次提交"),
}


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer what HTTP itself refuses, in words for people or for programs."""
    if error.response is not None:
        return error.response
    status = error.code or 500
    # Allow, Retry-After and the like; the answer has a body and a type of its own.
    headers = [pair for pair in error.get_headers() if pair[0] != "Content-Type"]
    if isinstance(error, CSRFError):
        title, text = _("页面放得太久了"), _("请返回上一页，刷新后再提交一次；填过的内容请再核对。")
    else:
        title, text = map(str, _HTTP_TEXTS.get(status, _HTTP_TEXTS[400]))
    if for_programs():
        text = str(_PROGRAM_TEXTS.get(status, text))
        return problem(status, _HTTP_CODES.get(status, "invalid"), text), headers
    return *error_page(status, title, text), headers


def _bug(error: Exception) -> ResponseReturnValue:
    """Answer a bug with a reference that is found again in the log."""
    reference = secrets.token_hex(4)
    log.error("bug %s at %s", reference, request.path, exc_info=error)
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    text = _("系统出错了，这笔业务没有办成。请稍后再试；还不行就把编号告诉管理员。")
    if for_programs():
        return problem(500, "internal_error", text, reference=reference)
    return error_page(InternalServerError.code, _("系统出错了"), text, reference)


def _unstorable(error: Exception) -> ResponseReturnValue:
    """Answer what no database column can hold, such as a NUL character that nobody typed."""
    kind = type(error).__name__  # its words quote what was sent, such as a name
    log.warning("the database cannot store what was sent to %s: %s", request.path, kind)
    return _refused(InvalidError())


# -- headers ---------------------------------------------------------------------------------


def _headers(response: Response) -> Response:
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; "
        "style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault(
        "Permissions-Policy", "camera=(self), microphone=(), geolocation=()"
    )
    if request.endpoint == "static" and "dist/" in request.path:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        response.set_cookie("lang", asked, max_age=365 * 86400, samesite="Lax", httponly=True)
    return response
