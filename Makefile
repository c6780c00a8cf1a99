# What can be done with this project: make help

PYTHON ?= python3
PORT ?= 8000
export PYTHON PORT
BIN := .venv/bin
PY := $(BIN)/python

.DEFAULT_GOAL := help

##@ Use it
run: setup  ## start everything on http://127.0.0.1:8000 with demo data; PORT=8001 moves it, Ctrl-C stops it
	@$(PY) -m app.demo.run

setup:  ## install what `make run` needs into .venv (PYTHON=... picks the interpreter); does nothing the second time
	@sh tools/setup.sh run

##@ Test it
test: setup-test  ## every test, with real PostgreSQL, Redis, Valkey, SMTP and a browser; ARGS='-k mail' picks some
	@$(PY) -m pytest -n 2 $(ARGS)

check: setup-test  ## what must hold before the tests are worth running: style, types, imports, dependencies, house rules
	@sh tools/check.sh

evaluate: setup-test  ## how well the matcher ranks: the collections of ../shared/eval where they are, and tests/golden
	@sh tools/evaluate.sh

bench: setup-test  ## how fast it is: runs every tests/bench/bench_*.py and prints what it measured
	@sh tools/bench.sh

setup-test:  ## install what the tests need beside: test libraries, servers in packages, a browser
	@sh tools/setup.sh test
	@sh tools/browser.sh

##@ Change it
fmt: setup-test  ## put the code in the house's format and mend what ruff can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

messages: setup-test  ## take new texts of the pages into the Danish and English catalogues
	@sh tools/messages.sh

lock: setup-test  ## pin what pyproject.toml asks for in requirements/*.lock; ARGS=--upgrade takes newer versions
	@sh tools/lock.sh $(ARGS)

clean:  ## remove what was installed and built, and the data in var/
	rm -rf .venv node_modules var .coverage htmlcov .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find app matching workers config tests -name __pycache__ -prune -exec rm -rf {} +
	find app -name '*.mo' -delete

help:  ## this list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

.PHONY: run setup test check evaluate bench setup-test fmt messages lock clean help
