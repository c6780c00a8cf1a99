"""Made-up Danish-looking texts for measuring: words by Zipf's law, compounds of parts, stop words, no meaning.

What a ranking has to read depends on how common words are. In real problem statements half the words are stop words,
and the rest of a query of 25 words stands in lists that together are about as long as the collection; so it is here.
"""

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
STOPS = (  # noqa: SIM905
    "og i at det er en til på for af de med som ikke der den har vi et om kan fra var så men ved jeg eller også når ud "
    "over op efter hvor skal blev bliver deres man nu hun han os end ind da under mod uden vil være hvad"
).split()
CONSONANTS, VOWELS = "bdfghjklmnprstv", "aeiouyæøå"
ENDINGS = ("", "", "en", "et", "er", "ene", "s")
PLAIN_WORDS = 6_000  # besides PARTS: made of syllables
VOCABULARY = 60_000
WORDS_A_TEXT = 130
SHARE_OF_STOPS = 0.45


def vocabulary(rng: random.Random, size: int = VOCABULARY) -> list[str]:
    """Return `size` distinct words, the commonest first: plain words and, ever more of them, compounds."""
    plain = list(PARTS)
    seen = set(plain)
    while len(plain) < len(PARTS) + PLAIN_WORDS:
        syllables = rng.choice((2, 2, 3))
        word = "".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(syllables)) + rng.choice(CONSONANTS)
        if word not in seen:
            seen.add(word)
            plain.append(word)
    common = plain[len(PARTS) :]
    rng.shuffle(plain)
    words = dict.fromkeys(plain[:1500])
    while len(words) < size:
        if rng.random() < 0.4:
            words.setdefault("s".join(rng.choices(plain, k=2)) + rng.choice(ENDINGS))
        else:
            words.setdefault(rng.choice(common) + rng.choice(CONSONANTS) + rng.choice(VOWELS) + rng.choice(ENDINGS))
    return list(words)


def texts(count: int, *, seed: int = 7, words_a_text: int = WORDS_A_TEXT) -> Iterator[str]:
    """Yield `count` texts of about `words_a_text` words; the same seed gives the same texts.

    All seeds share one vocabulary, so that queries of another seed meet the documents.
    """
    words = vocabulary(random.Random(1))  # noqa: S311 - a measurement, not a secret
    rng = random.Random(seed)  # noqa: S311
    cumulative, total = [], 0.0
    for rank in range(len(words)):
        total += 1 / (rank + 20)
        cumulative.append(total)
    for _ in range(count):
        length = max(5, int(rng.gauss(words_a_text, 25)))
        stops = int(length * SHARE_OF_STOPS)
        chosen = rng.choices(words, cum_weights=cumulative, k=length - stops) + rng.choices(STOPS, k=stops)
        rng.shuffle(chosen)
        yield " ".join(chosen)
