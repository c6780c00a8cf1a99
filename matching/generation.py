"""A generation: a segment in a folder, written whole or not at all, read by mapping its arrays.

`digest` names the weights and word lists (`Configuration.digest`): a generation made with others is refused.
"""

import contextlib
import errno
import json
import os
import shutil
import tempfile
import time
import uuid
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np

from matching.errors import GenerationError
from matching.model import Document
from matching.segment import ARRAY_NAMES, Arrays, Segment
from matching.stored import StoredDocuments, StoredIds, write_pieces

FORMAT: Final = 4
# A generation of a million documents is written in minutes.
ABANDONED_AFTER_SECONDS: Final = 6 * 3600
MOST_TRIES: Final = 1_000  # to put a generation in its place while others do the same
_HEADER: Final = "generation.json"
_DOCUMENTS: Final = "documents.jsonl"
_IDS: Final = "ids"
_STARTS: Final = "{}.starts.npy"
_VECTORS: Final = "vectors.npy"


def write(segment: Segment, folder: Path, digest: str) -> Path:
    """Write `segment` beside `folder`, make it durable and rename it to `folder`; return `folder`."""
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".new", dir=folder.parent))
    try:
        _fill(made, segment, digest)
        _swap(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def _sweep(parent: Path) -> None:
    """Remove what publishers that were killed have left half-written."""
    for left in parent.glob(".*.new"):
        with contextlib.suppress(FileNotFoundError):  # its publisher has just put it in place
            if time.time() - left.stat().st_mtime > ABANDONED_AFTER_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


def _fill(folder: Path, segment: Segment, digest: str) -> None:
    for name in ARRAY_NAMES:
        with (folder / f"{name}.npy").open("wb") as file:
            np.save(file, getattr(segment.arrays, name))
            _flush(file.fileno())
    if segment.vectors is not None:
        with (folder / _VECTORS).open("wb") as file:
            np.save(file, segment.vectors)
            _flush(file.fileno())
    texts = (json.dumps(_plain(document), ensure_ascii=False).encode() + b"\n" for document in segment.documents)
    for name, pieces in ((_DOCUMENTS, texts), (_IDS, (identity.encode() for identity in segment.ids))):
        with (folder / name).open("wb") as file:
            starts = write_pieces(file, pieces)
            file.flush()
            _flush(file.fileno())
        with (folder / _STARTS.format(name)).open("wb") as file:
            np.save(file, starts)
            _flush(file.fileno())
    sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
    header = {
        "format": FORMAT,
        "id": uuid.uuid4().hex[:12],
        "configuration": digest,
        "mean_length": segment.mean_length,
        "thin": segment.thin,
        "documents": len(segment),
        "sizes": sizes,
    }
    with (folder / _HEADER).open("w", encoding="utf-8") as file:
        json.dump(header, file)
        file.flush()
        _flush(file.fileno())
    _flush_folder(folder)


def _swap(made: Path, folder: Path) -> None:
    """Put `made` in the place of `folder`; a reader sees the old one or the new one, for an instant neither."""
    aside: list[Path] = []
    for _ in range(MOST_TRIES):
        try:
            made.rename(folder)
            break
        except OSError:
            if not folder.exists():
                raise
        aside.append(folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}.old"))
        with contextlib.suppress(FileNotFoundError):  # another publisher has just moved it aside
            folder.rename(aside[-1])
    else:
        raise OSError(errno.EBUSY, "others publish here all the time", str(folder))
    _flush_folder(folder.parent)
    for old in aside:
        shutil.rmtree(old, ignore_errors=True)


def _take_back(folder: Path) -> None:
    """Put back what a publisher had moved aside when it was killed before the new generation was in its place."""
    for old in folder.parent.glob(f".{folder.name}.*.old"):
        if (old / _HEADER).exists() and not folder.exists():
            with contextlib.suppress(OSError):  # another process was quicker
                old.rename(folder)


def read(folder: Path, digest: str) -> tuple[Segment, str]:
    """Return the segment in `folder`, memory-mapped, and the generation's id; raises GenerationError."""
    folder = Path(folder)
    if not folder.exists():
        _take_back(folder)
    header = _header(folder)
    if header["configuration"] != digest:
        raise GenerationError(f"{folder} was made with other weights or word lists: build it again")
    for name, size in header["sizes"].items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size:
            raise GenerationError(f"{folder} is torn: {name} is missing or not {size} bytes; build it again")
    try:
        arrays = Arrays(**{name: _mapped(folder / f"{name}.npy") for name in ARRAY_NAMES})
        documents = StoredDocuments(folder / _DOCUMENTS, _mapped(folder / _STARTS.format(_DOCUMENTS)))
        ids = StoredIds(folder / _IDS, _mapped(folder / _STARTS.format(_IDS)))
        vectors = _mapped(folder / _VECTORS) if _VECTORS in header["sizes"] else None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise GenerationError(f"{folder} cannot be read ({error}): build it again") from error
    if not len(documents) == len(ids) == header["documents"]:
        raise GenerationError(f"{folder} is torn: {len(documents)} of {header['documents']} documents")
    measures = float(header["mean_length"]), float(header["thin"])
    return Segment(arrays, documents, ids, *measures, vectors), str(header["id"])


def _header(folder: Path) -> dict[str, Any]:
    try:
        header = json.loads((folder / _HEADER).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise GenerationError(f"{folder} holds no generation: build it from the database") from error
    except (OSError, ValueError) as error:
        raise GenerationError(f"{folder} is torn: {_HEADER} cannot be read ({error}); build it again") from error
    if (
        not isinstance(header, dict)
        or not {"format", "id", "sizes", "configuration", "mean_length", "thin"} <= header.keys()
    ):
        raise GenerationError(f"{folder} is not a generation of this matcher")
    if header["format"] != FORMAT:
        raise GenerationError(f"{folder} has format {header['format']}, this code reads {FORMAT}: build it again")
    return header


def _mapped(path: Path) -> Any:  # noqa: ANN401 - each array has a type of its own
    # A plain view: every slice of numpy's own memmap type costs a microsecond more.
    return np.load(path, mmap_mode="r").view(np.ndarray)


def _plain(document: Document) -> dict[str, object]:
    plain: dict[str, object] = {field.name: getattr(document, field.name) for field in fields(Document)}
    plain["context"] = {key: list(values) for key, values in document.context.items()}
    return plain


def _flush(descriptor: int) -> None:
    os.fsync(descriptor)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
