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
# what people decided in the installation of `make run`, where there is one
if [ -f var/genklang.db ] && .venv/bin/genklang matcher export var/judged 2>/dev/null; then
    [ "$(wc -l <var/judged/qrels/test.tsv)" -le 1 ] || .venv/bin/python -m matching.evaluate --all var/judged
fi
