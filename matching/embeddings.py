"""Meaning beside words: sentence embeddings by a model in a local folder. Optional, and off unless a folder is named.

Needs the extra `embeddings` (sentence-transformers); nothing is fetched, the folder must hold the whole model.
"""

import hashlib
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matching.errors import MatchingError
from matching.model import Document

_BATCH = 64


class Embedder(Protocol):
    """What the index asks of a model. name: changes with the model, so that vectors of another are refused."""

    name: str

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), dimensions), each row of length 1."""


class FolderEmbedder:
    """A sentence-transformers model read from a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        """Load the model. Raises MatchingError when the extra is not installed or the folder holds no model."""
        try:
            library: Any = importlib.import_module("sentence_transformers")  # a gigabyte, only where it is asked for
        except ImportError as error:
            raise MatchingError("embeddings need the extra: pip install genklang[embeddings]") from error
        if not (folder / "config.json").is_file():
            raise MatchingError(f"{folder} holds no model: config.json is missing")
        try:
            self._model: Any = library.SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise MatchingError(f"the model in {folder} cannot be read: {error}") from error
        self.name = f"embeddings {_digest(folder)}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), dimensions), each row of length 1; the end of a text that is too long is left out."""
        made = self._model.encode(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(made, dtype=np.float32)


def text_of(document: Document) -> str:
    """Return what is embedded of a document: its fields in order."""
    return "\n".join(part for part in (document.title, document.problem, document.text) if part)


def vectors_of(documents: Sequence[Document], embedder: Embedder) -> NDArray[np.float16]:
    """Return (D, dimensions) float16, the vectors of some documents: half the bytes, and cosines to three digits."""
    if not documents:
        return np.zeros((0, embedder.embed(["."]).shape[1]), dtype=np.float16)
    return embedder.embed([text_of(document) for document in documents]).astype(np.float16)


def nearest(
    vectors: NDArray[np.float16], query: NDArray[np.float32], gone: NDArray[np.int64], wanted: int
) -> NDArray[np.int64]:
    """Return the rows of the `wanted` highest cosines, ascending; gone: rows that must not come."""
    cosines = meanings(vectors, query)
    cosines[gone] = -np.inf
    order = np.lexsort((np.arange(len(cosines)), -cosines))[:wanted]
    return np.sort(order[np.isfinite(cosines[order])])


def meanings(vectors: NDArray[np.float16], query: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the cosine of each vector with the query, row by row, so that it does not depend on the others."""
    result: NDArray[np.float64] = np.einsum("ij,j->i", vectors.astype(np.float32), query).astype(np.float64)
    return result


def _digest(folder: Path) -> str:
    """Return 12 hexadecimal digits of the model: of its configuration, and of the size of its weights."""
    content = hashlib.sha256((folder / "config.json").read_bytes())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content.update(f"{path.relative_to(folder)} {path.stat().st_size}".encode())
    return content.hexdigest()[:12]
