"""What was said: where it begins behind its verb, and where a second verb shares the subject."""

import re
from collections.abc import Sequence

from bot.briefing.rules.clauses import closes_aside, is_relative, parts_of
from bot.briefing.rules.lexicon import Token
from bot.briefing.rules.names import person_in
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage

_MAX_BETWEEN = 10
_FEWEST_WORDS = 3
_BEFORE_COLON = 4
"""Words between a verb and the colon before what was said ("tell it differently: …")."""


def complement_start(passage: Passage, verb: Span, pack: Pack) -> int | None:
    """Return where what was said begins after its verb, None when it stands before the verb."""
    rest = Span(verb.end, passage.span.end)
    words = passage.words_in(rest)
    that = next(iter(passage.find("that", rest)), None)
    if that and any(
        verb.end < said.start < said.end <= that.start
        for said in (*passage.outside("say"), *passage.outside("loaded_verb"))
    ):
        that = None
    is_told = verb in passage.find("addressed")
    if _is_own_deed(words, pack) or any(that.end == verb.end for that in passage.find("that", verb)):
        return verb.end
    if that and _can_part(passage.words_in(Span(verb.end, that.start)), pack, is_told=is_told):
        return that.end
    colon = re.match(r"[^,:;«»“”\"]{0,60}:\s", passage.slice(rest))
    if colon and len(passage.words_in(Span(verb.end, verb.end + colon.end()))) <= _BEFORE_COLON:
        return verb.end + colon.end()
    comma = re.search(r"[,:]\s", passage.slice(rest))
    if pack.people.bare_complement == "comma" and comma:
        said = Span(verb.end + comma.end(), passage.span.end)
        is_first_clause = len(passage.words_in(Span(passage.span.start, verb.start))) <= 10
        is_said = _is_clause(passage.words_in(said), pack) and not _is_aside(passage, verb, said, pack)
        return said.start if is_first_clause and is_said else None
    is_bare = pack.people.bare_complement == "verb" and _is_clause(words, pack)
    is_bare = is_bare and not _is_inverted(passage, verb, pack)
    if not is_bare or words[0].word in pack.words["prepositions"]:
        return None
    return _behind_addressee(passage, words, pack) if is_told else verb.end


def _is_own_deed(words: Sequence[Token], pack: Pack) -> bool:
    """Whether words are what somebody says to have done ("affirme ne pas l'avoir vue")."""
    verb = next((word.word for word in words if word.word not in pack.words["clitics"]), "")
    return verb in pack.words["infinitives"] and len(words) > 1


def _is_clause(words: Sequence[Token], pack: Pack) -> bool:
    """Whether words may be what somebody said: four, or two of which the first is a pronoun ("he lied")."""
    is_about = bool(words) and words[0].word in pack.words["pronouns"] | pack.words["others"]
    return len(words) >= (2 if is_about else 4)


def _is_aside(passage: Passage, verb: Span, said: Span, pack: Pack) -> bool:
    """Whether what follows only tells more of a source ("Y, heißt es in einem Papier, das uns vorliegt")."""
    closes = passage.slice(Span(passage.span.start, verb.start)).rstrip().endswith(",")
    is_named = bool(passage.words_in(Span(verb.end, said.start)))  # else: "X, der Leiter, sagte, das Geld …"
    return closes and is_named and is_relative(passage, said, pack)


def _behind_addressee(passage: Passage, words: Sequence[Token], pack: Pack) -> int | None:
    """Return where what was told begins behind whom it was told to ("told the paper of a deal")."""
    count = 0
    while count < len(words) and passage.slice(Span(words[count].start, words[count].end))[0].isupper():
        count += 1
    if count == 0 and words[0].word in pack.stop_words:
        count = 1 if words[1].word in pack.stop_words else 2
    count += count < len(words) and words[count].word in pack.words["prepositions"]
    return words[count].start if len(words) - count >= _FEWEST_WORDS else None


def _is_inverted(passage: Passage, verb: Span, pack: Pack) -> bool:
    """Whether a verb closes its sentence before its subject ("Y, said the club's chairman, Ian Voss")."""
    before = passage.slice(Span(passage.span.start, verb.start)).rstrip()
    if not before.endswith((",", '"', "”")) or closes_aside(passage, verb, pack):
        return False
    opening = parts_of(passage, Span(passage.span.start, verb.start))
    if opening and person_in(passage.slice(opening[0]), opening[0].start, pack) and len(opening) > 1:
        return False
    rest = Span(verb.end, passage.span.end)
    person = person_in(passage.slice(rest), rest.start, pack)
    phrase = Span(rest.start, person.span.start if person else rest.end)
    words = passage.words_in(phrase)
    finite = any(word.word in pack.words["finite"] for word in words)
    is_somebody = person or any(passage.find(list_, phrase) for list_ in ("interested", "unnamed", "neutral"))
    return bool(is_somebody) and len(words) <= _MAX_BETWEEN and not finite


def is_participle(passage: Passage, verb: Span, pack: Pack) -> bool:
    """Whether a verb hangs on the clause before it (", saying that …")."""
    is_english = pack.people.bare_complement == "verb"
    return is_english and passage.words_in(verb)[0].word.endswith("ing")


def _can_part(between: Sequence[Token], pack: Pack, *, is_told: bool) -> bool:
    """Whether words may stand between a verb and its "that": whom it was told to, or when and where.

    Where "that" may be left out, longer words between are what was said, and "that" belongs to them.
    """
    if pack.people.bare_complement != "verb" or len(between) <= 3 or is_told:
        return len(between) <= _MAX_BETWEEN
    return between[0].word in pack.words["prepositions"] and len(between) <= _MAX_BETWEEN


def join_before(passage: Passage, start: int, verb: Span, pack: Pack) -> int | None:
    """Return where ", but reassured …" begins when a second verb shares the subject of the first."""
    if verb.start <= start:
        return None
    joined = re.search(r",?\s{1,3}\w+\s{1,3}(?:\w+\s{1,3})?$", passage.slice(Span(start, verb.start)))
    words = passage.words_in(Span(start + joined.start(), verb.start)) if joined else []
    is_joint = bool(words) and words[0].word in pack.words["joints"]
    return start + joined.start() if joined and is_joint else None
