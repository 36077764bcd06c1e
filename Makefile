# What each target does stands in scripts/; ARGS reaches the command behind the target:
#   make start ARGS="--open"       make test ARGS="tests/room -q"       make bench ARGS="mixer echo"

.PHONY: start test check format bench docs screenshots clean

start:
	@scripts/bootstrap.sh run
	@.venv/bin/proconf-tui start --room myRoom $(ARGS)

test:
	@scripts/bootstrap.sh test
	@scripts/test.sh $(ARGS)

check:
	@scripts/bootstrap.sh dev
	@scripts/check.sh

format:
	@scripts/bootstrap.sh dev
	@.venv/bin/ruff check --select I --fix .
	@.venv/bin/ruff format .

bench:
	@scripts/bootstrap.sh bench
	@scripts/bench.sh $(ARGS)

docs:
	@scripts/bootstrap.sh run
	@.venv/bin/python scripts/docs.py

screenshots:
	@scripts/bootstrap.sh test
	@.venv/bin/python scripts/screenshots.py $(ARGS)

clean:
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
