"""What people read for each word of the vocabulary: English texts, translated where they are shown."""

from enum import StrEnum

from app.domain import vocabulary as v
from app.domain.workflow import Guard, msg

# Members of different lists may have equal values and are then equal, so each list has a table of its own.
LABELS: dict[type[StrEnum], dict[str, str]] = {
    v.Role: {
        v.Role.ADOPTER: msg("Adopter"),
        v.Role.OWNER: msg("Solution owner"),
        v.Role.CONSULTANT: msg("Consultant"),
        v.Role.ADMINISTRATOR: msg("Administrator"),
    },
    v.WorkRole: {
        v.WorkRole.LEADER: msg("Leader"),
        v.WorkRole.PRACTITIONER: msg("Practitioner"),
        v.WorkRole.CONSULTANT: msg("Development consultant"),
    },
    v.OrganisationKind: {
        v.OrganisationKind.KOMMUNE: msg("Municipality"),
        v.OrganisationKind.REGION: msg("Region"),
        v.OrganisationKind.STAT: msg("State"),
        v.OrganisationKind.SELVEJENDE: msg("Self-governing institution"),
        v.OrganisationKind.PRIVAT: msg("Private company"),
        v.OrganisationKind.OTHER: msg("Other"),
    },
    v.Region: {
        v.Region.HOVEDSTADEN: msg("Capital Region"),
        v.Region.SJAELLAND: msg("Zealand"),
        v.Region.SYDDANMARK: msg("Southern Denmark"),
        v.Region.MIDTJYLLAND: msg("Central Denmark"),
        v.Region.NORDJYLLAND: msg("North Denmark"),
        v.Region.WHOLE_COUNTRY: msg("The whole country"),
    },
    v.SizeBucket: {
        v.SizeBucket.UNDER_20: msg("Fewer than 20 employees"),
        v.SizeBucket.FROM_20: msg("20–99 employees"),
        v.SizeBucket.FROM_100: msg("100–499 employees"),
        v.SizeBucket.FROM_500: msg("500 employees or more"),
    },
    v.GroupKind: {
        v.GroupKind.SAME: msg("They mean the same"),
        v.GroupKind.NEAR: msg("They are closely related"),
        v.GroupKind.LAY: msg("Everyday words beside those of the profession"),
    },
    v.Sector: {
        v.Sector.ELDERLY_CARE: msg("Elderly care"),
        v.Sector.HEALTH: msg("Health"),
        v.Sector.DISABILITY_SOCIAL: msg("Disability and social services"),
        v.Sector.DAYCARE: msg("Daycare"),
        v.Sector.SCHOOL: msg("School and education"),
        v.Sector.EMPLOYMENT: msg("Employment"),
        v.Sector.CITIZEN_SERVICE: msg("Citizens' service"),
        v.Sector.CULTURE_LEISURE: msg("Culture and leisure"),
        v.Sector.TECHNICAL_ENVIRONMENT: msg("Technical services and environment"),
        v.Sector.CLIMATE_ENERGY: msg("Climate and energy"),
        v.Sector.ADMINISTRATION: msg("Administration and HR"),
        v.Sector.DIGITALISATION: msg("Digitalisation"),
        v.Sector.SAFETY_JUSTICE: msg("Safety and justice"),
        v.Sector.INTEGRATION: msg("Integration"),
        v.Sector.OTHER: msg("Another field"),
    },
    v.TargetGroup: {
        v.TargetGroup.CHILDREN: msg("Children"),
        v.TargetGroup.YOUNG: msg("Young people"),
        v.TargetGroup.ADULTS: msg("Adults"),
        v.TargetGroup.ELDERLY: msg("Elderly people"),
        v.TargetGroup.PEOPLE_WITH_DISABILITIES: msg("People with disabilities"),
        v.TargetGroup.JOBSEEKERS: msg("Jobseekers"),
        v.TargetGroup.NEWCOMERS: msg("Refugees and newcomers"),
        v.TargetGroup.PATIENTS: msg("Patients"),
        v.TargetGroup.RELATIVES: msg("Relatives"),
        v.TargetGroup.EMPLOYEES: msg("Employees"),
        v.TargetGroup.BUSINESSES: msg("Businesses"),
        v.TargetGroup.EVERYONE: msg("All citizens"),
    },
    v.ValueKind: {
        v.ValueKind.QUALITY: msg("Quality"),
        v.ValueKind.EFFICIENCY: msg("Efficiency"),
        v.ValueKind.CITIZEN_INVOLVEMENT: msg("Citizen involvement"),
        v.ValueKind.EMPLOYEE_SATISFACTION: msg("Employee satisfaction"),
        v.ValueKind.POLITICAL_GOALS: msg("Political goals"),
        v.ValueKind.OTHER: msg("Other value"),
    },
    v.Stage: {
        v.Stage.IDEA: msg("Idea"),
        v.Stage.PILOTED: msg("Tried out"),
        v.Stage.IMPLEMENTED: msg("In daily use"),
        v.Stage.VALUE_SHOWN: msg("Value shown"),
        v.Stage.EVALUATED: msg("Evaluated"),
        v.Stage.SPREAD: msg("Spread"),
    },
    v.Language: {
        v.Language.DANISH: msg("Danish"),
        v.Language.ENGLISH: msg("English"),
    },
    v.Lifecycle: {
        v.Lifecycle.PROBLEM: msg("Problem"),
        v.Lifecycle.SOLUTION: msg("Solution"),
        v.Lifecycle.SUGGESTION: msg("Match suggestion"),
        v.Lifecycle.INTRODUCTION: msg("Introduction"),
    },
    v.WaitsFor: {
        v.WaitsFor.CONSULTANT: msg("the consultant"),
        v.WaitsFor.ADOPTER: msg("the adopter"),
        v.WaitsFor.OWNER: msg("the solution owner"),
        v.WaitsFor.PLACE: msg("a free place at the solution owner"),
        v.WaitsFor.MATCHER: msg("the matcher"),
    },
}

STATUS_LABELS: dict[v.Lifecycle, dict[str, str]] = {
    v.Lifecycle.PROBLEM: {
        v.ProblemStatus.DRAFT: msg("Draft"),
        v.ProblemStatus.SUBMITTED: msg("Submitted"),
        v.ProblemStatus.IN_REVIEW: msg("In review"),
        v.ProblemStatus.NEEDS_INFO: msg("Awaits your answer"),
        v.ProblemStatus.OPEN: msg("Open"),
        v.ProblemStatus.IN_DIALOGUE: msg("In dialogue"),
        v.ProblemStatus.SOLVED: msg("Solved"),
        v.ProblemStatus.WITHDRAWN: msg("Withdrawn"),
        v.ProblemStatus.EXPIRED: msg("Expired"),
        v.ProblemStatus.MERGED: msg("Merged"),
    },
    v.Lifecycle.SOLUTION: {
        v.SolutionStatus.DRAFT: msg("Draft"),
        v.SolutionStatus.SUBMITTED: msg("Submitted"),
        v.SolutionStatus.IN_REVIEW: msg("In review"),
        v.SolutionStatus.NEEDS_INFO: msg("Awaits your answer"),
        v.SolutionStatus.PUBLISHED: msg("Published"),
        v.SolutionStatus.PAUSED: msg("Paused"),
        v.SolutionStatus.NEEDS_RENEWAL: msg("To be confirmed"),
        v.SolutionStatus.ARCHIVED: msg("Archived"),
        v.SolutionStatus.REJECTED: msg("Rejected"),
        v.SolutionStatus.MERGED: msg("Merged"),
    },
    v.Lifecycle.SUGGESTION: {
        v.SuggestionStatus.SUGGESTED: msg("Suggested"),
        v.SuggestionStatus.SHORTLISTED: msg("Shortlisted"),
        v.SuggestionStatus.USED: msg("Used"),
        v.SuggestionStatus.DISMISSED: msg("Dismissed"),
        v.SuggestionStatus.SUPERSEDED: msg("Superseded"),
        v.SuggestionStatus.EXPIRED: msg("Expired"),
    },
    v.Lifecycle.INTRODUCTION: {
        v.IntroductionStatus.DRAFTED: msg("Being prepared"),
        v.IntroductionStatus.ASKING_ADOPTER: msg("Awaits the adopter"),
        v.IntroductionStatus.ASKING_OWNER: msg("Awaits the solution owner"),
        v.IntroductionStatus.WAITLISTED: msg("On the waiting list"),
        v.IntroductionStatus.INTRODUCED: msg("Introduced"),
        v.IntroductionStatus.IN_DIALOGUE: msg("In dialogue"),
        v.IntroductionStatus.CONCLUDED: msg("Concluded"),
        v.IntroductionStatus.DECLINED_BY_ADOPTER: msg("Adopter said no"),
        v.IntroductionStatus.DECLINED_BY_OWNER: msg("Solution owner said no"),
        v.IntroductionStatus.EXPIRED: msg("No answer"),
        v.IntroductionStatus.CANCELLED: msg("Cancelled"),
    },
}

REASON_LABELS: dict[v.Reason, str] = {
    v.Reason.OTHER_PROBLEM: msg("It solves another problem"),
    v.Reason.OTHER_SECTOR: msg("Another field of work"),
    v.Reason.OTHER_TARGET_GROUP: msg("Another target group"),
    v.Reason.TOO_LITTLE_BASIS: msg("Too little to go by"),
    v.Reason.ALREADY_KNOWN: msg("They know it already"),
    v.Reason.NOT_PROVEN: msg("Not proven enough"),
    v.Reason.NO_TIME_NOW: msg("No time right now"),
    v.Reason.NOT_OUR_EXPERTISE: msg("Not what we are good at"),
    v.Reason.OTHER_IS_BETTER: msg("Another workplace fits better"),
    v.Reason.ALREADY_IN_CONTACT: msg("We are already in contact"),
    v.Reason.NOT_RELEVANT_ANYMORE: msg("No longer relevant to us"),
    v.Reason.SOLVED_BY_SOLUTION: msg("With a solution found here"),
    v.Reason.SOLVED_BY_OURSELVES: msg("We solved it ourselves"),
    v.Reason.NO_LONGER_A_PROBLEM: msg("It is no longer a problem"),
    v.Reason.NOT_A_SOLUTION: msg("It is not a solution that others can reuse"),
    v.Reason.MISSING_ORIGIN: msg("It is not in use or has not shown value yet"),
    v.Reason.DUPLICATE: msg("It is described here already"),
    v.Reason.OUT_OF_USE: msg("It is no longer in use"),
    v.Reason.ADOPTION_STARTED: msg("The adopter has begun to take it into use"),
    v.Reason.INSPIRATION_ONLY: msg("It gave inspiration"),
    v.Reason.NOTHING: msg("Nothing came of it"),
    v.Reason.OTHER: msg("Something else"),
}

# What a person is told when a step needs something that does not hold.
GUARD_LABELS: dict[str, str] = {
    Guard.REQUIRED_FIELDS: msg("Some of the required fields are still empty."),
    Guard.NO_CPR: msg("The text seems to hold a CPR number. Please remove it first."),
    Guard.SECTOR_AND_CONTEXT: msg("Choose a field of work and describe the context first."),
    Guard.ORIGIN_ANSWERED: msg("Answer the questions about where the solution comes from first."),
    Guard.OWNER_APPROVED: msg("The workplace that owns the solution has not approved the text yet."),
    Guard.PROVEN_OR_FLAGGED: msg("The solution is not proven yet. Mark it as not proven to publish it all the same."),
    Guard.NO_OPEN_INTRODUCTIONS: msg("There are open introductions. Conclude or cancel them first."),
    Guard.TARGET_OPEN: msg("Choose another one that is open."),
    Guard.PROBLEM_SEEKING: msg("The problem is no longer open."),
    Guard.SOLUTION_PUBLISHED: msg("The solution is not published at the moment."),
    Guard.ADOPTER_HAS_CONTACT: msg("The workplace with the problem has no contact here yet."),
    Guard.OWNER_HAS_CONTACT: msg("The workplace with the solution has no contact here yet."),
    Guard.ASKED_BY_ADOPTER: msg("The adopter must be asked first."),
    Guard.ADOPTER_RECONFIRMED: msg("The adopter has waited for over 30 days and must confirm first."),
    Guard.OWNER_HAS_PLACE: msg("The solution owner has no free place at the moment."),
    Guard.WITHIN_CAPACITY: msg("You have reached the number of introductions that you take at a time."),
    "same_workplace": msg("The problem and the solution belong to the same workplace."),
    "wrong_state": msg("This cannot be done any more: things have moved on since you opened the page."),
}


def label_of(word: StrEnum) -> str:
    """Return the English text of a word of the vocabulary, a reason included. Raises KeyError for a status."""
    if isinstance(word, v.Reason):
        return REASON_LABELS[word]
    return LABELS[type(word)][word]
