"""How the demo's things came to where they stand: the steps that lead to each state."""

from dataclasses import dataclass

from app.domain.vocabulary import Reason


@dataclass(frozen=True, slots=True)
class Move:
    """One step of the demo's life. who: adopter, owner, consultant or system."""

    who: str
    step: str
    reason: Reason | None = None
    note: str = ""


_QUESTION = "Hvor mange er I om det i dag, og hvor tit sker det? Så kan jeg bedre se, hvem der ligner jer."
_SENT_BY_ADOPTER = (Move("adopter", "submit"),)
_ADOPTER_IN_REVIEW = (*_SENT_BY_ADOPTER, Move("consultant", "take"))
_OPEN = (*_ADOPTER_IN_REVIEW, Move("consultant", "open"))

PROBLEM_PATHS: dict[str, tuple[Move, ...]] = {
    "draft": (),
    "submitted": _SENT_BY_ADOPTER,
    "in_review": _ADOPTER_IN_REVIEW,
    "needs_info": (*_ADOPTER_IN_REVIEW, Move("consultant", "ask_for_info", note=_QUESTION)),
    "open": _OPEN,
    "in_dialogue": _OPEN,  # an introduction leads further
    "solved": (
        *_OPEN,
        Move(
            "adopter", "solve", Reason.SOLVED_BY_SOLUTION, "Vi fandt en nabo, der havde gjort det, og lånte deres plan."
        ),
    ),
    "withdrawn": (*_OPEN, Move("adopter", "withdraw", Reason.NO_LONGER_A_PROBLEM, "Opgaven er flyttet til regionen.")),
    "expired": (*_OPEN, Move("system", "expire")),
}

_PROOF = "Hvordan ved I, at det virker? Et tal eller en historie er fint."
_SENT_BY_OWNER = (Move("owner", "submit"),)
_OWNER_IN_REVIEW = (*_SENT_BY_OWNER, Move("consultant", "take"))
_PUBLISHED = (*_OWNER_IN_REVIEW, Move("consultant", "publish"))

SOLUTION_PATHS: dict[str, tuple[Move, ...]] = {
    "draft": (),
    "submitted": _SENT_BY_OWNER,
    "in_review": _OWNER_IN_REVIEW,
    "needs_info": (*_OWNER_IN_REVIEW, Move("consultant", "ask_for_info", note=_PROOF)),
    "published": _PUBLISHED,
    "paused": (*_PUBLISHED, Move("owner", "pause", note="Vi flytter til nye lokaler og tager gæster igen bagefter.")),
    "needs_renewal": (*_PUBLISHED, Move("system", "ask_renewal")),
    "archived": (*_PUBLISHED, Move("owner", "archive", note="Vi bruger den ikke længere.")),
    "rejected": (
        *_OWNER_IN_REVIEW,
        Move("consultant", "reject", Reason.MISSING_ORIGIN, "Skriv gerne igen efter et halvt år i drift."),
    ),
}  # fmt: skip

_ASKED = (Move("consultant", "ask_adopter"),)
_ADOPTER_YES = (*_ASKED, Move("adopter", "accept_as_adopter"))
_INTRODUCED = (*_ADOPTER_YES, Move("owner", "accept_as_owner"))
_TALKING = (*_INTRODUCED, Move("adopter", "start_dialogue"))

INTRODUCTION_PATHS: dict[str, tuple[Move, ...]] = {
    "drafted": (),
    "asking_adopter": _ASKED,
    "asking_owner": _ADOPTER_YES,
    "waitlisted": _ADOPTER_YES,  # the owner is full
    "introduced": _INTRODUCED,
    "in_dialogue": _TALKING,
    "concluded": (*_TALKING, Move("consultant", "conclude", Reason.ADOPTION_STARTED)),
    "declined_by_adopter": (*_ASKED, Move("adopter", "decline_as_adopter", Reason.NO_TIME_NOW)),
    "declined_by_owner": (*_ADOPTER_YES, Move("owner", "decline_as_owner", Reason.NO_TIME_NOW)),
    "expired": (*_ASKED, Move("system", "expire")),
    "cancelled": (*_ASKED, Move("consultant", "cancel", note="Opgaven er flyttet.")),
}
