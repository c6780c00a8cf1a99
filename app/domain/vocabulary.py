"""The glossary in code: every closed list of words that Genklang uses.

Values are stored in the database and used in URLs, so they never change; what people read stands in
`app.domain.labels`. Source of the words: the Danish field's own (genbrug, deler, spredning) and the
Innovation Barometer's value kinds.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What an account may do in the service; one account may hold several."""

    ADOPTER = "adopter"
    OWNER = "owner"
    CONSULTANT = "consultant"
    ADMINISTRATOR = "administrator"


class WorkRole(StrEnum):
    """A person's role at work: leaders meet leaders, practitioners practitioners."""

    LEADER = "leader"
    PRACTITIONER = "practitioner"
    CONSULTANT = "consultant"


class OrganisationKind(StrEnum):
    """The legal kind of an organisation."""

    KOMMUNE = "kommune"
    REGION = "region"
    STAT = "stat"
    SELVEJENDE = "selvejende"
    PRIVAT = "privat"
    OTHER = "other"


class Region(StrEnum):
    """Where in Denmark a workplace lies."""

    HOVEDSTADEN = "hovedstaden"
    SJAELLAND = "sjaelland"
    SYDDANMARK = "syddanmark"
    MIDTJYLLAND = "midtjylland"
    NORDJYLLAND = "nordjylland"
    WHOLE_COUNTRY = "whole_country"


class SizeBucket(StrEnum):
    """Number of employees at a workplace."""

    UNDER_20 = "under_20"
    FROM_20 = "20_99"
    FROM_100 = "100_499"
    FROM_500 = "500_plus"


class GroupKind(StrEnum):
    """How near in meaning the words of a group of the matcher's knowledge are."""

    SAME = "same"
    NEAR = "near"
    LAY = "lay"


class Sector(StrEnum):
    """Field of work, the same list on both sides so that facets meet."""

    ELDERLY_CARE = "elderly_care"
    HEALTH = "health"
    DISABILITY_SOCIAL = "disability_social"
    DAYCARE = "daycare"
    SCHOOL = "school"
    EMPLOYMENT = "employment"
    CITIZEN_SERVICE = "citizen_service"
    CULTURE_LEISURE = "culture_leisure"
    TECHNICAL_ENVIRONMENT = "technical_environment"
    CLIMATE_ENERGY = "climate_energy"
    ADMINISTRATION = "administration"
    DIGITALISATION = "digitalisation"
    SAFETY_JUSTICE = "safety_justice"
    INTEGRATION = "integration"
    OTHER = "other"


class TargetGroup(StrEnum):
    """Whom the work is for."""

    CHILDREN = "children"
    YOUNG = "young"
    ADULTS = "adults"
    ELDERLY = "elderly"
    PEOPLE_WITH_DISABILITIES = "people_with_disabilities"
    JOBSEEKERS = "jobseekers"
    NEWCOMERS = "newcomers"
    PATIENTS = "patients"
    RELATIVES = "relatives"
    EMPLOYEES = "employees"
    BUSINESSES = "businesses"
    EVERYONE = "everyone"


class ValueKind(StrEnum):
    """Kinds of value, as the Innovation Barometer asks."""

    QUALITY = "quality"
    EFFICIENCY = "efficiency"
    CITIZEN_INVOLVEMENT = "citizen_involvement"
    EMPLOYEE_SATISFACTION = "employee_satisfaction"
    POLITICAL_GOALS = "political_goals"
    OTHER = "other"


class Stage(StrEnum):
    """How far an innovation has come, in rising order."""

    IDEA = "idea"
    PILOTED = "piloted"
    IMPLEMENTED = "implemented"
    VALUE_SHOWN = "value_shown"
    EVALUATED = "evaluated"
    SPREAD = "spread"


PROVEN_STAGES = frozenset({Stage.VALUE_SHOWN, Stage.EVALUATED, Stage.SPREAD})


class Language(StrEnum):
    """Languages the service speaks; Danish first."""

    DANISH = "da"
    ENGLISH = "en"


class Lifecycle(StrEnum):
    """The things that move from state to state."""

    PROBLEM = "problem"
    SOLUTION = "solution"
    SUGGESTION = "suggestion"
    INTRODUCTION = "introduction"


class ProblemStatus(StrEnum):
    """States of a problem."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_INFO = "needs_info"
    OPEN = "open"
    IN_DIALOGUE = "in_dialogue"
    SOLVED = "solved"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    MERGED = "merged"


class SolutionStatus(StrEnum):
    """States of a solution."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_INFO = "needs_info"
    PUBLISHED = "published"
    PAUSED = "paused"
    NEEDS_RENEWAL = "needs_renewal"
    ARCHIVED = "archived"
    REJECTED = "rejected"
    MERGED = "merged"


class SuggestionStatus(StrEnum):
    """States of a match suggestion."""

    SUGGESTED = "suggested"
    SHORTLISTED = "shortlisted"
    USED = "used"
    DISMISSED = "dismissed"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class IntroductionStatus(StrEnum):
    """States of an introduction."""

    DRAFTED = "drafted"
    ASKING_ADOPTER = "asking_adopter"
    ASKING_OWNER = "asking_owner"
    WAITLISTED = "waitlisted"
    INTRODUCED = "introduced"
    IN_DIALOGUE = "in_dialogue"
    CONCLUDED = "concluded"
    DECLINED_BY_ADOPTER = "declined_by_adopter"
    DECLINED_BY_OWNER = "declined_by_owner"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


Status = ProblemStatus | SolutionStatus | SuggestionStatus | IntroductionStatus

STATUS_OF: dict[Lifecycle, type[Status]] = {
    Lifecycle.PROBLEM: ProblemStatus,
    Lifecycle.SOLUTION: SolutionStatus,
    Lifecycle.SUGGESTION: SuggestionStatus,
    Lifecycle.INTRODUCTION: IntroductionStatus,
}

# A solution in one of these states may be shown to everybody and be suggested for a problem.
VISIBLE_SOLUTION = frozenset({SolutionStatus.PUBLISHED, SolutionStatus.NEEDS_RENEWAL})
# A problem in one of these states wants to hear of solutions.
SEEKING_PROBLEM = frozenset({ProblemStatus.OPEN, ProblemStatus.IN_DIALOGUE})
# Both sides have said yes: from here on they see each other's contact details.
AFTER_CONSENT = frozenset({IntroductionStatus.INTRODUCED, IntroductionStatus.IN_DIALOGUE, IntroductionStatus.CONCLUDED})
# These take up a place at the solution owner.
TAKES_CAPACITY = frozenset(
    {IntroductionStatus.ASKING_OWNER, IntroductionStatus.INTRODUCED, IntroductionStatus.IN_DIALOGUE}
)


class WaitsFor(StrEnum):
    """Whom a waiting state waits for."""

    CONSULTANT = "consultant"
    ADOPTER = "adopter"
    OWNER = "owner"
    PLACE = "place"  # a free place at the owner
    MATCHER = "matcher"


class Reason(StrEnum):
    """Every reason that a step may ask for; which step takes which stands in the workflow."""

    # dismissing a suggestion
    OTHER_PROBLEM = "other_problem"
    OTHER_SECTOR = "other_sector"
    OTHER_TARGET_GROUP = "other_target_group"
    TOO_LITTLE_BASIS = "too_little_basis"
    ALREADY_KNOWN = "already_known"
    NOT_PROVEN = "not_proven"
    # declining an introduction
    NO_TIME_NOW = "no_time_now"
    NOT_OUR_EXPERTISE = "not_our_expertise"
    OTHER_IS_BETTER = "other_is_better"
    ALREADY_IN_CONTACT = "already_in_contact"
    NOT_RELEVANT_ANYMORE = "not_relevant_anymore"
    # ending a problem
    SOLVED_BY_SOLUTION = "solved_by_solution"
    SOLVED_BY_OURSELVES = "solved_by_ourselves"
    NO_LONGER_A_PROBLEM = "no_longer_a_problem"
    # rejecting or archiving a solution
    NOT_A_SOLUTION = "not_a_solution"
    MISSING_ORIGIN = "missing_origin"
    DUPLICATE = "duplicate"
    OUT_OF_USE = "out_of_use"
    # concluding an introduction
    ADOPTION_STARTED = "adoption_started"
    INSPIRATION_ONLY = "inspiration_only"
    NOTHING = "nothing"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: an account with its roles and workplaces, or the system itself."""

    account_id: UUID | None
    roles: frozenset[Role] = field(default_factory=frozenset)
    workplace_ids: frozenset[UUID] = field(default_factory=frozenset)
    display_name: str = ""
    language: Language = Language.DANISH
    is_system: bool = False

    @property
    def is_signed_in(self) -> bool:
        """Whether this is a person who has signed in."""
        return self.account_id is not None

    @property
    def is_consultant(self) -> bool:
        """Whether this person reviews and introduces."""
        return Role.CONSULTANT in self.roles

    @property
    def is_administrator(self) -> bool:
        """Whether this person manages accounts and organisations."""
        return Role.ADMINISTRATOR in self.roles

    @property
    def is_adopter(self) -> bool:
        """Whether this person may describe problems."""
        return Role.ADOPTER in self.roles

    @property
    def is_owner(self) -> bool:
        """Whether this person may describe solutions."""
        return Role.OWNER in self.roles


SYSTEM = Actor(account_id=None, is_system=True, display_name="Genklang")
ANONYMOUS = Actor(account_id=None)
