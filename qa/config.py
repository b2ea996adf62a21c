"""Settings: environment variables ``QA_*`` or a ``.env`` file, each documented in ``docs/settings.md``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from qa.domain.errors import SettingsInvalid


class Settings(BaseSettings):
    """Everything an installation decides. Unset values have working defaults."""

    model_config = SettingsConfigDict(
        env_prefix="QA_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    home: Path = Field(
        default=Path("var"), description="Data folder: database, playable audio, models."
    )
    database_url: str = Field(
        default="", description="SQLAlchemy URL of the store; empty for SQLite in the data folder."
    )
    model_dir: Path | None = Field(
        default=None,
        description="Where weights are looked for and written; empty for `models` in the data folder.",
    )
    rubric_dir: Path | None = Field(
        default=None, description="Folder of your own rubrics, looked in before the ones that ship."
    )
    rubric: str = Field(
        default="service-standard", description="Rubric used when a run names none."
    )
    company_names: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated names the greeting must contain, Chinese and English.",
    )
    vocabulary: Path | None = Field(
        default=None,
        description="Text file of names the recogniser should expect, one a line.",
    )
    asr: Literal["auto", "faster-whisper", "openai-whisper"] = Field(
        default="auto", description="Recogniser; `auto` takes faster-whisper."
    )
    diarization_pipeline: Path | None = Field(
        default=None,
        description="Folder of a pyannote pipeline to use instead of the one built from packaged weights.",
    )
    encoder: str = Field(
        default="auto",
        description="Sentence encoder of `semantic` and `head`: `off`, `auto`, a name or a folder.",
    )
    judge: Literal["off", "transformers", "http"] = Field(
        default="off",
        description="Who answers a rubric's `judge` questions: nobody, a model here, or an endpoint.",
    )
    judge_model: str = Field(
        default="",
        description="The judge's model: a folder or a name in the hub's cache, or its name at the endpoint.",
    )
    judge_url: str = Field(
        default="",
        description="Base URL of an OpenAI-compatible endpoint; transcripts are sent there.",
    )
    judge_key: SecretStr | None = Field(default=None, description="Key of that endpoint.")
    judge_timeout_s: float = Field(
        default=30.0,
        gt=0,
        le=600,
        description="Seconds for one question to that endpoint, all tries.",
    )
    judge_plain_http: bool = Field(
        default=False, description="Whether that endpoint may be another machine's without TLS."
    )
    settle_s: float = Field(
        default=10.0,
        ge=0,
        le=86_400,
        description="Age under which a recording may still be growing, seconds: a run looks at it twice, a night leaves it.",
    )
    store_patience_s: float = Field(
        default=120.0,
        ge=0,
        le=86_400,
        description="Seconds for which a run waits for a database that is gone or not up yet before it ends.",
    )
    names: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated templates of recordings' file names, or `freepbx`, `issabel`.",
    )
    records_timezone: str = Field(
        default="",
        description="Zone of the times in call records and file names that name none; empty for this machine's.",
    )
    remote: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated URL schemes from which recordings may be fetched, such as `s3`.",
    )
    s3_endpoint: str = Field(
        default="", description="URL of an S3-compatible service; empty for Amazon's own."
    )
    ray_address: str = Field(
        default="",
        description="Ray cluster of `--engine ray`: `auto` or `HOST:PORT`; empty to start one here.",
    )
    threads: int = Field(default=0, ge=0, description="Threads for the models; 0 for all cores.")
    language: Literal["zh", "en"] = Field(
        default="en", description="Language of reasons in exports and on the terminal."
    )
    host: str = Field(default="127.0.0.1", description="Address the review app binds to.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port of the review app.")
    queue_random_percent: float = Field(
        default=5.0,
        ge=0,
        le=100,
        description="Share of all scored calls drawn into the review queue, whatever they are like.",
    )
    queue_agent_minimum: int = Field(
        default=2,
        ge=0,
        le=1000,
        description="Calls that each agent has in the review queue in 30 days, at the least.",
    )
    queue_due_days: int = Field(
        default=7, ge=1, le=365, description="Days that a task of the review queue usually has."
    )
    session_idle_h: float = Field(
        default=8.0, gt=0, le=720, description="Hours without use after which a login ends."
    )
    session_longest_d: float = Field(
        default=7.0, gt=0, le=90, description="Days after which a login ends whatever it does."
    )
    invitation_h: float = Field(
        default=48.0, gt=0, le=720, description="Hours for which a one-time link lets in."
    )
    oidc_issuer: str = Field(
        default="", description="Issuer of the OpenID Connect provider; empty for passwords alone."
    )
    oidc_client_id: str = Field(default="", description="What that provider calls Call QA.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="The secret it gave Call QA, if any."
    )
    oidc_label: str = Field(
        default="OpenID Connect", description="The provider's name on the login page."
    )
    oidc_create: Literal["", "supervisor", "agent", "operator"] = Field(
        default="",
        description="Role of whom the provider knows and Call QA does not; empty for none.",
    )
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated names that the app answers to besides this machine's own; needed for any address but loopback.",
    )
    proxies: int = Field(
        default=0,
        ge=0,
        le=5,
        description="Reverse proxies in front of the app, whose `X-Forwarded-For` and `-Proto` are believed.",
    )
    https: bool = Field(
        default=False,
        description="Whether browsers reach the app over https, ended by a proxy: cookies never travel without it.",
    )
    webhook_plain_http: bool = Field(
        default=False, description="Whether webhooks may be other machines' without TLS."
    )
    webhook_any_address: bool = Field(
        default=False,
        description="Whether webhooks may be at link-local and cloud metadata addresses.",
    )
    ping_url: SecretStr | None = Field(
        default=None,
        description="Address asked for after each night; with `/fail` after one that failed.",
    )
    metrics_file: Path | None = Field(
        default=None, description="File that each night writes its metrics to, for node_exporter."
    )
    smtp_host: str = Field(
        default="", description="Mail server of the morning report; empty for none."
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of that server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the way to that server is encrypted."
    )
    smtp_user: str = Field(default="", description="User name there; empty for no login.")
    smtp_password: SecretStr | None = Field(default=None, description="Password there.")
    smtp_from: str = Field(default="", description="Address that the morning report comes from.")
    smtp_to: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Comma-separated addresses that the morning report goes to."
    )

    licensing: Literal["off", "on"] = Field(
        default="off",
        description="Whether a criterion counts by the machine's word only where it has earned that.",
    )
    licence_assist_failures: int = Field(
        default=8, ge=1, le=10_000, description="Reviewed failures that `assist` takes."
    )
    licence_assist_passes: int = Field(
        default=20, ge=1, le=10_000, description="Reviewed passes that `assist` takes."
    )
    licence_assist_sensitivity: float = Field(
        default=0.5, ge=0, le=1, description="Lower bound of sensitivity that `assist` takes."
    )
    licence_assist_specificity: float = Field(
        default=0.75, ge=0, le=1, description="Lower bound of specificity that `assist` takes."
    )
    licence_assist_agreement: float = Field(
        default=0.5, ge=0, le=1, description="Lower bound of Gwet's AC1 that `assist` takes."
    )
    licence_auto_failures: int = Field(
        default=15, ge=1, le=10_000, description="Reviewed failures that `auto` takes."
    )
    licence_auto_passes: int = Field(
        default=40, ge=1, le=10_000, description="Reviewed passes that `auto` takes."
    )
    licence_auto_sensitivity: float = Field(
        default=0.8, ge=0, le=1, description="Lower bound of sensitivity that `auto` takes."
    )
    licence_auto_specificity: float = Field(
        default=0.9, ge=0, le=1, description="Lower bound of specificity that `auto` takes."
    )
    licence_auto_agreement: float = Field(
        default=0.8, ge=0, le=1, description="Lower bound of Gwet's AC1 that `auto` takes."
    )
    licence_slack: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="How far a lower bound may fall below what earned a licence before it is lost.",
    )
    licence_looks: int = Field(
        default=2,
        ge=1,
        le=26,
        description="Weeks in a row for which the figures reach a licence before it is earned.",
    )
    licence_weeks: int = Field(
        default=12, ge=1, le=104, description="Weeks of random reviews that a licence rests on."
    )
    licence_recent_weeks: int = Field(
        default=4, ge=1, le=104, description="The latest of them, in which drift is looked for."
    )
    dispute_days: int = Field(
        default=7,
        ge=1,
        le=365,
        description="Days an agent has to dispute a score, and a supervisor to decide.",
    )

    @field_validator("company_names", "hosts", "names", "remote", "smtp_to", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(
                name.strip() for name in value.replace("，", ",").split(",") if name.strip()
            )
        return value

    @property
    def store_url(self) -> str:
        """The database in use."""
        return self.database_url or f"sqlite:///{(self.home / 'callqa.sqlite').absolute()}"

    @property
    def licenses(self) -> bool:
        """Whether licences decide what a reviewer is shown, and what of a score is provisional."""
        return self.licensing == "on"

    @property
    def models_home(self) -> Path:
        """Where joined and fetched weights lie."""
        return self.model_dir or self.home / "models"


def load_settings() -> Settings:
    """Read the settings. Raises ``SettingsInvalid`` naming each setting that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"QA_{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
            for fault in error.errors()
        )
        raise SettingsInvalid(
            faults, hint="see docs/settings.md for what each setting takes"
        ) from error
