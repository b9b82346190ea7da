"""What Telegram makes clickable by itself in any text: commands, names, tags, addresses, numbers."""

import re
from collections.abc import Iterator

from tld import is_tld

from bot.playground.refusal import Json

# In order: where two of them meet, the earlier one wins.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("url", re.compile(r"(?:https?|ftp|tg|ton|tonsite)://[^\s<>\"«»“”]+", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]+\.)+[a-z]{2,24}(?![\w-])", re.IGNORECASE)),
    (
        "url",
        re.compile(
            r"(?<![\w@.-])(?:[^\W_](?:[\w-]{0,62})\.)+[^\W\d_]{2,24}(?::\d+)?(?:[/?#][^\s<>\"«»“”]*)?(?![\w@])"
        ),
    ),
    ("url", re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?:/[^\s<>\"]*)?(?![\w.]*\w)")),
    ("mention", re.compile(r"(?<![\w@])@[a-zA-Z]\w{2,31}(?!\w)", re.ASCII)),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z]\w{2,31})?(?![\w/<>])", re.ASCII),
    ),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}(?:@[a-zA-Z]\w{2,31})?(?![\w#])")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")),
    ("phone_number", re.compile(r"(?<![\w+.])\+\d(?:[ ()-]{0,2}\d){6,14}(?![\w-])")),
)
_CARD = re.compile(r"(?<![\w.,+-])\d(?:[ -]?\d){12,18}(?![\w-])")
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,:;!?'\"”»…"


def find_autolinks(text: str) -> list[Json]:
    """Return the entities Telegram adds to `text`, in order; offsets and lengths in UTF-16 units."""
    taken: list[tuple[int, int, str]] = []
    for kind, start, end in _candidates(text):
        if all(end <= other_start or start >= other_end for other_start, other_end, _ in taken):
            taken.append((start, end, kind))
    return [
        {"type": kind, "offset": _units(text[:start]), "length": _units(text[start:end])}
        for start, end, kind in sorted(taken)
    ]


def _candidates(text: str) -> Iterator[tuple[str, int, int]]:
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            start, end = found.span()
            if kind == "url":
                end = _trim_url(text, start, end)
            if kind != "url" or _is_address(text[start:end]):
                yield kind, start, end
    for found in _CARD.finditer(text):
        if _passes_luhn(re.sub(r"\D", "", found[0])):
            yield "bank_card_number", *found.span()


def _trim_url(text: str, start: int, end: int) -> int:
    """Leave a sentence's own punctuation, and a bracket opened before the address, outside of it."""
    while end > start:
        last = text[end - 1]
        is_foreign_bracket = last in _BRACKETS and text.find(_BRACKETS[last], start, end) == -1
        if last not in _TRAILING and not is_foreign_bracket:
            break
        end -= 1
    return end


def _is_address(found: str) -> bool:
    """Whether a match without a scheme ends in a real top-level domain or is an IPv4 address."""
    if "://" in found:
        return not found.endswith("://")
    host = re.split(r"[/?#:]", found, maxsplit=1)[0]
    labels = host.split(".")
    if all(label.isdigit() for label in labels):
        return all(int(label) < 256 for label in labels)
    ending = labels[-1]
    # "report.In": a full stop without its space, not an address in India.
    is_sentence_start = ending[0].isupper() and ending[1:].islower()
    return "_" not in host and not is_sentence_start and is_tld(ending.lower())


def _passes_luhn(digits: str) -> bool:
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
