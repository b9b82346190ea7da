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
