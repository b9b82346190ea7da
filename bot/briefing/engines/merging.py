"""The drafts of an article's parts → one draft: by one more call of the model, or by code when that fails."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from bot.article.models import Article
from bot.briefing.engines.answer import read_merged
from bot.briefing.engines.layout import (
    OVERHEAD_TOKENS,
    Layout,
    defuse,
    introduce,
    name_language,
    quote_line,
)
from bot.briefing.engines.sections import Section
from bot.briefing.models import KINDS, MAX_FLAGS, Draft, DraftFlag, DraftStatement, Loaded
from bot.briefing.tokens import count_tokens
from bot.errors import EngineGarbled
from prompts import Prompt

MOST_STATEMENTS = 8
MOST_LOADED = 8
MOST_ABSENT = 3

ALIKE = 0.6
"""Share of common words, of all words of both, from which two statements say the same."""

_FIRST_PART = 0.5
_FIRST_STATEMENT = 0.5
"""What a statement's place adds to its score, which is its mean likeness to the others (0 to 1): articles
begin with what matters, and so do drafts."""

Drafted = tuple[Section, Draft]


def lay_out_merge(
    prompt: Prompt,
    article: Article,
    language: str,
    marker_key: bytes,
    drafted: Sequence[Drafted],
    budget_tokens: int,
    model: str,
) -> Layout | None:
    """Lay out the drafts for the call that merges them; None when they exceed the budget. CPU work."""
    known = introduce(article, marker_key)
    user = prompt.render_user(
        **known,
        parts=str(len(drafted)),
        drafts="\n".join(_write_drafts(drafted)),
        language=name_language(language),
    )
    if count_tokens(prompt.system + user, model) + OVERHEAD_TOKENS > budget_tokens:
        return None
    read = sum(section.layout.sentences_read for section, _ in drafted)
    return Layout(
        system=prompt.system, user=user, schema=prompt.schema, sentences_read=read, marker=known["marker"]
    )


def _write_drafts(drafted: Sequence[Drafted]) -> Iterator[str]:
    """Yield the drafts line by line; no drafted text can pretend to be another line."""
    flags = itertools.count(1)
    for part, (section, draft) in enumerate(drafted, 1):
        yield f"part {part}: sentences {section.first} to {section.last}"
        yield f"headline: {quote_line(draft.headline)}"
        for statement in draft.statements:
            yield f"- {defuse(statement.text)} {list(statement.sentences)}"
        for flag in draft.flags:
            whose = defuse(flag.speaker) if flag.speaker else "the article's own voice"
            yield f"flag {next(flags)} ({flag.kind}, {whose}): {quote_line(flag.quote)}"
        if draft.absent:
            yield f"not heard: {'; '.join(quote_line(party) for party in draft.absent)}"


def read_merge(answer: object, drafted: Sequence[Drafted]) -> Draft:
    """Read the model's merge; raises EngineGarbled.

    It may cite and keep only what the drafts hold; their flags and loaded words stay as they were drafted.
    """
    drafts = [draft for _, draft in drafted]
    cited = {number for draft in drafts for statement in draft.statements for number in statement.sentences}
    merged, kept = read_merged(answer, max(cited, default=0))
    statements = (
        statement.model_copy(update={"sentences": tuple(n for n in statement.sentences if n in cited)})
        for statement in merged.statements
    )
    sound = tuple(statement for statement in statements if statement.sentences)
    if not sound:
        raise EngineGarbled("the merge cites no drafted statement")
    flags = [flag for draft in drafts for flag in draft.flags]
    chosen = (flags[number - 1] for number in kept if 1 <= number <= len(flags))
    return merged.model_copy(
        update={
            "statements": sound,
            "flags": tuple(dict.fromkeys(chosen))[:MAX_FLAGS],
            "loaded": _join_loaded(drafts),
        }
    )


def merge_by_code(drafted: Sequence[Drafted]) -> Draft:
    """Merge drafts without a model: the most central statements, flags by precedence, nothing twice."""
    drafts = [draft for _, draft in drafted]
    return Draft(
        headline=drafts[0].headline,
        statements=_choose_statements(drafts),
        flags=_join_flags(drafts),
        loaded=_join_loaded(drafts),
        absent=_join_absent(drafts),
    )


def _choose_statements(drafts: Sequence[Draft]) -> tuple[DraftStatement, ...]:
    """Choose by likeness to all others and by place; keep the article's order."""
    placed = [
        (statement, _words(statement.text), part, place)
        for part, draft in enumerate(drafts)
        for place, statement in enumerate(draft.statements)
    ]
    scores = [
        sum(_likeness(words, other) for _, other, _, _ in placed) / len(placed)
        + (_FIRST_PART if part == 0 else 0)
        + (_FIRST_STATEMENT if place == 0 else 0)
        for _, words, part, place in placed
    ]
    chosen: list[int] = []
    for index in sorted(range(len(placed)), key=lambda index: -scores[index]):
        is_said = any(_likeness(placed[index][1], placed[other][1]) >= ALIKE for other in chosen)
        if not is_said and len(chosen) < MOST_STATEMENTS:
            chosen.append(index)
    return tuple(placed[index][0] for index in sorted(chosen))


def _join_flags(drafts: Iterable[Draft]) -> tuple[DraftFlag, ...]:
    """Return the flags by precedence, each quotation once."""
    flags: dict[str, DraftFlag] = {}
    for draft in drafts:
        for flag in draft.flags:
            flags.setdefault(_fold(flag.quote), flag)
    return tuple(sorted(flags.values(), key=lambda flag: KINDS.index(flag.kind)))[:MAX_FLAGS]


def _join_loaded(drafts: Iterable[Draft]) -> tuple[Loaded, ...]:
    """Return the loaded expressions in the article's order, each once."""
    terms: dict[str, Loaded] = {}
    for draft in drafts:
        for loaded in draft.loaded:
            terms.setdefault(_fold(loaded.term), loaded)
    return tuple(terms.values())[:MOST_LOADED]


def _join_absent(drafts: Sequence[Draft]) -> tuple[str, ...]:
    """Return who is missing in most parts: whom one part does not hear may speak in another."""
    heard = [{_fold(party): party for party in draft.absent} for draft in drafts]
    counted = {key: sum(key in part for part in heard) for key in itertools.chain.from_iterable(heard)}
    names = {key: party for part in reversed(heard) for key, party in part.items()}
    return tuple(names[key] for key, count in counted.items() if 2 * count > len(drafts))[:MOST_ABSENT]


def _fold(text: str) -> str:
    """Make one spelling of two that differ by case or spaces only."""
    return " ".join(text.casefold().split())


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", _fold(text)) if len(word) > 3 or word.isdigit())


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0
