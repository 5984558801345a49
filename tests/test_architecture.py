"""Promises about the whole that no single test of a slice could keep."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from supermarket.audit.models import ACTION_LABELS
from supermarket.settings import ROOT

PACKAGE = ROOT / "supermarket"
TEMPLATES = ROOT / "templates"
SLICES = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - {"spreadsheets", "demo"}
ROLES = {"models", "errors", "queries", "service", "forms", "views", "commands"}
#: Template folders that belong to no slice.
SHARED = {"macros", "errors"}
LONGEST_FILE = 300
#: Verbs of HTTP that change nothing.
READING = {"GET", "HEAD", "OPTIONS"}
#: A rule of the linter or of the type checker set aside; what follows is the reason.
EXCEPTION = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?::\s?[A-Z]+\d+(?:,\s?[A-Z]+\d+)*|\[[^]]*\])?")
#: What only macros write.
RAW = re.compile(
    r"<(?:input|table|select|textarea|form|style)\b[^>]*>|<script(?![^>]*\bsrc=)[^>]*>"
    r"|\sstyle=|\son[a-z]+=\""
)
MODULES = sorted(PACKAGE.rglob("*.py"))
#: base.html is the frame of every page, drawn once.
PAGES = sorted(path for path in TEMPLATES.glob("*/**/*.html") if path.parent.name != "macros")
CODE = [
    path
    for folder in ("supermarket", "benchmarks", "scripts", "migrations")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def test_only_the_database_module_commits() -> None:
    committers = {
        named(path) for path in MODULES for call in calls(tree_of(path)) if called(call) == "commit"
    }

    assert committers == {"supermarket/database.py"}


def test_only_views_and_commands_open_a_transaction() -> None:
    openers = {
        named(path)
        for path in MODULES
        for call in calls(tree_of(path))
        if called(call) in {"transaction", "once_more"}
    }

    wrong = {
        name
        for name in openers - {"supermarket/database.py"}
        if not re.search(r"/(views|commands|demo|api)[/.]", name)
    }
    assert wrong == set()


def test_a_file_is_short_enough_to_be_read() -> None:
    lines = {named(path): len(path.read_text().splitlines()) for path in MODULES}

    assert {name: count for name, count in lines.items() if count >= LONGEST_FILE} == {}


def test_slices_use_only_the_names_of_roles() -> None:
    strangers = {
        named(path)
        for slice_name in SLICES
        for path in (PACKAGE / slice_name).iterdir()
        if path.stem not in ROLES | {"__init__", "__pycache__"}
    }

    assert strangers == set()


def test_there_are_no_drawers() -> None:
    drawers = [
        named(p) for p in MODULES if p.stem in {"utils", "helpers", "base", "common", "misc"}
    ]

    assert drawers == []


def test_the_init_of_a_slice_is_one_sentence() -> None:
    talkative = [
        named(path) for path in PACKAGE.glob("*/__init__.py") if len(tree_of(path).body) != 1
    ]

    assert talkative == []


def test_every_module_says_what_it_is() -> None:
    silent = [named(path) for path in MODULES if not ast.get_docstring(tree_of(path))]

    assert silent == []


def test_an_exception_to_a_rule_has_a_reason() -> None:
    bare = [
        f"{named(path)}:{number}: {line.strip()}"
        for path in CODE
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if (mark := EXCEPTION.search(line)) and len(line[mark.end() :].strip(" #-")) < 5
    ]

    assert bare == []


def test_nobody_catches_everything() -> None:
    nets = [
        f"{named(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]

    assert nets == []


def test_template_folders_mirror_the_package() -> None:
    folders = {path.name for path in TEMPLATES.iterdir() if path.is_dir()}

    assert folders - SHARED <= SLICES


def test_pages_compose_and_do_not_draw() -> None:
    drawn = {
        named(path): RAW.findall(re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL))
        for path in PAGES
    }

    assert {name: elements for name, elements in drawn.items() if elements} == {}


def test_every_template_is_used() -> None:
    sources = "\n".join(path.read_text() for path in [*MODULES, *TEMPLATES.rglob("*.html")])

    unused = [
        str(path.relative_to(TEMPLATES))
        for path in sorted(TEMPLATES.rglob("*.html"))
        if not re.search(rf"[\"']{re.escape(str(path.relative_to(TEMPLATES)))}[\"']", sources)
    ]

    assert unused == []


def test_every_view_says_what_it_needs(app: Flask) -> None:
    silent = {name for name, view in app.view_functions.items() if "needs" not in vars(view)}

    assert silent == set()


def test_no_view_that_only_reads_opens_a_transaction(app: Flask) -> None:
    readers: set[tuple[str | None, str]] = set()
    posters: set[tuple[str | None, str]] = set()
    for rule in app.url_map.iter_rules():
        view = inspect.unwrap(app.view_functions[rule.endpoint])
        where = (inspect.getsourcefile(view), getattr(view, "__name__", ""))
        (posters if set(rule.methods or ()) - READING else readers).add(where)

    writers = {
        (str(path), node.name)
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        and {"transaction", "once_more"} & {called(call) for call in calls(node)}
    }

    assert (readers - posters) & writers == set()
    assert posters & writers != set()


def test_every_action_of_the_audit_log_has_a_word() -> None:
    recorded = {
        match
        for path in MODULES
        for match in re.findall(r"audit\.record\(\s*\"([a-z_]+\.[a-z_]+)\"", path.read_text())
    }

    assert recorded - set(ACTION_LABELS) == set()
    assert recorded != set()
