"""An answer to a question about an article: what of it holds, and the sentences it rests on."""

from collections.abc import Iterator, Sequence

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.checks.grounding import find_ungrounded
from bot.briefing.checks.lexicon import detect_language
from bot.briefing.checks.output import defang, sanitise
from bot.briefing.checks.passage import Passage, Token
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
_LEAST_OWN = 0.5
"""Of a sentence's content words the article must hold more; 99.4 % of faithful statements pass (measured)."""
_TIMES = frozenset({"month", "weekday"})
_BROUGHT_TRANSLATED = 0.75
"""Share of the words, names apart, that may be the question's where the article has another language."""


def check_answer(
    draft: Draft, article: Article, asked: str = "", language: str | None = None
) -> CheckedAnswer:
    """Return the sentences of an answer that the article bears out, and those it rests on; raises nothing.

    `language` is what the answer was to be in. `asked` is what readers asked: words that stand in it and not
    in the article are theirs, and an answer in such words was dictated. What is wrong is left out, never
    mended: half an answer with its quotation is better than a whole one that nobody said.
    """
    texts = [sanitise(statement.text[: 10 * LONGEST_ANSWER]) for statement in draft.statements]
    written = " ".join(texts)
    wanted = language or article.language
    reading = Reading(article, detect_language(written, likely=wanted) or wanted)
    brought = reading.read(asked).content
    kept: list[str] = []
    cited: list[int] = []
    parts = list(_split(texts, draft.statements, reading.language))
    for part, sentences in parts[:_MOST_SENTENCES]:
        checked = _check(part, sentences, brought, reading)
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


def _check(
    text: str, cited: tuple[int, ...], brought: frozenset[str], reading: Reading
) -> tuple[str, tuple[int, ...]] | None:
    """Return a sentence of the answer with what it rests on; None when it does not hold."""
    if find_injected(text, reading):
        return None
    statement = reading.read(text)
    if not statement.content:
        return None
    statement = reading.read(unquote(text, statement, cited, reading))
    numbers = correct_citation(statement, cited, reading)
    if find_ungrounded(statement, reading) or not _is_told(statement, brought, reading):
        return None
    return None if find_problem(statement, numbers, reading) else (statement.text, numbers)


def _is_told(statement: Passage, brought: frozenset[str], reading: Reading) -> bool:
    """Whether a sentence is in the article's words and concepts, and not in those that readers brought in."""
    told = (reading.passage(number) for number in reading.numbers if number not in reading.instructions)
    concepts = {concept for passage in told for token in passage.tokens for concept in _concepts(token)}
    known = reading.everywhere_content | reading.title.content
    words = [token for token in statement.tokens if token.is_content]
    own = {t.stem for t in words if t.stem in known or not concepts.isdisjoint(_concepts(t))}
    if reading.is_translated:
        # Names are checked by themselves, and other words are seldom those of the article.
        common = {t.stem for t in words if not t.capital or not t.names.isdisjoint(_TIMES)}
        return len((common - own) & brought) <= _BROUGHT_TRANSLATED * len(common)
    return brought.isdisjoint(statement.content - own) and len(own) > _LEAST_OWN * len(statement.content)


def _concepts(token: Token) -> list[str]:
    return [label.value for label in token.labels if label.name == "concept"]
