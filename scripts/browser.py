"""Find a Chromium for the browser tests, or install one; its path goes to .setup/chromium."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOUND = ROOT / ".setup" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ADVICE = (
    "✗ no Chromium for the browser tests could be found or installed.\n"
    "  Install one (Debian/Ubuntu: sudo apt install chromium), or point to yours:\n"
    "  CHROMIUM=/path/to/chrome make test"
)


def succeeds(*command: str, timeout: int = 30) -> bool:
    """Whether a command can be run and ends well; its output is shown only by callers."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def candidates() -> Iterator[str]:
    """The named browser first, then those on the path."""
    if named := os.environ.get("CHROMIUM"):
        yield named
    for name in NAMES:
        if path := shutil.which(name):
            yield path


def found() -> str | None:
    """The first browser that really starts; a distribution's empty stub does not."""
    return next((path for path in candidates() if succeeds(path, "--version")), None)


def install_with_apt() -> str | None:
    """Debian's own package, when this user may install packages."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        prefix: tuple[str, ...] = ()
    elif shutil.which("sudo") and succeeds("sudo", "-n", "true"):
        prefix = ("sudo", "-n")
    else:
        return None
    apt = (*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y")
    succeeds(*apt, "update", timeout=300)
    succeeds(*apt, "install", "--no-install-recommends", "chromium", timeout=900)
    return found()


def install_with_playwright() -> str | None:
    """Playwright's own download, for machines without a package manager we know."""
    python = str(ROOT / ".venv" / "bin" / "python")
    if not succeeds(python, "-m", "playwright", "install", "chromium", timeout=900):
        return None
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    path = answer.stdout.strip()
    return path if path and succeeds(path, "--version") else None


def known() -> bool:
    """Whether the path found earlier still leads somewhere and nobody named another."""
    if not FOUND.exists():
        return False
    path = FOUND.read_text().strip()
    return Path(path).exists() and os.environ.get("CHROMIUM", path) == path


def install() -> None:
    """Write the path of a working Chromium, installing one if there is none."""
    path = found() or install_with_apt() or install_with_playwright()
    if path is None:
        raise SystemExit(ADVICE)
    FOUND.write_text(path + "\n")
