"""An answer to a question about an article: what of it holds, and the sentences it rests on."""

from collections.abc import Iterator, Sequence

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.checks.grounding import find_ungrounded
from bot.briefing.checks.lexicon import LANGUAGES, detect_language
from bot.briefing.checks.output import defang, sanitise
from bot.briefing.checks.quotations import unquote
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.statements import find_injected
from bot.briefing.checks.support import correct_citation, find_problem
from bot.briefing.models import CheckedAnswer, Draft, DraftStatement

LONGEST_ANSWER = 600
"""Characters: an answer in a chat is read between two messages."""
_MOST_SENTENCES = 4
_MOST_QUOTED = 3
_MOST_CITED = 8


def check_answer(draft: Draft, article: Article) -> CheckedAnswer:
    """Return the sentences of an answer that the article bears out, and those it rests on; raises nothing.

    What is wrong is left out, never mended: half an answer with its quotation is better than a whole one
    that nobody said.
    """
    texts = [sanitise(statement.text[: 10 * LONGEST_ANSWER]) for statement in draft.statements]
    written = " ".join(texts)
    own = article.language if article.language in LANGUAGES else detect_language(article.text)
    language = detect_language(written, likely=own or "") or own or article.language
    reading = Reading(article, language)
    kept: list[str] = []
    cited: list[int] = []
    parts = list(_split(texts, draft.statements, language))
    for part, sentences in parts[:_MOST_SENTENCES]:
        checked = _check(part, sentences, reading)
        if checked is None or len(" ".join((*kept, checked[0]))) > LONGEST_ANSWER:
            continue
        shown, numbers = checked
        kept.append(shown)
        cited += [number for number in numbers if number not in cited]
    return CheckedAnswer(
        text=defang(" ".join(kept)) or None,
        sentences=tuple(sorted(cited[:_MOST_QUOTED])),
        left_out=len(parts) - len(kept),
    )


def _split(
    texts: Sequence[str], drafted: Sequence[DraftStatement], language: str
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield every sentence with what it is said to rest on: a statement may hold several."""
    for text, statement in zip(texts, drafted, strict=True):
        for sentence in split_sentences(text, language):
            yield text[sentence.start : sentence.end], statement.sentences[:_MOST_CITED]


def _check(text: str, cited: tuple[int, ...], reading: Reading) -> tuple[str, tuple[int, ...]] | None:
    """Return a sentence of the answer with what it rests on; None when it does not hold."""
    if find_injected(text, reading):
        return None
    statement = reading.read(text)
    if not statement.content:
        return None
    statement = reading.read(unquote(text, statement, cited, reading))
    numbers = correct_citation(statement, cited, reading)
    if find_ungrounded(statement, reading) or find_problem(statement, numbers, reading):
        return None
    return statement.text, numbers
