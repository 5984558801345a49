"""Tokens, the caller, places, problems."""

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Moment, Secret, Sent, Text, Word


class Problem(Schema):
    """Why a request was refused (RFC 9457, application/problem+json)."""

    status = fields.Integer(required=True, metadata={"description": "The HTTP status again."})
    code = fields.String(
        required=True,
        metadata={
            "description": "Stable, for programs: unauthorized, forbidden, not_found, invalid, "
            "conflict, insufficient_points, out_of_stock, key_reused, card_not_active, "
            "limit_reached, already_reversed, too_many_requests …"
        },
    )
    title = fields.String(required=True)
    detail = fields.String(
        required=True, metadata={"description": "For people, in the language asked for."}
    )
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "Reasons by path of the field, e.g. `lines.0.quantity`."},
    )
    reference = fields.String(metadata={"description": "Of a bug: finds it in the server's log."})


class Credentials(Sent):
    """Somebody's name and password."""

    username = Text(64, least=1, required=True)
    password = Secret(200, least=1, required=True)


class Token(Schema):
    """A bearer token."""

    token = fields.String(required=True)
    expires_at = Moment(required=True)


class HeldRole(Schema):
    """A role and where it is held."""

    role = Word(required=True)
    region = fields.String(attribute="region_code", required=True)
    shop = fields.String(
        attribute="shop_code", allow_none=True, metadata={"description": "Of a shop keeper."}
    )


class Me(Schema):
    """The caller."""

    username = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.Nested(HeldRole), required=True)


class NamedRegion(Schema):
    """A place by its code."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class RegionShown(NamedRegion):
    """A place and what lies directly below it."""

    level = fields.String(
        required=True,
        metadata={"enum": ["province", "city", "county", "township", "village"]},
    )
    parent = fields.String(attribute="parent_code", allow_none=True, required=True)
    children = fields.List(fields.Nested(NamedRegion), required=True)
