"""Every knob of an installation, its unit and its default."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """The environment does not say what the application must know."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation may change. Names are upper case so Flask can load them.

    Each is read from the environment variable ``SUPERMARKET_<NAME>``; the database
    from ``SUPERMARKET_DATABASE_URL``.
    """

    #: Signs sessions and forms; no default, so a deployment cannot forget it.
    SECRET_KEY: str
    #: Signs member cards. Changing it kills every printed card, so it is apart from
    #: SECRET_KEY; empty means "derive it from SECRET_KEY".
    CARD_SECRET: str = ""
    #: SQLAlchemy URL. SQLite is the embedded default; PostgreSQL when a county outgrows it.
    SQLALCHEMY_DATABASE_URI: str = f"sqlite:///{ROOT / 'instance' / 'supermarket.db'}"
    #: Where the household's page is reached from a phone; printed into every card's QR code.
    PUBLIC_URL: str = "http://127.0.0.1:8000"
    #: The county this installation serves: 6 digits; empty takes the only county there is.
    COUNTY: str = ""
    #: Largest request body, bytes.
    MAX_CONTENT_LENGTH: int = 24 * 1024 * 1024
    #: Rows on one page of any list.
    PAGE_SIZE: int = 50
    #: Hours a browser session lasts without use.
    SESSION_HOURS: int = 12
    #: Hours an API token lasts.
    TOKEN_HOURS: int = 12
    #: Wrong passwords for one name from one address before it must wait; a name from
    #: anywhere may fail 6 times as often, an address 10 times.
    SIGN_IN_TRIES: int = 5
    #: Minutes it must wait then.
    SIGN_IN_WAIT_MINUTES: int = 15
    #: Seconds a PostgreSQL statement waits for a lock before "try again".
    LOCK_TIMEOUT_SECONDS: int = 3
    #: Seconds a SQLite writer waits for its turn.
    TURN_TIMEOUT_SECONDS: int = 10
    #: Reverse proxies in front whose X-Forwarded-For, -Proto and -Host are believed. With one
    #: and 0 here everybody has the proxy's address, and wrong passwords are counted together.
    PROXIES: int = 0
    #: Cookies only over HTTPS; switch on behind TLS.
    SESSION_COOKIE_SECURE: bool = False
    #: Only tests switch these.
    TESTING: bool = False
    WTF_CSRF_ENABLED: bool = True
    #: bytes of memory x1024 argon2id spends on one password; tests lower it.
    ARGON2_MEMORY_KIB: int = 19 * 1024

    @property
    def card_secret(self) -> bytes:
        """The key of member card signatures."""
        return (self.CARD_SECRET or f"cards:{self.SECRET_KEY}").encode()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read ``SUPERMARKET_*`` variables; raise SettingsError rather than guess."""
        values: dict[str, object] = {}
        for field in fields(cls):
            variable = _variable(field.name)
            if variable in environ:
                values[field.name] = _parse(variable, environ[variable], field.type)
        if "SECRET_KEY" not in values:
            raise SettingsError(
                "set SUPERMARKET_SECRET_KEY to a long random text and keep it: "
                'python -c "import secrets; print(secrets.token_hex(32))"'
            )
        return cls(**values)  # type: ignore[arg-type]  # each was parsed by its field's type


def _variable(name: str) -> str:
    return "SUPERMARKET_" + ("DATABASE_URL" if name == "SQLALCHEMY_DATABASE_URI" else name)


def _parse(variable: str, text: str, kind: object) -> object:
    if kind is bool:
        if text not in {"true", "false"}:
            raise SettingsError(f"{variable}: say true or false, not {text!r}")
        return text == "true"
    if kind is int:
        try:
            return int(text)
        except ValueError as bad:
            raise SettingsError(f"{variable}: a whole number, not {text!r}") from bad
    return text
