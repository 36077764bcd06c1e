#!/bin/sh
# Runs each bench in turn, never two at once, so that they do not measure each other.
set -eu
cd "$(dirname "$0")/.."
failed=

for bench in bench/*.py; do
    [ -e "$bench" ] || continue
    printf '%s\n' "--- $bench"
    .venv/bin/python "$bench" --quick || failed="$failed $bench"
done
[ -z "$failed" ] || { printf '%s\n' "Failed:$failed" >&2; exit 1; }
