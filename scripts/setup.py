"""Install what the project needs, one line a step, skipping what is already there.

Usage: ``.venv/bin/python scripts/setup.py runtime|development``. Only the standard library
is used. A step is done when its stamp under ``.setup/`` holds the hash of its inputs and
its outputs exist, so a second run takes a blink.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import browser

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
STAMPS = ROOT / ".setup"
#: Where Flask-Babel looks for catalogues.
TRANSLATED = "supermarket/translations"


class Step(NamedTuple):
    """One thing to install: what it reads, what must exist afterwards, how it is done."""

    name: str
    title: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    install: Callable[[], None]


def run(*command: str | Path) -> None:
    """Run a command with the environment's own programs first; leave if it fails."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        line = " ".join(str(part) for part in command)
        raise SystemExit(f"✗ stopped: `{line}` failed; the lines above say why")


def install_packages(requirements: str) -> None:
    """Install the pinned Python packages."""
    run(BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--no-input", "-r", requirements)  # fmt: skip


def install_libraries(*options: str) -> None:
    """Install the pinned front-end libraries with the node that came from pip."""
    run(BIN / "npm", "ci", "--loglevel=error", "--no-progress", *options)


def bundle() -> None:
    """Bundle scripts, styles, fonts and icons into static/dist."""
    run(BIN / "node", "scripts/build.mjs")


def compile_translations() -> None:
    """Compile the language catalogues."""
    run(BIN / "pybabel", "--quiet", "compile", "--directory", TRANSLATED)


LIBRARIES = Step(
    "libraries",
    "front-end libraries",
    ("package.json", "package-lock.json", ".npmrc"),
    ("node_modules/.package-lock.json", "node_modules/esbuild/package.json"),
    lambda: install_libraries("--omit=dev"),
)
TEST_LIBRARIES = Step(
    "test-libraries",
    "front-end libraries, those of the tests included",
    LIBRARIES.inputs,
    (*LIBRARIES.outputs, "node_modules/axe-core/axe.min.js"),
    install_libraries,
)
BUNDLE = Step(
    "bundle",
    "front-end bundle static/dist",
    ("package-lock.json", "scripts/build.mjs", "static"),
    ("static/dist/manifest.json",),
    bundle,
)
TRANSLATIONS = Step(
    "translations",
    "language catalogues",
    (f"{TRANSLATED}/**/*.po",),
    (f"{TRANSLATED}/en/LC_MESSAGES/messages.mo",),
    compile_translations,
)
BROWSER = Step(
    "browser",
    "browser for the tests",
    ("scripts/browser.py",),
    (".setup/chromium",),
    browser.install,
)
RUNTIME = Step(
    "runtime",
    "Python packages",
    ("requirements.txt", ".venv/pyvenv.cfg"),
    (".venv/bin/flask",),
    lambda: install_packages("requirements.txt"),
)
DEVELOPMENT = Step(
    "development",
    "Python packages, tests and checks included",
    ("requirements.txt", "requirements-dev.txt", ".venv/pyvenv.cfg"),
    (".venv/bin/flask", ".venv/bin/pytest"),
    lambda: install_packages("requirements-dev.txt"),
)


def files(patterns: Iterable[str]) -> list[Path]:
    """The files that patterns name, folders included whole, built ones never."""
    found: set[Path] = set()
    for pattern in patterns:
        for path in ROOT.glob(pattern):
            found.update(path.rglob("*") if path.is_dir() else (path,))
    return sorted(path for path in found if path.is_file() and "dist" not in path.parts)


def fingerprint(step: Step) -> str:
    """A hash of everything the step reads and of the Python it installs into."""
    digest = hashlib.sha256(sys.version.encode())
    for path in files(step.inputs):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
        if path.name == "pyvenv.cfg":  # a new environment may have the same text
            digest.update(str(path.stat().st_mtime_ns).encode())
    return digest.hexdigest()


def is_done(step: Step) -> bool:
    """Whether the step's stamp is fresh and its outputs still exist."""
    stamp = STAMPS / f"{step.name}.stamp"
    return (
        stamp.exists()
        and stamp.read_text() == fingerprint(step)
        and all((ROOT / output).exists() for output in step.outputs)
    )


def ensure(step: Step) -> None:
    """Do a step unless it is done, and say how long it took."""
    if is_done(step) or not files(step.inputs):
        return
    print(f"→ {step.title} …", flush=True)
    began = time.monotonic()
    step.install()
    (STAMPS / f"{step.name}.stamp").write_text(fingerprint(step))
    print(f"✓ {step.title}: {time.monotonic() - began:.1f} s", flush=True)


def main(purpose: str) -> None:
    """Bring the machine to where ``purpose`` needs it."""
    STAMPS.mkdir(exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once take turns
        if purpose == "development":
            ensure(DEVELOPMENT)
            ensure(TEST_LIBRARIES)
        else:
            if not is_done(DEVELOPMENT):
                ensure(RUNTIME)
            if not is_done(TEST_LIBRARIES):
                ensure(LIBRARIES)
        for step in (BUNDLE, TRANSLATIONS):
            ensure(step)
        if purpose == "development" and not browser.known():
            (STAMPS / "browser.stamp").unlink(missing_ok=True)
            ensure(BROWSER)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in {"runtime", "development"}:
        raise SystemExit(__doc__)
    main(sys.argv[1])
