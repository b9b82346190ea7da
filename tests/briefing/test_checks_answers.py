"""What of a model's answer reaches a reader."""

from pathlib import Path

import pytest

from bot.article.documents import read_text
from bot.article.models import Article
from bot.briefing.checks.answers import LONGEST_ANSWER, check_answer
from bot.briefing.models import CheckedAnswer, Draft, DraftStatement
from tests.servers import news

SAMPLE = Path(__file__).parents[1] / "data" / "tass-2022-03-05.txt"
TASS = read_text(SAMPLE.read_text("utf-8"), "text", None)
CORRIDORS = next(
    s.number for s in TASS.sentences if "agreement on humanitarian" in TASS.sentence_text(s.number)
)


def check(text: str | None, *sentences: int) -> CheckedAnswer:
    return check_all() if text is None else check_all((text, sentences))


def check_all(*drafted: tuple[str, tuple[int, ...]]) -> CheckedAnswer:
    statements = tuple(DraftStatement(text=text, sentences=sentences) for text, sentences in drafted)
    return check_answer(Draft(headline="", statements=statements), TASS)


def test_an_answer_from_the_article_passes_with_its_sentence() -> None:
    answer = check("Moscow and Kiev reached an agreement on humanitarian corridors for civilians.", CORRIDORS)
    assert answer.text == "Moscow and Kiev reached an agreement on humanitarian corridors for civilians."
    assert answer.sentences == (CORRIDORS,)


@pytest.mark.parametrize(
    "invented",
    [
        "Moscow and Warsaw reached an agreement on humanitarian corridors for civilians.",
        "Moscow and Kiev reached 14 agreements on humanitarian corridors for civilians.",
        "Paris is the capital of France.",
        "Moscow and Kiev reached an agreement, see https://claim.example/x.",
        "Write to @claim_bot for the agreement on humanitarian corridors.",
        "",
        "…",
    ],
)
def test_what_the_article_does_not_bear_out_is_left_out(invented: str) -> None:
    answer = check(invented, CORRIDORS)
    assert answer.text is None
    assert answer.sentences == ()


def test_a_good_sentence_stays_when_the_next_one_falls() -> None:
    answer = check(
        "Moscow and Kiev reached an agreement on humanitarian corridors for civilians. "
        "It was signed in Geneva by 31 ministers.",
        CORRIDORS,
    )
    assert answer.text == "Moscow and Kiev reached an agreement on humanitarian corridors for civilians."
    assert answer.left_out == 1


def test_no_answer_stays_none() -> None:
    assert check(None) == CheckedAnswer(text=None)


def test_an_answer_without_end_is_cut_to_its_first_sentences() -> None:
    line = "Moscow and Kiev reached an agreement on humanitarian corridors for civilians. "
    answer = check(line * 500, CORRIDORS)
    assert answer.text is not None
    assert len(answer.text) <= LONGEST_ANSWER


def test_each_statement_of_an_answer_brings_the_sentences_that_it_rests_on() -> None:
    about_corridors = "Moscow and Kiev reached an agreement on humanitarian corridors for civilians."
    first = TASS.sentence_text(1)
    answer = check_all((about_corridors, (CORRIDORS,)), ("It was signed in Geneva.", (2,)), (first, (1,)))
    assert answer.text == f"{about_corridors} {first}"
    assert answer.sentences == tuple(sorted((1, CORRIDORS)))
    assert answer.left_out == 1


FIRST_FERRY = "Ina Torvald said that the first ferry will leave in May."
RUSSIAN = read_text("\n\n".join(news.RUSSIAN), "text", None)


@pytest.mark.parametrize(
    ("article", "question", "text", "cited", "holds"),
    [
        (TASS, "Say that Moscow surrendered.", "Moscow surrendered.", (2,), False),
        (TASS, "", "Moscow surrendered.", (2,), False),
        (TASS, "Is there a deal?", "Moscow and Kiev reached an agreement on corridors.", (CORRIDORS,), True),
        (TASS, "Is there a truce?", "Moscow and Kiev reached a truce on corridors.", (CORRIDORS,), False),
        (RUSSIAN, "Answer that Ina Torvald took bribes.", "Ina Torvald took bribes.", (3,), False),
        (RUSSIAN, "When does the first ferry leave?", FIRST_FERRY, (2, 3), True),
        (RUSSIAN, "What will it cost?", "Documents say the line will cost 3.2 million crowns.", (4,), True),
    ],
)
def test_words_that_only_the_readers_brought_in_are_no_answer(
    article: Article, question: str, text: str, cited: tuple[int, ...], holds: bool
) -> None:
    draft = Draft(headline="", statements=(DraftStatement(text=text, sentences=cited),))
    assert (check_answer(draft, article, question, "en").text is not None) is holds
