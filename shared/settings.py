"""Every setting of the service: environment first, then ``.env``; a secret also as a file named by ``NAME_FILE``.

Read only by the composition roots. ``.env.example`` lists them with their defaults; a test keeps both in step.
"""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> object:
    if isinstance(value, str) and (found := re.fullmatch(r"(\d+)\s*([smhd])", value)):
        return timedelta(**{_UNITS[found[2]]: int(found[1])})
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""``15s``, ``30m``, ``24h``, ``7d``, a number of seconds, or ISO 8601."""


def _durations(value: object) -> object:
    return tuple(_duration(part) for part in re.split(r"[\s,]+", value.strip())) if isinstance(value, str) else value


Durations = Annotated[tuple[timedelta, ...], NoDecode, BeforeValidator(_durations)]
"""Several durations, separated by commas or spaces."""


WEBHOOK_SCHEDULE = (
    timedelta(),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
"""The example schedule of Standard Webhooks 1.0."""


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads a secret from the file that ``NAME_FILE`` names, as container platforms mount it."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # Any: pydantic's signature
        if field.annotation is not SecretStr and SecretStr not in getattr(field.annotation, "__args__", ()):
            return None, field_name, False
        path = os.environ.get(f"{field_name.upper()}_FILE")
        return (Path(path).read_text().strip() if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:  # Any: pydantic's signature
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


class Settings(BaseSettings):
    """The service's settings with their defaults."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    """Address the api listens on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port the api listens on."""
    published_host: str | None = None
    """Address under which others reach the api where it is not HOST, as for a container's published port."""
    api_keys_file: Path | None = None
    """API keys; absent: no key is asked for, and the api serves loopback only."""
    api_keys_pepper: SecretStr | None = None
    """Secret that the hashes in API_KEYS_FILE are made with, at least 16 characters."""
    allow_open_access: bool = False
    """yes: serve other addresses than loopback without keys; everybody who can connect is the operator."""
    cors_origins: str = ""
    """Origins of web pages that may call the api, comma separated; absent: none."""
    state_dir: Path = Path(".state")
    """Uploads, embedded server and logs of local mode."""
    redis_url: SecretStr | None = None
    """Job store, redis:// or rediss://; absent: `make run` starts an embedded server."""
    broker_url: SecretStr | None = None
    """Broker of the wake-up hints; default REDIS_URL."""
    storage_url: str | None = None
    """Where uploads are kept, file:///path, s3://bucket/prefix, gs:// or az://; default STATE_DIR/storage."""
    result_inline_bytes: int = Field(default=256 * 1024, ge=0)
    """Compressed bytes up to which a result, its instance lists and its parts are in Redis; larger: in the storage."""
    extract_processes: int = Field(default=2, ge=1)
    """Processes of one extract worker."""
    network_threads: int = Field(default=16, ge=1)
    """Threads of one network worker."""
    deliver_threads: int = Field(default=32, ge=1)
    """Threads of one deliver worker: webhooks that are sent at the same time, at most three quarters for one tenant."""
    lease_seconds: float = Field(default=15, gt=0)
    """After this long without a sign of life, a unit is given to another worker."""
    max_attempts: int = Field(default=3, ge=1)
    """Claims of one unit before its job fails."""
    max_upload_bytes: int = Field(default=4 * 1024**3, gt=0)
    """Largest request body."""
    max_files: int = Field(default=10_000, gt=0)
    """Most files in one job, members of archives included."""
    max_expanded_bytes: int = Field(default=32 * 1024**3, gt=0)
    """Most bytes that the members of one archive may have together when inflated."""
    max_expansion_ratio: int = Field(default=200, gt=0)
    """Most inflated bytes per byte of an archive, from 64 MiB on."""
    max_wait_seconds: float = Field(default=30, ge=0)
    """Longest time a request is held for Prefer: wait."""
    max_connections: int = Field(default=2048, gt=0)
    """Connections of one api process from which on requests are answered 503."""
    max_header_bytes: int = Field(default=32_768, ge=1024)
    """Largest request line with headers."""
    min_upload_bytes_per_second: int = Field(default=1024, ge=0)
    """Slowest body, over UPLOAD_RATE_WINDOW; 0: any."""
    upload_rate_window: Duration = timedelta(seconds=30)
    """How long a body may come slower than that."""
    tenant_requests_per_minute: float = Field(default=6000, ge=0)
    """Requests of a tenant with keys, in each api process; 0: any number."""
    tenant_unfinished_jobs: int = Field(default=20_000, ge=0)
    """Unfinished jobs of a tenant from which on it is refused more, over all api processes; 0: any number."""
    max_waiting_units: int = Field(default=100_000, gt=0)
    """Waiting units of work from which on submissions are refused with 503."""
    max_store_memory_share: float = Field(default=0.85, gt=0, le=1)
    """Share of Redis' maxmemory from which on submissions are refused with 503."""
    min_disk_free_share: float = Field(default=0.02, ge=0, lt=1)
    """Free share of the storage below which submissions are refused with 507."""
    max_file_seconds: float = Field(default=10, gt=0)
    """Processor time that reading one file may take before the file is refused."""
    max_file_memory_bytes: int = Field(default=512 * 1024**2, gt=0)
    """Memory that reading one file may take before the file is refused."""
    job_retention: Duration = timedelta(days=7)
    """How long a finished job and its result are kept."""
    upload_retention: Duration = timedelta(hours=24)
    """How long the uploaded files of a finished job are kept."""
    job_deadline: Duration = timedelta(hours=24)
    """How long a job may take before it is given up."""
    patient_identity: str = Field(default="omit", pattern="^(omit|include)$")
    """omit: direct identifiers never leave the uploaded files; include: they are part of the result."""
    extra_attributes: str = ""
    """Attributes added to series[].extra: keywords, or (gggg,ee)CREATOR for private ones, comma separated."""
    model_egress: str = Field(default="on", pattern="^(on|off)$")
    """off: the model is never called, whatever keys are set."""
    model: str = Field(default="claude", pattern="^(claude|fake)$")
    """fake: `make run` starts a local stand-in for the model, which needs no key and no network."""
    anthropic_api_key: SecretStr | None = None
    """Key for summaries worded by Claude; absent: template text."""
    anthropic_base_url: str | None = None
    """Address of the model's API, for a gateway of one's own; absent: the vendor's."""
    anthropic_model: str = "claude-haiku-5-5"
    """Model that words summaries."""
    model_requests_per_minute: int = Field(default=45, ge=1)
    """Requests to the model, of all workers together."""
    model_input_tokens_per_minute: int = Field(default=45_000, ge=1)
    """Tokens sent to the model, of all workers together."""
    model_output_tokens_per_minute: int = Field(default=9_000, ge=1)
    """Tokens answered by the model, of all workers together."""
    model_concurrency: int = Field(default=16, ge=1)
    """Requests to the model at the same time, of all workers together."""
    model_budget_usd_per_day: float = Field(default=10.0, ge=0)
    """US dollars a day (UTC) after which summaries are template text."""
    model_max_wait: Duration = timedelta(hours=1)
    """How long a summary waits for the model before it is template text."""
    model_answer_retention: Duration = timedelta(days=7)
    """How long the model's answers are kept, so that the same facts are not paid for twice."""
    public_url: str = Field(default="", pattern="^(https?://[^ ?#]+)?$")
    """Where clients reach the api, for addresses in webhooks; empty: addresses relative to the api."""
    webhook_secret: SecretStr | None = None
    """Secret that signs callbacks, whsec_…; while it changes, the new one, a space, the old one."""
    webhook_allow: str = ""
    """Networks and hosts to which webhooks may go although they are not public, with http and any port."""
    webhook_schedule: Durations = Field(default=WEBHOOK_SCHEDULE, min_length=1)
    """Waits before each attempt to deliver a webhook."""
    webhook_timeout: Duration = Field(default=timedelta(seconds=15), gt=timedelta(0), le=timedelta(minutes=1))
    """Longest time one attempt may take in total."""
    audit_entries: int = Field(default=200_000, gt=0)
    """About how many entries of a tenant's audit trail are kept."""
    audit_retention: Duration = timedelta(days=90)
    """How long entries of the audit trail are kept."""
    otel_exporter_otlp_endpoint: str | None = Field(default=None, pattern="^https?://[^ ?#]+$")
    """Where traces are sent, OTLP over HTTP; absent: none are made."""
    log_format: str = Field(default="console", pattern="^(console|json)$")
    """console for people, json for machines."""
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")
    """Least severe event that is logged."""

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, values: dict[str, Any]) -> dict[str, Any]:  # Any: settings as they come in
        return {name: value for name, value in values.items() if value != ""}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: given in code, environment, secret files, ``.env``."""
        del file_secret_settings
        return init_settings, env_settings, _SecretFiles(settings_cls), dotenv_settings

    @property
    def store_url(self) -> str:
        """The job store's address; raises ValueError where none is set."""
        if self.redis_url is None:
            raise ValueError("REDIS_URL is not set; `make run` starts an embedded server and sets it.")
        return self.redis_url.get_secret_value()

    @property
    def hint_url(self) -> str:
        """The broker's address."""
        return self.broker_url.get_secret_value() if self.broker_url else self.store_url

    @property
    def uploads_url(self) -> str:
        """The storage's address."""
        return self.storage_url or f"file://{(self.state_dir / 'storage').resolve()}"

    @property
    def includes_identity(self) -> bool:
        """Whether results hold direct identifiers."""
        return self.patient_identity == "include"

    @property
    def allowed_origins(self) -> list[str]:
        """The origins of web pages that may call the api."""
        return [origin.strip() for origin in self.cors_origins.split(",") if origin.strip()]

    @property
    def lease(self) -> timedelta:
        """The lease as a duration."""
        return timedelta(seconds=self.lease_seconds)


def load_settings() -> Settings:
    """Read the settings; raises pydantic.ValidationError naming each one that is wrong."""
    return Settings()
