"""Words of the vocabulary as they stand inside a sentence of a mail, in both languages."""

from app.domain.labels import REASON_LABELS
from app.domain.vocabulary import Language, Reason

_DANISH: dict[Reason, str] = {
    Reason.OTHER_PROBLEM: "den løser et andet problem",
    Reason.OTHER_SECTOR: "et andet fagområde",
    Reason.OTHER_TARGET_GROUP: "en anden målgruppe",
    Reason.TOO_LITTLE_BASIS: "for lidt at gå ud fra",
    Reason.ALREADY_KNOWN: "de kender den i forvejen",
    Reason.NOT_PROVEN: "ikke afprøvet nok",
    Reason.NO_TIME_NOW: "ikke tid lige nu",
    Reason.NOT_OUR_EXPERTISE: "ikke det, arbejdspladsen er god til",
    Reason.OTHER_IS_BETTER: "en anden arbejdsplads passer bedre",
    Reason.ALREADY_IN_CONTACT: "de er allerede i kontakt",
    Reason.NOT_RELEVANT_ANYMORE: "ikke længere aktuelt",
    Reason.SOLVED_BY_SOLUTION: "med en løsning, der blev fundet her",
    Reason.SOLVED_BY_OURSELVES: "arbejdspladsen løste det selv",
    Reason.NO_LONGER_A_PROBLEM: "det er ikke længere et problem",
    Reason.NOT_A_SOLUTION: "det er ikke en løsning, som andre kan genbruge",
    Reason.MISSING_ORIGIN: "den er ikke i brug eller har ikke vist værdi endnu",
    Reason.DUPLICATE: "den er allerede beskrevet her",
    Reason.OUT_OF_USE: "den er ikke længere i brug",
    Reason.ADOPTION_STARTED: "genbrugeren er begyndt at tage løsningen i brug",
    Reason.INSPIRATION_ONLY: "det gav inspiration",
    Reason.NOTHING: "det førte ikke til noget",
    Reason.OTHER: "noget andet",
}


def reason_in(language: Language, reason: Reason) -> str:
    """Return a reason as it follows a colon in a sentence."""
    if language is Language.DANISH:
        return _DANISH[reason]
    label = REASON_LABELS[reason]
    return label[0].lower() + label[1:]
