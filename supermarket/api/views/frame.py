"""The blueprint of the API: bodies, limits, refusals, replays."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from supermarket.api.errors import BodyTooLargeError, ContentTypeError, FieldsError, NotJsonError
from supermarket.errors import NotFoundError
from supermarket.shops.errors import LineError
from supermarket.web import csrf, problem, say

#: Largest body, bytes: 500 lines of an award fit ten times.
MOST_BYTES = 1024 * 1024
#: Most refused fields that are told at once.
MOST_REASONS = 50
#: Longest code in an address.
MOST_CODE = 64


class Parser(FlaskParser):
    """Reads JSON bodies and query strings; refuses in our own errors."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - webargs' own name and shape
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
    }

    def load_json(self, req: Any, schema: Schema) -> Any:
        """Return the JSON of the body.

        Raises:
            ContentTypeError, BodyTooLargeError, NotJsonError: there is none to read.
        """
        if req.mimetype != "application/json":
            raise ContentTypeError
        try:
            body = req.get_data(cache=True)
        except RequestEntityTooLarge:
            body = None
        if body is None or len(body) > MOST_BYTES:  # somebody before us may have read it
            raise BodyTooLargeError(kilobytes=MOST_BYTES // 1024)
        try:
            return json.loads(body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise NotJsonError from None

    def load_querystring(self, req: Any, schema: Schema) -> Any:
        """Return the query's parameters; ``lang`` is everybody's and read elsewhere."""
        asked = MultiDict(req.args)
        asked.poplist("lang")
        return self._makeproxy(asked, schema)

    def handle_error(
        self,
        error: ValidationError,
        req: Any,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Refuse fields, in words, by their path."""
        raise FieldsError(_reasons(error.messages_dict))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _reasons(messages: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return marshmallow's nested messages by path, in the caller's language."""
    found: dict[str, list[str]] = {}
    for located in messages.values():  # by location: json or query
        for path, reason in _paths(located, ()):
            if len(found) >= MOST_REASONS:
                break
            name = ".".join(str(step)[:60] for step in path if step != "_schema") or "body"
            found.setdefault(name, []).append(gettext(reason))
    return found


def _paths(messages: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(messages, Mapping):
        for step, below in messages.items():
            yield from _paths(below, (*path, step))
    elif isinstance(messages, list):
        for message in messages:
            yield from _paths(message, path)
    else:
        yield path, str(messages)


class ApiBlueprint(Blueprint):
    """A blueprint that reads with our parser."""

    ARGUMENTS_PARSER = Parser()

    def arguments(self, schema: type[Schema], **options: Any) -> Any:
        """Read with one instance of the schema, made once and not for every request."""
        return super().arguments(schema(), **options)

    def _store_endpoint_docs(self, endpoint: str, *details: Any, **options: Any) -> None:
        """Name each operation in the document as its view is named."""
        super()._store_endpoint_docs(endpoint, *details, **options)
        for method, doc in self._docs[endpoint].items():
            if method != "parameters":
                doc.setdefault("manual_doc", {})["operationId"] = endpoint


bp = ApiBlueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)


@bp.before_request
def _check_address() -> None:
    """Limit the body; let no code into a query that no code can be."""
    request.max_content_length = MOST_BYTES
    for value in (request.view_args or {}).values():
        if len(value) > MOST_CODE or not value.isprintable():
            raise NotFoundError(what=value[:MOST_CODE])


@bp.after_request
def _say_how(response: Response) -> Response:
    """Tell a program without a token which kind is wanted."""
    if response.status_code == 401:
        response.headers.setdefault("WWW-Authenticate", 'Bearer realm="/api/v1"')
    return response


@bp.errorhandler(FieldsError)
def _fields(error: FieldsError) -> ResponseReturnValue:
    return problem(error.status, error.code, say(error), errors=error.fields)


@bp.errorhandler(LineError)
def _line(error: LineError) -> ResponseReturnValue:
    """Point at the line of a delivery that is wrong."""
    text = say(error)
    path = f"lines.{error.position - 1}.{error.field}"
    return problem(error.status, error.code, text, errors={path: [text]})


def made(receipt: Any, *, new: bool) -> tuple[Any, int]:
    """Return a receipt with its status: 201 for what was posted now, 200 for a replay."""
    return receipt, 201 if new else 200
