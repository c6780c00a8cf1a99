"""Headers that every answer carries: what a browser may load, and what it must not tell or keep."""

from flask import Flask, Response, request

from app.web.access import current_actor

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FOR_A_YEAR = "max-age=31536000; includeSubDomains"
# A mailed link's token stands in these paths, and must not travel on.
PATHS_WITH_TOKENS = ("/answer/", "/accounts/verify/", "/accounts/reset/", "/workplaces/invitation/")


def headers_of_all(*, is_https: bool) -> dict[str, str]:
    """Return what every answer carries, be it a page or a file."""
    return ALWAYS | ({"Strict-Transport-Security": FOR_A_YEAR} if is_https else {})


def set_headers(app: Flask, *, is_https: bool) -> None:
    """Add the security headers to every answer of `app`."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(headers_of_all(is_https=is_https))
        if request.path.startswith(PATHS_WITH_TOKENS):
            response.headers["Referrer-Policy"] = "no-referrer"
        if request.endpoint != "static":
            response.vary.add("Cookie")
            if current_actor().is_signed_in or not response.cache_control.max_age:
                response.headers["Cache-Control"] = "no-store"
        return response
