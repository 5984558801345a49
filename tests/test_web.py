"""What every page shares: who is believed about an address, and what a log may say."""

import logging

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from supermarket import create_app
from supermarket.clock import now
from supermarket.database import db, transaction
from supermarket.errors import ConflictError
from supermarket.staff.models import SignInFailure, StaffMember
from tests.conftest import settings_for
from tests.factories import make_regions, make_staff


@pytest.mark.parametrize(("proxies", "counted"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_an_address_is_believed_from_our_own_proxies_only(
    app: Flask, database_uri: str, proxies: int, counted: str
) -> None:
    make_regions()
    served = create_app(settings_for(database_uri, PROXIES=proxies))

    served.test_client().post(
        "/sign-in",
        data={"username": "nobody", "password": "wrong"},
        headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"},
    )

    with served.app_context():
        db.engine.dispose()
    assert db.session.scalars(select(SignInFailure.address)).all() == [counted]


def test_a_logged_error_quotes_nobody(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    make_staff(username="wangxiu")
    twin = StaffMember(username="wangxiu", name="欧阳独孤", password_hash="", created_at=now())

    with caplog.at_level(logging.DEBUG), pytest.raises(ConflictError), transaction():
        db.session.add(twin)

    assert "another request was first" in caplog.text
    assert "staff_member" in caplog.text
    assert "欧阳独孤" not in caplog.text
    assert "wangxiu" not in caplog.text


def test_what_no_database_can_store_is_not_logged(
    database_uri: str, caplog: pytest.LogCaptureFixture
) -> None:
    served = create_app(settings_for(database_uri))
    served.add_url_rule("/unstorable", view_func=_unstorable)

    with caplog.at_level(logging.DEBUG):
        answer = served.test_client().get("/unstorable")
    with served.app_context():
        db.engine.dispose()

    assert answer.status_code == 422
    assert "DataError" in caplog.text
    assert "欧阳独孤" not in caplog.text


def _unstorable() -> str:
    raise psycopg.DataError("invalid byte sequence near 欧阳独孤")


vars(_unstorable)["needs"] = None
