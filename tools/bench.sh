#!/bin/sh
# Runs every tests/bench/bench_*.py; each prints what it measured.
set -eu
# figures are for one thread
export OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
for bench in tests/bench/bench_*.py; do
    [ -f "$bench" ] || { echo "bench: no tests/bench/bench_*.py is here" >&2; exit 1; }
    module=$(echo "${bench%.py}" | tr / .)
    printf '\n== %s\n' "$module"
    .venv/bin/python -m "$module"
done
