"""Weights of the matcher: learnt offline from judged pairs, switched on by a person, the old ones kept."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from app.domain.errors import NotFound, NotPermitted, StepNotPossible
from app.domain.events import KnowledgeChanged
from app.domain.vocabulary import VISIBLE_SOLUTION, Actor
from app.store.catalogue import Problem, Solution
from app.store.judgements import MatcherVersion
from app.store.outbox import Lane
from app.store.unit_of_work import UnitOfWork
from app.use_cases.documents import problem_document, solution_document
from app.use_cases.judgements import judged_pairs
from app.use_cases.knowledge import in_force
from matching import Configuration, Index
from matching.learning import Judged, TooFewJudgedError, refit

log = logging.getLogger(__name__)


def weights_in_force(uow: UnitOfWork) -> Configuration:
    """Return the weights that the matcher uses now: the library's where no version is switched on."""
    version = uow.session.scalar(select(MatcherVersion).where(MatcherVersion.is_on.is_(True)))
    return Configuration() if version is None else configuration_of(version.weights)


def configuration_of(weights: Mapping[str, Any]) -> Configuration:
    """Return kept weights; those that a later library added have its values."""
    known = asdict(Configuration())
    return Configuration(**{name: value for name, value in weights.items() if name in known})


def version_in_force(uow: UnitOfWork) -> int:
    """Return the number of the version that is switched on; 0 for the library's own weights."""
    return uow.session.scalar(select(MatcherVersion.number).where(MatcherVersion.is_on.is_(True))) or 0


def judged_of(uow: UnitOfWork) -> list[Judged]:
    """Return every judged pair as the matcher learns from it, in order of the problems' ids."""
    pairs = judged_pairs(uow)
    problems = uow.session.scalars(select(Problem).where(Problem.id.in_(pairs)).order_by(Problem.id))
    return [
        Judged(problem_document(uow, one), {str(name): gain for name, gain in pairs[one.id].items()})
        for one in problems
    ]


def learn(uow: UnitOfWork) -> MatcherVersion:
    """Fit weights on the judged pairs and keep them as a new version, which is not switched on.

    Raises StepNotPossible (code "too_few_judged") when people have not decided about enough pairs.
    """
    judged = judged_of(uow)
    wanted = {UUID(name) for one in judged for name in one.gains}
    seen = select(Solution).where(Solution.status.in_(VISIBLE_SOLUTION) | Solution.id.in_(wanted))
    documents = [solution_document(uow, solution) for solution in uow.session.scalars(seen)]
    index = Index.build(documents, configuration=weights_in_force(uow), knowledge=in_force(uow))
    try:
        fitted = refit(index, judged)
    except TooFewJudgedError as error:
        raise StepNotPossible(str(error), code="too_few_judged") from error
    number = (uow.session.scalar(select(func.max(MatcherVersion.number))) or 0) + 1
    version = MatcherVersion(
        number=number, weights=asdict(fitted.configuration), digest=fitted.configuration.digest(),
        trained_on=fitted.trained_on, held_out=fitted.held_out, before=fitted.before, after=fitted.after,
        made_at=uow.now, is_on=False,
    )  # fmt: skip
    uow.session.add(version)
    return version


def switch_on(uow: UnitOfWork, *, actor: Actor, number: int) -> None:
    """Let the matcher use a version from now on; 0 is the library's own weights. Open problems are matched again.

    Raises NotPermitted, NotFound.
    """
    if not actor.is_administrator:
        raise NotPermitted("only administrators switch versions")
    version = uow.session.scalar(select(MatcherVersion).where(MatcherVersion.number == number).with_for_update())
    if version is None and number:
        raise NotFound(f"no version {number}")
    if number == version_in_force(uow):
        return
    uow.session.execute(update(MatcherVersion).values(is_on=False))
    if version is not None:
        uow.session.refresh(version)
        version.is_on, version.switched_by_id, version.switched_at = True, actor.account_id, uow.now
    log.info("matcher version %s switched on", number, extra={"actor_id": str(actor.account_id)})
    told = version.id if version is not None else _newest(uow)
    if told is not None:
        uow.emit(KnowledgeChanged(told), lane=Lane.MATCHING)


def _newest(uow: UnitOfWork) -> UUID | None:
    return uow.session.scalar(select(MatcherVersion.id).order_by(MatcherVersion.number.desc()).limit(1))
