#!/bin/sh
# usage: tools/lock.sh [--upgrade]
#
# Writes the pins and hashes of everything pyproject.toml asks for, for every platform, without the address of any registry.
set -eu
compile() {
    .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate --custom-compile-command "make lock" "$@"
}
printf 'uv\n' | compile "$@" --output-file requirements/setup.lock -
compile "$@" --extra run pyproject.toml --output-file requirements/run.lock
# the tests run with the very versions that the service runs with
compile "$@" --extra run --extra test --constraint requirements/run.lock pyproject.toml --output-file requirements/test.lock
