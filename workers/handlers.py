"""What is done about each event: the one table from an event's name to its handlers, in order."""

from collections.abc import Callable
from dataclasses import dataclass

from app.store.unit_of_work import UnitOfWork
from app.use_cases import introductions, knowledge, knowledge_previews, matching
from app.use_cases.notices import NOTICES
from app.use_cases.notify import notify
from app.use_cases.scenes import Happened
from workers.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Handler:
    """One part of what an event causes, in a transaction of its own. name: remembered as done per message.

    prepare: what may take long and only reads, done before the transaction begins.
    """

    name: str
    act: Callable[[UnitOfWork, Runtime, Happened], None]
    prepare: Callable[[UnitOfWork, Runtime, Happened], None] | None = None


def _notify(uow: UnitOfWork, runtime: Runtime, happened: Happened) -> None:
    notify(uow, letterhead=runtime.letterhead, happened=happened)


def _match_problem(uow: UnitOfWork, runtime: Runtime, happened: Happened) -> None:
    matching.match_problem(uow, shelf=runtime.shelf, problem_id=happened.subject_id)


def _prepare_solutions(uow: UnitOfWork, runtime: Runtime, _happened: Happened) -> None:
    runtime.shelf.prepare(uow, for_problem=True)


def _match_solution(uow: UnitOfWork, runtime: Runtime, happened: Happened) -> None:
    matching.match_solution(uow, shelf=runtime.shelf, solution_id=happened.subject_id)


def _prepare_problems(uow: UnitOfWork, runtime: Runtime, _happened: Happened) -> None:
    runtime.shelf.prepare(uow, for_problem=False)


def _offer_places(uow: UnitOfWork, _runtime: Runtime, happened: Happened) -> None:
    introductions.offer_free_places(uow, introduction_id=happened.subject_id)


def _propose_pause(uow: UnitOfWork, _runtime: Runtime, happened: Happened) -> None:
    introductions.propose_pause(uow, introduction_id=happened.subject_id)


def _offer_places_of_solution(uow: UnitOfWork, _runtime: Runtime, happened: Happened) -> None:
    introductions.offer_places_of_solution(uow, solution_id=happened.subject_id)


def _match_problem_again(uow: UnitOfWork, runtime: Runtime, happened: Happened) -> None:
    matching.match_problem(uow, shelf=runtime.shelf, problem_id=happened.subject_id, replaces=True)


def _work_out_preview(uow: UnitOfWork, runtime: Runtime, happened: Happened) -> None:
    if (found := knowledge_previews.work_out(uow, happened.subject_id)) is not None:
        runtime.worked_out[happened.subject_id] = found


def _keep_preview(uow: UnitOfWork, runtime: Runtime, happened: Happened) -> None:
    if (found := runtime.worked_out.pop(happened.subject_id, None)) is not None:
        knowledge_previews.keep_result(uow, happened.subject_id, found)


def _want_matches(uow: UnitOfWork, _runtime: Runtime, _happened: Happened) -> None:
    knowledge.want_matches(uow)


NOTIFY = Handler("notify", _notify)
MATCH_PROBLEM = Handler("match_problem", _match_problem, _prepare_solutions)
MATCH_PROBLEM_AGAIN = Handler("match_problem_again", _match_problem_again, _prepare_solutions)
MATCH_SOLUTION = Handler("match_solution", _match_solution, _prepare_problems)
KEEP_PREVIEW = Handler("keep_preview", _keep_preview, _work_out_preview)
WANT_MATCHES = Handler("want_matches", _want_matches)
PROPOSE_PAUSE = Handler("propose_pause", _propose_pause)
OFFER_PLACES = Handler("offer_places", _offer_places)
OFFER_PLACES_OF_SOLUTION = Handler("offer_places", _offer_places_of_solution)

_MORE: dict[str, tuple[Handler, ...]] = {
    "ProblemOpened": (MATCH_PROBLEM,),
    "ProblemTextChanged": (MATCH_PROBLEM,),
    "SolutionPublished": (MATCH_SOLUTION, OFFER_PLACES_OF_SOLUTION),
    "SolutionTextChanged": (MATCH_SOLUTION,),
    "ProblemMatchWanted": (MATCH_PROBLEM_AGAIN,),
    "KnowledgeChanged": (WANT_MATCHES,),
    "KnowledgeTried": (KEEP_PREVIEW,),
    # a place has become free at the owner, or the line has become shorter
    "AdopterDeclined": (OFFER_PLACES,),
    "OwnerDeclined": (OFFER_PLACES,),
    "IntroductionExpired": (OFFER_PLACES, PROPOSE_PAUSE),
    "IntroductionCancelled": (OFFER_PLACES,),
    "IntroductionConcluded": (OFFER_PLACES,),
    # who waited for over 30 days was passed over until now
    "AdopterReconfirmed": (OFFER_PLACES,),
}
_TELLING = frozenset(NOTICES) | {"ReminderDue"}
# Nobody needs to hear of these and nothing follows from them; they stand in the history.
_SILENT = frozenset({"ProblemRenewed"})


def handlers_of(name: str) -> tuple[Handler, ...]:
    """Return the handlers of an event. Raises LookupError when this version does not know it."""
    found = ((NOTIFY,) if name in _TELLING else ()) + _MORE.get(name, ())
    if not found and name not in _SILENT:
        raise LookupError(f"no handler for event {name}")
    return found
