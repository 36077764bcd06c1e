#!/bin/sh
# Runs the tests: those named, else all. Most of them wait more than they work and share the cores;
# those with terminals, sound and whole programs come after them, one at a time, beside a call of a
# minute that hardly works at all.
set -eu
cd "$(dirname "$0")/.."
pytest=".venv/bin/python -m pytest"
alone="tests/agent tests/examples tests/support_tests tests/tui tests/whole"

[ $# -eq 0 ] || exec $pytest "$@"
failed=
$pytest -n auto --maxprocesses 4 --dist loadfile \
    $(printf -- '--ignore=%s ' $alone) --ignore-glob='tests/media/test_*' || failed=yes
call=$(mktemp)
$pytest -m long tests/media >"$call" 2>&1 &
$pytest -m "not long" $alone tests/media/test_*.py || failed=yes
wait $! || failed=yes
cat "$call"
rm -f "$call"
[ -z "$failed" ] || exit 1
