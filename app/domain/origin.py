"""The three conditions at the place of origin: developed, implemented, and shown to create value."""

from dataclasses import dataclass
from datetime import date

from app.domain.vocabulary import PROVEN_STAGES, Stage


@dataclass(frozen=True, slots=True)
class Origin:
    """What an owner has answered about the origin; None and "" mean not answered."""

    stage: Stage | None
    developed_on: date | None
    implemented_on: date | None
    value_shown_on: date | None
    value_evidence: str

    @property
    def is_proven(self) -> bool:
        """Whether all three conditions hold, each with its date, and the value with its evidence."""
        return self.stage in PROVEN_STAGES and not self.missing()

    @property
    def is_answered(self) -> bool:
        """Whether the owner has said how far the solution is, and everything that this stage claims."""
        return self.stage is not None and not self.missing()

    def missing(self) -> list[str]:
        """Return the names of the fields that the stage claims but that are not answered."""
        if self.stage is None:
            return ["stage"]
        claims: list[tuple[str, object]] = []
        if self.stage is not Stage.IDEA:
            claims.append(("developed_on", self.developed_on))
        if self.stage not in {Stage.IDEA, Stage.PILOTED}:
            claims.append(("implemented_on", self.implemented_on))
        if self.stage in PROVEN_STAGES:
            claims.append(("value_shown_on", self.value_shown_on))
            claims.append(("value_evidence", self.value_evidence.strip()))
        return [name for name, answer in claims if not answer]
