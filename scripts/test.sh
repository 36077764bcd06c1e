#!/bin/sh
# Runs the tests: those named, else all. Most of them wait more than they work and share the cores;
# those with terminals, sound and whole programs come after them, one at a time.
set -eu
cd "$(dirname "$0")/.."
pytest=".venv/bin/python -m pytest"
alone="tests/agent tests/examples tests/media tests/support_tests tests/tui tests/whole"

[ $# -eq 0 ] || exec $pytest "$@"
failed=
$pytest -n auto --maxprocesses 4 --dist loadfile $(printf -- '--ignore=%s ' $alone) || failed=yes
$pytest $alone || failed=yes
[ -z "$failed" ] || exit 1
