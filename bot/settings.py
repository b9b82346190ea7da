"""Settings: one frozen value, read once from environment and `.env`; a bad one stops the start by name."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

Amount = Annotated[int, Field(ge=0, le=10**12)]
Money = Annotated[float, Field(ge=0, lt=1e6, allow_inf_nan=False)]
"""In the currency of the prices."""


class Settings(BaseSettings):
    """Every setting, its default, and (by `.env.example`) its reason."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_proxy: SecretStr | None = None
    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    openai_model: str = "gpt-5-mini"
    openai_reasoning_effort: Annotated[str | None, Field(pattern="^[a-z]{1,20}$")] = None
    redis_url: SecretStr | None = None

    sayso_data: Path = Path("data")
    sayso_owner: int | None = None
    sayso_allow: Annotated[frozenset[int], NoDecode] = frozenset()
    sayso_open: bool = False
    sayso_user_rate: Annotated[int, Field(ge=0, le=6_000)] = 6
    sayso_user_burst: Annotated[int, Field(ge=1, le=1_000)] = 20
    sayso_user_briefs: Annotated[int, Field(ge=0)] = 50
    sayso_user_questions: Annotated[int, Field(ge=0)] = 100
    sayso_group_rate: Annotated[int, Field(ge=0, le=6_000)] = 20
    sayso_group_burst: Annotated[int, Field(ge=1, le=1_000)] = 30
    sayso_group_briefs: Annotated[int, Field(ge=0)] = 200
    sayso_group_questions: Annotated[int, Field(ge=0)] = 400
    sayso_pace: Annotated[float, Field(gt=0, le=1_000)] = 1
    sayso_placeholder_after_s: Annotated[float, Field(ge=0, le=60)] = 10
    sayso_user_tokens_day: Amount = 0
    sayso_user_tokens_month: Amount = 0
    sayso_user_money_day: Money = 0
    sayso_user_money_month: Money = 0
    sayso_group_tokens_day: Amount = 0
    sayso_group_tokens_month: Amount = 0
    sayso_group_money_day: Money = 0
    sayso_group_money_month: Money = 0
    sayso_total_tokens_day: Amount = 0
    sayso_total_tokens_month: Amount = 0
    sayso_total_money_day: Money = 0
    sayso_total_money_month: Money = 0
    sayso_price_in: Money = 0
    sayso_price_cached: Money | None = None
    sayso_price_out: Money = 0
    sayso_second_price_in: Money | None = None
    sayso_second_price_cached: Money | None = None
    sayso_second_price_out: Money | None = None
    sayso_briefs_at_once: Annotated[int, Field(ge=0, le=1_000)] = 8
    sayso_model_timeout_s: Annotated[float, Field(gt=0, le=600)] = 60
    sayso_model_window_tokens: Annotated[int, Field(ge=8_000)] = 120_000
    sayso_vision_model: str | None = None
    sayso_second_model: str | None = None
    sayso_second_base_url: str | None = None
    sayso_second_api_key: SecretStr | None = None
    sayso_fetch_timeout_s: Annotated[float, Field(gt=0, le=120)] = 20
    sayso_fetch_ports: Annotated[frozenset[Annotated[int, Field(ge=1, le=65_535)]], NoDecode] = frozenset(
        {80, 443}
    )
    sayso_page_limit_mb: Annotated[int, Field(ge=1, le=50)] = 5
    sayso_archive_articles: Annotated[int, Field(ge=0, le=100_000)] = 5_000
    sayso_context: bool = True
    sayso_wikipedia_url: Annotated[str, Field(pattern=r"\{language\}")] = "https://{language}.wikipedia.org"
    sayso_contact: Annotated[str | None, Field(pattern=r"^[\x20-\x7e]{3,200}$")] = None
    google_factcheck_api_key: SecretStr | None = None
    sayso_factcheck_url: str = "https://factchecktools.googleapis.com"
    sayso_searxng_url: str | None = None
    sayso_workers: Annotated[int, Field(ge=1, le=64)] = 2
    sayso_playground_port: Annotated[int, Field(ge=0, le=65_535)] = 8_765
    sayso_webhook_url: str | None = None
    sayso_webhook_listen: Annotated[str, Field(pattern=r"^\S+:\d{1,5}$")] = "127.0.0.1:8080"
    sayso_webhook_secret: SecretStr | None = None
    sayso_lease_s: Annotated[float, Field(ge=0.5, le=300)] = 15
    sayso_log_level: Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"
    sayso_log_format: Literal["text", "json"] = "text"
    sayso_health_host: str = "127.0.0.1"
    sayso_health_port: Annotated[int, Field(ge=0, le=65_535)] | None = None

    @field_validator("sayso_allow", "sayso_fetch_ports", mode="before")
    @classmethod
    def _split_numbers(cls, value: object) -> object:
        """Read "1, 2" as two numbers."""
        if isinstance(value, str):
            return [part for part in value.replace(",", " ").split() if part]
        return value

    @field_validator(
        "telegram_api_url",
        "openai_base_url",
        "sayso_second_base_url",
        "sayso_wikipedia_url",
        "sayso_factcheck_url",
        "sayso_searxng_url",
        "sayso_webhook_url",
    )
    @classmethod
    def _require_http(cls, value: str | None) -> str | None:
        """Refuse an address that is not http or https."""
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/") if value else value

    @field_validator("telegram_proxy")
    @classmethod
    def _require_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse a proxy that is none for HTTP."""
        if value is not None:
            cls._require_http(value.get_secret_value())
        return value

    @field_validator("sayso_webhook_secret")
    @classmethod
    def _require_plain(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse a secret that Telegram would."""
        if value is not None and not re.fullmatch("[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("may hold letters, digits, _ and - only, 256 at most")
        return value

    @property
    def has_model(self) -> bool:
        """Whether a model is configured; without one the engine is offline."""
        return self.openai_api_key is not None or self.openai_base_url is not None


def read_settings() -> Settings:
    """Read the settings; raises SettingsError that names each bad one."""
    try:
        return Settings()
    except ValidationError as exc:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in exc.errors())
        raise SettingsError("bad settings", problem=f"Check the settings: {problems}.") from None


def secret(value: SecretStr | None) -> str | None:
    """Return what a secret setting holds."""
    return value.get_secret_value() if value is not None else None
