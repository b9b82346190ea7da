"""Several voices in one statement: which stretch of it rests on which sentence, and whose words it gives."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.briefing.checks.attribution import is_document
from bot.briefing.checks.lexicon import Lexicon
from bot.briefing.checks.parts import Keys, Part, comparable, held, key, read_parts, words
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.speakers import Speaker, find_speakers

_CUES = ("report", "according", "attributing")
_TAKEN = 0.5
"""Share of a stretch's words in a sentence from which it rests on that sentence."""
_PLAIN = 0.35
"""Share from which it does so at all, when no other sentence holds half as much of it."""
_LEAST = 3
"""Words with content in a stretch that a "but" begins."""
_THAT = frozenset({"dass", "что", "що"})
"""Words behind a comma that open what somebody says."""
_CONTRAST = {
    "en": frozenset({"but", "while", "whereas", "although", "though"}),
    "de": frozenset({"aber", "während", "obwohl", "doch"}),
    "es": frozenset({"pero", "mientras", "aunque"}),
    "fr": frozenset({"mais", "tandis", "alors"}),
    "ru": frozenset({"но", "а", "хотя", "тогда", "однако"}),
    "uk": frozenset({"але", "а", "хоча", "тоді", "однак"}),
}
"""What may begin another voice."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Parts of a statement up to a semicolon or a "but"."""

    parts: tuple[Part, ...]

    def has_cue(self) -> bool:
        """Whether somebody is said to say something in it."""
        return any(part.has(*_CUES) for part in self.parts)

    def holds(self, place: int) -> bool:
        """Whether token `place` stands in it."""
        return any(place in part.places for part in self.parts)

    def share(self, source: Sequence[Part], without: Keys = frozenset()) -> float:
        """Return which part of its words stands in a sentence, but for those in `without`."""
        context = [keys for part in self.parts for keys in comparable(words(part, *_CUES), part, source)]
        keys = frozenset[str]().union(*(part.keys for part in source))
        return held([one for one in context if one.isdisjoint(without)], keys)


def read_stretches(statement: Sequence[Part]) -> list[Stretch]:
    """Part a statement where it may change from one voice to another."""
    groups: list[list[Part]] = []
    for i, part in enumerate(statement):
        first = part.tokens[0]
        before = part.passage.text[: first.start].rstrip(" \"“”„«»'")
        is_new = (
            before.endswith(";")
            or (first.text in _CONTRAST.get(part.passage.lexicon.language, ()) and len(words(part)) >= _LEAST)
            or _opens_report(part, statement[i + 1 : i + 2])
        )
        if not groups or (is_new and not part.passage.is_quoted(first)):
            groups.append([])
        groups[-1].append(part)
    return [Stretch(tuple(group)) for group in groups]


def _opens_report(part: Part, following: Sequence[Part]) -> bool:
    """Whether a part says who says what the next one tells: "the director assures, that"."""
    tokens = part.passage.tokens
    verbs = [first for first, _ in part.spans("report")]
    is_told = any(tokens[place].is_content for verb in verbs[:1] for place in part.places if place < verb)
    return is_told and any(other.tokens[0].text in _THAT for other in following)


def has_bare_stretch(
    statement: Sequence[Part], sources: Sequence[tuple[Sequence[Part], Speaker | None]]
) -> bool:
    """Whether one stretch of a statement gives somebody's words as its own while another one attributes."""
    stretches = read_stretches(statement)
    if len(stretches) < 2 or not statement:
        return False
    named = frozenset(token.stem for token in statement[0].passage.tokens)
    told = frozenset[str]().union(*(part.keys for part in statement))
    for source, speaker in sources:
        if speaker is None or not speaker.stems or (speaker.names or speaker.stems) & named:
            continue
        if _head_keys(source, speaker) & told:
            continue
        lexicon = source[0].passage.lexicon
        if is_document(speaker, lexicon):
            continue
        told_by = _around(source, speaker.place)
        best = max(stretches, key=lambda stretch: stretch.share(told_by))
        others = [other for other, _ in sources if other is not source]
        share = best.share(told_by)
        if share < _TAKEN or any(best.share(other) >= share for other in others) or best.has_cue():
            continue
        if _goes_on(stretches, best, speaker, [one for held, one in sources if held is not source], lexicon):
            continue
        return True
    return False


def _around(source: Sequence[Part], place: int) -> Sequence[Part]:
    """Return the parts of a sentence between the semicolons that enclose token `place`."""
    if place < 0:
        return source
    start, end = source[0].passage.enclosed(place)
    return [part for part in source if start <= part.tokens[0].start and part.tokens[-1].end <= end]


def _goes_on(
    stretches: Sequence[Stretch],
    bare: Stretch,
    speaker: Speaker,
    others: Sequence[Speaker | None],
    lexicon: Lexicon,
) -> bool:
    """Whether a stretch follows one that attributes, and another sentence is the same speaker's.

    In one language the speaker would have been found by name.
    """
    before = stretches[: stretches.index(bare)]
    is_foreign = bool(speaker.shown) and bare.parts[0].passage.lexicon is not lexicon
    is_again = any(other and not other.stems.isdisjoint(speaker.stems) for other in others)
    return is_foreign and is_again and bool(before) and before[-1].has_cue()


def has_exchanged_voices(
    statement: Sequence[Part], sources: Sequence[tuple[Sequence[Part], Speaker | None]]
) -> bool:
    """Whether a stretch rests on one cited sentence, and names the speaker of another."""
    speakers = [(source, _speaker_keys(source, speaker)) for source, speaker in sources if speaker]
    if len(speakers) < 2 or not statement:
        return False
    passage = statement[0].passage
    for claim in find_speakers(passage):
        keys = frozenset[str]().union(
            *(key(passage, i) for i, token in enumerate(passage.tokens) if token.stem in claim.stems)
        )
        stretch = next((one for one in read_stretches(statement) if one.holds(claim.place)), None)
        if stretch is None or not keys:
            continue
        scored = sorted(
            ((stretch.share(source, keys), theirs) for source, theirs in speakers), key=lambda p: -p[0]
        )
        (best, own), (second, _) = scored[:2]
        is_plain = best >= _PLAIN and 2 * second <= best and own
        told = frozenset[str]().union(*(part.keys for part in stretch.parts))
        if is_plain and own.isdisjoint(told) and any(theirs & keys for _, theirs in scored[1:]):
            return True
    return False


def _head_keys(source: Sequence[Part], speaker: Speaker) -> Keys:
    """Return what a speaker's name can be recognised by, or what it is shown as without one."""
    shown = Passage(speaker.shown or "", source[0].passage.lexicon)
    own = speaker.names & speaker.head or speaker.head
    return frozenset[str]().union(
        *(key(shown, place) for place, token in enumerate(shown.tokens) if token.stem in own)
    )


def _speaker_keys(source: Sequence[Part], speaker: Speaker) -> Keys:
    """Return what a speaker's names and roles can be recognised by."""
    if not source:
        return frozenset()
    lexicon = source[0].passage.lexicon
    shown = read_parts(Passage(speaker.shown or "", lexicon))
    own = frozenset(f"{lexicon.language}:{stem}" for stem in speaker.stems)
    return own.union(*(part.keys for part in shown))
