import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, read_settings

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, without the settings of whoever runs the tests."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set() -> None:
    settings = read_settings()
    assert settings.telegram_bot_token is None
    assert not settings.has_model
    assert not settings.sayso_open


def test_the_example_lists_every_setting_with_its_default_in_order() -> None:
    listed = re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert [name for name, _ in listed] == [name.upper() for name in Settings.model_fields]
    Path(".env").write_text((ROOT / ".env.example").read_text())
    assert read_settings() == Settings(_env_file=None)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("OPENAI_MODEL=from-file\nSAYSO_WORKERS=3\n")
    monkeypatch.setenv("OPENAI_MODEL", "from-environment")
    settings = read_settings()
    assert settings.openai_model == "from-environment"
    assert settings.sayso_workers == 3


@pytest.mark.parametrize("written", ["1,2,-100300", "1, 2 ,-100300", "1 2 -100300"])
def test_allowed_ids_are_parted_by_commas_or_spaces(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_ALLOW", written)
    assert read_settings().sayso_allow == {1, 2, -100300}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAYSO_ALLOW", "1,me"),
        ("SAYSO_WORKERS", "0"),
        ("SAYSO_FETCH_PORTS", "80,65536"),
        ("SAYSO_MODEL_TIMEOUT_S", "soon"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("SAYSO_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_bad_setting_stops_the_start_by_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert name in caught.value.sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAYSO_WEBHOOK_SECRET", "with blank"),
        ("SAYSO_WEBHOOK_URL", "ftp://example.org"),
        ("SAYSO_WEBHOOK_LISTEN", "8080"),
        ("TELEGRAM_PROXY", "socks5://127.0.0.1:1"),
    ],
)
def test_the_way_to_telegram_is_checked(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert name in caught.value.sentence


def test_a_secret_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:hush")
    monkeypatch.setenv("REDIS_URL", "redis://:hush@127.0.0.1")
    monkeypatch.setenv("TELEGRAM_PROXY", "http://me:hush@127.0.0.1:3128")
    monkeypatch.setenv("SAYSO_WEBHOOK_SECRET", "hush")
    assert "hush" not in repr(read_settings())
