"""People of the journeys: who they are, and what they do in a browser."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from playwright.sync_api import expect

from app.domain.events import SolutionPublished
from app.domain.vocabulary import Language, OrganisationKind, Region, Role, Sector, SizeBucket, SolutionStatus, Stage
from app.store.catalogue import Solution
from app.store.people import Account, Membership, Organisation, Workplace
from app.use_cases.passwords import hashed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.journeys.service import Service

PASSWORD = "tre grønne cykler i regn"
SOLUTION_TITLE = "Daglig besked til de pårørende"
PROBLEM = {
    "title": "Pårørende ringer hele morgenen",
    "situation": "Hver morgen ringer tyve pårørende til plejecentret for at høre, hvordan natten er gået.",
    "tried": "Vi har prøvet en fast telefontid. Opkaldene kom alligevel.",
    "better": "De pårørende ved, hvordan det går, uden at ringe til os.",
    "context": "Plejecenter med 62 beboere, halvdelen med demens.",
}


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    email: str
    name: str
    phone: str

    def traces(self) -> tuple[str, str]:
        """What nobody may read before both sides have said yes."""
        return self.email, self.phone


@dataclass(frozen=True)
class Cast:
    """The people of one story, and the two workplaces' names, which no other story shares."""

    adopter: Person
    owner: Person
    consultant: Person
    stranger: Person
    adopter_place: str
    owner_place: str
    owner_place_id: UUID


def cast_in(service: Service, *, places_of_owner: int = 2) -> Cast:
    """Put a new cast into the database: an adopter, an owner with a published solution, a consultant, a stranger."""
    mark = uuid4().hex[:6]
    with service.database.transaction() as uow:

        def place(name: str) -> Workplace:
            body = Organisation(
                name=f"{name}by Kommune {mark}", kind=OrganisationKind.KOMMUNE, aliases=[], created_at=uow.now
            )
            uow.session.add(body)
            uow.session.flush()
            workplace = Workplace(
                organisation_id=body.id, name=f"Plejecenter {name} {mark}", sector=Sector.ELDERLY_CARE,
                size=SizeBucket.FROM_20, region=Region.SYDDANMARK, capacity_at_a_time=places_of_owner,
                created_at=uow.now,
            )  # fmt: skip
            uow.session.add(workplace)
            uow.session.flush()
            return workplace

        def person(role: Role, number: int, home: Workplace | None, language: Language) -> Person:
            one = Person(f"{role.value}{number}-{mark}@example.dk", f"{role.value} {mark}", f"+45 00 {number}0 12 34")
            account = Account(
                email=one.email, display_name=one.name, phone=one.phone, password_hash=hashed(PASSWORD),
                roles=[role.value], language=language, email_verified_at=uow.now, created_at=uow.now,
            )  # fmt: skip
            uow.session.add(account)
            uow.session.flush()
            if home is not None:
                uow.session.add(Membership(account_id=account.id, workplace_id=home.id, created_at=uow.now))
            return one

        home, giver = place("Nord"), place("Syd")
        cast = Cast(
            adopter=person(Role.ADOPTER, 1, home, Language.ENGLISH),
            owner=person(Role.OWNER, 2, giver, Language.DANISH),
            consultant=person(Role.CONSULTANT, 3, None, Language.ENGLISH),
            stranger=person(Role.ADOPTER, 4, place("Vest"), Language.ENGLISH),
            adopter_place=home.name,
            owner_place=giver.name,
            owner_place_id=giver.id,
        )
        solution = (
            Solution(
                status=SolutionStatus.PUBLISHED, workplace_id=giver.id, title=f"{SOLUTION_TITLE} {mark}",
                problem_text="Pårørende ringede til plejecentret hver morgen for at høre, hvordan natten var gået.",
                description="Nattevagten skriver tre linjer til de pårørende om hver beboer før klokken seks.",
                for_whom="Plejecentre og bosteder", value_text="Fra 25 opkald til 4 om dagen.",
                value_kinds=["quality"], year_in_use=2023, sector=Sector.ELDERLY_CARE, target_groups=["elderly"],
                stage=Stage.VALUE_SHOWN, developed_on=uow.now.date(), implemented_on=uow.now.date(),
                value_shown_on=uow.now.date(), value_evidence="Optalt i fire uger", published_at=uow.now,
                approved_at=uow.now, text_changed_at=uow.now, created_at=uow.now,
            )
        )  # fmt: skip
        uow.session.add(solution)
        uow.session.flush()
        uow.emit(SolutionPublished(solution.id))
    return cast


@dataclass
class Desk:
    """A person's browser window: signed in, where `page` is what stands on the screen."""

    page: Page
    url: str

    def open(self, path: str) -> Page:
        """Go to a page of the service and return it."""
        self.page.goto(path if path.startswith("http") else self.url + path)
        return self.page

    def press(self, name: str) -> None:
        """Press the button, or open the details, that bears this name; the first where several do."""
        self.page.locator("main").get_by_role("button", name=name, exact=True).first.click()


@contextmanager
def at_desk(browser: Browser, service: Service, person: Person | None) -> Iterator[Desk]:
    """Give a browser window in which `person` is signed in; None: nobody is."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(15_000)
    desk = Desk(page, service.url)
    if person is not None:
        desk.open("/accounts/sign-in")
        page.fill("input[name=email]", person.email)
        page.fill("input[name=password]", PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/overview")
    yield desk
    context.close()


def describe_problem(desk: Desk) -> str:
    """The adopter types a problem and sends it; returns the address of the problem's page."""
    page = desk.open("/problems/new")
    for name, text in PROBLEM.items():
        page.fill(f"[name={name}]", text)
    desk.press("See similar and send")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look before you send")
    desk.press("Send to a consultant")
    page.wait_for_url("**/problems/*")
    return page.url.split("?")[0].split("#")[0]


def open_and_introduce(desk: Desk, problem: str, cast: Cast) -> str:
    """The consultant takes the problem from the queue, opens it, introduces the best suggestion and asks the adopter.

    Returns the address of the introduction's page.
    """
    page = desk.open("/queue")
    page.locator(f'main a[href="{problem.removeprefix(desk.url)}"]').click()
    desk.press("Start the review")
    desk.press("Open and find solutions")
    # Nothing is reloaded here: the page itself asks until the worker has answered.
    suggestion = page.locator("#suggestions").get_by_text(cast.owner_place).first
    expect(suggestion).to_be_visible(timeout=30_000)
    card = page.locator("#suggestions li").filter(has_text=cast.owner_place).first
    expect(card).to_contain_text("pårørende")
    card.get_by_role("button", name="Shortlist", exact=True).click()
    page.wait_for_url("**/suggestions/*")
    page.fill("[name=words_to_adopter]", "De har prøvet det samme som jer.")
    desk.press("Prepare the introduction")
    page.wait_for_url("**/introductions/*")
    desk.press("Ask the adopter")
    return page.url.split("?")[0]
