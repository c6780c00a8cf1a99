"""Which addresses may become links on a page."""

import re
from urllib.parse import urlsplit


def is_web_address(typed: str) -> bool:
    """Whether `typed` is an http or https address with a host, without spaces or a user name."""
    if re.search(r"[\s<>\"\\]", typed):
        return False
    try:
        parts = urlsplit(typed)
        _port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
