"""Tense: what is set, planned or forecast is not told as what has happened."""

import re
from collections.abc import Iterator, Sequence

from bot.briefing.checks.parts import Keys, Part, follows_preposition, key
from bot.briefing.checks.passage import Passage, Token, covered

_TAKEN = 0.5
"""Share of a planned clause's content words a clause must hold to be about the same thing."""
_OPEN = ("future", "hedge")
_SOFTENED = (*_OPEN, "softener")
_FUTURE = {
    "es": re.compile(r".{2,}(?:rá|rán|remos)$"),
    "fr": re.compile(r".{2,}(?:er|ir|d|u|v|s)(?:ra|ront|a|ont)$"),
    "ru": re.compile(
        r"(?:за|по|вы|про|при|от|об|до|из|раз|рас|пере|под|вос|со|у)\w{2,}(?<![аяу])(?:ит|ят|ат|ет|ут|ют|им|ем)(?:ся)?$"
    ),
    "uk": re.compile(
        r".{2,}ти(?:ме|муть|мемо)(?:ться)?$"
        r"|(?:за|по|ви|про|при|від|об|до|роз|пере|під|з|у)\w{2,}(?<![аяу])(?:ить|ять|уть|ють)(?:ся)?$"
    ),
}
"""Verbs of the future, by their form, where they have one."""
_WERDEN = frozenset({"wird", "werden", "werde"})
_AUXILIARY = {"en": frozenset({"will", "ll"}), "de": _WERDEN}
"""Before the verb that is to come, where its form does not tell."""
_PARTICIPLE = re.compile(
    r"(?:\w*ge\w{2,}(?:t|en)|(?:\w+(?=ver|be|ent|er|zer))?(?:be|ent|er|ver|zer|miss|über|unter)\w{2,}(?:t|en)|\w+iert)$"
)
"""With one, "werden" makes a passive, which is to come only beside a day."""
_DATED = frozenset({"day", "weekday", "month"})
_CONDITIONAL = {
    "es": re.compile(r".{1,}(?:aría|ería|iría|[dbr]ría|arían|erían|irían|[dbr]rían)$"),
    "fr": re.compile(r".{2,}r(?:ait|aient)$"),
}
_ALREADY = frozenset({"already", "bereits", "schon", "ya", "déjà", "уже", "вже"})
_PAST = {
    "en": re.compile(
        r"(?:was|were|had|has|have|took|held|began|went|came|won|found|gave|got|met|made|left|rose|fell|did"
        r"|drew|became|.{2,}ed)$"
    ),
    "de": re.compile(
        r"(?:wurden?|waren?|fand|fanden|kam|kamen|ging|gingen"
        r"|(?:ab|an|auf|aus|bei|ein|fest|her|hin|mit|nach|statt|teil|um|vor|weg|zu|zurück)?ge\w{3,}(?:t|en))$"
    ),
    "es": re.compile(
        r"(?:fue|fueron|ha|han|había|tuvo|tuvieron|hizo|hicieron|hubo|vino|vinieron|puso|pusieron"
        r"|(?:a|ex|sus|con)?tra(?:jo|jeron)|\w+du(?:jo|jeron)|.{2,}(?:ó|aron|ieron|aba|aban))$"
    ),
    "fr": re.compile(r"(?:avait|avaient|fut|furent|eu|été|.{2,}(?:é|ée|és|ées|ru|rue|rus|rues))$"),
    "ru": re.compile(r".{2,}(?:л|ла|ло|ли|лся|лась|лось|лись)$"),
    "uk": re.compile(r".{2,}(?:[иауів]в|шов|[шаиіуо]л[аои]|в?ся|л[аои]ся|лись|ено|ано|ито)$"),
}
"""Words that tell of the past."""


def has_happened(statement: Passage, source: Passage) -> bool:
    """Whether a statement tells as past what its source, in the same language, only sees coming."""
    past = _PAST.get(source.lexicon.language)
    if past is None:
        return False
    planned = [places for places in source.clauses if is_open_clause(source, places, _OPEN)]
    told = {token.text for token in source.tokens}
    for places in statement.clauses:
        tokens = list(_tokens(statement, places))
        if is_open_clause(statement, places):
            continue
        fresh = [token for token in tokens if past.match(token.text) and token.text not in told]
        fresh = [token for token in fresh if token.names.isdisjoint({"report", "attributing", "according"})]
        if all("unnamed" in token.names for token in fresh):
            continue
        content = frozenset(token.stem for token in tokens if token.is_content)
        for clause in planned:
            wanted = frozenset(token.stem for token in _tokens(source, clause) if token.is_content)
            if (
                len(content & wanted) >= 2
                and max(covered(content, wanted), covered(wanted, content)) >= _TAKEN
            ):
                return True
    return False


def _tokens(passage: Passage, places: tuple[int, ...]) -> Iterator[Token]:
    return (passage.tokens[place] for place in places)


def is_open_clause(passage: Passage, places: tuple[int, ...], names: tuple[str, ...] = _SOFTENED) -> bool:
    """Whether a clause leaves open if the thing comes about."""
    spoken = {first for first, _ in passage.spans("report")}
    if _is_future(passage.lexicon.language, list(_tokens(passage, places))):
        return True
    return any(first in places and first not in spoken for name in names for first, _ in passage.spans(name))


def has_future(part: Part) -> bool:
    """Whether a verb of a part ends in a future, where verbs have one; German says it with "werden"."""
    return _is_future(part.passage.lexicon.language, part.tokens)


def _is_future(language: str, tokens: Sequence[Token]) -> bool:
    if language == "de":
        words = {token.text for token in tokens}
        is_dated = any(not _DATED.isdisjoint(token.names) for token in tokens)
        is_passive = any(_PARTICIPLE.match(word) for word in words)
        return not _WERDEN.isdisjoint(words) and (is_dated or not is_passive)
    future = _FUTURE.get(language)
    return future is not None and any(future.match(token.text) for token in tokens)


def is_coming(part: Part) -> bool:
    """Whether a part tells of what is to come, by a word or by the form of its verb."""
    return part.has("future") or has_future(part)


def coming_verbs(part: Part) -> list[Keys]:
    """Return what the verbs of a part can be recognised by that say what is to come."""
    language, passage = part.passage.lexicon.language, part.passage
    form, auxiliaries = _FUTURE.get(language), _AUXILIARY.get(language, frozenset())
    if form is not None:
        places = [place for place in part.places if form.match(passage.tokens[place].text)]
    else:
        will = [place for place in part.places if passage.tokens[place].text in auxiliaries]
        after = [
            place for place in part.places if will and place > will[0] and passage.tokens[place].is_content
        ]
        places = after[-1:] if language == "de" else after[:1]
    return [found for place in places if (found := key(passage, place))]


def has_conditional(part: Part) -> bool:
    """Whether a verb of a part ends in a conditional, by which French and Spanish keep their distance."""
    conditional = _CONDITIONAL.get(part.passage.lexicon.language)
    return conditional is not None and any(
        conditional.match(token.text) and not token.capital for token in part.tokens
    )


def is_past(part: Part) -> bool:
    """Whether a part tells of the past, or of what is already so, and not only who told it."""
    return any(token.text in _ALREADY for token in part.tokens) or bool(past_places(part))


def has_past_form(part: Part, place: int) -> bool:
    """Whether the word at `place` has a form of the past."""
    past = _PAST.get(part.passage.lexicon.language)
    return past is not None and bool(past.match(part.passage.tokens[place].text))


def past_places(part: Part) -> list[int]:
    """Return where a part tells of the past, reporting verbs apart."""
    return [
        place
        for place in part.places
        if has_past_form(part, place)
        and part.passage.tokens[place].names.isdisjoint({"report", "attributing", "according"})
        and not follows_preposition(part.passage, place)
    ]
