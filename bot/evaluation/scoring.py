"""One brief against its gold article, as counts.

A gold flag is found when a shown quotation holds half of its words; what overlaps an optional marker
counts neither way. A headline flag is about the whole article and is not compared.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from bot.article.models import Article
from bot.briefing.models import Checked
from bot.evaluation.gold import Gold

_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\u00a0": " ", "\u202f": " "}
)
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”“»]")
_SPOKEN = re.compile(
    r"\b(?:said|says|told|according to|writes?|add(?:s|ed)|show|shows|gives|expects?|believe|"
    r"sagte|laut|nach Angaben|teilte|heißt|wies|wirft|hervorgeht|zufolge|"
    r"dijo|afirmó|según|de acuerdo con|informó|indicó|aclaró|"
    r"dit|disent|selon|indique|annonce|précise|déclaré|demande|prévues|relevé|"
    r"сообщил\w*|заявил\w*|сказал\w*|говорится|отмечено|назвал\w*|по данным|по сообщениям|"
    r"повідомил\w*|каже|свідчать|за даними|ідеться|йдеться|відповіл\w*|розповідають|запевнил\w*)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Tally:
    """Counts of one article, or the sum of several."""

    shown: int = 0
    right: int = 0
    gold: int = 0
    found: int = 0
    kinds: int = 0
    speakers: int = 0
    clean: int = 0
    clean_flagged: int = 0
    facts: int = 0
    facts_covered: int = 0
    loaded_bare: int = 0
    lost: int = 0
    statements: int = 0
    traced: int = 0
    words: int = 0
    articles: int = 1

    def plus(self, other: "Tally") -> "Tally":
        """Return the sum of both."""
        return Tally(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})

    @property
    def rates(self) -> dict[str, float]:
        """Return the ratios the targets are about."""
        return {
            "precision": _ratio(self.right, self.shown),
            "recall": _ratio(self.found, self.gold),
            "kind": _ratio(self.kinds, self.found),
            "speaker": _ratio(self.speakers, self.found),
            "clean_flagged": self.clean_flagged / self.clean if self.clean else 0.0,
            "facts": _ratio(self.facts_covered, self.facts),
            "traced": _ratio(self.traced, self.statements),
            "words": self.words / self.articles,
        }


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def total(tallies: Iterable[Tally]) -> Tally:
    """Add tallies up; there must be one at least."""
    first, *rest = tallies
    for tally in rest:
        first = first.plus(tally)
    return first


def measure(gold: Gold, article: Article, checked: Checked) -> Tally:
    """Compare one brief with its gold entry."""
    tally = Tally(gold=len(gold["flags"]), clean=len(gold["clean"]), facts=len(gold["facts"]))
    flags = [flag for flag in checked.flags if flag.kind != "headline_beyond_text"]
    for flag in flags:
        is_right = any(overlaps(flag.quote, g["quote"]) for g in gold["flags"])
        if is_right or not any(overlaps(flag.quote, g["quote"]) for g in gold["optional"]):
            tally.shown += 1
            tally.right += is_right
    for wanted in gold["flags"]:
        near = [flag for flag in flags if overlaps(flag.quote, wanted["quote"])]
        tally.found += bool(near)
        tally.kinds += any(flag.kind in wanted["kinds"] for flag in near)
        tally.speakers += any(same_speaker(flag.speaker, wanted["speaker"]) for flag in near)
    tally.clean_flagged = sum(any(overlaps(c, f.quote) for f in flags) for c in gold["clean"])
    text = " ".join(statement.text for statement in checked.statements)
    tally.facts_covered = sum(any(_plain(s) in _plain(text) for s in options) for options in gold["facts"])
    outside = _QUOTED.sub(" ", f"{checked.headline}\n{text}")
    tally.loaded_bare = sum(_has_words(outside, term) for term in gold["loaded"])
    tally.lost = sum(
        _has_lost(statement.text, statement.sentences, article) for statement in checked.statements
    )
    tally.statements, tally.traced = checked.checks.statements, checked.checks.traced
    tally.words = len(text.split())
    return tally


def overlaps(shown: str, gold: str) -> bool:
    """Whether a shown quotation holds half of the gold one's words in a row."""
    text, wanted = f" {' '.join(_tokens(shown))} ", _tokens(gold)
    half = max(1, (len(wanted) + 1) // 2)
    return any(f" {' '.join(wanted[i : i + half])} " in text for i in range(len(wanted) - half + 1))


def same_speaker(shown: str | None, gold: str | None) -> bool:
    """Whether two names are one source: equal words, or one's words among the other's, endings aside."""
    if shown is None or gold is None:
        return shown is gold
    one, other = ({word[:5] for word in _tokens(name) if len(word) > 2} for name in (shown, gold))
    return bool(one and other) and (one <= other or other <= one)


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", _plain(text))


def _plain(text: str) -> str:
    return text.translate(_PLAIN).casefold()


def _has_words(text: str, term: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(_plain(term))}(?!\w)", _plain(text)) is not None


def _has_lost(text: str, sentences: Sequence[int], article: Article) -> bool:
    """Whether a cited sentence names its source and the statement does not."""
    return any(_SPOKEN.search(article.sentence_text(n)) for n in sentences) and not _SPOKEN.search(text)
