"""What a problem's form asks: five fields, and the rest for those who want to say more."""

from flask_babel import lazy_gettext as _l

from app.domain.vocabulary import Language, Region, Sector, SizeBucket, TargetGroup, WorkRole
from app.web.forms import day_field, long_text_field, text_field, word_field, words_field
from app.web.writing import LONGEST_TEXT, LONGEST_TITLE, TextForm


class ProblemForm(TextForm):
    """The form of a problem; the names of the fields are those of the table."""

    title = text_field(
        _l("Give the problem a title"),
        longest=LONGEST_TITLE,
        required=_l("Write a title."),
        hint=_l("One line that a colleague in another municipality would understand."),
    )
    situation = long_text_field(
        _l("What happens today, and for whom?"),
        longest=LONGEST_TEXT,
        required=_l("Write what happens today, and for whom."),
        hint=_l("Tell it as you would to a colleague. Write no names and no CPR numbers."),
    )
    tried = long_text_field(
        _l("What have you tried?"),
        longest=LONGEST_TEXT,
        required=_l("Write what you have tried. “Nothing yet” is an answer too."),
        hint=_l("Also what did not help, so that nobody suggests it to you again."),
        rows=4,
    )
    better = long_text_field(
        _l("What would “better” look like?"),
        longest=LONGEST_TEXT,
        required=_l("Write what would be better."),
        hint=_l("How would you notice in daily life that the problem had become smaller?"),
        rows=4,
    )
    context = long_text_field(
        _l("What should others know about your workplace?"),
        longest=LONGEST_TEXT,
        required=_l("Write a few words about your workplace."),
        hint=_l("What matters for whether a solution from elsewhere can work with you."),
        rows=4,
    )
    sector = word_field(_l("Field of work"), Sector, required=_l("Choose a field of work."))
    size = word_field(_l("Size of the workplace"), SizeBucket)
    region = word_field(_l("Where in the country"), Region)
    target_groups = words_field(_l("Whom is it about?"), TargetGroup)
    decision_by = day_field(_l("When do you need to decide?"))
    systems = long_text_field(
        _l("Which IT systems do you use?"), longest=LONGEST_TEXT, rows=3,
        hint=_l("Only those that the problem touches."),
    )  # fmt: skip
    give_in_return = long_text_field(
        _l("What can you give in return?"), longest=LONGEST_TEXT, rows=3,
        hint=_l("Experience, a visit, a place to try things out."),
    )  # fmt: skip
    who_decides = long_text_field(_l("Who decides?"), longest=LONGEST_TEXT, rows=2, hint=_l("A role, not a name."))
    wish_work_role = word_field(_l("Whom would you most like to talk with?"), WorkRole)
    language = word_field(_l("Which language do you write in?"), Language)
