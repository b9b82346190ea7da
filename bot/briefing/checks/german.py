"""German nouns, which have a capital letter without being names."""

from bot.briefing.checks.passage import Passage

_PLACES = (
    "burg",
    "berg",
    "stadt",
    "dorf",
    "heim",
    "hausen",
    "furt",
    "hafen",
    "hofen",
    "ingen",
    "bruck",
    "see",
)
_NOUNS = (
    "ung", "heit", "keit", "schaft", "tion", "tat", "nis", "tum", "ing", "mus", "ment", "en", "ern", "er",
    "e", "el",
    "sicht", "kunft", "haft",
)  # fmt: skip
_AFTER_IN = frozenset(
    [
        "haft",
        "kraft",
        "not",
        "form",
        "bezug",
        "betrieb",
        "bau",
        "gang",
        "sicht",
        "auftrag",
        "besitz",
        "teil",
        "hand",
        "art",
    ]
)


_ARTICLES = frozenset({"das", "den", "dem", "des", "die", "ein", "eine", "einen", "einem", "einer"})


_POSTS = (
    "sprecher", "minister", "leiter", "chef", "führer", "anwalt", "meister", "vorsitzende", "direktor",
    "präsident", "forscher", "beauftragte", "vorstand", "kommissar",
)  # fmt: skip
"""What compounds for posts end in: "Gewerkschaftssprecherin"."""


def post_in(word: str) -> str | None:
    """Return the post that a German word in lower case ends in: "sprecher" of "mietersprecherin"."""
    base = word.removesuffix("in")
    forms = (base, base.removesuffix("r"))
    return next((post for post in _POSTS if any(form.endswith(post) for form in forms)), None)


def is_place(passage: Passage, place: int) -> bool:
    """Whether a German noun stands right after "in" or "aus" and is no plural, as cities do."""
    word = passage.tokens[place].folded
    if word.endswith(_PLACES) and len(word) > 6:
        return True
    before = passage.tokens[place - 1].text
    if before not in {"in", "aus", "nach", "bei"} or not passage.is_joined(place - 1, place):
        return False
    return not word.endswith(_NOUNS) and word not in _AFTER_IN


def is_noun(passage: Passage, place: int, first: int, last: int) -> bool:
    """Whether an article before two capitals makes nouns of them: "hat das Unternehmen Zeit".

    Of a longer run only the first word is a noun: "der Tochter Paula Derrin".
    """
    before = passage.tokens[first - 1].text if first else ""
    after = passage.tokens[last + 1 : last + 2]
    if after and after[0].capital and passage.is_joined(last, last + 1):
        return place == first and (before in _ARTICLES or before == "der")
    return before in _ARTICLES


def has_hyphen(passage: Passage, place: int) -> bool:
    """Whether a token is joined to the next one, as in "Messenger-Kanal"."""
    return passage.folded.text[passage.tokens[place].end : passage.tokens[place].end + 1] == "-"
