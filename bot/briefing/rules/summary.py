"""The summary: the article's own most central sentences, each with who said it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt

from bot.article.models import Article
from bot.briefing.models import DraftStatement
from bot.briefing.rules.assertion import Assertion
from bot.briefing.rules.flags import Finding
from bot.briefing.rules.lexicon import fold, tokenise
from bot.briefing.rules.loaded import set_quotes, soften
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage

MAX_STATEMENTS = 7
_TARGET_WORDS = 180
_SHARE = 0.55
"""Of a short article's words, how many a summary may hold."""
_MAX_SENTENCE_WORDS = 60
_MIN_SENTENCE_WORDS = 6
_LONG_SENTENCE_WORDS = 30
_REPETITION = 1.6
_ANNOUNCED = 0.9
"""What somebody announced on a given day under a loaded name: an event that a summary must not lack."""
_CANDIDATES = 40
"""How many of the best sentences are compared with each other; keeps long articles linear."""


def summarise(
    article: Article,
    passages: Sequence[Passage],
    assertions: Mapping[int, Sequence[Assertion]],
    findings: Sequence[Finding],
    pack: Pack | None,
) -> tuple[DraftStatement, ...]:
    """Choose up to seven sentences and write them as statements, in article order."""
    usable = [p for p in passages if not p.hostile and not p.heading]
    scores = _score(article, usable, assertions, findings, pack)
    voices = {n: a.speaker.name for n, found in assertions.items() for a in found if a.speaker}
    chosen = _choose(usable, scores, voices, budget=_budget(usable))
    statements = [_write(passage, assertions.get(passage.number, ()), pack) for passage in chosen]
    return tuple(statement for statement in statements if statement)


def _budget(passages: Sequence[Passage]) -> int:
    words = sum(len(p.tokens) for p in passages)
    return int(min(_TARGET_WORDS, max(40, words * _SHARE)))


def _content(passage: Passage, pack: Pack | None) -> Counter[str]:
    stop = pack.stop_words if pack else frozenset[str]()
    return Counter(t.word[:7] for t in passage.tokens if len(t.word) > 2 and t.word not in stop)


def _score(
    article: Article,
    passages: Sequence[Passage],
    assertions: Mapping[int, Sequence[Assertion]],
    findings: Sequence[Finding],
    pack: Pack | None,
) -> dict[int, float]:
    """Score sentences by their closeness to the whole text, their place and what they report."""
    contents = {p.number: _content(p, pack) for p in passages}
    spread = Counter(word for content in contents.values() for word in content)
    count = len(passages)
    rarity = {word: log(1 + count / n) for word, n in spread.items()}
    centre = {word: n * rarity[word] for word, n in spread.items() if n > 1}
    title = {token.word[:7] for token in tokenise(article.title or "")}
    flagged = {f.assertion.passage.number: f for f in findings}
    best = 0.0
    scores: dict[int, float] = {}
    for passage in passages:
        content = contents[passage.number]
        length = sqrt(sum((n * rarity[w]) ** 2 for w, n in content.items())) or 1.0
        scores[passage.number] = sum(n * rarity[w] * centre.get(w, 0.0) for w, n in content.items()) / length
        best = max(best, scores[passage.number])
    for place, passage in enumerate(passages):
        scores[passage.number] = scores[passage.number] / (best or 1.0) + _worth(
            passage, place, title & set(contents[passage.number]), assertions.get(passage.number, ()), flagged
        )
    return scores


def _worth(
    passage: Passage,
    place: int,
    of_title: set[str],
    assertions: Sequence[Assertion],
    flagged: Mapping[int, Finding],
) -> float:
    """Weigh what the words do not show: place, sources, figures, answers, and what must not be retold."""
    words = len(passage.tokens)
    if not _MIN_SENTENCE_WORDS <= words <= _MAX_SENTENCE_WORDS:
        return -5.0
    spoken = sum(len(passage.words_in(a.span)) for a in assertions if a.direct)
    worth = -0.02 * max(0, words - _LONG_SENTENCE_WORDS) - 0.2 * (spoken > words / 2)
    worth += 1.2 if place == 0 else 0.5 / (1 + place / 3)
    worth += 0.15 * min(4, len(of_title))
    worth += 0.55 * passage.has("gap", "denial", "limit") + 0.15 * passage.has("dated")
    worth += 0.25 * bool(re.search(r"\d", passage.text))
    speakers = [a.speaker for a in assertions]
    worth += 0.3 * any(s and s.standing in {"document", "neutral"} for s in speakers)
    worth += 0.1 * any(s is not None for s in speakers)
    finding = flagged.get(passage.number)
    if finding and finding.assertion.speaker and finding.assertion.speaker.standing == "relayed":
        worth -= 0.6
    if finding and finding.assertion.speaker is None:
        worth -= 0.5 if place == 0 else 3.0
    is_open = any(s and s.pronoun and not s.certain for s in speakers) or _has_no_frame(passage, assertions)
    first = passage.tokens[0]
    is_dangling = Span(first.start, first.end) in (*passage.find("others"), *passage.find("pronouns"))
    is_announced = any(speakers) and passage.has("dated") and passage.has("contentious")
    return (
        worth
        - 3.0 * is_open
        - 0.8 * (is_dangling and not any(speakers))
        - 0.3 * passage.has("evaluative", "contentious")
        + _ANNOUNCED * is_announced
    )


def _has_no_frame(passage: Passage, assertions: Sequence[Assertion]) -> bool:
    """Whether a sentence is nothing but speech: without its neighbour nobody would know whose."""
    spoken = sum(len(passage.words_in(a.span)) for a in assertions if a.direct)
    return bool(spoken) and spoken >= len(passage.tokens) - 1


def _choose(
    passages: Sequence[Passage], scores: Mapping[int, float], voices: Mapping[int, str], budget: int
) -> list[Passage]:
    """Take the best sentences that do not repeat each other until the budget is spent."""
    ranked = sorted(passages, key=lambda p: -scores[p.number])[:_CANDIDATES]
    words = {p.number: frozenset(t.word[:7] for t in p.tokens if len(t.word) > 3) for p in ranked}
    gains = {p.number: scores[p.number] for p in ranked}
    shared = dict.fromkeys(words, 0.0)
    chosen: list[Passage] = []
    spent = 0
    while ranked and len(chosen) < MAX_STATEMENTS and spent < budget:
        best = max(ranked, key=lambda p: gains[p.number])
        ranked.remove(best)
        if scores[best.number] < -1 or (chosen and spent + len(best.tokens) > budget * 1.15):
            continue
        chosen.append(best)
        spent += len(best.tokens)
        for p in ranked:
            own = words[p.number]
            shared[p.number] = max(shared[p.number], len(own & words[best.number]) / (len(own) or 1))
            gains[p.number] = scores[p.number] - _repeats(p, chosen, shared[p.number], voices)
    return sorted(chosen, key=lambda p: p.number)


def _repeats(passage: Passage, chosen: Sequence[Passage], shared: float, voices: Mapping[int, str]) -> float:
    """Return how much of a sentence the chosen ones hold, more when they have its paragraph or speaker."""
    same_paragraph = any(p.paragraph == passage.paragraph for p in chosen)
    voice = voices.get(passage.number)
    same_voice = voice is None or any(voices.get(p.number) == voice for p in chosen)
    return _REPETITION * shared + (0.25 + 0.1 * same_paragraph) * same_voice


def _write(passage: Passage, assertions: Sequence[Assertion], pack: Pack | None) -> DraftStatement | None:
    """Write one sentence as a statement: a name for a pronoun, loaded words in quotation marks."""
    text, offset = passage.text, passage.span.start
    if pack:
        text = _with_name(soften(text, offset, passage, pack), passage, assertions)
        text = set_quotes(_without_connective(text, pack), pack)
    text = " ".join(text.split())
    return DraftStatement(text=text, sentences=(passage.number,)) if text else None


def _with_name(text: str, passage: Passage, assertions: Sequence[Assertion]) -> str:
    """Put the speaker's name in place of the pronoun or role when only one person can be meant."""
    speaker = assertions[0].speaker if assertions else None
    if not speaker or not speaker.pronoun or not speaker.certain:
        return text
    stood = re.escape(passage.slice(speaker.pronoun))
    before = passage.slice(Span(passage.span.start, speaker.pronoun.start))
    place = len(re.findall(rf"(?<!\w){stood}(?!\w)", before))
    found = list(re.finditer(rf"(?<!\w){stood}(?!\w)", text))[place : place + 1]
    return text[: found[0].start()] + speaker.name + text[found[0].end() :] if found else text


def _without_connective(text: str, pack: Pack) -> str:
    """Cut "However, " from the beginning: what it ties to is not in the summary."""
    for connective in pack.phrases.connectives:
        if fold(text[: len(connective) + 2]) == f"{connective}, ":
            rest = text[len(connective) + 2 :]
            return rest[:1].upper() + rest[1:]
    return text
