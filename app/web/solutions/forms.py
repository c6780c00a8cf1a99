"""What a solution's form asks: what it is, what it gives, where it comes from, and what others need to know."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.deadlines import danish_date
from app.domain.origin import Origin
from app.domain.personal_data import contains_cpr_number
from app.domain.vocabulary import Language, Sector, Stage, TargetGroup, ValueKind
from app.store.unit_of_work import utc_now
from app.web.forms import (
    Form,
    choice_field,
    day_field,
    link_field,
    long_text_field,
    number_field,
    text_field,
    word_field,
    words_field,
)
from app.web.writing import LONGEST_TEXT, LONGEST_TITLE, TextForm, cpr_in_text

EARLIEST_YEAR = 1950
LATEST_YEAR = 2100
LONGEST_WORDS = 3000


def today() -> date:
    """Return the day in Denmark."""
    return danish_date(utc_now())


def _tomorrow() -> date:
    return today() + timedelta(days=1)


class SolutionForm(TextForm):
    """The form of a solution; the names of the fields are those of the table."""

    title = text_field(
        _l("Give the solution a title"),
        longest=LONGEST_TITLE,
        required=_l("Write a title."),
        hint=_l("One line that says what it does."),
    )
    problem_text = long_text_field(
        _l("Which problem does it solve?"),
        longest=LONGEST_TEXT,
        required=_l("Write which problem it solves."),
        hint=_l("What was it like before, and for whom? Workplaces with the same problem find you by these words."),
    )
    description = long_text_field(
        _l("What is it, and how does it work in practice?"),
        longest=LONGEST_TEXT,
        required=_l("Write what it is and how it works."),
        hint=_l("So that a colleague elsewhere can picture an ordinary day with it."),
        rows=8,
    )
    for_whom = long_text_field(
        _l("Who is it for?"), longest=LONGEST_TEXT, rows=2, required=_l("Write who it is for."),
        hint=_l("Which workplaces and which people can use it?"),
    )  # fmt: skip
    sector = word_field(_l("Field of work"), Sector, required=_l("Choose a field of work."))
    target_groups = words_field(_l("Whom is it about?"), TargetGroup)
    year_in_use = number_field(
        _l("In use since which year?"), lowest=EARLIEST_YEAR, highest=LATEST_YEAR,
        required=_l("Write a year."), hint=_l("For an idea or a trial: the year in which it began."),
    )  # fmt: skip
    value_kinds = words_field(
        _l("What kind of value has it given?"), ValueKind, required=_l("Choose at least one kind of value.")
    )
    value_text = long_text_field(
        _l("How much, or what has become different?"), longest=LONGEST_TEXT, rows=3,
        required=_l("Write what value it has given."), hint=_l("A number or a story."),
    )  # fmt: skip
    value_known_how = long_text_field(_l("How do you know?"), longest=LONGEST_TEXT, rows=2)
    evaluated = choice_field(_l("Has it been evaluated?"), radios=True, choices=[("yes", _l("Yes")), ("no", _l("No"))])
    stage = word_field(_l("How far has it come?"), Stage, radios=True, required=_l("Choose how far it has come."))
    developed_on = day_field(
        _l("When was it developed?"), latest=today, hint=_l("The first of the month is exact enough.")
    )
    implemented_on = day_field(_l("When was it taken into daily use?"), latest=today)
    value_shown_on = day_field(_l("When did it show its value?"), latest=today)
    value_evidence = long_text_field(
        _l("What shows the value?"), longest=LONGEST_TEXT, rows=3,
        hint=_l("An evaluation, a count, a survey: what it is and where it can be read."),
    )  # fmt: skip
    resources = long_text_field(
        _l("What does it take?"), longest=LONGEST_TEXT, rows=3, hint=_l("Hours, money, skills and IT systems.")
    )
    core = long_text_field(
        _l("What must not be changed?"),
        longest=LONGEST_TEXT,
        rows=3,
        hint=_l("The core without which it does not work."),
    )
    adaptable = long_text_field(_l("What can be adapted?"), longest=LONGEST_TEXT, rows=3)
    conditions = long_text_field(_l("What must be in place for it to work?"), longest=LONGEST_TEXT, rows=3)
    dead_ends = long_text_field(
        _l("What did not work?"), longest=LONGEST_TEXT, rows=3,
        hint=_l("The dead ends that others need not walk into. This is often the most useful part."),
    )  # fmt: skip
    suppliers = long_text_field(_l("Suppliers and rights"), longest=LONGEST_TEXT, rows=2)
    links = long_text_field(
        _l("Where can one read more?"), longest=LONGEST_TEXT, rows=3, hint=_l("One web address on each line.")
    )
    source_url = link_field(_l("Source"), hint=_l("Where the text comes from, when it is written from a public page."))
    language = word_field(_l("Which language do you write in?"), Language)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, and that everything which the stage claims has been answered."""
        holds = super().validate(extra_validators)
        return (self.is_draft or self.check_origin()) and holds

    def check_origin(self) -> bool:
        """Say at each field what the stage claims and is not answered; return whether all is."""
        missing = self._origin().missing() if isinstance(self.stage.data, Stage) else []
        for name in missing:
            if not self[name].errors:
                self.refuse(name, _("Answer this too: it goes with how far the solution has come."))
        return not missing

    def check_again(self) -> None:
        """Mark what is missing in a draft, the origin included."""
        super().check_again()
        self.check_origin()

    def values(self) -> dict[str, Any]:
        """Return the fields as the table keeps them."""
        answered = {"yes": True, "no": False}.get(str(self.evaluated.data or ""))
        return super().values() | {"evaluated": answered}

    def _origin(self) -> Origin:
        days = [
            one if isinstance(one, date) else None
            for one in (self.developed_on.data, self.implemented_on.data, self.value_shown_on.data)
        ]
        return Origin(self.stage.data, days[0], days[1], days[2], str(self.value_evidence.data or ""))


class PauseForm(Form):
    """When a pause ends by itself."""

    paused_until = day_field(
        _l("Paused until"), earliest=_tomorrow, hint=_l("Leave it empty to end the pause yourselves.")
    )


class InterestForm(Form):
    """An adopter asks to meet the owner of a solution."""

    problem = choice_field(_l("Which of your problems is it about?"), required=_l("Choose a problem."), radios=True)
    words = long_text_field(
        _l("What would you like to talk about?"),
        longest=LONGEST_WORDS,
        required=_l("Write a few lines."),
        hint=_l("Half a page: who you are, what you hope to learn, and what you can give in return."),
        rows=10,
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields; the words go to other people, so they must hold no CPR number."""
        holds: bool = super().validate(extra_validators)
        if contains_cpr_number(str(self.words.data or "")):
            self.refuse("words", cpr_in_text())
            return False
        return holds
