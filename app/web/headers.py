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
# A mailed link's token stands in these paths, and must not travel on.
PATHS_WITH_TOKENS = ("/answer/", "/accounts/verify/", "/accounts/reset/", "/workplaces/invitation/")


def set_headers(app: Flask, *, is_https: bool) -> None:
    """Add the security headers to every answer of `app`."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(ALWAYS)
        if is_https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.path.startswith(PATHS_WITH_TOKENS):
            response.headers["Referrer-Policy"] = "no-referrer"
        if request.endpoint != "static":
            response.vary.add("Cookie")
            if current_actor().is_signed_in or not response.cache_control.max_age:
                response.headers["Cache-Control"] = "no-store"
        return response
