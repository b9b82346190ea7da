"""Negation, part by part: what a sentence denies, its statement denies, and the other way round."""

import re
from collections.abc import Sequence

from bot.briefing.checks.lexicon import CYRILLIC
from bot.briefing.checks.parts import AND, Keys, Part, comparable, held, is_known, key, words
from bot.briefing.checks.passage import Passage, per_passage

_REACH = 3
"""Words after (or before) a negation that tell what it denies."""
_HALF = 0.5
_MOSTLY = 0.6
"""Shares of those words that a part must hold to be about the same thing."""
_OF_THE_PAPER = frozenset({"concept=name", "concept=check", "concept=confirm"})
"""What a brief denies of the article itself: that it names somebody, or has checked something."""
_DENIALS = ("negation", "negative", "lacking")
_CLOSE = 2
"""Words after a negation in which another one cancels it."""
_THAN = frozenset({"than", "чем", "нежели", "ніж"})
_NEVER_MORE = {
    "en": re.compile(r"\bnever (?:\w+ ){0,2}(?:(?!ever|over|under|after)\w{2,}er|more|worse|so|as)\b"),
    "de": re.compile(
        r"\bnie(?:mals)? (?:zuvor )?(?:\w+ ){0,2}(?:so|(?!wieder|aber|unter|über|oder)\w{3,}er|mehr)\b"
    ),
    "es": re.compile(r"\b(?:nunca|jamas) (?:\w+ ){0,3}(?:mas|mejor|peor|mayor|menor|tan|tanto)\b"),
    "fr": re.compile(r"\bjamais (?:\w+ ){0,3}(?:aussi|autant|mieux|meilleur\w*|si)\b"),
    "ru": re.compile(r"\bникогда (?:\w+ ){0,4}(?:\w{2,}(?:ее|ей|ше|же)|так|так(?:ой|им|ая|ие))\b"),
    "uk": re.compile(r"\bніколи (?:\w+ ){0,4}(?:\w{2,}ше|так|так(?:ий|им|а|і))\b"),
}
"""What says that something is as great as never before."""
_OR = frozenset({"or", "oder", "ob", "o", "ou", "или", "чи"})


def is_denial_changed(statement: Sequence[Part], sources: Sequence[Part]) -> bool:
    """Whether one side denies what the other one says, in any language."""
    return (
        _denies_said(sources, statement)
        or _denies_said(statement, sources)
        or _is_made_up(statement, sources)
    )


def _is_made_up(statement: Sequence[Part], sources: Sequence[Part]) -> bool:
    """Whether a statement denies something, and none of its sentences denies anything in any way."""
    if any(part.has(*_DENIALS, "opposite") for part in sources):
        return False
    return any(
        is_negated(part) and bool(_negations(part)) and part.keys.isdisjoint(_OF_THE_PAPER)
        for part in statement
    )


def _denies_said(denying: Sequence[Part], saying: Sequence[Part]) -> bool:
    is_foreign = bool(denying and saying) and denying[0].passage.lexicon is not saying[0].passage.lexicon
    return any(
        _is_said(context, part, denying, saying, is_foreign=is_foreign)
        for part in denying
        if is_negated(part)
        for context in [_read_denied(part)]
        if context
    )


def is_negated(part: Part) -> bool:
    """Whether a part denies: "nobody came", not "nobody came without a ticket"."""
    return bool(_negations(part)) != part.has("lacking")


def _negations(part: Part) -> list[tuple[int, int]]:
    """Return what negates in a part."""
    return [span for span in read_negations(part.passage) if span[0] in part.places]


@per_passage
def read_negations(passage: Passage) -> list[tuple[int, int]]:
    """Return what negates; not "or not", "never so high", "did not rule out", "no one is stricter than"."""
    tokens = passage.tokens
    praised = _NEVER_MORE.get(passage.lexicon.language)
    found = praised.search(passage.folded.text) if praised and passage.has("negation") else None
    start, end = passage.folded.span(*found.span()) if found else (0, 0)
    return [
        (first, last)
        for first, last in passage.spans("negation")
        if not (first and tokens[first - 1].text in _OR)
        and not start <= tokens[first].start < end
        and all(
            "cancelling" not in token.names
            for token in (*tokens[max(0, first - _CLOSE) : first], *tokens[last + 1 : last + 1 + _CLOSE])
        )
        and not any(
            tokens[place].text in _THAN
            for place in passage.clauses[passage.clause_indexes[first]]
            if place > last
        )
    ]


def _is_bare(part: Part) -> bool:
    """Whether a part only denies what the one before it tells: "she said it had not"."""
    tokens = [token for token in part.tokens if token.is_content and not token.capital]
    return part.has("negation") and all(token.names & {"report", "negation"} for token in tokens)


def _goes_on(part: Part) -> bool:
    """Whether a part denies what began before a comma: "a list, as promised, was not there"."""
    first, last = part.places[0], part.places[-1]
    token, passage = part.tokens[0], part.passage
    if token.capital or token.text in AND.get(passage.lexicon.language, ()):
        return False
    is_after_comma = passage.text[: passage.tokens[first].start].rstrip().endswith(",")
    return is_after_comma and any(end >= last - 1 for _, end in _negations(part))


def _ends_in_denial(part: Part) -> bool:
    """Whether a part leaves what it denies to the next one: "he denies that"."""
    said = [token for token in part.tokens if token.is_content]
    return bool(said) and not said[-1].names.isdisjoint(_DENIALS)


def _read_denied(part: Part) -> list[Keys]:
    """Return the words a part denies, nearest first."""
    passage = part.passage
    spans = [*_negations(part), *part.spans("lacking")]
    is_double = passage.lexicon.language in CYRILLIC  # "ни одна не пришла": the last is the verb's
    first, last = max(spans) if is_double else min(spans)
    ends = _OR | AND.get(passage.lexicon.language, frozenset())
    after: list[Keys] = []
    for place in part.places:
        if place <= last:
            continue
        if passage.tokens[place].text in ends and after:
            break
        if found := key(passage, place):
            after.append(found)
    before = [found for place in reversed(part.places) if place < first and (found := key(passage, place))]
    if not _negations(part):
        return after[:1] or before[:1]
    return after[:_REACH] if len(after) > 1 else [*after, *before[:1]]


def _is_said(
    context: Sequence[Keys],
    part: Part,
    denying: Sequence[Part],
    saying: Sequence[Part],
    *,
    is_foreign: bool,
) -> bool:
    """Whether some part says what `context` denies, and none of those that tell of it denies."""
    if is_foreign:
        context = [keys for keys in context if is_known(keys)]
    if not context:
        return False
    scored = [(_score(context, other), other) for other in saying]
    best = max((score for score, _ in scored), default=0.0)
    if best < (_HALF if len(context) > 1 else 1.0):
        return False
    if best < _MOSTLY and not any(
        not context[0].isdisjoint(other.keys) for score, other in scored if score == best
    ):
        return False
    about = [i for i, (score, _) in enumerate(scored) if score == best]
    if _denies_too(context, part, about, saying):
        return False
    # What is said once and denied once on this side is told as both.
    return not any(
        other is not part
        and not other.has(*_DENIALS)
        and not context[0].isdisjoint(other.keys)
        and _score(context, other) >= best
        for other in denying
    )


def _denies_too(context: Sequence[Keys], part: Part, about: Sequence[int], saying: Sequence[Part]) -> bool:
    """Whether the parts `about` what `part` denies, or those that belong to them, deny in any way."""
    if any(_denies_beside(saying[i], part) or (i and _ends_in_denial(saying[i - 1])) for i in about):
        return True
    if any(_is_bare(other) for i in about for other in saying[i + 1 : i + 2]):
        return True
    if any(is_negated(other) and context[0] in _read_denied(other) for other in saying):
        return True
    return len(context) == 1 and any(_goes_on(other) for i in about for other in saying[i + 1 : i + 3])


def _denies_beside(part: Part, other: Part) -> bool:
    """Whether a part denies by another word than `other` has, too: the "stoppage" of both does not."""
    if part.has("negation", "lacking"):
        return True
    return any(
        last > first or key(part.passage, first).isdisjoint(other.keys)
        for first, last in part.spans("negative")
    )


def _score(context: Sequence[Keys], part: Part) -> float:
    return held(context, part.keys)


def is_reversed(statement: Sequence[Part], sources: Sequence[Part]) -> bool:
    """Whether a part says "accepted" where its counterpart, in any language, says "rejected"."""
    for part in statement:
        values = {value for _, _, value in _opposites(part)}
        for value in values:
            if {value[:-1] + "+", value[:-1] + "-"} <= values:
                continue
            other = value[:-1] + ("-" if value.endswith("+") else "+")
            context = comparable(words(part, "opposite", "report"), part, sources)
            if _meets(part, context, other, value, sources):
                return True
    return False


def _meets(part: Part, context: Sequence[Keys], other: str, value: str, sources: Sequence[Part]) -> bool:
    """Whether the parts that tell of `context` best say `other`, and none of them `value`."""
    scored = [(_shared(context, source), source) for source in sources if _opposites(source)]
    against = [(score, source) for score, source in scored if _says(source, other)]
    best = max((score for score, _ in against), default=0.0)
    if not best or any(score >= best and _says(source, value) for score, source in scored):
        return False
    common = [sum(not keys.isdisjoint(source.keys) for keys in context) for source in sources]
    nearest = [source for source, count in zip(sources, common, strict=True) if count == max(common)]
    if not any(_opposites(source) for source in nearest):
        return False
    if best < _HALF and any(_says(source, value) for source in sources):
        return False
    return any(score == best and is_negated(source) == is_negated(part) for score, source in against)


def _shared(context: Sequence[Keys], source: Part) -> float:
    """Return the share of the shorter side's words that both have."""
    theirs = words(source, "opposite", "report")
    common = sum(not keys.isdisjoint(source.keys) for keys in context)
    fewest = min(len(context), len(comparable(theirs, source, ())))
    return common / fewest if fewest else 0.0


def _opposites(part: Part) -> list[tuple[int, int, str]]:
    return [item for item in part.passage.labelled.get("opposite", ()) if item[0] in part.places]


def _says(part: Part, value: str) -> bool:
    return any(found == value for _, _, found in _opposites(part))
