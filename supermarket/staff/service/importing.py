"""Accounts from a table: checked row by row first, opened all at once or not at all."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from sqlalchemy import select

from supermarket.database import db
from supermarket.errors import N_, DomainError
from supermarket.spreadsheets.columns import Column, Row, RowError
from supermarket.staff.errors import UsernameError, WeakPasswordError
from supermarket.staff.models import Grant, Role, Scope, StaffMember
from supermarket.staff.queries.names import is_username, normal
from supermarket.staff.queries.places import Directory, directory
from supermarket.staff.service.accounts import (
    LONGEST_PASSWORD,
    NewAccount,
    hash_password,
    is_fit,
    make_password,
)
from supermarket.staff.service.managing import check_grant

COLUMNS = (
    Column("name", "姓名", ("名字", "人员姓名"), required=True, max_length=60, note="例如 王秀英"),
    Column(
        "username", "用户名", ("账号", "登录名"), required=True, max_length=32,
        note="3 至 32 个小写字母或数字，可以用手机号；同一人有几个岗位就写几行",
    ),
    Column(
        "role", "岗位", ("角色",), required=True, max_length=20,
        note="、".join(role.label for role in Role),
    ),
    Column(
        "place", "区划代码或名称", ("区划代码", "区划名称", "行政区划", "区划", "地点", "村"),
        max_length=80, note="例如 410482100203 或 安沟村；店长可以不填",
    ),
    Column(
        "shop", "店编号", ("店", "店名", "爱心超市", "店编码"), max_length=80,
        note="只有店长填写，例如 410482100203S01",
    ),
    Column(
        "password", "初始密码", ("密码",), max_length=LONGEST_PASSWORD,
        note="至少 10 个字符；不填由系统生成，导入后只显示一次",
    ),
)  # fmt: skip

TAKEN = N_("这个用户名已被使用，请换一个")
OTHER_NAME = N_("同一个用户名在前面的行里是另一个姓名，请核对")
SAME_ROLE = N_("与前面的行重复，请删去一行")
UNKNOWN_ROLE = N_("没有这个岗位，请按填写说明里的名称填写")
OTHER_PASSWORD = N_("同一个用户名在前面的行里是另一个初始密码，请核对")
NEEDS_PLACE = N_("请填区划代码或名称")
NEEDS_SHOP = N_("店长要填店编号")


class PlannedAccount(NamedTuple):
    """An account as a table asks for it."""

    username: str
    name: str
    #: Empty: one will be made.
    password: str
    grants: tuple[Grant, ...]


class Plan(NamedTuple):
    """What a table would do."""

    accounts: list[PlannedAccount]
    errors: list[RowError]


class _RefusedError(Exception):
    """A row cannot be meant: which column, and in which words."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


class _Reader:
    """Reads the rows one after another and remembers what they said before."""

    def __init__(self, places: Directory, scope: Scope) -> None:
        self.places = places
        self.scope = scope
        self.errors: list[RowError] = []
        self.people: dict[str, tuple[str, str]] = {}
        self.grants: dict[str, list[Grant]] = defaultdict(list)

    def read(self, row: Row) -> None:
        """Add what a row says, or what is wrong with it."""
        if row.errors:
            self.errors += row.errors
            return
        text = {key: str(value or "") for key, value in row.values.items()}
        try:
            self._add(text, normal(text["username"]))
        except _RefusedError as refused:
            column = next(column for column in COLUMNS if column.key == refused.key)
            value = "" if refused.key == "password" else text[refused.key]
            self.errors.append(RowError(row.number, column.header, refused.message, value))

    def _add(self, text: Mapping[str, str], username: str) -> None:
        if not is_username(username):
            raise _RefusedError("username", UsernameError.message)
        given = self._grant(text)
        person = self._same_person(text, username)
        if given in self.grants.get(username, ()):
            raise _RefusedError("role", SAME_ROLE)
        self.people[username] = person
        self.grants[username].append(given)

    def _same_person(self, text: Mapping[str, str], username: str) -> tuple[str, str]:
        """Return name and password, which the rows of one username must agree about."""
        name, password = text["name"], text["password"]
        if username not in self.people:
            if password and not is_fit(username, password):
                raise _RefusedError("password", WeakPasswordError.message)
            return name, password
        known_name, known_password = self.people[username]
        if known_name != name:
            raise _RefusedError("name", OTHER_NAME)
        if password not in {"", known_password}:
            raise _RefusedError("password", OTHER_PASSWORD)
        return known_name, known_password

    def _grant(self, text: Mapping[str, str]) -> Grant:
        role = _role(text["role"])
        if role is None:
            raise _RefusedError("role", UNKNOWN_ROLE)
        key = "shop" if role is Role.SHOPKEEPER else "place"
        if not text[key]:
            raise _RefusedError(key, NEEDS_SHOP if key == "shop" else NEEDS_PLACE)
        try:
            if key == "shop":
                shop = self.places.shop(text["shop"])
                given = Grant(role, shop.region_code, shop.code)
            else:
                given = Grant(role, self.places.region(text["place"]), text["shop"] or None)
            check_grant(given, self.scope)
        except DomainError as error:
            raise _RefusedError(key, error.message) from error
        return given


def plan(rows: Iterable[Row], scope: Scope) -> Plan:
    """Read a table of accounts and say what is wrong with it; nothing is written."""
    reader = _Reader(directory(scope), scope)
    first: dict[str, int] = {}
    for row in rows:
        reader.read(row)
        first.setdefault(normal(str(row.values["username"])), row.number)
    for username in sorted(_taken(list(reader.people))):
        reader.errors.append(RowError(first[username], "用户名", TAKEN, username))
    accounts = [
        PlannedAccount(username, name, password, tuple(reader.grants[username]))
        for username, (name, password) in reader.people.items()
    ]
    return Plan(accounts, sorted(reader.errors))


def sealed(
    accounts: Sequence[PlannedAccount],
    *,
    memory_kib: int,
    progress: Callable[[], None] = lambda: None,
) -> tuple[list[NewAccount], dict[str, str]]:
    """Hash the passwords of planned accounts; return them and the passwords made, by username.

    Takes about 30 ms each on one core: do it before the transaction, not in it.
    """
    made = {account.username: make_password() for account in accounts if not account.password}

    def seal(account: PlannedAccount) -> NewAccount:
        password = account.password or made[account.username]
        hashed = hash_password(account.username, password, memory_kib)
        progress()
        return NewAccount(account.username, account.name, hashed, account.grants)

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(seal, accounts)), made


def _role(text: str) -> Role | None:
    wanted = "".join(text.split())
    return next((role for role in Role if wanted in {role.label, role.value}), None)


def _taken(usernames: list[str]) -> set[str]:
    """Return those of ``usernames`` that somebody has."""
    taken: set[str] = set()
    for start in range(0, len(usernames), 500):
        some = usernames[start : start + 500]
        taken.update(
            db.session.scalars(select(StaffMember.username).where(StaffMember.username.in_(some)))
        )
    return taken
