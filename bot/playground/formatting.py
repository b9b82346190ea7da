"""What Telegram does to a text and its entities before it keeps them; lengths and offsets are UTF-16 units.

The steps and their order follow tdlib (`fix_formatted_text`): clean, fix, trim, then add what links itself.
"""

import re

from bot.playground.autolinks import find_autolinks
from bot.playground.refusal import Json, bad_request

MAX_TEXT_UNITS = 4_096
MAX_ENTITIES = 100

_SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
_BLOCKS = frozenset({"blockquote", "expandable_blockquote"})
_CONTINUOUS = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"})
_ADDED = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)
_MOMENT = re.compile(r"r|w?[dD]?[tT]?")
_REMOVED = frozenset("\r\u0333\u033f\u030a") | {chr(code) for code in range(0x2028, 0x202F)}


def count_units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_units(text: str, offset: int, length: int) -> str:
    """Return the part of `text` that an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def format_text(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Return text and entities as Telegram keeps them; both empty when nothing visible is left.

    Raises Refused for text that is no UTF-8 and for entities that do not fit.
    """
    if any(0xD800 <= ord(char) < 0xE000 for char in text):
        raise bad_request("strings must be encoded in UTF-8")
    given = [dict(entity) for entity in entities if _is_given(entity)]
    _check_ranges(given, text)
    text, given = _clean(text, given)
    text, given = _trim(text, _without_conflicts(given))
    kept = [entity for entity in given if cut_units(text, entity["offset"], entity["length"]).strip(" \n")]
    kept += [new for new in find_autolinks(text) if not _is_blocked(new, kept)]
    return text, sorted(kept, key=_order)[:MAX_ENTITIES]


def _is_given(entity: Json) -> bool:
    """Whether the sender decides about this kind; Telegram ignores those it finds itself."""
    kind = entity.get("type")
    if kind not in _SPLITTABLE | _BLOCKS | _CONTINUOUS | _ADDED:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    if not all(isinstance(entity.get(name), int) for name in ("offset", "length")):
        raise bad_request("can't parse MessageEntity: Can't find field \"offset\"")
    if kind == "text_link" and not _is_link(entity.get("url")):
        raise bad_request(f"entity URL '{entity.get('url')}' is invalid: Wrong HTTP URL")
    if kind == "date_time" and not _is_moment(entity):
        raise bad_request("can't parse MessageEntity: date and time are invalid")
    return kind not in _ADDED and entity["length"] != 0


def _is_moment(entity: Json) -> bool:
    shape = entity.get("date_time_format") or ""
    return isinstance(entity.get("unix_time"), int) and _MOMENT.fullmatch(shape) is not None


def _is_link(url: object) -> bool:
    return (
        isinstance(url, str) and url.startswith(("http://", "https://", "tg://", "ton://")) and " " not in url
    )


def _check_ranges(entities: list[Json], text: str) -> None:
    units = count_units(text)
    borders = _borders(text)
    for entity in entities:
        offset, end = entity["offset"], entity["offset"] + entity["length"]
        if offset < 0:
            raise bad_request(f"receive an entity with incorrect offset {offset}")
        if entity["length"] < 0:
            raise bad_request(f"receive an entity with incorrect length {entity['length']}")
        if offset >= units:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
        if end > units:
            ends = f"ends after the end of the text at UTF-16 offset {end}"
            raise bad_request(f"entity beginning at UTF-16 offset {offset} {ends}")
        if offset not in borders:
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
        if end not in borders:
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol"
            )


def _borders(text: str) -> set[int]:
    """Return the offsets at which a character begins or the text ends."""
    borders, position = {0}, 0
    for char in text:
        position += 1 + (ord(char) > 0xFFFF)
        borders.add(position)
    return borders


def _clean(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Drop what Telegram drops, turn control characters into spaces, and move the entities along."""
    kept: list[str] = []
    moved = {0: 0}
    before = after = 0
    for char in text:
        before += 1 + (ord(char) > 0xFFFF)
        if char not in _REMOVED:
            kept.append(" " if char < " " and char != "\n" else char)
            after += 1 + (ord(char) > 0xFFFF)
        moved[before] = after
    for entity in entities:
        end = moved[entity["offset"] + entity["length"]]
        entity["offset"] = moved[entity["offset"]]
        entity["length"] = end - entity["offset"]
    return "".join(kept), [entity for entity in entities if entity["length"] > 0]


def _trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Cut white space at the end, and at the start as far as no entity begins in it."""
    text = text.rstrip(" \n")
    units = count_units(text)
    lead = len(text) - len(text.lstrip(" \n"))
    lead = min([lead, *(entity["offset"] for entity in entities)])
    kept = []
    for entity in entities:
        end = min(entity["offset"] + entity["length"], units)
        if end > entity["offset"]:
            kept.append(entity | {"offset": entity["offset"] - lead, "length": end - entity["offset"]})
    return text[lead:], kept


def _without_conflicts(entities: list[Json]) -> list[Json]:
    """Drop what cannot nest: links or codes that meet, quotations in quotations, a link across an edge."""
    kept: list[Json] = []
    for entity in sorted(entities, key=_order):
        if entity["type"] in _SPLITTABLE or not any(_conflict(entity, other) for other in kept):
            kept.append(entity)
    return kept


def _conflict(entity: Json, other: Json) -> bool:
    if other["type"] in _SPLITTABLE or not _overlap(entity, other):
        return False
    if (entity["type"] in _BLOCKS) == (other["type"] in _BLOCKS):
        return True
    block, inner = (entity, other) if entity["type"] in _BLOCKS else (other, entity)
    return not _contains(block, inner)


def _is_blocked(new: Json, kept: list[Json]) -> bool:
    """Whether an entity that Telegram would add meets a link or code, or crosses a quotation's edge."""
    return any(_conflict(new, entity) for entity in kept)


def _overlap(a: Json, b: Json) -> bool:
    return bool(a["offset"] < b["offset"] + b["length"] and b["offset"] < a["offset"] + a["length"])


def _contains(outer: Json, inner: Json) -> bool:
    ends = inner["offset"] + inner["length"] <= outer["offset"] + outer["length"]
    return bool(outer["offset"] <= inner["offset"] and ends)


def _order(entity: Json) -> tuple[int, int, bool]:
    """Sort as Telegram does: by place, longer first, quotations outside of what they hold."""
    return entity["offset"], -entity["length"], entity["type"] not in _BLOCKS
