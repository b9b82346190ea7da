"""Who wrote an article: whom the head names where the page shows it, or else the byline on the page."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

from lxml import html

from bot.article.invisible import strip_invisible
from bot.article.metadata import LINKED, Credit

MAX_AUTHORS = 10
_NAME_CHARACTERS = 60
_NAME_WORDS = 6
_BYLINE_WORDS = 30
_BYLINES = 12  # blocks looked at, of those that are marked as a byline
_LEAD_LINES = 60  # of the page, in which a byline without a mark may stand

_ADDRESS = re.compile(r"\S*@\S*|https?://\S*|www\.\S*")
_MARK = re.compile(
    r"(?:^|[-_ ])(?:by-?lines?|authors?(?:-?names?)?|article-?authors?|post-?authors?|contributors?|"
    r"autor(?:en|es|in)?(?:-?name)?|auteurs?|autore|firma|signature)(?:$|[-_ ])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OTHERS = ("aside", "nav", "footer", "form", "figure", "figcaption", "ul", "ol", "h1", "h2", "h3", "h4")
_COMMENT = re.compile(r"comment|related|recommend|teaser|card|promo", re.IGNORECASE)
_DOMAIN = re.compile(r"[\w-]+\.[a-z]{2,6}", re.IGNORECASE)
_LOOSE = re.compile(r"\s*[,;|•·/()]\s*|\s+[-–—]\s+|\n+")
_JOINED = re.compile(r"\s*&\s*|\s+(?:and|und|et|y|e|i|og|och|en|и|та|і|й)\s+", re.IGNORECASE)


def find_authors(
    tree: html.HtmlElement, credited: Sequence[Credit], seen: str, site: str | None
) -> tuple[str, ...]:
    """Return the authors that a page whose hidden parts are gone shows: persons, then agencies.

    `credited` is what the head says, the most trusted first. The outlet itself is nobody's author.
    """
    shown, own = _fold(" ".join(tree.itertext())), _fold(site or "")
    names: list[str] = []
    for group in (_credited(credited, shown), _visible_bylines(tree, seen)):
        names = _sift([*names, *group], own)
        if not all(map(is_agency, names)):
            break
    return tuple(sorted(names, key=is_agency)[:MAX_AUTHORS])


def _credited(credited: Sequence[Credit], shown: str) -> Iterator[str]:
    """Yield the names of the head's first source that the page shows any of."""
    for source in dict.fromkeys(credit.source for credit in credited):
        found = [
            name
            for credit in credited
            if credit.source == source
            for name in split_names(credit.name)
            if _is_shown(name, shown) and _suits(name, credit)
        ]
        if found:
            yield from found
            return


def _suits(name: str, credit: Credit) -> bool:
    """Tell whether a name is an agency's, or can be that of a person where one is named."""
    if is_agency(name):
        return True
    return credit.is_person and (credit.source == LINKED or not _is_cased(name) or _looks_personal(name))


def _is_cased(name: str) -> bool:
    return name.lower() != name.upper()


def split_names(byline: str) -> list[str]:
    """Return the names in a byline: without "By", addresses, roles and places."""
    visible, _ = strip_invisible(byline[:1_000])
    line = _ADDRESS.sub(" ", visible)
    return [
        name
        for number, part in enumerate(_LOOSE.split(line))
        for name in _split_joined(_openings().sub("", part.strip(" .:\t")))
        if is_name(name) and (number == 0 or " " in name or is_agency(name))
    ]


def is_name(text: str) -> bool:
    """Tell whether a text can be somebody's name, by its form alone."""
    words = text.split()
    if not 1 <= len(words) <= _NAME_WORDS or not 2 <= len(text) <= _NAME_CHARACTERS:
        return False
    if re.search(r"[\d@<>{}\[\]()?!:\"“”]", text) or not any(map(str.isalpha, text)):
        return False
    return _roles().search(text) is None


def is_agency(name: str) -> bool:
    """Tell whether a name is that of an agency or an outlet rather than a person."""
    return _agencies().fullmatch(name.casefold()) is not None


def _split_joined(part: str) -> list[str]:
    """Part "Ada Quill and Per Holm", but not "Ramón y Cajal": both sides must be names of two words."""
    parts = [one.strip(" .,") for one in _JOINED.split(part)]
    if len(parts) > 1 and all(" " in one or is_agency(one) for one in parts):
        return parts
    return [part.strip(" .,")]


def _sift(names: Iterable[str], own: str) -> list[str]:
    """Drop the outlet, desks and repetitions."""
    kept: dict[str, str] = {}
    for name in names:
        key = _fold(name)
        is_outlet = key == own or _DOMAIN.fullmatch(name) or _desks().search(name)
        if not is_outlet:
            kept.setdefault(key.replace(" ", ""), name)
    return list(kept.values())


def _is_shown(name: str, shown: str) -> bool:
    """Tell whether a page shows a name; `shown` is folded."""
    return re.search(rf"(?<!\w){re.escape(_fold(name))}(?!\w)", shown) is not None or (
        not name.isascii() and _fold(name) in shown  # scripts without spaces
    )


def _fold(text: str) -> str:
    visible, _ = strip_invisible(unicodedata.normalize("NFC", text))
    return " ".join(visible.casefold().replace("’", "'").split())


def _visible_bylines(tree: html.HtmlElement, seen: str) -> Iterator[str]:
    """Yield the names in the first block that is marked as a byline, or in a line that begins as one."""
    for _, block in zip(range(_BYLINES), _marked(tree), strict=False):
        text = _own_text(block)
        names = [] if _roles().match(text) else split_names(text)
        if any(map(_looks_personal, names)):
            yield from filter(_is_credible, names)
            return
    for line in seen.split("\n\n", _LEAD_LINES)[:_LEAD_LINES]:
        opening = _openings().match(line)
        if opening and len(line.split()) <= _BYLINE_WORDS // 2:
            names = split_names(line[opening.end() :])
            if any(map(_looks_personal, names)):
                yield from filter(_is_credible, names)
                return


def _is_credible(name: str) -> bool:
    return _looks_personal(name) or is_agency(name)


def _looks_personal(name: str) -> bool:
    """Tell whether every word of a name of two or more begins with a capital, or is small as "de" is."""
    words = name.split()
    capitals = sum(word[:1].isupper() for word in words)
    return capitals >= 2 and all(word[:1].isupper() or len(word) <= 3 for word in words)


def _marked(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yield the short blocks that are marked as naming the author, outermost first."""
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("html", "body"):
            continue
        names = f"{element.get('class', '')} {element.get('id', '')}"
        is_marked = "author" in (element.get("rel", "").lower(), element.get("itemprop", "").lower()) or (
            len(names) < 300 and _MARK.search(_CAMEL.sub("-", names))
        )
        words = len(_own_text(element).split()) if is_marked else 0
        if 1 <= words <= _BYLINE_WORDS and not _stands_elsewhere(element):
            yield element


def _own_text(element: html.HtmlElement) -> str:
    """Return an element's text, a line for each of its parts."""
    return "\n".join(" ".join(part.split()) for part in element.itertext() if part.strip())


def _stands_elsewhere(element: html.HtmlElement) -> bool:
    """Tell whether an element is part of a list, a teaser or a reader's comment."""
    for holder in element.iterancestors():
        if holder.tag in _OTHERS or _COMMENT.search(f"{holder.get('class', '')} {holder.get('id', '')}"):
            return True
    return False


@cache
def _words() -> dict[str, list[str]]:
    return tomllib.loads(files("bot.article").joinpath("data", "bylines.toml").read_text(encoding="utf-8"))


@cache
def _openings() -> re.Pattern[str]:
    """Return what a byline begins with."""
    return re.compile(rf"\A\s*(?:{'|'.join(_words()['openings'])})(?:\s*:\s*|\s+)", re.IGNORECASE)


@cache
def _roles() -> re.Pattern[str]:
    """Return what no name holds."""
    return re.compile(rf"\b(?:{'|'.join(_words()['roles'])})\b", re.IGNORECASE)


@cache
def _desks() -> re.Pattern[str]:
    """Return what names a part of the outlet."""
    return re.compile(rf"\b(?:{'|'.join(_words()['desks'])})\b", re.IGNORECASE)


@cache
def _agencies() -> re.Pattern[str]:
    return re.compile("|".join(_words()["agencies"]))
