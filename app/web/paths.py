"""Redirects only to pages of our own."""

from urllib.parse import urlsplit, urlunsplit

FORBIDDEN = frozenset("\\\t\r\n ")


def own_path(wanted: str, *, otherwise: str = "/") -> str:
    """Return `wanted` as a path of this service, rebuilt from its parts; `otherwise` when it leads elsewhere."""
    if not wanted.startswith("/") or wanted.startswith("//") or FORBIDDEN & set(wanted):
        return otherwise
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or parts.path.startswith("//"):
        return otherwise
    return urlunsplit(("", "", parts.path, parts.query, ""))
