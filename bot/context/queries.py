"""Brief → what to look up: its outlet, who is heard, what it is about, what is flagged."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from bot.article.models import PUBLIC
from bot.briefing.checks.passage import Passage, Token
from bot.briefing.checks.reading import Reading
from bot.briefing.models import Brief, Flag
from bot.context.models import Query

MOST_NAMES: Final = 2
MOST_PHRASES: Final = 2
MOST_CLAIMS: Final = 3

_LONGEST_NAME = 5
"""Words; a longer speaker is a description, which no source has a page on."""
_EVENT_WORDS = 3
"""Search engines want every word: more of them find nothing."""
_TITLE_COUNTS = 4
"""What a word in the title is worth, in sentences."""
_PHRASE_WORDS = (2, 3)
_LONG_WORD = 9
"""Letters from which a word alone is worth a look, where no expression comes back."""
_CLAIM_WORDS = 7
_TWICE = 2
_IDLE = frozenset(
    {"month", "weekday", "day", "number", "scale", "unit", "report", "pronoun", "hedge", "negation"}
)
"""What words may be that do not say what a text is about."""

_NO_NAME = re.compile(r"[^\w.'’&]+")
"""What search engines may take for an operator."""
_LONGEST_QUERY = 80

Stems = tuple[str, ...]


def make_queries(brief: Brief) -> tuple[Query, ...]:
    """Return what to look up, the most telling first; of a private text no assertion is looked up.

    CPU work.
    """
    reading = Reading(brief.article, brief.article.language)
    told = [reading.passage(number) for number in reading.numbers if number not in reading.instructions]
    event = _event(told, reading)
    phrases = list(_phrases(told, brief.flags, reading))
    words = (Query(text=word, kind="topic") for word in event if len(word) >= _LONG_WORD)
    queries = [
        *_outlet(brief),
        *_names(brief.flags, reading),
        Query(text=" ".join(event), kind="topic"),
        *[*phrases, *words][:MOST_PHRASES],
        *(_claims(brief.flags, reading) if brief.scope == PUBLIC else ()),
    ]
    return tuple({query.text.casefold(): query for query in reversed(queries) if query.text}.values())[::-1]


def _outlet(brief: Brief) -> Iterator[Query]:
    """Yield the outlet by its name, or by its address."""
    host = urlsplit(brief.article.url or "").hostname or ""
    if name := _NO_NAME.sub(" ", brief.article.site or host.removeprefix("www.")).strip():
        yield Query(text=name[:_LONGEST_QUERY], kind="outlet")


def _names(flags: Sequence[Flag], reading: Reading) -> Iterator[Query]:
    """Yield the speakers of flags who have a name of their own, those of most flags first."""
    heard: dict[str, list[int]] = {}
    for number, flag in enumerate(flags, 1):
        if name := _read_name(flag.speaker or "", reading):
            heard.setdefault(name, []).append(number)
    for name in sorted(heard, key=lambda name: -len(heard[name]))[:MOST_NAMES]:
        yield Query(text=name, kind="name", flags=tuple(heard[name]))


def _read_name(speaker: str, reading: Reading) -> str:
    """Return a speaker's name of two words or more, without what stands before it; else nothing."""
    tokens = Passage(speaker, reading.lexicon).tokens
    first = next((i for i, token in enumerate(tokens) if token.capital and token.is_content), len(tokens))
    capitals = [token for token in tokens[first:] if token.capital]
    is_name = len(capitals) >= 2 and len(tokens) - first <= _LONGEST_NAME
    return speaker[tokens[first].start :].strip() if is_name else ""


def _event(told: Sequence[Passage], reading: Reading) -> list[str]:
    """Return the words that stand in most sentences, as the title or the text first spells them.

    One in the title counts as in some sentences more.
    """
    passages = (*_TITLE_COUNTS * (reading.title,), *told)
    telling = (dict.fromkeys(t.stem for t in p.tokens if _tells(t, reading)) for p in passages)
    spread = Counter(stem for stems in telling for stem in stems)
    common = sorted(spread, key=lambda stem: -spread[stem])[:_EVENT_WORDS]
    spelt: dict[str, str] = {}
    for passage in (reading.title, *told):
        for token in passage.tokens:
            spelt.setdefault(token.stem, passage.text[token.start : token.end])
    return [spelt[stem] for stem in common if spread[stem] >= _TWICE]


def _phrases(told: Sequence[Passage], flags: Sequence[Flag], reading: Reading) -> Iterator[Query]:
    """Yield the expressions of two or three words that come back, those of flags before others."""
    counts: Counter[Stems] = Counter()
    spelt: dict[Stems, str] = {}
    for passage in told:
        for stems, text in _runs(passage, reading):
            counts[stems] += 1
            spelt.setdefault(stems, text)
    flagged = [dict(_runs(Passage(flag.quote, reading.lexicon), reading)) for flag in flags]
    holders = {stems: tuple(n for n, runs in enumerate(flagged, 1) if stems in runs) for stems in counts}
    again = [stems for stems in counts if counts[stems] >= _TWICE]
    ranked = sorted(again, key=lambda stems: (not holders[stems], -counts[stems], -len(stems)))
    for stems in _without_parts(ranked)[:MOST_PHRASES]:
        yield Query(text=spelt[stems], kind="topic", flags=holders[stems])


def _without_parts(ranked: Iterable[Stems]) -> list[Stems]:
    """Drop what shares a word with an expression before it."""
    kept: list[Stems] = []
    for stems in ranked:
        if all(set(stems).isdisjoint(other) for other in kept):
            kept.append(stems)
    return kept


def _runs(passage: Passage, reading: Reading) -> Iterator[tuple[Stems, str]]:
    """Yield the stems and the text of every two or three telling words in a row."""
    tokens = passage.tokens
    for size in _PHRASE_WORDS:
        for first in range(len(tokens) - size + 1):
            run = tokens[first : first + size]
            if all(_tells(token, reading) for token in run) and passage.is_joined(first, first + size - 1):
                yield tuple(token.stem for token in run), passage.text[run[0].start : run[-1].end]


def _claims(flags: Sequence[Flag], reading: Reading) -> Iterator[Query]:
    """Yield the telling words of the first flags."""
    for number, flag in enumerate(flags[:MOST_CLAIMS], 1):
        passage = Passage(flag.quote, reading.lexicon)
        words = [
            flag.quote[t.start : t.end] for t in passage.tokens if t.is_content and "report" not in t.names
        ]
        if len(words) > _TWICE:
            yield Query(text=" ".join(words[:_CLAIM_WORDS]), kind="claim", flags=(number,))


def _tells(token: Token, reading: Reading) -> bool:
    """Whether a word says what the text is about; the outlet's own name does not."""
    site = reading.article.site or ""
    is_own_name = token.capital and token.folded in site.casefold().split()
    return token.kind == "word" and token.is_content and _IDLE.isdisjoint(token.names) and not is_own_name
