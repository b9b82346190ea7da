"""An answer to a question about an article: what of it holds, and the sentences it rests on."""

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.checks.lexicon import LANGUAGES, detect_language
from bot.briefing.checks.output import defang, sanitise
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.quotations import unquote
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.statements import find_injected
from bot.briefing.checks.support import correct_citation, find_problem
from bot.briefing.models import CheckedAnswer, DraftAnswer

LONGEST_ANSWER = 600
"""Characters: an answer in a chat is read between two messages."""
_MOST_SENTENCES = 4
_MOST_QUOTED = 3


def check_answer(draft: DraftAnswer, article: Article) -> CheckedAnswer:
    """Return the sentences of an answer that the article bears out, and those it rests on; raises nothing.

    What is wrong is left out, never mended: half an answer with its quotation is better than a whole one
    that nobody said.
    """
    raw = (draft.text or "")[: 10 * LONGEST_ANSWER]
    text = sanitise(raw)
    own = article.language if article.language in LANGUAGES else detect_language(article.text)
    language = detect_language(text, likely=own or "") or own or article.language
    reading = Reading(article, language)
    kept: list[str] = []
    cited: list[int] = []
    left_out = 0
    for sentence in split_sentences(text, language)[:_MOST_SENTENCES]:
        part = text[sentence.start : sentence.end]
        checked = _check(part, draft.sentences, reading)
        if checked is None or len(" ".join((*kept, part))) > LONGEST_ANSWER:
            left_out += 1
            continue
        shown, numbers = checked
        kept.append(shown)
        cited += [number for number in numbers if number not in cited]
    return CheckedAnswer(
        text=defang(" ".join(kept)) or None, sentences=tuple(sorted(cited[:_MOST_QUOTED])), left_out=left_out
    )


def _check(text: str, cited: tuple[int, ...], reading: Reading) -> tuple[str, tuple[int, ...]] | None:
    """Return a sentence of the answer with what it rests on; None when it does not hold."""
    if find_injected(text, reading):
        return None
    statement = Passage(text, reading.brief_lexicon)
    if not statement.content:
        return None
    statement = Passage(unquote(text, statement, cited, reading), reading.brief_lexicon)
    numbers = correct_citation(statement, cited, reading)
    return None if find_problem(statement, numbers, reading) else (statement.text, numbers)
