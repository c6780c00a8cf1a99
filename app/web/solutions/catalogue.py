"""The public catalogue: search, filters, pages."""

from enum import StrEnum
from typing import TypeVar

from flask import render_template, request, url_for

from app.domain.plain_text import one_line
from app.domain.vocabulary import Sector, TargetGroup
from app.store.queries.solutions import Order, Proof, Wanted, search_solutions
from app.web.access import public
from app.web.services import reading
from app.web.solutions.area import bp

Word = TypeVar("Word", bound=StrEnum)
LONGEST_SEARCH = 200


@bp.get("/solutions")
@public
def index() -> str:
    """The published solutions that fit; what cannot be read in the address narrows nothing."""
    wanted = Wanted(
        words=one_line(request.args.get("q", ""))[:LONGEST_SEARCH],
        sector=_word("sector", Sector),
        target_group=_word("target_group", TargetGroup),
        proof=_word("proof", Proof),
        order=_word("order", Order) or Order.BEST,
    )
    page = request.args.get("page", 1, type=int)
    with reading() as uow:
        found = search_solutions(uow, wanted=wanted, page=min(page, 1_000_000))
    return render_template(
        "solutions/index.html",
        found=found,
        wanted=wanted,
        is_narrowed=wanted != Wanted(order=wanted.order),
        sectors=list(Sector),
        target_groups=list(TargetGroup),
        page_url=lambda number: _address(wanted, number),
    )


def _word(name: str, words: type[Word]) -> Word | None:
    sent = request.args.get(name, "")
    return words(sent) if sent in set(words) else None


def _address(wanted: Wanted, page: int) -> str:
    return url_for(
        ".index",
        q=wanted.words or None,
        sector=wanted.sector,
        target_group=wanted.target_group,
        proof=wanted.proof,
        order=None if wanted.order is Order.BEST else wanted.order,
        page=page,
    )
