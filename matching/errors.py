"""What can go wrong that a caller can act on."""


class MatchingError(Exception):
    """Root of the matcher's own errors."""


class GenerationError(MatchingError):
    """A generation folder is missing, torn, foreign or newer than this code: build it again from the database."""
