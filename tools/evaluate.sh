#!/bin/sh
# Measures how well the matcher ranks: the collections beside the project, where they are, and the project's own golden set.
set -eu
for collections in ../shared/eval tests/golden; do
    if [ -d "$collections" ]; then
        printf '\n== %s\n' "$collections"
        .venv/bin/python -m matching.evaluate --all "$collections"
    else
        echo "evaluate: $collections is not here, left out" >&2
    fi
done
