"""What the documents say is so: they are read by people who cannot check."""

import json
import re
from collections.abc import Iterator

import click
from flask import Flask

from supermarket.demo.service.places import HOME_TOWNSHIP, HOME_VILLAGE
from supermarket.demo.service.setting_up import PASSWORD, SIGN_INS
from supermarket.settings import ROOT

README, CHINESE = (ROOT / name for name in ("README.md", "README.zh-CN.md"))
#: A file, folder or command as the documents write it.
LINK = re.compile(r"\]\(([^)#:]+)\)")
OPTION = re.compile(r"(?<=\s)--[a-z-]+")


def pinned() -> Iterator[str]:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if match := re.match(r"([a-z0-9-]+)(?:\[[a-z]+\])?==", line):
                yield match[1]
    package = json.loads((ROOT / "package.json").read_text())
    yield from package["dependencies"] | package["devDependencies"]


def commands(text: str) -> list[str]:
    """Every ``flask …`` line or phrase, with what follows it on the line or in the code."""
    return re.findall(r"\bflask [a-z][^`\n#]*", text)


def test_every_pinned_dependency_says_why_it_is_here() -> None:
    told = re.findall(r"^\| `([^`]+)` \| .{10,} \|$", _docs("dependencies"), re.MULTILINE)

    assert sorted(told) == sorted(pinned())


def test_both_readmes_tell_the_demos_sign_ins() -> None:
    for path in (README, CHINESE):
        text = path.read_text()
        rows = re.findall(r"^\| `([a-z]+)` \| (.+) \| (.+) \|$", text, re.MULTILINE)
        assert [row[0] for row in rows] == [username for username, *_rest in SIGN_INS], path
        assert f"`{PASSWORD}`" in text
        places = {username: region for username, _name, _role, region in SIGN_INS}
        for username, _who, where in rows:
            assert ("安沟村" in where) is (places[username] == HOME_VILLAGE)
            assert ("焦村镇" in where) is (places[username] == HOME_TOWNSHIP)


def test_the_chinese_readme_names_the_same_commands() -> None:
    ours, theirs = README.read_text(), CHINESE.read_text()

    assert sorted(map(str.strip, commands(ours))) == sorted(map(str.strip, commands(theirs)))
    assert set(re.findall(r"\bmake [a-z-]+", ours)) == set(re.findall(r"\bmake [a-z-]+", theirs))
    assert set(re.findall(r"SUPERMARKET_[A-Z_]+\w", ours)) == set(
        re.findall(r"SUPERMARKET_[A-Z_]+\w", theirs)
    )
    assert set(LINK.findall(ours)) - {"README.zh-CN.md"} <= set(LINK.findall(theirs))


def test_every_flask_command_of_the_documents_exists_with_its_options(app: Flask) -> None:
    told = [line for path in (README, CHINESE) for line in commands(path.read_text())]

    assert len(told) > 10
    for line in told:
        command = _command(app, line)
        known = {option for given in command.params for option in given.opts}
        assert set(OPTION.findall(line)) <= known, line


def test_every_make_target_of_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    for path in (README, CHINESE, ROOT / "CONTRIBUTING.md"):
        told = set(re.findall(r"[`\n](?:[A-Z]+=\S+ )?make ([a-z-]+)", path.read_text()))
        assert told
        assert told <= targets, path


def test_every_link_of_the_documents_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]

    broken = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in pages
        for link in LINK.findall(path.read_text())
        if not (path.parent / link).exists()
    ]

    assert broken == []


def test_the_architecture_page_draws_the_tower_as_it_stands() -> None:
    drawn = re.findall(r"^├── ([a-z_]+)/|^└── ([a-z_]+)/", _docs("architecture"), re.MULTILINE)
    package = ROOT / "supermarket"
    real = {path.name for path in package.iterdir() if path.is_dir() and path.name[0] != "_"}

    assert {first or last for first, last in drawn} == real


def test_the_architecture_page_draws_the_slices_in_the_order_of_their_imports() -> None:
    _above, tower = _docs("architecture").split("slices, lowest first")
    drawn = re.findall(r"^[├└]── ([a-z_]+)/", tower, re.MULTILINE)
    contract = re.search(
        r"layers = \[\n(.*?)\n\]", (ROOT / "pyproject.toml").read_text(), re.DOTALL
    )
    assert contract is not None
    floors = [re.findall(r"supermarket\.(\w+)", line) for line in contract[1].splitlines()]
    place = {name: number for number, floor in enumerate(reversed(floors)) for name in floor}

    assert [place[name] for name in drawn] == sorted(place[name] for name in drawn)


def _docs(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text()


def _command(app: Flask, line: str) -> click.Command:
    """Find a command by the words behind ``flask``; KeyError if there is none."""
    found: click.Command = app.cli
    for word in line.split()[1:]:
        if not isinstance(found, click.Group):
            break
        found = _groups(found)[word]
    assert not isinstance(found, click.Group), line
    return found


def _groups(group: click.Group) -> dict[str, click.Command]:
    """The commands of a group, those that extensions add included."""
    with click.Context(group) as context:
        return {
            name: command
            for name in group.list_commands(context)
            if (command := group.get_command(context, name))
        }
