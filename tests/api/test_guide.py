"""The guide's examples work as they are printed."""

import re
import shlex
from pathlib import Path

from flask import Flask

from supermarket.staff.models import Role
from tests.api.callers import Caller, answered
from tests.api.conftest import Village
from tests.factories import PASSWORD, make_staff

GUIDE = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def examples() -> list[str]:
    """The curl commands of the guide, in order."""
    commands = []
    for block in BLOCK.findall(GUIDE.read_text()):
        joined = block.replace("\\\n", " ")
        commands += re.findall(r"^curl .*(?:\n .*)*", joined, re.MULTILINE)
    return commands


def run(app: Flask, command: str, values: dict[str, str]) -> dict[str, object]:
    """Do what curl would do; return the answer's JSON."""
    filled = re.sub(r"\$([A-Z]+)", lambda name: values[name[1]], command)
    words = shlex.split(filled)[1:]
    headers, body, address = {}, None, ""
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0)
        else:
            address = word
    answer = Caller(app).send("POST" if body else "GET", address, headers=headers, data=body)
    return answered(answer, answer.status_code if answer.status_code < 300 else 200)


def test_every_example_of_the_guide_works(app: Flask, village: Village) -> None:
    keeper = make_staff(Role.SHOPKEEPER, shop=village.shop, username="shop")
    card = answered(village.scorer.post(f"/households/{village.household.code}/cards"), 201)
    values = {
        "API": "",
        "CARD": card["code"],
        "SHOP": village.shop.code,
        "SOAP": village.soap,
        "OIL": village.oil,
    }

    for command in examples():
        answer = run(app, command.replace("aixin-demo", PASSWORD), values)
        values["TOKEN"] = str(answer.get("token", values.get("TOKEN")))
        values["REFERENCE"] = str(answer.get("reference", values.get("REFERENCE")))

    assert keeper.username == "shop"
    assert len(examples()) == 6
    assert answer["total"] == {
        "group": "",
        "label": "",
        "redemptions": 1,
        "households": 1,
        "units": 2,
        "points": 35,
        "yuan": 35.0,
    }
