import pytest

from bot.briefing.rules.lexicon import Lexicon, tokenise


def words(text: str) -> list[str]:
    return [token.word for token in tokenise(text)]


def test_a_phrase_is_found_whole_words_only() -> None:
    lexicon = Lexicon({"mark": ["end up"]})
    assert [(hit.first, hit.last) for hit in lexicon.scan(words("They end up here, they bend upwards."))] == [
        (1, 2)
    ]


def test_a_star_stands_for_any_ending() -> None:
    lexicon = Lexicon({"mark": ["обвин*"]})
    assert [hit.first for hit in lexicon.scan(words("Его обвинили, но обвинения сняли; вина."))] == [1, 3]


def test_of_two_phrases_that_begin_alike_the_longer_is_taken() -> None:
    lexicon = Lexicon({"mark": ["no", "no one"]})
    assert [(hit.first, hit.last) for hit in lexicon.scan(words("no one came"))] == [(0, 1)]


def test_case_and_yo_do_not_matter() -> None:
    lexicon = Lexicon({"mark": ["отчёт*"]})
    assert len(lexicon.scan(words("ОТЧЕТ и отчёты"))) == 2


def test_tokens_keep_their_offsets() -> None:
    text = "Don’t stop"
    assert [(token.word, text[token.start : token.end]) for token in tokenise(text)] == [
        ("don", "Don"),
        ("t", "t"),
        ("stop", "stop"),
    ]


def test_an_underscore_stands_for_any_one_word() -> None:
    lexicon = Lexicon({"mark": ["one _ in five"]})
    assert [(h.first, h.last) for h in lexicon.scan(words("one child in five, one of us in five"))] == [
        (0, 3)
    ]


def test_dots_stand_for_a_few_words_between_two() -> None:
    lexicon = Lexicon({"mark": ["stellte … klar"]})
    found = lexicon.scan(words("Das stellte die Ministerin klar, er stellte es hin."))
    assert [(hit.first, hit.last, hit.apart) for hit in found] == [(1, 4, True)]


def test_a_star_before_a_word_also_stands_for_nothing() -> None:
    lexicon = Lexicon({"mark": ["*vorlage"]})
    assert len(lexicon.scan(words("Laut Vorlage und Beschlussvorlage"))) == 2


def test_dots_that_stand_before_several_words_are_told_by_name() -> None:
    with pytest.raises(ValueError, match="accuse: the dots of “gibt … die schuld”"):
        Lexicon({"accuse": ["gibt … die schuld"]})
