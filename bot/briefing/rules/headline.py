"""The headline: the article's own, with loaded words quoted; and whether it claims more than the text."""

import re
from collections.abc import Sequence

from bot.article.models import Article
from bot.briefing.models import DraftFlag
from bot.briefing.rules.lexicon import tokenise
from bot.briefing.rules.loaded import set_quotes, soften
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span, find_quotations
from bot.briefing.rules.reading import Passage, read_passage

_MAX_WORDS = 24
_SAME = 0.5
"""Share of the headline's content words from which a sentence is taken to say the same."""


def write_headline(article: Article, pack: Pack | None, first: str) -> str:
    """Return the title with its loaded words quoted, else the first statement, shortened to whole words."""
    title = " ".join((article.title or "").split())
    if not title:
        words = first.split()
        return first if len(words) <= _MAX_WORDS else " ".join(words[:_MAX_WORDS]).rstrip(",;:") + " …"
    return set_quotes(soften(title, 0, read_title(title, pack), pack), pack) if pack else title


def read_title(title: str, pack: Pack) -> Passage:
    """Read a title as one passage."""
    tokens = tuple(tokenise(title))
    hits: dict[str, list[Span]] = {}
    for hit in pack.lexicon.scan([token.word for token in tokens]):
        last = hit.first if hit.apart else hit.last
        hits.setdefault(hit.category, []).append(Span(tokens[hit.first].start, tokens[last].end))
    return read_passage(
        title, tokens, {category: tuple(spans) for category, spans in hits.items()}, find_quotations(title)
    )


def find_headline_beyond(article: Article, passages: Sequence[Passage], pack: Pack) -> DraftFlag | None:
    """Find a title that is surer than its text, or that holds a number the text has not."""
    if not article.title:
        return None
    title = read_title(article.title, pack)
    usable = [p for p in passages if not p.hostile]
    passage = _limited(title, usable, pack) or _without_number(title, article, usable, pack)
    if passage is None:
        return None
    words = passage.tokens[:30]
    reason = pack.reasons["headline_beyond_text"]
    return DraftFlag(
        quote=passage.slice(Span(words[0].start, words[-1].end)),
        sentence=passage.number,
        speaker=None,
        kind="headline_beyond_text",
        why=reason.own,
        would_verify=reason.verify,
    )


def _limited(title: Passage, passages: Sequence[Passage], pack: Pack) -> Passage | None:
    """Find the sentence that limits what a title full of proof or effect claims."""
    if not title.has("certain") or title.has("limit", "hedge") or title.quotations:
        return None
    strong = [p for p in passages if p.has("limit") and p.has("neutral", "document")]
    same = [p for p in strong if _overlap(title, p, pack) >= 0.15]
    return max(same, key=lambda p: (len(p.find("limit")), _overlap(title, p, pack)), default=None)


def _without_number(
    title: Passage, article: Article, passages: Sequence[Passage], pack: Pack
) -> Passage | None:
    """Find the sentence nearest to a title whose number the text does not hold."""
    numbers = re.findall(r"\d+(?:[.,]\d+)?", title.text)
    known = set(re.findall(r"\d+(?:[.,]\d+)?", article.text))
    if all(number in known or len(number) < 2 for number in numbers):
        return None
    nearest = max(passages, key=lambda p: _overlap(title, p, pack), default=None)
    return nearest if nearest and nearest.tokens and _overlap(title, nearest, pack) >= _SAME else None


def _overlap(title: Passage, passage: Passage, pack: Pack) -> float:
    wanted = {t.word[:6] for t in title.tokens if t.word not in pack.stop_words}
    return len(wanted & {t.word[:6] for t in passage.tokens}) / max(1, len(wanted))
