#!/bin/sh
# Make .venv with a Python that is new enough, or say in one sentence what to install.
set -eu
cd "$(dirname "$0")/.."

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
for python in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3 python; do
    if [ -n "$python" ] && command -v "$python" >/dev/null 2>&1 && "$python" -c "$new_enough" 2>/dev/null; then
        found=$python
        break
    fi
done
if [ -z "${found:-}" ]; then
    echo "Python 3.11 or newer is needed and was not found." >&2
    echo "Debian/Ubuntu: apt install python3 python3-venv · Fedora: dnf install python3.11 · macOS: brew install python@3.11" >&2
    exit 1
fi

echo "→ virtual environment .venv with $("$found" --version)"
rm -rf .venv
if "$found" -c 'import ensurepip' 2>/dev/null; then
    exec "$found" -m venv .venv
fi
# Debian ships venv without pip; a pip or virtualenv outside the environment can still fill it.
if "$found" -m pip --version >/dev/null 2>&1; then
    "$found" -m venv --without-pip .venv
    exec "$found" -m pip --python .venv/bin/python install --quiet pip
elif "$found" -m virtualenv --version >/dev/null 2>&1; then
    exec "$found" -m virtualenv --quiet .venv
fi
echo "This Python cannot make virtual environments. Debian/Ubuntu: apt install python3-venv" >&2
exit 1
