"""The forms about accounts. What goes into `register` and `change_profile` is listed here, and nothing else is read."""

from flask_babel import lazy_gettext as _l
from wtforms import Field

from app.domain.errors import InputMissing
from app.domain.passwords import SHORTEST
from app.domain.vocabulary import Language, Role, WorkRole
from app.use_cases.accounts import OWN_ROLES
from app.web.forms import Form, email_field, password_field, text_field, tick_field, word_field, words_field

NAME_LONGEST = 120
PHONE_LONGEST = 40
PASSWORD_HINT = _l("At least 12 characters. A few words in a row are easy to remember and hard to guess.")
REFUSALS = {
    "password_too_short": _l("This is too short. Use at least %(count)s characters.", count=SHORTEST),
    "password_too_long": _l("This is too long. Use at most 128 characters."),
    "password_too_common": _l("Others guess this one first. Choose something less common."),
}


def refuse_password(form: Form, error: InputMissing) -> None:
    """Put the reason why a password cannot be used at its field."""
    form.refuse(error.field, REFUSALS.get(error.code, error.code))


def _wants(label: str) -> Field:
    return words_field(
        label, Role, only=OWN_ROLES, required=_l("Choose at least one."),
        hint=_l("You can choose both, and change it later."),
    )  # fmt: skip


class RegisterForm(Form):
    """A new account: as short as it can be; the workplace comes afterwards."""

    display_name = text_field(
        _l("Your name"), longest=NAME_LONGEST, required=_l("Write your name."), autocomplete="name"
    )
    email = email_field(_l("Your e-mail at work"), hint=_l("We send a link there, so that we know it is yours."))
    password = password_field(
        _l("Password"), required=_l("Choose a password."), autocomplete="new-password", hint=PASSWORD_HINT
    )
    work_role = word_field(
        _l("Your role at work"), WorkRole, required=_l("Choose what fits best."), radios=True,
        hint=_l("Leaders often gain most from meeting leaders, and practitioners from practitioners."),
    )  # fmt: skip
    wants = _wants(_l("What do you want to do here?"))


class SignInForm(Form):
    """E-mail and password."""

    email = email_field(_l("E-mail"))
    password = password_field(_l("Password"), required=_l("Write your password."), autocomplete="current-password")


class EmailForm(Form):
    """Where to send a link."""

    email = email_field(_l("Your e-mail"))


class VerifyForm(Form):
    """The password chosen when registering: it shows that the two belong together."""

    password = password_field(
        _l("The password that you chose"), required=_l("Write your password."), autocomplete="current-password"
    )


class NewPasswordForm(Form):
    """A new password."""

    password = password_field(
        _l("New password"), required=_l("Choose a password."), autocomplete="new-password", hint=PASSWORD_HINT
    )


class ProfileForm(Form):
    """What a person says about herself."""

    display_name = text_field(
        _l("Your name"), longest=NAME_LONGEST, required=_l("Write your name."), autocomplete="name"
    )
    phone = text_field(
        _l("Phone"), longest=PHONE_LONGEST, autocomplete="tel", inputmode="tel",
        hint=_l("Shown only to a workplace that you are introduced to, after both of you have said yes."),
    )  # fmt: skip
    work_role = word_field(_l("Your role at work"), WorkRole, required=_l("Choose what fits best."), radios=True)
    wants = _wants(_l("What do you want to do here?"))
    language = word_field(_l("Language of pages and mails"), Language, required=_l("Choose a language."), radios=True)
    digest_wanted = tick_field(
        _l("Send me one mail a week with news about my workplaces"),
        hint=_l("Mails that ask you for an answer come in any case."),
    )
