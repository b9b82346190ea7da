"""Who holds which post: a statement gives nobody the title of somebody else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.briefing.checks.german import post_in
from bot.briefing.checks.names import is_common, is_first_name
from bot.briefing.checks.normalise import fold_word
from bot.briefing.checks.parts import DEFINITE, PREPOSITIONS, Keys, is_prepositional, key
from bot.briefing.checks.passage import Passage, per_passage

_REACH = 3
"""Words between a post and its holder's name: "director of the festival, Pedro Lluch"."""
_STRONGER = frozenset('.;:!?()"«»“”„—–')
_POSSESSIVE = frozenset(
    {"his", "her", "its", "their", "s", "sein", "seine", "ihr", "ihre", "su", "son", "sa"}
)
_NO_LINKS = frozenset({"report", "attributing", "pronoun", "negation", "number", "future"})


@dataclass(frozen=True, slots=True)
class Post:
    """A post, and the name of who holds it, by their stems."""

    post: Keys
    kind: Keys
    """The same, and what a German compound ends in: "Sprecherin" for "Mietersprecherin"."""
    holder: frozenset[str]


def has_other_title(statement: Passage, sources: Sequence[Passage], article: Sequence[Passage]) -> bool:
    """Whether a statement gives somebody a post that the article, in its language, gives only to others.

    The article must tell of another post of that person, or of that post in `sources`.
    """
    claimed = read_posts(statement)
    if not claimed:
        return False
    known = [post for passage in article for post in read_posts(passage)]
    cited = [post for passage in sources for post in read_posts(passage)]
    return any(_is_of_another(claim, cited, known) for claim in claimed)


def _is_of_another(claim: Post, cited: Sequence[Post], known: Sequence[Post]) -> bool:
    same_post = [post for post in known if not post.kind.isdisjoint(claim.post)]
    if not same_post or any(not post.holder.isdisjoint(claim.holder) for post in same_post):
        return False
    is_here = any(not post.kind.isdisjoint(claim.post) for post in cited)
    return is_here or any(not post.holder.isdisjoint(claim.holder) for post in known)


@per_passage
def read_posts(passage: Passage) -> list[Post]:
    """Return the posts that a passage names together with who holds them."""
    return [
        Post(found, found | _read_head(passage, place), frozenset(passage.tokens[i].stem for i in holder))
        for place in range(len(passage.tokens))
        if (found := _read_post(passage, place))
        for holder in [_holder_before(passage, place) or _holder_after(passage, place)]
        if holder
    ]


def _read_post(passage: Passage, place: int) -> Keys:
    """Return what a post can be recognised by; nothing for another word."""
    is_post = "person" in passage.tokens[place].names or _read_head(passage, place)
    return key(passage, place) if is_post else frozenset()


def _read_head(passage: Passage, place: int) -> Keys:
    token, lexicon = passage.tokens[place], passage.lexicon
    head = post_in(token.text) if lexicon.language == "de" and token.capital else None
    return frozenset({f"de:{lexicon.stem(fold_word(head))}"}) if head else frozenset()


def _holder_after(passage: Passage, place: int) -> list[int]:
    """Return the name that follows a post: "union chair Ivo Sandrel", "the mayor of Brevan, Luc Thebaud"."""
    i, end = place + 1, min(place + 2 + _REACH, len(passage.tokens))
    while i < end:
        run = list(_read_run(passage, i))
        if len(run) > 1 and not is_prepositional(passage, i):
            return run if _has_commas(passage, place, i) else []
        if run and i == place + 1:
            return run if passage.is_joined(place, i) else []
        if not run and not _links(passage, i):
            return []
        i += len(run) or 1
    return []


def _holder_before(passage: Passage, place: int) -> list[int]:
    """Return the name whose apposition a post is: "Hugh Marlow, the operations director"."""
    for i in range(place - 1, max(-1, place - 2 - _REACH), -1):
        if _is_name(passage, i):
            run = [i]
            while run[0] and _is_name(passage, run[0] - 1) and passage.is_joined(run[0] - 1, run[0]):
                run.insert(0, run[0] - 1)
            is_apposition = not passage.is_joined(i, i + 1) and _has_commas(passage, i, i + 1)
            return run if len(run) > 1 and is_apposition else []
        if not _links(passage, i):
            break
    return []


def _read_run(passage: Passage, start: int) -> Iterator[int]:
    """Yield the words of a name from its first one."""
    for i in range(start, len(passage.tokens)):
        if not _is_name(passage, i) or (i > start and not passage.is_joined(i - 1, i)):
            return
        yield i


def _is_name(passage: Passage, place: int) -> bool:
    token = passage.tokens[place]
    is_own = not is_common(token) or is_first_name(passage, place)
    return token.capital and len(token.text) > 1 and is_own and not _read_post(passage, place)


def _links(passage: Passage, place: int) -> bool:
    """Whether a word can stand between a post and its holder."""
    token = passage.tokens[place]
    is_noun = token.is_content and _NO_LINKS.isdisjoint(token.names)
    return is_noun or token.text in PREPOSITIONS or token.text in DEFINITE or token.text in _POSSESSIVE


def _has_commas(passage: Passage, one: int, two: int) -> bool:
    """Whether no stronger mark than a comma parts two words."""
    between = passage.text[passage.tokens[one].end : passage.tokens[two].start]
    return _STRONGER.isdisjoint(between)
