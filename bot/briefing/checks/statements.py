"""Statements and headline: kept, repaired from the article, or dropped."""

from collections.abc import Sequence

from bot.briefing.checks.grounding import find_ungrounded
from bot.briefing.checks.normalise import fold_word
from bot.briefing.checks.output import defang, find_clickable, find_disguised, sanitise, shorten
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.quotations import unquote
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.repair import rebuild
from bot.briefing.checks.support import correct_citation, find_headline_problem, find_problem
from bot.briefing.checks.wording import Term, quote_loaded
from bot.briefing.models import DraftStatement, Dropped, Statement

LONGEST_STATEMENT = 400
LONGEST_HEADLINE = 200
_MOST_DRAFTED = 30
"""Statements of a draft that are looked at; a model that sends more has run away."""
_MOST_CITED = 8


def check_statements(
    drafted: Sequence[DraftStatement], terms: Sequence[Term], reading: Reading, dropped: list[Dropped]
) -> tuple[Statement, ...]:
    """Return the statements that hold or could be rebuilt; what could not is noted in `dropped`."""
    kept: dict[str, Statement] = {}
    used: set[int] = set()
    for draft in drafted[:_MOST_DRAFTED]:
        checked = _check(draft, used, reading)
        if isinstance(checked, str):
            dropped.append(Dropped(what="statement", why=checked))
            continue
        text = defang(quote_loaded(checked.text, terms, reading))
        key = fold_word(text).strip(" .!?…")
        if key in kept:
            dropped.append(Dropped(what="statement", why="It says the same as another statement."))
            continue
        used.update(checked.sentences)
        kept[key] = Statement(text=text, sentences=checked.sentences)
    return tuple(kept.values())


def _check(draft: DraftStatement, used: set[int], reading: Reading) -> Statement | str:
    """Return a statement that holds, as drafted or rebuilt; else why there is none."""
    raw = draft.text[: 10 * LONGEST_STATEMENT]
    statement = reading.read(sanitise(raw))
    statement = reading.read(unquote(statement.text, statement, draft.sentences, reading))
    cited = correct_citation(statement, draft.sentences[:_MOST_CITED], reading)
    reason = (
        find_injected(raw, reading)
        or _find_misshapen(statement)
        or find_ungrounded(statement, reading)
        or find_problem(statement, cited, reading)
    )
    if reason is None:
        return Statement(text=statement.text, sentences=cited)
    rebuilt = rebuild(statement, cited, used, reading)
    if rebuilt is None:
        return reason
    text, number = rebuilt
    return Statement(text=text, sentences=(number,))


def find_injected(raw: str, reading: Reading) -> str | None:
    """Return that a text carries a link, mention, command or number of its own, or None."""
    found = [*find_clickable(raw), *find_clickable(sanitise(raw)), *find_disguised(raw)]
    if any(fold_word(item).strip(".,;:!?)\"'") not in reading.folded.text for item in found):
        return "It carries a link, mention, command or number that the article does not."
    return None


def _find_misshapen(statement: Passage) -> str | None:
    if not any(token.kind == "word" for token in statement.tokens):
        return "It is empty."
    if len(statement.text) > LONGEST_STATEMENT:
        return f"It is longer than {LONGEST_STATEMENT} characters."
    return None


def check_headline(
    drafted: str,
    statements: Sequence[Statement],
    terms: Sequence[Term],
    reading: Reading,
    dropped: list[Dropped],
) -> str:
    """Return the headline, or in its place the article's title, or its first statement."""
    reason = _find_headline_problem(drafted, reading)
    if reason is None:
        return defang(quote_loaded(sanitise(drafted), terms, reading))
    dropped.append(Dropped(what="headline", why=reason))
    title = sanitise(reading.article.title or "")
    first = statements[0].text if statements else ""
    is_usable = title and not any(find_clickable(title)) and not reading.has_order_in_title
    chosen = title if is_usable else first or title
    return shorten(defang(quote_loaded(chosen, terms, reading)), LONGEST_HEADLINE)


def _find_headline_problem(drafted: str, reading: Reading) -> str | None:
    raw = drafted[: 10 * LONGEST_HEADLINE]
    headline = reading.read(sanitise(raw))
    if reason := find_injected(raw, reading) or _find_misshapen(headline):
        return reason
    if len(headline.text) > LONGEST_HEADLINE:
        return f"It is longer than {LONGEST_HEADLINE} characters."
    if fold_word(headline.text) == fold_word(reading.article.title or ""):
        return None
    return find_ungrounded(headline, reading) or find_headline_problem(headline, reading)
