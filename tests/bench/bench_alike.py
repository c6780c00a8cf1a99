"""Duplicates among names, near duplicates among texts, similar pairs among problems: CPU seconds, one thread.

Beside the names: every name held against every other by rapidfuzz's cdist, measured on 3,000 of them in the same run
and scaled by the square of the number, since nobody would wait for the rest. Goal: 100,000 names within a minute.
NAMES, TEXTS and PROBLEMS set the sizes.
"""

import os
import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from matching import Document, near_duplicates, similar_names, similar_pairs, use_compiled
from matching.names import folded
from tests.bench.names import names
from tests.bench.texts import texts

NAMES = int(os.environ.get("NAMES", "100000"))
TEXTS = int(os.environ.get("TEXTS", "100000"))
PROBLEMS = int(os.environ.get("PROBLEMS", "10000"))
SAMPLE = 3_000
COPIES = 10  # one text in so many is a changed copy of another
AT_LEAST = 0.9
WORDS_A_PROBLEM = 60


def cpu(act: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of one call, and what it gave."""
    began = time.process_time()
    answer = act()
    return time.process_time() - began, answer


def measure_names() -> None:
    """Measure duplicates among names beside comparing all with all."""
    listed = dict(names(NAMES))
    seconds, found = cpu(lambda: similar_names(listed, at_least=AT_LEAST))
    some = [folded(name) for name in random.Random(1).sample(sorted(listed.values()), min(SAMPLE, NAMES))]  # noqa: S311

    def all_with_all() -> int:
        scores = process.cdist(
            some, some, scorer=Indel.normalized_similarity, score_cutoff=AT_LEAST, dtype=np.float32, workers=1
        )
        return int(np.count_nonzero(scores))

    sample_seconds, _ = cpu(all_with_all)
    scaled = sample_seconds * (NAMES / len(some)) ** 2
    print(f"{NAMES} names, a fifth of them other spellings: {seconds:.1f} s, {len(found)} pairs (goal: 60 s)")
    print(f"  all with all (cdist): {sample_seconds:.2f} s for {len(some)}, so {scaled:.0f} s for all, scaled as n^2")
    print(f"  ratio {seconds / scaled:.3f}")


def measure_texts() -> None:
    """Measure near duplicates among texts of which one in ten is a changed copy."""
    rng = random.Random(3)  # noqa: S311 - a measurement, not a secret
    collection = list(texts(TEXTS - TEXTS // COPIES))
    for text in rng.choices(collection, k=TEXTS // COPIES):
        changed = text.split()
        for _ in range(rng.choice((1, 3, 6))):
            changed[rng.randrange(len(changed))] = "ændret"
        collection.append(" ".join(changed))
    documents = [Document(f"{n:07d}", "", "", text, language="da") for n, text in enumerate(collection)]
    seconds, found = cpu(lambda: near_duplicates(documents))
    print(f"{TEXTS} texts of 130 words, {TEXTS // COPIES} of them changed copies: {seconds:.1f} s, {len(found)} pairs")


def measure_problems() -> None:
    """Measure similar pairs among problems."""
    listed = texts(PROBLEMS, words_a_text=WORDS_A_PROBLEM)
    problems = [Document(f"{n:07d}", "", text, "", language="da") for n, text in enumerate(listed)]
    use_compiled()
    seconds, found = cpu(lambda: similar_pairs(problems))
    print(f"{PROBLEMS} problems of {WORDS_A_PROBLEM} words: {seconds:.1f} s, {len(found)} pairs")


def main() -> None:
    """Measure all three."""
    measure_names()
    measure_texts()
    measure_problems()


if __name__ == "__main__":
    main()
