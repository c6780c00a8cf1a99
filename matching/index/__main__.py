"""The index from the command line: `python -m matching.index build|query|info`, over JSON Lines."""

import argparse
import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from matching.errors import MatchingError
from matching.index import Index
from matching.model import Document, Match

TEXTS = ("title", "problem", "text", "language")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0, or 2 with a sentence on what was wrong."""
    parser = argparse.ArgumentParser(prog="python -m matching.index", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="index the documents of FILE and publish them as one generation")
    build.add_argument("file", type=Path, metavar="FILE", help=".jsonl or .jsonl.gz; - reads standard input")
    build.add_argument("folder", type=Path, metavar="FOLDER")
    query = commands.add_parser("query", help="rank the documents of FOLDER for a text, with reasons")
    query.add_argument("folder", type=Path, metavar="FOLDER")
    query.add_argument("text", metavar="TEXT", help="the problem in words; - reads standard input")
    query.add_argument("--limit", type=int, default=10, metavar="N")
    query.add_argument("--json", action="store_true", help="print one JSON object a match")
    info = commands.add_parser("info", help="say what FOLDER holds and what made it")
    info.add_argument("folder", type=Path, metavar="FOLDER")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "build":
            _build(chosen.file, chosen.folder)
        elif chosen.command == "query":
            _query(chosen.folder, chosen.text, chosen.limit, as_json=chosen.json)
        else:
            _info(chosen.folder)
    except (MatchingError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _build(file: Path, folder: Path) -> None:
    index = Index.build(_documents(file))
    index.publish(folder)
    sys.stdout.write(f"{len(index)} documents in {folder}\n")


def _query(folder: Path, text: str, limit: int, *, as_json: bool) -> None:
    words = sys.stdin.read() if text == "-" else text
    index = Index.open(folder)
    titles = {document.id: document.title for document in index.documents()} if not as_json else {}
    for place, match in enumerate(index.rank(Document("", "", words, ""), limit=limit), start=1):
        if as_json:
            sys.stdout.write(json.dumps(_plain(match), ensure_ascii=False) + "\n")
        else:
            met = ", ".join(term.word if term.word == term.met else f"{term.word} ~ {term.met}" for term in match.terms)
            sys.stdout.write(f"{place:>3}  {match.score:.3f}  {match.label:<10}  {match.id}  {titles[match.id]}\n")
            sys.stdout.write(f"     {met}\n")


def _info(folder: Path) -> None:
    about = Index.open(folder).about()
    size = sum(path.stat().st_size for path in folder.iterdir())
    sys.stdout.write(
        f"documents      {about.documents}\n"
        f"matcher        {about.algorithm}, version {about.version}\n"
        f"configuration  {about.configuration}\n"
        f"generation     {about.generation}\n"
        f"on disk        {size / 1e6:.1f} MB\n"
    )


def _plain(match: Match) -> dict[str, object]:
    return {
        "id": match.id,
        "score": round(match.score, 6),
        "label": match.label,
        "terms": [{"word": term.word, "met": term.met, "share": round(term.share, 4)} for term in match.terms],
    }


def _documents(file: Path) -> Iterator[Document]:
    """Yield the documents of a file; raises ValueError that names the line that is none."""
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            identity = str(row["id"] if "id" in row else row["_id"])
            texts = {name: str(row.get(name) or "") for name in TEXTS}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"{file}, line {number}: not a JSON object with an id ({error})") from error
        yield Document(identity, texts["title"], texts["problem"], texts["text"], texts["language"])


def _lines(file: Path) -> Iterator[str]:
    if str(file) == "-":
        yield from sys.stdin
        return
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        yield from lines


if __name__ == "__main__":
    sys.exit(main())
