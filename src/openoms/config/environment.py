"""The typed environment: every setting a firm may turn, read once at start."""

from datetime import time
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from openoms.core.postgres import default_data_dir


class ConfigurationError(Exception):
    """The environment holds a value the program cannot start with; the message says what to set."""


class Environment(BaseSettings):
    """Settings by environment variable, each named `OPENOMS_<FIELD>` but for `DATABASE_URL` and `DATABASE_SCHEMA`."""

    model_config = SettingsConfigDict(env_prefix="OPENOMS_", extra="ignore", populate_by_name=True)

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    database_schema: str = Field(
        default="public", validation_alias="DATABASE_SCHEMA", pattern=r"^[a-z_][a-z0-9_]{0,62}$"
    )
    data_dir: Path = Field(default_factory=default_data_dir)
    secret_key: str | None = Field(default=None, min_length=32)
    debug: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=2, ge=1, le=64)
    threads: int = Field(default=2, ge=1, le=128, description="blocking threads in each web worker")
    public_url: str | None = Field(default=None, description="https://oms.example.com, as browsers see it")
    allowed_hosts: str = Field(
        default="", description="comma separated, beside localhost and public_url's host"
    )
    https: bool = Field(default=False, description="cookies only over HTTPS; HSTS on")
    timezone: str = Field(default="Asia/Shanghai", description="the firm's own zone, for people without one")
    default_currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")
    default_country: str = Field(default="CN", pattern=r"^[A-Z]{2}$")
    working_hours: str = Field(default="09:00-18:00", description="of the firm, for deadlines and reminders")
    firm_name: str = Field(default="OpenOMS", max_length=100, description="the firm's name on its documents")
    firm_details: str = Field(
        default="", max_length=400, description="address, phone, tax number; parts separated by |"
    )
    log_level: str = Field(default="INFO", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")
    log_format: str = Field(default="console", pattern=r"^(console|json)$")
    email_url: str = Field(
        default="console:",
        description="smtp://user:password@host:587 (STARTTLS), smtps://…:465 (TLS), smtp+plain://…:25, or console:",
    )
    email_from: str = Field(default="OpenOMS <openoms@localhost>", max_length=200)
    chat_private: bool = Field(default=False, description="chats may lie in private networks")
    notification_days: int = Field(default=90, ge=1, le=3650, description="read and sent messages are kept")
    api_rate_per_minute: int = Field(default=6000, ge=1, description="requests per API key, per web process")

    @property
    def hours(self) -> tuple[time, time]:
        """When the firm opens and closes, local time; raises ValueError for what is no such pair."""
        opens, closes = (time.fromisoformat(part.strip()) for part in self.working_hours.split("-"))
        return opens, closes

    @model_validator(mode="after")
    def _hours_are_hours(self) -> Self:
        try:
            opens, closes = self.hours
        except ValueError as error:
            raise ValueError("OPENOMS_WORKING_HOURS is written as 09:00-18:00") from error
        if opens >= closes:
            raise ValueError("OPENOMS_WORKING_HOURS must end after it begins")
        return self

    @model_validator(mode="after")
    def _url_is_postgres(self) -> Self:
        url = self.database_url
        if url is not None and not url.startswith(("postgresql://", "postgres://")):
            raise ValueError("DATABASE_URL must start with postgresql://")
        return self

    @field_validator("email_url")
    @classmethod
    def _mail_server(cls, url: str) -> str:
        mail_settings(url)
        return url

    @field_validator("email_from")
    @classmethod
    def _mail_sender(cls, sender: str) -> str:
        if "@" not in parseaddr(sender)[1]:
            raise ValueError("it needs an e-mail address, such as OpenOMS <oms@example.com>")
        return sender


_MAIL_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


def mail_settings(url: str) -> dict[str, Any]:
    """Django's e-mail settings for OPENOMS_EMAIL_URL. Raises ValueError with what to write instead."""
    if url == "console:":
        return {"EMAIL_BACKEND": "openoms.integrations.messaging.console.ConsoleBackend"}
    parts = urlsplit(url)
    if parts.scheme not in _MAIL_PORTS or not parts.hostname:
        raise ValueError("it is smtp://user:password@host:587, smtps://…:465, smtp+plain://…:25 or console:")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or _MAIL_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 15,
    }


def read_environment() -> Environment:
    """The environment, or ConfigurationError with one sentence naming the variable and the remedy."""
    try:
        return Environment()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "DATABASE_URL"
        variable = name if name.startswith("DATABASE") else f"OPENOMS_{name.upper()}"
        raise ConfigurationError(f"Set {variable} to a valid value: {first['msg']}.") from error
