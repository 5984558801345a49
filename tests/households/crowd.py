"""Fifty thousand made-up households, written straight into the tables."""

import random

from sqlalchemy import insert, text

from supermarket.clock import now
from supermarket.database import db, transaction
from supermarket.households.models import (
    Household,
    HouseholdMember,
    HouseholdState,
    HouseholdTerm,
)
from supermarket.households.service.terms import terms_of
from supermarket.ledger.models import Account, AccountKind
from supermarket.regions.models import Region
from tests.factories import COUNTY, make_regions

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许"
    "韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任单"
)
GIVEN = "国建军红明华强平秀英兰玉梅春伟丽芳敏静涛超勇艳杰娟涵子雨欣浩然志文德福贵生金水根土木林森"


def person(rng: random.Random) -> str:
    """A made-up name."""
    return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2, 2))))


def fill(households: int = 50_000, villages: int = 400, seed: int = 1) -> list[str]:
    """Write households of three into many villages; return the villages."""
    rng = random.Random(seed)
    make_regions()
    codes = [f"{COUNTY}{100 + n // 20}{200 + n % 20:03}" for n in range(villages)]
    with transaction():
        for code in codes:
            if db.session.get(Region, code[:9]) is None:
                db.session.add(Region(code=code[:9], name=f"{code[6:9]}镇", parent_code=COUNTY))
                db.session.flush()
            if db.session.get(Region, code) is None:
                db.session.add(Region(code=code, name=f"{code}村", parent_code=code[:9]))
    accounts, rows, people, terms = [], [], [], []
    for number in range(1, households + 1):
        village = codes[number % villages]
        code = f"{village}{number // villages + 1:04}"
        names = [person(rng) for _ in range(3)]
        group, phone = f"{rng.randint(1, 12)}组", f"1{rng.randrange(10**10):010}"
        accounts.append({"id": number, "kind": AccountKind.HOUSEHOLD, "owner_code": code})
        rows.append(
            {
                "id": number, "code": code, "village_code": village, "group_name": group,
                "head": names[0], "phone": phone, "helper": "", "identity_tail": "",
                "state": HouseholdState.ACTIVE, "account_id": number, "created_at": now(),
            }
        )  # fmt: skip
        people += [{"household_id": number, "name": n, "relation": ""} for n in names]
        terms += [
            {"household_id": number, "term": term, "village_code": village}
            for term in terms_of(code, group, phone, names)
        ]
    with transaction():
        for table, made in (
            (Account.__table__, accounts), (Household.__table__, rows),
            (HouseholdMember.__table__, people), (HouseholdTerm.__table__, terms),
        ):  # fmt: skip
            made_rows = [
                {("group_name" if k == "group" else k): v for k, v in r.items()} for r in made
            ]
            db.session.execute(insert(table), made_rows)  # type: ignore[arg-type]
    if db.engine.dialect.name == "postgresql":
        for table_name in ("account", "household"):
            db.session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table_name}', 'id'), {households})")
            )
        db.session.commit()
    return codes
