"""Whose words: whether a statement names another source than its sentences do."""

from collections.abc import Sequence

from bot.briefing.checks.lexicon import Lexicon
from bot.briefing.checks.names import is_common
from bot.briefing.checks.parts import DEFINITE
from bot.briefing.checks.passage import Passage, Token
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.speakers import Speaker, find_speaker, find_speakers
from bot.briefing.checks.vocabulary import KnownNames, Vocabulary

_BEFORE = 3
"""Sentences before one that can name whom it only refers to."""
_PEOPLE = frozenset({"person", "party", "unnamed", "body"})
_PARTIES = frozenset({"person", "party", "unnamed", "role"})
_INDEFINITE = frozenset({"a", "an", "ein", "eine", "un", "una", "une"})
_NO_SUBJECT = frozenset({"report", "attributing", "maybe", "hedge", "negation"})
_FULL_NAME = 2
"""Words of a name that stands for nobody of whom a sentence only tells by a role."""
_LONGEST_SUBJECT = 8
_SUBJECT_WORDS = 3
"""Tokens in which a subject stands at the beginning, and how many of its words count."""


def is_swapped(statement: Passage, cited: Sequence[int], reading: Reading) -> bool:
    """Whether a statement plainly names somebody else of the article as the source of its sentences."""
    sources = [speaker for number in cited if (speaker := reading.speaker(number))]
    if not sources:
        return not reading.is_translated and _has_other_actor(statement, cited, reading)
    claims = [speaker for speaker in find_speakers(statement) if speaker.stems]
    if reading.is_translated:
        return any(_is_foreign(claim, statement, cited, sources, reading) for claim in claims)
    held = (
        frozenset[str]()
        .union(*(source.stems for source in sources))
        .union(*(_stems(reading.passage(number)) for number in cited))
    )
    if any(_is_elsewhere(claim, statement, cited, sources, held, reading) for claim in claims):
        return True
    return _has_other_subject(statement, sources, held, reading) or _has_other_role(
        statement, cited, sources, held, reading
    )


def _has_other_role(
    statement: Passage,
    cited: Sequence[int],
    sources: Sequence[Speaker],
    held: frozenset[str],
    reading: Reading,
) -> bool:
    """Whether a statement leaves out its sources, and begins with a party that only other sentences name."""
    stems = {token.stem for token in statement.tokens}
    if any(source.stems & stems for source in sources):
        return False
    subject = _read_subject(statement)
    is_definite = bool(statement.tokens) and statement.tokens[0].text in DEFINITE
    if not is_definite or any(source.refers_back or not source.stems for source in sources):
        subject = [token for token in subject if _is_party(token)]
    own = {token.stem for token in subject}
    if any(source.refers_back for source in sources) or any(
        first < _SUBJECT_WORDS for n in cited for first, _ in reading.passage(n).spans("pronoun")
    ):
        before = {n for number in cited for n in range(max(1, number - _BEFORE), number)}
        held = held.union(*(reading.passage(n).content for n in before))
    return own.isdisjoint(held) and not own.isdisjoint(reading.everywhere_content)


def _has_other_actor(statement: Passage, cited: Sequence[int], reading: Reading) -> bool:
    """Whether a statement begins with a party of elsewhere where its sentences begin with others."""
    own = frozenset(token.stem for token in _read_subject(statement) if _is_party(token))
    stems = {token.stem for token in statement.tokens}
    for number in cited:
        passage = reading.passage(number)
        opening = passage.tokens[:1]  # it has a capital in any case
        subject = _read_subject(passage)
        actors = [
            token.stem for token in subject if _is_party(token) or (token.capital and token not in opening)
        ]
        actors = actors or [token.stem for token in passage.tokens if token.is_content and _is_party(token)]
        is_pronoun = any(first < _SUBJECT_WORDS for first, _ in passage.spans("pronoun"))
        if is_pronoun or not actors or not stems.isdisjoint(actors) or not own.isdisjoint(passage.content):
            return False
    return not own.isdisjoint(reading.everywhere_content)


def _is_party(token: Token) -> bool:
    return not _PARTIES.isdisjoint(token.names) or any(label.name == "body" for label in token.labels)


def _read_subject(statement: Passage) -> list[Token]:
    """Return the first words with content that a statement begins with, up to its verb."""
    found: list[Token] = []
    for token in statement.tokens[:_LONGEST_SUBJECT]:
        if token.kind != "word" or (found and not token.is_content and token.text not in DEFINITE):
            break
        if not _NO_SUBJECT.isdisjoint(token.names):
            break
        if token.is_content:
            found.append(token)
    return found[:_SUBJECT_WORDS]


def _has_other_subject(
    statement: Passage, sources: Sequence[Speaker], held: frozenset[str], reading: Reading
) -> bool:
    """Whether a statement begins with a name of the article that its sentences, with named sources, lack."""
    run: list[str] = []
    for token in statement.tokens:
        if not token.capital or is_common(token):
            break
        run.append(token.folded)
    stems = {token.stem for token in statement.tokens[: len(run)]}
    named = [source for source in sources if _is_named(source, reading)]
    least = 1 if len(named) == len(sources) else _FULL_NAME
    if not named or len(run) < least or stems & held:
        return False
    return any(stems & speaker.names for speaker in reading.speakers if speaker)


def _is_named(source: Speaker, reading: Reading) -> bool:
    return bool(source.names) and not source.refers_back and not is_role(source, reading.lexicon)


def _is_elsewhere(
    claim: Speaker,
    statement: Passage,
    cited: Sequence[int],
    sources: Sequence[Speaker],
    held: frozenset[str],
    reading: Reading,
) -> bool:
    """Whether the claimed source stands in the article, but not in these sentences."""
    claimed = claim.names & claim.head or claim.names or claim.head
    if claimed & held or (claim.names and claim.names & held):
        return False
    if claim.names:
        bodies, theirs = _bodies(statement, claim), _bodies_near(cited, reading)
        if bodies and theirs and bodies.isdisjoint(theirs):
            return not claimed.isdisjoint(reading.everywhere_content)
        is_resolved = any(is_role(source, reading.lexicon) for source in sources) or _is_told_before(
            claimed, cited, sources, reading
        )
        return not is_resolved and not claimed.isdisjoint(reading.everywhere_content)
    named = [token for token in statement.tokens if token.stem in claim.head]
    if all(_PEOPLE.isdisjoint(token.names) for token in named):
        return False
    bodies = _bodies(statement, claim)
    if bodies:
        return bodies.isdisjoint(_bodies_near(cited, reading)) and "article" not in bodies
    return not claimed.isdisjoint(reading.everywhere_content)


def _is_told_before(
    claimed: frozenset[str], cited: Sequence[int], sources: Sequence[Speaker], reading: Reading
) -> bool:
    """Whether a body told by its kind alone ("the institute") may be the one named shortly before."""
    own = [speaker for number in cited if (speaker := find_speaker(reading.passage(number)))]
    is_person = [not speaker.names and is_role(speaker, reading.lexicon) for speaker in own]
    if any(source.names for source in sources) and not (is_person and all(is_person)):
        return False
    if any(
        _is_introduced(speaker, n, reading) for n in cited if (speaker := find_speaker(reading.passage(n)))
    ):
        return False
    before = {n for number in cited for n in range(max(1, number - _BEFORE), number)} | {1, 2}
    return any(not claimed.isdisjoint(reading.passage(n).content) for n in before if n in reading.numbers)


def _is_introduced(speaker: Speaker, number: int, reading: Reading) -> bool:
    """Whether a source is told by a name of its own ("la Junta"), or as somebody new ("a mission")."""
    tokens = reading.passage(number).tokens
    places = [place for place, token in enumerate(tokens) if token.stem in speaker.head and place > 0]
    has_name = reading.lexicon.language != "de" and any(tokens[place].capital for place in places)
    return has_name or any(tokens[place - 1].text in _INDEFINITE for place in places)


def is_role(speaker: Speaker, lexicon: Lexicon) -> bool:
    """Whether a source is a person told by a role alone: "the diplomat", "the Russian leader"."""
    words = Passage(speaker.shown or "", lexicon).tokens
    named = [token for token in words if token.capital and token.names.isdisjoint({"person", "role"})]
    return any("person" in token.names for token in words) and len(named) < 2


def _is_foreign(
    claim: Speaker, statement: Passage, cited: Sequence[int], sources: Sequence[Speaker], reading: Reading
) -> bool:
    """Tell the same of a translation: by the sound of names, and by what bodies are called."""
    names = [
        token.folded for token in statement.tokens if token.capital and token.stem in claim.names & claim.head
    ]
    if names:
        shown = [Passage(source.shown, reading.lexicon) for source in sources if source.shown]
        known = KnownNames([*map(reading.vocabulary, cited), *(Vocabulary([name]) for name in shown)])
        if any(name in known or known.has_sound(name) for name in names):
            return False
        if any(name in reading.everywhere or reading.everywhere.has_sound(name) for name in names):
            return True
    bodies = _bodies(statement, claim) - {"article"}
    near = _bodies_near(cited, reading)
    if not bodies or not near or bodies & near:
        return False
    return any(bodies & _all_bodies(passage) for passage in reading.passages)


def _stems(passage: Passage) -> frozenset[str]:
    return frozenset(token.stem for token in passage.tokens if token.is_content)


def _bodies(passage: Passage, claim: Speaker) -> frozenset[str]:
    """Return what kinds of body or role a claimed source is."""
    return frozenset(
        value
        for first, last, value in passage.labelled.get("body", ())
        if any(token.stem in claim.head for token in passage.tokens[first : last + 1])
    )


def _all_bodies(passage: Passage) -> frozenset[str]:
    return frozenset(value for _, _, value in passage.labelled.get("body", ()))


def _bodies_near(cited: Sequence[int], reading: Reading) -> frozenset[str]:
    """Return the bodies of the cited sentences, and of those before where these only refer back."""
    numbers = set(cited)
    numbers |= {n - 1 for n in cited if n > 1 and (speaker := reading.speaker(n)) and speaker.refers_back}
    return frozenset[str]().union(*(_all_bodies(reading.passage(number)) for number in numbers))
