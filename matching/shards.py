"""One index in several parts, on one machine or many: each part looks, and the answer is that of one index, exactly.

`Index.publish_shards` writes the parts and what they know of the whole; `Index.open_shard` opens one. What a part
finds (`Index.look`) can be sent as JSON; `merged` makes the ranking of all of them.
"""

import json
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matching.configuration import Configuration
from matching.errors import GenerationError
from matching.languages import LANGUAGES
from matching.scoring import Evidence, fused, informativeness, together
from matching.segment import places_of

WHOLE: Final = "whole"
SMALL: Final = 256  # documents that can all be looked at twice in a millisecond
_HEADER, _KEYS, _FREQUENCIES = "whole.json", "keys.npy", "frequencies.npy"


@dataclass(frozen=True, slots=True)
class Whole:
    """What every shard knows of the whole. keys: (F,) uint64, ascending; frequencies: (F,) uint32, documents each.

    documents: how many there are; likely: the language of most; id: the same for all parts of one publication.
    """

    keys: NDArray[np.uint64]
    frequencies: NDArray[np.uint32]
    documents: int
    likely: str
    id: str

    def informativeness(self, keys: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Return idf of each key over all shards."""
        places = places_of(keys, self.keys)
        known = np.zeros(len(keys), dtype=np.float64)
        known[places >= 0] = self.frequencies[places[places >= 0]]
        return informativeness(known, self.documents)

    def write(self, folder: Path) -> None:
        """Write this to the new folder `folder`, durably."""
        folder.mkdir(parents=True)
        for name, array in ((_KEYS, self.keys), (_FREQUENCIES, self.frequencies)):
            with (folder / name).open("wb") as file:
                np.save(file, array)
                file.flush()
                os.fsync(file.fileno())
        header = {"documents": self.documents, "likely": self.likely, "id": self.id}
        with (folder / _HEADER).open("w", encoding="utf-8") as file:
            json.dump(header, file)
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, folder: Path) -> "Whole":
        """Return what was written to `folder`, memory-mapped. Raises GenerationError."""
        try:
            header = json.loads((folder / _HEADER).read_text(encoding="utf-8"))
            keys = np.load(folder / _KEYS, mmap_mode="r").view(np.ndarray)
            frequencies = np.load(folder / _FREQUENCIES, mmap_mode="r").view(np.ndarray)
            whole = cls(keys, frequencies, int(header["documents"]), header["likely"], header["id"])
        except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
            raise GenerationError(f"{folder} does not tell of a whole ({error}): publish the shards again") from error
        if len(keys) != len(frequencies) or whole.likely not in LANGUAGES:
            raise GenerationError(f"the parts of {folder} do not belong together: publish the shards again")
        return whole


@dataclass(frozen=True, slots=True)
class Part:
    """What one shard found. ids: of its candidates; most: sum of the query's weights; documents: of the whole."""

    ids: tuple[str, ...]
    evidence: Evidence
    most: float
    documents: int

    def plain(self) -> dict[str, Any]:
        """Return this as lists and numbers for JSON, without loss."""
        evidence = {field.name: getattr(self.evidence, field.name).tolist() for field in fields(Evidence)}
        head = {"ids": list(self.ids), "most": self.most, "documents": self.documents}
        return {**head, "pair_count": self.evidence.pairs.shape[1], **evidence}

    @classmethod
    def of_plain(cls, plain: dict[str, Any]) -> "Part":
        """Return what `plain` was made of."""
        shape = len(plain["ids"]), plain["pair_count"]
        evidence = Evidence(
            words=np.asarray(plain["words"], dtype=np.float64),
            characters=np.asarray(plain["characters"], dtype=np.float64),
            pairs=np.asarray(plain["pairs"], dtype=np.float64).reshape(shape),
            is_same=np.asarray(plain["is_same"], dtype=np.bool_),
            meaning=np.asarray(plain["meaning"], dtype=np.float64),
        )
        return cls(tuple(plain["ids"]), evidence, plain["most"], plain["documents"])


def shard_of(document_id: str, count: int) -> int:
    """Return which of `count` shards a document belongs to: the same on every machine."""
    return crc32(document_id.encode()) % count


def merged(
    parts: Sequence[Part], *, configuration: Configuration, limit: int = 10, excluding: Collection[str] = frozenset()
) -> list[tuple[str, float]]:
    """Return (id, score) as one index over all documents would; parts: of every shard, asked with the same limit."""
    if not parts or not limit:
        return []
    names = np.asarray([name for part in parts for name in part.ids])
    evidence = together([part.evidence for part in parts])
    first, documents = configuration.candidates, parts[0].documents
    wanted = max(limit, first) + len(excluding)
    by_words = np.lexsort((names, -evidence.words))
    if documents > max(wanted, SMALL):
        by_words = by_words[:wanted]
    kept = Evidence(*(getattr(evidence, field.name)[by_words] for field in fields(Evidence)))
    scores = fused(kept, np.arange(min(first, len(by_words))), parts[0].most, documents, configuration)
    ranked = sorted(
        (-score, name)
        for name, score in zip(names[by_words].tolist(), scores.tolist(), strict=True)
        if score > 0 and name not in excluding
    )
    return [(name, -score) for score, name in ranked[:limit]]
