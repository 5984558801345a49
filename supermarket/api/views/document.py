"""The OpenAPI document, made from the views when it is first asked for."""

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, jsonify
from flask.blueprints import BlueprintSetupState
from flask_smorest import Api

from supermarket.api.forms.access import Problem
from supermarket.api.views.frame import bp
from supermarket.staff.views.guard import requires

_KEPT = "supermarket.api"
_ABOUT = """\
Points, goods and households of a 爱心超市. Sign in with `POST /api/v1/tokens`; send the token as
`Authorization: Bearer …`. Whatever a caller sees lies in the scope of the caller's roles:
somebody else's household or shop is `not_found`, somebody else's region `forbidden`.
Calls with a `key` may be repeated: the answer is the first receipt, with status 200.
Errors are `application/problem+json`; `detail` is in Chinese or English (`Accept-Language`).
"""


class _Documented(Api):
    """Writes the document, and leaves errors to the application."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Leave every error to supermarket.web."""

    def _register_responses(self) -> None:
        content = {"application/problem+json": {"schema": Problem}}
        answers = {status.name: status.phrase for status in HTTPStatus if status >= 400}
        for name, phrase in {**answers, "DEFAULT_ERROR": "The request was refused."}.items():
            answer = {"description": phrase, "content": content}
            self.spec.components.response(name, answer, lazy=True)


def _document(app: Flask) -> dict[str, Any]:
    """Return the document of an application, written once."""
    if _KEPT in app.extensions:
        kept: dict[str, Any] = app.extensions[_KEPT]
        return kept
    api = _Documented(
        app,
        spec_kwargs={
            "title": "爱心超市",
            "version": "v1",
            "openapi_version": "3.1.0",
            "info": {"description": _ABOUT},
            "security": [{"bearerAuth": []}],
        },
    )
    api.spec.components.security_scheme("bearerAuth", {"type": "http", "scheme": "bearer"})
    bp.register_views_in_doc(api, app, api.spec, name=bp.name, parameters=None)
    document: dict[str, Any] = api.spec.to_dict()
    app.extensions[_KEPT] = document
    return document


@requires(None)
def openapi() -> Response:
    """Return the OpenAPI document of the API."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # of the proxy itself
    return jsonify(_document(app))


@bp.record_once
def _serve(state: BlueprintSetupState) -> None:
    """Serve the document beside the operations, of which it is none itself."""
    state.app.add_url_rule("/api/v1/openapi.json", "api.openapi", openapi)
