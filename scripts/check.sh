#!/bin/sh
# Runs every check, also after one has failed, and fails if any did.
set -eu
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
failed=

run() {
    printf '%s\n' "--- $*"
    "$@" || failed="$failed $1"
}

run ruff format --check .
run ruff check .
run mypy
run lint-imports
[ -z "$failed" ] || { printf '%s\n' "Failed:$failed" >&2; exit 1; }
