"""Test collections in the layout of BEIR: documents, queries and judgements."""

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matching.errors import MatchingError
from matching.model import Document


@dataclass(frozen=True, slots=True)
class Query:
    """One query; kind is its `type` in the file, "" when it states none."""

    id: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, the queries that have judgements, and gain by document id for each query id (0 = not relevant)."""

    name: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...]
    judgements: dict[str, dict[str, int]]


class CollectionError(MatchingError):
    """A folder does not hold a collection in this layout."""


def is_collection(folder: Path) -> bool:
    """Say whether `folder` has the three parts of a collection."""
    return (folder / "qrels" / "test.tsv").is_file() and _lines_file(folder, "corpus") is not None


def load(folder: Path) -> Collection:
    """Read `corpus.jsonl[.gz]`, `queries.jsonl[.gz]` and `qrels/test.tsv`; raises CollectionError with the place."""
    judgements = _judgements(folder / "qrels" / "test.tsv")
    documents = tuple(
        Document(id=row["_id"], title=row.get("title", ""), problem=row.get("problem", ""), text=row.get("text", ""))
        for row in _rows(folder, "corpus")
    )
    queries = tuple(
        Query(row["_id"], row["text"], str(row.get("type", "")))
        for row in _rows(folder, "queries")
        if any(judgements.get(row["_id"], {}).values())
    )
    return Collection(folder.resolve().name, documents, queries, judgements)


def _lines_file(folder: Path, name: str) -> Path | None:
    for path in (folder / f"{name}.jsonl.gz", folder / f"{name}.jsonl"):
        if path.is_file():
            return path
    return None


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    path = _lines_file(folder, name)
    if path is None:
        raise CollectionError(f"{folder} has no {name}.jsonl or {name}.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
                row["_id"] = str(row["_id"])
            except (ValueError, KeyError, TypeError) as error:
                raise CollectionError(f"{path}, line {number}: {error}") from error
            yield row


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                found.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise CollectionError(f"{path} cannot be read: {error}") from error
    return found
