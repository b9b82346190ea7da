"""Check 5: a flag of each kind must pass that kind's gate; else it becomes a kind it passes, or goes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from bot.briefing.checks.figures import read_figures
from bot.briefing.checks.lexicon import CYRILLIC, load_lexicon
from bot.briefing.checks.parts import DEFINITE
from bot.briefing.checks.passage import Passage, covered
from bot.briefing.checks.reading import Reading
from bot.briefing.models import FlagKind

_SAID_AGAIN = 0.7
"""Share of a quotation's words in another speaker's sentence from which that one says it, too."""
_ESTABLISHED = frozenset({"convicted", "proved"})
_COMMON = frozenset({"function", "role", "party", "person", "unnamed", "number"})
_BY_SPEAKER: tuple[FlagKind, ...] = ("single_interested_source", "unnamed_source", "unattributed")
"""The kinds that follow from who speaks alone, and so are sound for any flag that fails its own gate."""


@dataclass(frozen=True)
class Candidate:
    """A located flag before its gate."""

    reading: Reading
    start: int
    end: int
    number: int
    speaker: str | None

    @cached_property
    def quote(self) -> Passage:
        """The quotation."""
        return Passage(self.reading.article.text[self.start : self.end], self.reading.lexicon)

    @property
    def sentence(self) -> Passage:
        """The sentence in which it begins."""
        return self.reading.passage(self.number)

    @property
    def around(self) -> list[Passage]:
        """That sentence and its neighbours."""
        return [self.reading.passage(number) for number in self.reading.near([self.number])]

    @cached_property
    def is_vague(self) -> bool:
        """Whether the speaker is a source without a name: "a source in the delegation", "experts"."""
        return is_vague(self.speaker, self.reading) if self.speaker else False


def choose_kind(wanted: FlagKind, candidate: Candidate) -> FlagKind | None:
    """Return `wanted` when its gate lets the candidate pass, else a kind that does, or None."""
    return next((kind for kind in (wanted, *_BY_SPEAKER) if _GATES[kind](candidate)), None)


def is_vague(speaker: str, reading: Reading) -> bool:
    """Whether a speaker has no proper name, or is a vague group or nameless source."""
    lexicons = dict.fromkeys((reading.lexicon, reading.brief_lexicon, load_lexicon("en")))
    passages = [Passage(speaker, lexicon) for lexicon in lexicons]
    if any(passage.has("unnamed") for passage in passages):
        return True
    if any(map(_is_institution, passages)):
        return False
    return not any(
        token.capital and all(_COMMON.isdisjoint(lexicon.names(token.text)) for lexicon in lexicons)
        for token in passages[0].tokens
    )


def _is_institution(passage: Passage) -> bool:
    """Whether a speaker is one body told by its kind: "the company", "das Unternehmen", "министерство"."""
    tokens = passage.tokens
    is_definite = passage.lexicon.language in CYRILLIC or (bool(tokens) and tokens[0].text in DEFINITE)
    return is_definite and passage.has("body") and not passage.has("person")


def _accuses(candidate: Candidate) -> bool:
    """Name a party, and tell of no conviction or finding."""
    verdicts = {value for _, _, value in candidate.sentence.labelled.get("verdict", ())}
    if verdicts & _ESTABLISHED and not candidate.sentence.has("negation", "negative"):
        return False
    has_name = any(
        token.capital and token.is_content for passage in candidate.around for token in passage.tokens[1:]
    )
    return has_name or any(passage.has("party", "role", "person") for passage in candidate.around)


def _has_no_name(candidate: Candidate) -> bool:
    """Rest on a vague group or nameless source."""
    if candidate.speaker is None:
        return candidate.sentence.has("unnamed")
    return candidate.is_vague


def _is_alone(candidate: Candidate) -> bool:
    """Rest on one named party, and nobody else says it."""
    if candidate.speaker is None or candidate.is_vague:
        return False
    reading = candidate.reading
    own = reading.speaker(candidate.number)
    for number, speaker in enumerate(reading.speakers, 1):
        if speaker is None or number == candidate.number or (own and speaker.stems & own.stems):
            continue
        if covered(candidate.quote.content, reading.passage(number).content) >= _SAID_AGAIN:
            return False
    return True


def _is_relayed(candidate: Candidate) -> bool:
    """Name an outlet, a post, a leak or a recording."""
    spoken = Passage(candidate.speaker or "", candidate.reading.lexicon)
    return candidate.sentence.has("relay") or spoken.has("relay")


def _has_figure(candidate: Candidate) -> bool:
    """Hold a number."""
    return any(not figure.is_weak for figure in read_figures(candidate.quote).numbers)


def _is_no_stated_forecast(candidate: Candidate) -> bool:
    """Be something else than what a named speaker plainly expects or hopes."""
    is_named = candidate.speaker is not None and not candidate.is_vague
    return not (is_named and candidate.sentence.has("forecast"))


def _has_no_speaker(candidate: Candidate) -> bool:
    """Be told in the article's own voice."""
    return candidate.speaker is None


def _is_own_voice(candidate: Candidate) -> bool:
    """Stand outside quotation marks."""
    return not candidate.reading.is_quoted(candidate.start, candidate.end)


def _has_title(candidate: Candidate) -> bool:
    """Be about an article with a title."""
    return bool(candidate.reading.article.title)


_GATES: dict[FlagKind, Callable[[Candidate], bool]] = {
    "allegation": _accuses,
    "unnamed_source": _has_no_name,
    "single_interested_source": _is_alone,
    "relayed_report": _is_relayed,
    "bare_number": _has_figure,
    "prediction_or_motive": _is_no_stated_forecast,
    "unattributed": _has_no_speaker,
    "opinion_as_fact": _is_own_voice,
    "headline_beyond_text": _has_title,
}
