"""The templates keep the house rules, and what they ask of the front-end build is there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "macros" not in path.parts and path.name != "base.html"]
#: Where each macro takes the name of an icon: its position, 0 for keyword only.
ICONS = {
    "icon": 0,
    "link_button": 2,
    "post_button": 2,
    "form_for": 2,
    "filters": 2,
    "link_row": 4,
    "empty_state": 3,
    "stat": 5,
}


def parse(path: Path) -> nodes.Template:
    """The syntax tree of a template."""
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=True,
    )
    return environment.parse(path.read_text(), filename=str(path))


def text_of(node: nodes.Node | None) -> Iterator[str]:
    """The words a node may stand for: not the keys it looks up or the words it compares."""
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, nodes.Dict):
        for pair in node.items:
            yield from text_of(pair.value)
    elif isinstance(node, nodes.Getitem):
        yield from text_of(node.node)
    elif isinstance(node, nodes.CondExpr):
        yield from text_of(node.expr1)
        yield from text_of(node.expr2)


def calls(path: Path) -> Iterator[nodes.Call]:
    """The calls of plain names in a template."""
    for call in parse(path).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            yield call


def icons(path: Path) -> set[str]:
    """The names of the icons a template draws."""
    names: set[str] = set()
    for call in calls(path):
        macro = call.node.name  # type: ignore[attr-defined]  # calls() yields Names only
        at = ICONS.get(macro)
        if at is None:
            continue
        if len(call.args) > at:
            names.update(text_of(call.args[at]))
        for keyword in call.kwargs:
            if keyword.key == "icon_name":
                names.update(text_of(keyword.value))
    return names


def macros(name: str) -> set[str]:
    """The macros that a file of macros offers."""
    return {macro.name for macro in parse(ROOT / "templates" / name).find_all(nodes.Macro)}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_composes_macros_and_draws_nothing_itself(page: Path) -> None:
    drawn = re.findall(
        r"<(?:input(?! type=\"hidden\")|select|textarea|table|form)\b", page.read_text()
    )

    assert drawn == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_in_a_template_would_be_refused_by_the_content_security_policy(
    template: Path,
) -> None:
    text = template.read_text()

    inline = [
        script
        for script in re.findall(r"<script\b[^>]*>", text)
        if "src=" not in script and 'type="application/json"' not in script
    ]

    assert inline == []
    assert re.findall(r"<style\b|\sstyle=|\son[a-z]+=\"|javascript:|hx-on", text) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_macro_a_template_imports_exists(template: Path) -> None:
    missing = {
        name if isinstance(name, str) else name[0]
        for statement in parse(template).find_all(nodes.FromImport)
        for name in statement.names
        if (name if isinstance(name, str) else name[0])
        not in macros(next(text_of(statement.template)))
    }

    assert missing == set()


def test_every_icon_is_in_the_sprite() -> None:
    listed = set(json.loads((ROOT / "static/icons.json").read_text()))
    views = "\n".join(path.read_text() for path in (ROOT / "supermarket").rglob("*.py"))
    in_menus = re.findall(r'NavigationItem\(\s*N_\("[^"]*"\),\s*"([^"]+)"', views)

    drawn = {*in_menus}.union(*(icons(template) for template in TEMPLATES))

    assert drawn <= listed


def test_every_asset_a_template_asks_for_is_built() -> None:
    manifest = json.loads((ROOT / "static/dist/manifest.json").read_text())

    wanted = {
        name
        for template in TEMPLATES
        for name in re.findall(r"asset\(['\"]([^'\"]+)['\"]\)", template.read_text())
    }

    assert wanted <= set(manifest)
    assert all((ROOT / "static/dist" / file).is_file() for file in manifest.values())


def test_libraries_are_pinned_and_their_lock_names_no_registry() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())

    loose = [
        version
        for version in (package["dependencies"] | package["devDependencies"]).values()
        if not re.fullmatch(r"\d+\.\d+\.\d+", version)
    ]

    assert loose == []
    assert all("resolved" not in entry for entry in lock["packages"].values())
    assert all("integrity" in entry for path, entry in lock["packages"].items() if path)


def test_our_styles_keep_to_what_phones_of_2018_understand() -> None:
    newer = r":is\(|:has\(|:where\(|color-mix\(|\binset:|^\s*gap:|aspect-ratio|@layer|\d[sdl]vh\b"

    found = [
        f"{path.name}: {match}"
        for path in (ROOT / "static").rglob("*.css")
        if "dist" not in path.parts
        for match in re.findall(newer, re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S), re.M)
    ]

    assert found == []


def test_the_scripts_of_the_household_page_run_on_phones_of_2018() -> None:
    dist = ROOT / "static/dist"
    manifest = json.loads((dist / "manifest.json").read_text())
    newer = r"\?\.[A-Za-z_$\[(]|\?\?|\bawait\b|\|\|=|&&=|\.(?:at|flatMap|replaceAll)\("

    scripts = [manifest["household.js"], manifest["early.js"]]
    for script in scripts:
        scripts += re.findall(r'(?:from|import)"\./(part-[^"]+)"', (dist / script).read_text())
    found = {name: re.findall(newer, (dist / name).read_text()) for name in scripts}

    assert 'target = ["es2017", "chrome64"' in (ROOT / "scripts/build.mjs").read_text()
    assert {name: what for name, what in found.items() if what} == {}


def test_a_first_visit_to_the_counter_costs_at_most_150_kilobytes() -> None:
    dist = ROOT / "static/dist"
    manifest = json.loads((dist / "manifest.json").read_text())
    named = [
        manifest[name]
        for name in (
            "app.css",
            "app.js",
            "early.js",
            "counter.js",
            "scan.js",
            "icons.svg",
            "favicon.svg",
        )
    ]
    parts = {
        part
        for file in named
        if file.endswith(".js")
        for part in re.findall(r'from"\./([^"]+)"', (dist / file).read_text())
    }

    total = sum((dist / f"{file}.gz").stat().st_size for file in [*named, *parts])

    assert total <= 120_000  # the page itself may have the rest
