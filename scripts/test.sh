#!/bin/sh
# Runs the tests: those named, else all. Most of them wait more than they work: four at a time.
# Those with sound and whole programs come after them, one at a time, and so do those with
# terminals, beside them. Browsers come last, two at a time: they leave nobody much of the machine.
set -eu
cd "$(dirname "$0")/.."
pytest=".venv/bin/python -m pytest"
sound="tests/agent/test_own_voice.py tests/whole"
screens="tests/examples tests/support_tests tests/tui"
browsers="tests/browser tests/page/test_with_server.py"

[ $# -eq 0 ] || exec $pytest "$@"
failed=
$pytest -n 4 --dist loadfile \
    $(printf -- '--ignore=%s ' $sound $screens $browsers) --ignore-glob='tests/media/test_*' \
    || failed=yes
heard=$(mktemp)
$pytest $sound tests/media/test_*.py >"$heard" 2>&1 &
$pytest $screens || failed=yes
wait $! || failed=yes
cat "$heard"
rm -f "$heard"
$pytest -n 2 --dist loadfile $browsers || failed=yes
[ -z "$failed" ] || exit 1
