"""Measures the matcher: `python -m matching.evaluate DIR [--run FILE] [--json]` or `--all DIR [DIR ...]`."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from matching.arithmetic import use_compiled
from matching.configuration import ALGORITHM, VERSION, Configuration
from matching.embeddings import FolderEmbedder
from matching.errors import MatchingError
from matching.evaluate.collections import Collection, CollectionError, is_collection, load
from matching.evaluate.measures import MEASURES, measure, p_value
from matching.evaluate.rankers import Run, anchors, ours

Measured = list[tuple[float, float, float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0, or 2 when a folder is no collection or no model."""
    parser = argparse.ArgumentParser(prog="python -m matching.evaluate", description=__doc__)
    parser.add_argument(
        "folders", nargs="+", type=Path, metavar="DIR", help="a collection; with --all, folders of them"
    )
    parser.add_argument("--all", action="store_true", help="one table over all collections, beside the anchors")
    parser.add_argument("--run", type=Path, metavar="FILE", help="write the ranking as TREC lines")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.add_argument(
        "--embeddings", type=Path, metavar="FOLDER", help="with --all: a sentence-transformers model to rank beside"
    )
    chosen = parser.parse_args(arguments)
    use_compiled()
    try:
        if chosen.all:
            embedder = FolderEmbedder(chosen.embeddings) if chosen.embeddings else None
            _print_table(_collections(chosen.folders), anchors(embedder), as_json=chosen.json)
        else:
            for folder in chosen.folders:
                _print_one(load(folder), chosen.run, as_json=chosen.json)
    except MatchingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _collections(folders: Iterable[Path]) -> list[Collection]:
    found = []
    for folder in folders:
        if is_collection(folder):
            found.append(load(folder))
        elif folder.is_dir():
            found.extend(load(inner) for inner in sorted(folder.iterdir()) if is_collection(inner))
    if not found:
        raise CollectionError(f"no collection in {', '.join(map(str, folders))}")
    return found


def _measured(run: Run, collection: Collection) -> Measured:
    return [
        measure([name for name, _ in run[query.id]], collection.judgements[query.id]) for query in collection.queries
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _summary(measured: Measured) -> dict[str, float]:
    return {name: round(_mean([row[place] for row in measured]), 4) for place, name in enumerate(MEASURES)}


def _print_one(collection: Collection, run_file: Path | None, *, as_json: bool) -> None:
    run = ours(collection)
    measured = _measured(run, collection)
    by_kind: dict[str, Measured] = {}
    for query, row in zip(collection.queries, measured, strict=True):
        by_kind.setdefault(query.kind, []).append(row)
    by_type = {kind: {**_summary(rows), "queries": len(rows)} for kind, rows in sorted(by_kind.items()) if kind}
    if run_file is not None:
        _write_run(run, run_file)
    result = {"collection": collection.name, "configuration": Configuration().digest(), **_summary(measured)}
    if as_json:
        sys.stdout.write(json.dumps({**result, "queries": len(measured), "by_type": by_type}) + "\n")
        return
    sys.stdout.write(f"{collection.name}: {len(collection.documents)} documents, {len(measured)} queries\n")
    for name in MEASURES:
        kinds = "  ".join(f"{kind} {row[name]:.3f} ({row['queries']})" for kind, row in by_type.items())
        sys.stdout.write(f"  {name:<11}{result[name]:.4f}   {kinds}".rstrip() + "\n")


def _write_run(run: Run, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for query, ranked in run.items():
            for place, (document, score) in enumerate(ranked, start=1):
                file.write(f"{query} Q0 {document} {place} {score:.6f} {ALGORITHM}-{VERSION}\n")


def _print_table(
    collections: Sequence[Collection], others: Mapping[str, Callable[[Collection], Run]], *, as_json: bool
) -> None:
    """Print nDCG@10 of every ranker on every collection, with p of the paired test against ours."""
    if not as_json:
        heads = "".join(f"{name:>22}" for name in others)
        sys.stdout.write("nDCG@10, and in brackets p of a paired randomisation test against ours\n")
        sys.stdout.write(f"{'collection':<16}{'queries':>8}{'ours':>8}{heads}\n")
    for collection in collections:
        mine = [row[0] for row in _measured(ours(collection), collection)]
        cells, figures = "", {}
        for name, ranker in others.items():
            theirs = [row[0] for row in _measured(ranker(collection), collection)]
            figures[name] = {"nDCG@10": round(_mean(theirs), 4), "p": round(p_value(mine, theirs), 4)}
            cells += f"{_mean(theirs):>13.3f} ({figures[name]['p']:.4f})"
        if as_json:
            row = {"collection": collection.name, "queries": len(mine), "ours": round(_mean(mine), 4), **figures}
            sys.stdout.write(json.dumps(row) + "\n")
        else:
            sys.stdout.write(f"{collection.name:<16}{len(mine):>8}{_mean(mine):>8.3f}{cells}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
