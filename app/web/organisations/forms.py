"""The forms about organisations and workplaces."""

from flask_babel import lazy_gettext as _l

from app.domain.vocabulary import OrganisationKind, Region, Sector, SizeBucket
from app.use_cases.organisations import MOST_AT_A_TIME, MOST_PER_QUARTER
from app.web.forms import Form, number_field, text_field, tick_field, word_field

NAME_LONGEST = 200
SURE = "sure"


class OrganisationForm(Form):
    """An organisation that is not in the list yet."""

    name = text_field(_l("Name of the organisation"), longest=NAME_LONGEST, required=_l("Write the name."))
    kind = word_field(
        _l("What kind of organisation is it?"), OrganisationKind, required=_l("Choose a kind."), radios=True
    )
    region = word_field(_l("Where in Denmark?"), Region, required=_l("Choose a place."))
    cvr = text_field(_l("CVR number"), longest=20, hint=_l("8 digits, if you have it at hand."), inputmode="numeric")
    sure = tick_field(_l("It is none of these. Add it as a new one."))


class JoinForm(Form):
    """Which workplace within the organisation."""

    workplace_name = text_field(
        _l("Name of your workplace"), longest=NAME_LONGEST, required=_l("Write the name of your workplace."),
        hint=_l("The place where the work is done: a school, a department, a team. Not the whole organisation."),
    )  # fmt: skip
    sector = word_field(_l("Field of work"), Sector, required=_l("Choose a field of work."))
    size = word_field(_l("How many work there?"), SizeBucket, required=_l("Choose a size."))
    region = word_field(_l("Where in Denmark?"), Region)
    sure = tick_field(_l("It is none of these. Add it as a new one."))


class WorkplaceForm(Form):
    """What is known of a workplace, and what it takes on as an owner."""

    sector = word_field(_l("Field of work"), Sector, required=_l("Choose a field of work."))
    size = word_field(_l("How many work there?"), SizeBucket, required=_l("Choose a size."))
    region = word_field(_l("Where in Denmark?"), Region)
    at_a_time = number_field(
        _l("Introductions at a time"), highest=MOST_AT_A_TIME, required=_l("Write a number, or 0 for none."),
        hint=_l("How many workplaces do you want to talk with at the same time? The others wait in line."),
    )  # fmt: skip
    per_quarter = number_field(
        _l("Introductions in three months"),
        highest=MOST_PER_QUARTER,
        required=_l("Write a number, or 0 for none."),
        hint=_l("How many new ones may begin within three months?"),
    )
