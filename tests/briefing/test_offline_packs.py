import pytest
from pydantic import ValidationError

from bot.briefing.models import KINDS
from bot.briefing.rules.pack import LANGUAGES, Pack, load_pack
from tests.briefing.offline import SIX, pack_of


def test_there_is_a_pack_for_each_of_the_six_languages() -> None:
    assert set(LANGUAGES) == set(SIX)
    assert all(pack_of(language).language == language for language in SIX)


@pytest.mark.parametrize("language", SIX)
def test_every_kind_has_its_reasons(language: str) -> None:
    assert set(pack_of(language).reasons) == set(KINDS)


@pytest.mark.parametrize("language", SIX)
def test_reasons_fit_the_field_and_name_the_speaker(language: str) -> None:
    for kind, reason in pack_of(language).reasons.items():
        assert all(len(text) <= 160 for text in (reason.said, reason.own, reason.verify))
        assert "{speaker}" not in reason.own + reason.verify
        assert "{speaker}" in reason.said or kind == "headline_beyond_text"


@pytest.mark.parametrize("language", SIX)
def test_no_verb_is_neutral_and_loaded_at_once(language: str) -> None:
    verbs = pack_of(language).verbs
    assert not set(verbs.say) & set(verbs.loaded)


@pytest.mark.parametrize("language", SIX)
def test_what_replaces_a_loaded_verb_is_not_loaded(language: str) -> None:
    verbs = pack_of(language).verbs
    assert not set(verbs.loaded.values()) & set(verbs.loaded)


def test_a_language_without_a_pack_has_none() -> None:
    assert load_pack("ja") is None
    assert load_pack("und") is None


def test_a_regional_code_finds_its_language() -> None:
    assert load_pack("en-GB") is not None


def test_a_pack_with_an_unknown_list_is_refused() -> None:
    values = pack_of("en").model_dump()
    values["marks"]["surprise"] = ("wow",)
    with pytest.raises(ValidationError):
        Pack.model_validate(values)


def test_a_pack_with_an_empty_list_is_refused() -> None:
    values = pack_of("en").model_dump()
    values["marks"]["hedge"] = ""
    with pytest.raises(ValidationError):
        Pack.model_validate(values)
