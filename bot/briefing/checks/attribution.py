"""Attribution: who says what in the article, and whether a statement keeps it.

There is no parser here, so an attribution counts as lost or swapped only when that is plain.
"""

from collections.abc import Iterable, Sequence
from heapq import merge
from itertools import takewhile

from bot.briefing.checks.lexicon import Lexicon
from bot.briefing.checks.normalise import spell
from bot.briefing.checks.passage import Passage, covered
from bot.briefing.checks.speakers import SOMEBODY, Speaker, find_speaker
from bot.briefing.checks.transliteration import sounds_alike

_SHORTEST_QUOTATION = 4
"""Words between quotation marks from which they are somebody's words, not one expression."""
_CUES = ("report", "according", "attributing")
_BE = frozenset({"is", "are", "was", "were", "be", "been"})
_PEOPLE = frozenset({"person", "party", "unnamed"})
_SUBJECT_REACH = 6
"""Tokens in which a statement's subject stands."""
_TAKEN = 0.4
"""Share of a statement's content words that stand in a sentence from which the sentence is its source."""


def attribute(passages: Sequence[Passage], quoted: Sequence[bool]) -> tuple[Speaker | None, ...]:
    """Return the source of each sentence; None where the article speaks itself.

    `quoted[i]` tells that sentence `i` stands inside a quotation as a whole. A pronoun, a lone role
    ("the diplomat") and a bare quotation take over the speaker before them.
    """
    found: list[Speaker | None] = []
    known = _Known()
    for passage, is_inside in zip(passages, quoted, strict=True):
        speaker = find_speaker(passage)
        if speaker is None:
            is_hearsay = known.last is not None and passage.has("hearsay")
            speaker = SOMEBODY if is_inside or is_hearsay or _is_quotation(passage) else None
        if speaker is not None:
            speaker = _merge(speaker, known)
            known.add(speaker)
        found.append(speaker)
    return tuple(found)


class _Known:
    """The sources named so far, found again by the words that identify them."""

    def __init__(self) -> None:
        self._all: list[Speaker] = []
        self._places: dict[str, list[int]] = {}

    @property
    def last(self) -> Speaker | None:
        """The one named last."""
        return self._all[-1] if self._all else None

    def add(self, speaker: Speaker) -> None:
        """Remember one more mention."""
        for stem in speaker.stems:
            self._places.setdefault(stem, []).append(len(self._all))
        self._all.append(speaker)

    def find(self, speaker: Speaker) -> Speaker | None:
        """Return the last mention of the same source."""
        shared = (reversed(self._places.get(stem, ())) for stem in speaker.stems)
        mentions = (self._all[place] for place in merge(*shared, reverse=True))
        return next((other for other in mentions if _is_same(speaker, other)), None)


def is_attributed(statement: Passage) -> bool:
    """Whether a statement says at all that somebody says it."""
    return bool(_cue_stems(statement))


def is_lost(
    statement: Passage, sources: Iterable[tuple[Passage, Speaker | None]], *, is_translated: bool
) -> bool:
    """Whether a statement takes over what the article attributes, and attributes it to nobody."""
    cited = list(sources)
    if is_translated:
        return (
            bool(cited)
            and all(speaker and not is_record(speaker, passage.lexicon) for passage, speaker in cited)
            and not is_attributed(statement)
            and not any(speaker and _begins_with(statement, speaker) for _, speaker in cited)
        )
    shares = [(_share(statement, passage, speaker), passage, speaker) for passage, speaker in cited]
    best = max((share for share, _, _ in shares), default=0.0)
    return any(
        share > 0 and share >= min(best, _TAKEN) and not _keeps(statement, passage, speaker)
        for share, passage, speaker in shares
        if speaker is not None and not is_record(speaker, passage.lexicon)
    )


def _keeps(statement: Passage, source: Passage, speaker: Speaker) -> bool:
    """Whether a statement attributes what a sentence attributes to `speaker`.

    A "confirmed" that the sentence holds besides its "said" is no attribution, unless by the same speaker.
    """
    cues = _cue_stems(statement)
    if cues and speaker.place < 0:
        return True
    if cues - (_cue_stems(source) - {source.tokens[speaker.place].stem}):
        return True
    own = find_speaker(statement) if cues else None
    if own is not None and (own.stems & speaker.stems or (not own.stems and statement.has("pronoun"))):
        return True
    return _tells_of(statement, speaker)


def _cue_stems(passage: Passage) -> frozenset[str]:
    """Return the stems of what attributes."""
    found = {first for name in _CUES for first, _ in passage.spans(name)}
    return frozenset(passage.tokens[place].stem for place in found if _attributes(passage, place))


def _attributes(passage: Passage, place: int) -> bool:
    """Whether a cue says who speaks; "did not show", "showed no evidence" and "is expected" do not."""
    negated = passage.spans("negation")
    if any(last == place - 1 for _, last in negated):
        return False
    token = passage.tokens[place]
    if "report" in token.names:
        return True
    is_passive = "forecast" in token.names and not _BE.isdisjoint(passage.words[max(0, place - 2) : place])
    return not is_passive and all(first != place + 1 for first, _ in negated)


def is_document(speaker: Speaker | None, lexicon: Lexicon) -> bool:
    """Whether a source is plainly a document such as minutes: a headline may leave it out."""
    if speaker is None or speaker.names or speaker.refers_back:
        return False
    words = [word for word in (speaker.shown or "").split() if word]
    return all(_PEOPLE.isdisjoint(lexicon.names(spell(word))) for word in words)


def is_record(speaker: Speaker, lexicon: Lexicon) -> bool:
    """Whether a source is a record such as a timetable or minutes, no post and no letter."""
    words = [spell(word) for word in (speaker.shown or "").split()]
    return (
        is_document(speaker, lexicon) and bool(words) and any(lexicon.has(word, "record") for word in words)
    )


def _share(statement: Passage, source: Passage, speaker: Speaker | None) -> float:
    """Return how much of a statement a sentence holds; 0 when that is the half without the attribution."""
    whole = covered(statement.content, source.content)
    if speaker is None or speaker.place < 0:
        return whole
    said = covered(statement.content, _content_around(source, speaker.place))
    return whole if said >= whole / 2 else 0.0


def _content_around(source: Passage, place: int) -> frozenset[str]:
    """Return the stems between the semicolons that enclose token `place`."""
    start, end = source.enclosed(place)
    return frozenset(t.stem for t in source.tokens if t.is_content and start <= t.start and t.end <= end)


def _tells_of(statement: Passage, speaker: Speaker) -> bool:
    """Whether a statement begins with its source: "the mission counted" for "the mission said it counted"."""
    leading = {token.stem for token in statement.tokens}
    return bool(speaker.head) and len(speaker.head & leading) * 2 > len(speaker.head)


def _begins_with(statement: Passage, speaker: Speaker) -> bool:
    """Whether a translated statement tells what a person of the article did: it begins with that name."""
    names = [token.folded for token in Passage(speaker.shown or "", statement.lexicon).tokens]
    leading = [token.folded for token in takewhile(lambda token: token.capital, statement.tokens)]
    return len(leading) > 1 and any(sounds_alike(leading[-1], name) for name in names)


def _merge(speaker: Speaker, known: _Known) -> Speaker:
    """Return `speaker` with everything the article has said of the same one."""
    before = known.find(speaker) or (known.last if speaker.refers_back else None)
    if before is None:
        return speaker
    shown = (
        before.shown if speaker.refers_back else max(before.shown, speaker.shown, key=lambda x: len(x or ""))
    )
    return Speaker(
        names=speaker.names | before.names,
        roles=speaker.roles | before.roles,
        shown=shown or speaker.shown,
        head=speaker.head | before.head,
        place=speaker.place,
        refers_back=speaker.refers_back,
    )


def _is_same(speaker: Speaker, other: Speaker) -> bool:
    """Whether two mentions are one source: a name again, or a role that was told with a name."""
    if not speaker.names:
        return speaker.refers_back and bool(speaker.roles & other.roles)
    is_again = speaker.names <= other.names or other.names <= speaker.names
    return is_again and bool(other.names) and (not speaker.roles or not speaker.roles.isdisjoint(other.roles))


def _is_quotation(passage: Passage) -> bool:
    """Whether most of a sentence is somebody's words."""
    if not passage.quoted:
        return False
    words = [token for token in passage.tokens if token.kind == "word"]
    inside = sum(1 for token in words if passage.is_quoted(token))
    return inside >= _SHORTEST_QUOTATION and inside * 2 > len(words)
