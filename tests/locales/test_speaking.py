import asyncio
import subprocess
import sys
from datetime import date

import pytest

from bot.briefing.models import Notice
from bot.briefing.pipeline import MADE_OFFLINE
from bot.briefing.report import as_json
from bot.errors import EngineTimeout, HostUnreachable, PageUnsupported, SaysoError, SettingsError
from bot.locales import (
    N_,
    NAMES,
    _,
    match_language,
    show_day,
    speak,
    speaking,
    spoken_language,
    terminal_language,
)
from tests.telegram.briefs import brief

BACK = N_("Back")


def test_english_is_spoken_unless_told_otherwise_and_again_afterwards() -> None:
    assert _(BACK) == "Back"
    with speaking("de"):
        assert _(BACK) == "Zurück"
        with speaking("es"):
            assert _(BACK) == "Volver"
        assert _(BACK) == "Zurück"
    assert (_(BACK), spoken_language()) == ("Back", "en")


async def test_each_task_speaks_for_itself_and_its_tasks_speak_as_it_does() -> None:
    async def answer(language: str) -> tuple[str, str]:
        speak(language)
        await asyncio.sleep(0)
        own = await asyncio.create_task(said())
        return own, _(BACK)

    async def said() -> str:
        return _(BACK)

    russian, french, english = await asyncio.gather(answer("ru"), answer("fr"), said())
    assert (russian, french, english) == (("Назад", "Назад"), ("Retour", "Retour"), "Back")


def test_nothing_is_said_of_nothing() -> None:
    """Gettext would give the catalog's header."""
    with speaking("ru"):
        assert _("") == ""
        assert _("no message of ours") == "no message of ours"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("uk", "uk"),
        ("de-AT", "de"),
        ("ES", "es"),
        ("ru_RU.UTF-8", "ru"),
        ("pt-br", None),
        ("C", None),
        (None, None),
    ],
)
def test_a_tag_names_one_of_our_languages_or_none(tag: str | None, language: str | None) -> None:
    assert match_language(tag) == language


def test_an_error_is_told_in_the_language_of_whoever_reads_it() -> None:
    error = HostUnreachable("dns", host="news.example")
    assert error.sentence == "I could not reach news.example. Check the link, or paste the article's text."
    with speaking("ru"):
        assert error.sentence == "Сайт news.example недоступен. Проверьте ссылку или вставьте текст статьи."
    assert str(error) == "dns"


def test_words_of_ours_inside_an_error_are_translated_and_others_are_not() -> None:
    with speaking("uk"):
        assert "на відео" in PageUnsupported("sniffed", what="a video").sentence
        assert "Back" in HostUnreachable("dns", host="Back").sentence
        assert SettingsError("x", problem="Back").sentence == "Back"
        assert SaysoError().sentence.startswith("У нас щось")


def test_a_day_is_written_as_the_language_writes_it() -> None:
    day = date(2022, 3, 5)
    shown = {language: show_in(language, day) for language in NAMES}
    assert shown == {
        "en": ("5 Mar 2022", "5 Mar"),
        "de": ("5. März 2022", "5. März"),
        "es": ("5 mar 2022", "5 mar"),
        "fr": ("5 mars 2022", "5 mars"),
        "ru": ("5 мар. 2022\u202fг.", "5 мар."),
        "uk": ("5 бер. 2022\u202fр.", "5 бер."),
    }


def show_in(language: str, day: date) -> tuple[str, str]:
    with speaking(language):
        return show_day(day), show_day(day, with_year=False)


def test_nothing_of_babel_is_loaded_before_it_is_needed() -> None:
    code = "import sys, bot.errors as e; e.NothingToBrief().sentence; sys.exit('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "pl:uk:ru"}, "uk"),
    ],
)
def test_the_terminal_speaks_as_the_environment_says(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert terminal_language() == language


def test_a_notice_is_worded_when_it_is_shown_also_after_it_was_stored() -> None:
    notice = Notice(template=MADE_OFFLINE, values={"reason": EngineTimeout.template})
    stored = Notice.model_validate_json(notice.model_dump_json())
    assert stored.sentence == "The model did not answer in time; this brief was made offline."
    with speaking("de"):
        assert stored.sentence == (
            "Das Modell hat nicht rechtzeitig geantwortet; diese Kurzfassung entstand offline."
        )


def test_a_program_reads_english_whatever_the_terminal_speaks() -> None:
    made = brief(notices=(Notice(template=MADE_OFFLINE, values={"reason": EngineTimeout.template}),))
    with speaking("ru"):
        assert as_json(made)["notice"] == "The model did not answer in time; this brief was made offline."
        assert as_json(brief())["notice"] is None
