#!/bin/sh
# Runs every check, also after one failed, and ends with the names of those that failed.
set -u
bin=.venv/bin
failed=

step() {
    name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed="$failed '$name'"
}

step "format (make fmt mends it)" $bin/ruff format --check .
step "style" $bin/ruff check .
step "types" $bin/mypy
step "imports go one way" $bin/lint-imports --no-logo
step "dependencies are declared and used" $bin/deptry .
step "security of the code" $bin/bandit --quiet --configfile pyproject.toml --severity-level medium -r app matching workers config
step "house rules, catalogues, secrets, migrations" $bin/python -m pytest -n 2 tests/house

if [ -n "$failed" ]; then
    printf '\ncheck: failed:%s\n' "$failed" >&2
    exit 1
fi
printf '\ncheck: all is well\n'
