"""Texts and ids of a generation, read from the file when they are asked for: a process holds none of them."""

import json
import os
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from matching.model import Document

Item = TypeVar("Item")


class _Lines(Sequence[Item]):
    """Pieces of a file, one an item; starts: (N + 1,) int64, where each begins, and where the last ends.

    The file stays open and is not mapped: texts are most of a generation, and few of them are ever looked at.
    """

    def __init__(self, path: Path, starts: NDArray[np.int64]) -> None:
        self._starts = starts
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._file)

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | Sequence[Item]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        begin, end = int(self._starts[place]), int(self._starts[place + 1])
        # Read at a place, not from where the last reader stopped: threads and forked processes share the file.
        return self._read(os.pread(self._file, end - begin, begin))

    def _read(self, piece: bytes) -> Item:
        raise NotImplementedError


class StoredIds(_Lines[str]):
    """The ids of a generation, ascending."""

    def _read(self, piece: bytes) -> str:
        return piece.decode()


class StoredDocuments(_Lines[Document]):
    """The documents of a generation, in the order of their ids."""

    def _read(self, piece: bytes) -> Document:
        row = json.loads(piece)
        context = {key: tuple(values) for key, values in row.pop("context").items()}
        return Document(**row, context=context)


def write_pieces(file: IO[bytes], pieces: Iterable[bytes]) -> NDArray[np.int64]:
    """Write the pieces one after the other and return where each begins, and where the last ends."""
    lengths = [file.write(piece) for piece in pieces]
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
