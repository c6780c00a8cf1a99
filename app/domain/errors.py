"""What can go wrong in the rules: one class per thing a caller can act on. Knows no HTTP."""


class DomainError(Exception):
    """A refusal with a stable code and a sentence for the log; people read the label of the code."""

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class NotFound(DomainError):  # noqa: N818 - reads as a sentence where it is raised
    """There is no such thing, or the actor may not know that there is."""

    code = "not_found"


class NotPermitted(DomainError):  # noqa: N818
    """The actor may see the thing but not do this with it."""

    code = "not_permitted"


class StepNotPossible(DomainError):  # noqa: N818
    """The step does not start from the present state, or its guard says no."""

    code = "step_not_possible"


class InputMissing(DomainError):  # noqa: N818
    """A field that this step needs was not given, or has a value outside its list.

    field: the name of the field as the forms know it.
    """

    code = "input_missing"

    def __init__(self, message: str, *, field: str, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.field = field


class Conflict(DomainError):  # noqa: N818
    """Somebody else changed the same thing at the same time."""

    code = "conflict"


class LinkNotValid(DomainError):  # noqa: N818
    """A mail link is altered, expired or already used."""

    code = "link_not_valid"


class TooManyAttempts(DomainError):  # noqa: N818
    """A limit was hit. retry_after_seconds: when to try again."""

    code = "too_many_attempts"

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
