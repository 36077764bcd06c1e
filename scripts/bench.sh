#!/bin/sh
# Runs the benches named, else all, in turn, never two at once, so that they do not measure each other.
set -eu
cd "$(dirname "$0")/.."
failed=

[ $# -gt 0 ] || set -- bench/*.py
for bench; do
    bench=bench/$(basename "$bench" .py).py
    printf '%s\n' "--- $bench"
    .venv/bin/python "$bench" --quick || failed="$failed $bench"
done
[ -z "$failed" ] || { printf '%s\n' "Failed:$failed" >&2; exit 1; }
