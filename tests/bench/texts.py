"""Made-up Danish-looking texts for measuring: words by Zipf's law, compounds of real word parts, no meaning."""

import random
from collections.abc import Iterator

PARTS = (  # noqa: SIM905 - a list of words reads better as a text
    "hjem pleje skole borger vej affald vand sygdom barn unge ældre arbejde plads tid fald brand lys bil cykel energi "
    "bolig støtte hjælp syge læge vagt nat dag morgen aften uge plan møde tavle skærm besøg træning kost mad køkken "
    "have park træ gade by land kyst havn kloak regn sten vinter sommer ferie fri fritid klub bog lån sprog tolk job "
    "center virksomhed praktik løn regnskab budget indkøb udbud kontrakt jura klage sag behandling svar frist brev "
    "post telefon kø tal data register system kode adgang sikkerhed robot lift seng stol bad toilet tøj vask rengøring "
    "luft støj varme måling føler alarm nød hjerte lunge sår medicin dosis apotek recept henvisning ambulance"
).split()
ENDINGS = ("", "en", "et", "er", "ene", "s", "ens")
VOCABULARY = 20_000
WORDS_A_TEXT = 130


def vocabulary(rng: random.Random, size: int = VOCABULARY) -> list[str]:
    """Return `size` distinct words: single parts first (they become the frequent ones), then compounds."""
    words = dict.fromkeys(PARTS)
    while len(words) < size:
        parts = rng.choices(PARTS, k=rng.choice((1, 2, 2, 2, 3)))
        words.setdefault("s".join(parts) + rng.choice(ENDINGS))
    return list(words)


def texts(count: int, *, seed: int = 7, words_a_text: int = WORDS_A_TEXT) -> Iterator[str]:
    """Yield `count` texts of about `words_a_text` words; the same seed gives the same texts."""
    rng = random.Random(seed)  # noqa: S311 - a measurement, not a secret
    words = vocabulary(rng)
    weights = [1 / (rank + 3) for rank in range(len(words))]
    cumulative, total = [], 0.0
    for weight in weights:
        total += weight
        cumulative.append(total)
    for _ in range(count):
        chosen = rng.choices(words, cum_weights=cumulative, k=max(5, int(rng.gauss(words_a_text, 25))))
        yield " ".join(chosen)
