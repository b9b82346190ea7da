"""Check 6: nothing a model or a page wrote becomes a link, a mention, a command or markup.

`sanitise` takes out what cannot be seen and what marks up; `defang` makes what Telegram would turn into a
link unclickable and keeps it readable: "site[.]example", "name [at] site[.]example", "@ name", "/ command",
"# tag", "$ TICKER"; phone and card numbers become "[phone number]" and "[card number]".
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

_INVISIBLE = frozenset({"Cf", "Cc", "Co", "Cn", "Cs"})
_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u2800\u3164\uffa0")
_FIXED_SPACES = ("\u00a0", "\u202f")
"""No-break spaces, which French sets inside its quotation marks."""
_SPACE = re.compile(r"\s{2,}|[^\S \u00a0\u202f]")
"""White space that is more than one space."""
_MOST_MARKS = 3
"""Combining marks in a row that a real spelling can need."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
_TAG = re.compile(r"<[!/?a-zA-Z|][^<>]{0,500}>")
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,500}\)")
_MARKUP = re.compile(r"\*\*|~~|\|\||`+|(?<!\w)__|__(?!\w)|\[/?INST\]|^\s*(?:#{1,6}|>)\s+|<<|>>")
_SCHEME = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}:/{1,3}|\b(?:mailto|tel|tg|javascript|data):(?=\S)", re.IGNORECASE
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_DOMAIN = re.compile(r"(?<![\w@.-])(?:[\w-]{1,63}\.){1,8}(?:[^\W\d_]{2,24}|xn--[\w-]{2,59})(?![\w-])")
_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_MENTION = re.compile(r"(?<![\w@])@(?=\w)")
_HASHTAG = re.compile(r"(?<![\w#])[#＃](?=\w*[^\W\d_])")
_CASHTAG = re.compile(r"(?<![\w$])\$(?=[A-Z]{1,8}(?!\w))")
_COMMAND = re.compile(r"(?<![\w/<>])/(?=[A-Za-z0-9_])")
_PHONE = re.compile(
    r"(?<![\w+])(?:\+\d[\d ().-]{6,20}\d|0\d{2,4}[ /-]\d[\d /-]{4,12}\d"
    r"|(?:1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4})(?!\d)"
)
_CARD = re.compile(r"(?<![\d.,])(?:\d{4}[ -]?){3}\d{1,7}(?![\d.,]\d)")
_DISGUISED = re.compile(r"hxxps?:|\w\[\.\]\w|\w\s?[(\[]dot[)\]]\s?\w", re.IGNORECASE)

_SUSPECT = re.compile(r"[@#＃$/+:]|\.\S|\d[\d() ./-]{6}")
"""What every clickable stretch holds: most texts are done with one look."""


def is_plain(text: str) -> bool:
    """Whether `text` holds nothing clickable, no markup and nothing invisible."""
    wide = unicodedata.normalize("NFKC", text)
    return text == sanitise(text) and not any(find_clickable(text)) and not any(find_clickable(wide))


def sanitise(text: str) -> str:
    """Return `text` on one line, without invisible characters, HTML, Markdown and chat-template tokens."""
    visible = _strip_invisible(text)
    for _ in range(4):
        plain = _ENTITY.sub(lambda match: _strip_invisible(html.unescape(match[0])), visible)
        plain = _MARKUP.sub("", _MARKDOWN_LINK.sub(r"\1", _TAG.sub("", plain)))
        plain = _SPACE.sub(" ", plain).strip()
        if plain == visible:
            break
        visible = plain
    return visible


def defang(text: str) -> str:
    """Return `text` so that no client makes a link, mention, command, tag or number of any part of it."""
    wide = unicodedata.normalize("NFKC", text)
    if not any(find_clickable(text)) and any(find_clickable(wide)):
        text = wide
    for clickable in _CLICKABLE if _SUSPECT.search(text) else ():
        if clickable.may_stand_in(text):
            text = clickable.pattern.sub(clickable.replace, text)
    return text


def find_clickable(text: str) -> Iterator[str]:
    """Yield every stretch that a Telegram client would make clickable."""
    suspects = _CLICKABLE if _SUSPECT.search(text) else ()
    for pattern in (suspect.pattern for suspect in suspects if suspect.may_stand_in(text)):
        for match in pattern.finditer(text):
            if pattern is _CARD and not _has_card_checksum(match[0]):
                continue
            if pattern is _DOMAIN and _joins_sentences(match[0]):
                continue
            yield text[match.start() : _end_of_word(text, match.end())]


def find_disguised(text: str) -> Iterator[str]:
    """Yield addresses spelt so that no client links them: "evil[.]example", "hxxp:"."""
    yield from (match[0] for match in _DISGUISED.finditer(text))


def shorten(text: str, most: int) -> str:
    """Cut `text` to at most `most` characters, at a word."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut).rstrip(" ,;:–—-") + "…"


def _strip_invisible(text: str) -> str:
    """Drop control, format, private and blank characters; runs of combining marks are cut short."""
    if all(map(_is_visible, set(text))):
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if character.isspace():
            kept.append(character if character in _FIXED_SPACES else " ")
            marks = 0
        elif category in {"Mn", "Me"}:
            marks += 1
            if (
                marks <= _MOST_MARKS
                and not _is_variation_selector(character)
                and character not in _BLANK_LETTERS
            ):
                kept.append(character)
        elif category not in _INVISIBLE and character not in _BLANK_LETTERS:
            kept.append(character)
            marks = 0
    return "".join(kept)


@lru_cache(maxsize=8192)
def _is_visible(character: str) -> bool:
    """Whether a character stays as it is wherever it stands."""
    if character.isspace():
        return character == " " or character in _FIXED_SPACES
    return (
        unicodedata.category(character) not in _INVISIBLE | {"Mn", "Me"} and character not in _BLANK_LETTERS
    )


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _end_of_word(text: str, start: int) -> int:
    end = start
    while end < len(text) and not text[end].isspace():
        end += 1
    return end


def _joins_sentences(found: str) -> bool:
    """Whether a dot only lacks its space: "yesterday.The"."""
    last = found.rpartition(".")[2]
    return last[:1].isupper() and not last.isupper()


def _has_card_checksum(digits: str) -> bool:
    """Luhn's checksum, which every card number passes and one in ten other numbers."""
    numbers = [int(digit) for digit in digits if digit.isdecimal()]
    doubled = [sum(divmod(number * 2, 10)) for number in numbers[-2::-2]]
    return len(numbers) >= 13 and (sum(numbers[-1::-2]) + sum(doubled)) % 10 == 0


def _defang_domain(match: re.Match[str]) -> str:
    if _joins_sentences(match[0]):
        before, _, last = match[0].rpartition(".")
        return f"{before.replace('.', '[.]')}. {last}"
    return match[0].replace(".", "[.]")


class _Clickable(NamedTuple):
    """What clients make clickable, and what is shown in its place."""

    pattern: re.Pattern[str]
    replace: str | Callable[[re.Match[str]], str]
    signs: str = ""
    """It holds one of them, if there are any: what is looked for first."""

    def may_stand_in(self, text: str) -> bool:
        return not self.signs or any(sign in text for sign in self.signs)


_CLICKABLE = (
    _Clickable(_SCHEME, "", ":"),
    _Clickable(_CARD, lambda match: "[card number]" if _has_card_checksum(match[0]) else match[0]),
    _Clickable(_PHONE, "[phone number]"),
    _Clickable(_EMAIL, lambda match: match[0].replace("@", " [at] ").replace(".", "[.]"), "@"),
    _Clickable(_DOMAIN, _defang_domain, "."),
    _Clickable(_ADDRESS, lambda match: match[0].replace(".", "[.]"), "."),
    _Clickable(_MENTION, "@ ", "@"),
    _Clickable(_HASHTAG, "# ", "#＃"),
    _Clickable(_CASHTAG, "$ ", "$"),
    _Clickable(_COMMAND, "/ ", "/"),
)
