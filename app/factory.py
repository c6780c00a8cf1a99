"""The composition root of the web process: it puts the parts together and decides nothing."""

import hashlib
from datetime import timedelta
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from app.store.migrate import newest_revision
from app.store.unit_of_work import Database
from app.use_cases.links import LinkSigner
from app.use_cases.matching import IndexShelf
from app.web.access import require_declared_access
from app.web.blueprints import BLUEPRINTS, DEMO_BLUEPRINTS
from app.web.errors import set_up_errors
from app.web.headers import headers_of_all, set_headers
from app.web.language import set_up_language
from app.web.navigation import set_up_navigation
from app.web.services import EXTENSION, Services
from app.web.sign_in import set_up_sign_in
from config.settings import Settings, load

LARGEST_BODY_BYTES = 1_000_000


def create_app(settings: Settings | None = None, *, database: Database | None = None) -> Flask:
    """Return the web application. settings: read from the environment when not given."""
    settings = settings or load()
    app = Flask("app", template_folder="web/templates", static_folder="web/static", static_url_path="/static")
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SECRET_KEY_FALLBACKS=[key.get_secret_value() for key in settings.secret_key_fallbacks],
        SESSION_COOKIE_NAME="__Host-genklang" if settings.is_https else "genklang",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=LARGEST_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY_BYTES,
        MAX_FORM_PARTS=500,
        CONTACT_EMAIL=settings.contact_email,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.is_https,
    )
    app.extensions[EXTENSION] = Services(
        database=database or Database(settings.database_url),
        signer=LinkSigner(settings.secrets),
        shelf=IndexShelf(settings.var / "index", builds=False, model=settings.embedding_model),
        database_revision=newest_revision() or "",
        mailbox=settings.var / "mailbox" if settings.demo else None,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset_version"] = _version_of(Path(app.static_folder or ""))
    CSRFProtect(app)
    set_up_sign_in(app)
    set_up_language(app)
    set_up_navigation(app, demo=settings.demo)
    set_up_errors(app)
    set_headers(app, is_https=settings.is_https)
    for blueprint in (*BLUEPRINTS, *(DEMO_BLUEPRINTS if settings.demo else ())):
        app.register_blueprint(blueprint)
    require_declared_access(app)
    static = Path(app.static_folder or "")
    # These answers never reach Flask, which sets the headers of all others.
    headers = headers_of_all(is_https=settings.is_https)

    def add_to_file(of_file: Headers, _path: str, _url: str) -> None:
        for name, value in headers.items():
            of_file[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=static,
        prefix="static/",
        max_age=3600,
        allow_all_origins=False,
        add_headers_function=add_to_file,
    )
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies
        )
    return app


def _version_of(folder: Path) -> str:
    """Return a short digest of our own style and script, so that browsers load them anew when they change."""
    digest = hashlib.sha256()
    for file in sorted((*folder.glob("css/*.css"), *folder.glob("js/*.js"))):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]
