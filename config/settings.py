"""What differs between environments, read from `GENKLANG_*` variables or files in `GENKLANG_SECRETS_DIR`.

Only composition roots (command line, factory, worker) read settings; everything else is handed what it needs.
"""

import os
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """The settings of one installation. Names of variables: `GENKLANG_` and the field's name in capitals."""

    model_config = SettingsConfigDict(env_prefix="GENKLANG_", extra="ignore", hide_input_in_errors=True)

    database_url: str = "sqlite:///var/genklang.db"
    broker_url: str = "redis://127.0.0.1:6379/0"
    secret_key: SecretStr
    secret_key_fallbacks: list[SecretStr] = Field(default_factory=list)
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str = "smtp://127.0.0.1:1025"
    mail_from: str = "genklang@demo.example"
    contact_email: str = "hjaelp@demo.example"
    var: Path = Path("var")
    embedding_model: Path | None = None  # folder of a sentence-transformers model; needs the extra "embeddings"
    demo: bool = False
    log_level: str = "INFO"
    trusted_proxies: int = 0

    @field_validator("secret_key")
    @classmethod
    def _is_long_enough(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"GENKLANG_SECRET_KEY needs at least {SHORTEST_SECRET} characters")
        return secret

    @field_validator("base_url")
    @classmethod
    def _has_no_slash_at_the_end(cls, url: str) -> str:
        return url.rstrip("/")

    @model_validator(mode="after")
    def _names_its_driver(self) -> Self:
        if self.database_url.startswith(("postgres://", "postgresql://")):
            raise ValueError("GENKLANG_DATABASE_URL must name its driver: postgresql+psycopg://...")
        return self

    @property
    def secrets(self) -> list[str]:
        """All keys that may have signed something: the oldest first, the one that signs now last."""
        fallbacks = [key.get_secret_value() for key in self.secret_key_fallbacks]
        return [*fallbacks, self.secret_key.get_secret_value()]

    @property
    def is_https(self) -> bool:
        """Whether people reach the service over TLS, so that cookies may be marked secure."""
        return self.base_url.startswith("https://")


@lru_cache(maxsize=1)
def load() -> Settings:
    """Read the settings of this process once. Raises pydantic's ValidationError naming what is wrong."""
    return Settings(_secrets_dir=os.environ.get("GENKLANG_SECRETS_DIR"))  # type: ignore[call-arg]
