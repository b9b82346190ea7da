"""What a model wrote → Draft. Pure; whatever is no draft is EngineGarbled.

A truncated answer is never repaired: half an answer that looks whole is worse than none.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Never, TypeVar

from pydantic import ValidationError

from bot.article.models import Frozen
from bot.briefing.engines.reply import as_object
from bot.briefing.models import Draft, DraftFlag, DraftStatement, Loaded
from bot.errors import EngineGarbled

_MAX_ITEMS = {"statements": 12, "flags": 20, "loaded": 20, "absent": 5}
_MAX_CITED = 12
_MAX_CHARS = {
    "headline": 300, "text": 700, "quote": 1_000, "speaker": 200, "kind": 40, "why": 400, "would_verify": 400,
    "translation": 1_000, "term": 150, "neutral": 200, "absent": 200,
}  # fmt: skip
"""Some three times what the prompt asks for: an item beyond that is not what was asked for and is dropped.
Strict mode cannot bound the length of strings everywhere, so it is done here."""

MOST_ANSWERED = 3
"""Statements of an answer that are read: it was to be short."""

_CANDIDATES = 4
"""Opening braces tried in an answer with prose around the object; bounds the work on hostile answers."""

_BLANK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_UNSHOWABLE = re.compile("[\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufff9-\uffff\U000e0000-\U000e0fff]+")
"""Lone surrogates, overrides of writing direction, tag characters: nothing that a summary needs."""

_TOO_LONG = object()
"""Stands in for an overlong text, so that no field takes it: a long speaker is not "no speaker"."""

_Item = TypeVar("_Item", bound=Frozen)


def is_bare_object(content: str) -> bool:
    """Tell whether an answer looks like one JSON object and nothing else."""
    text = content.strip()
    return text.startswith("{") and text.endswith("}")


def read_draft(content: str, sentences: int) -> Draft:
    """Read a draft of an article with `sentences` sentences from a bare JSON object; raises EngineGarbled.

    Items that are malformed, too long or cite no sentence of the article are left out.
    """
    return build_draft(read_object(content), sentences)


def find_draft(content: str, sentences: int) -> Draft:
    """Read a draft from an answer with a code fence, prose or thoughts around it; raises EngineGarbled."""
    return build_draft(find_object(content), sentences)


def read_object(content: str) -> object:
    """Read an answer that is bare JSON; raises EngineGarbled."""
    try:
        return _DECODER.decode(content.strip())
    except (ValueError, RecursionError) as exc:
        raise EngineGarbled(f"content of {len(content)} characters is not JSON") from exc


def find_object(content: str) -> object:
    """Read the one JSON object in an answer with something around it; raises EngineGarbled."""
    text = content.partition("</think>")[2] if content.lstrip().startswith("<think>") else content
    start = -1
    for _ in range(_CANDIDATES):
        start = text.find("{", start + 1)
        if start < 0:
            break
        try:
            answer, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if '"headline"' in text[end:]:
            raise EngineGarbled("more than one draft")
        return answer
    raise EngineGarbled(f"no JSON object in {len(content)} characters")


def read_merged(answer: object, sentences: int) -> tuple[Draft, list[int]]:
    """Read the merge of several drafts: a draft without flags, and the numbers of the flags to keep.

    Raises EngineGarbled.
    """
    fields = as_object(answer)
    draft = build_draft({**fields, "flags": [], "loaded": []}, sentences)
    return draft, [number for number in map(_read_number, _as_list(fields, "flags")) if number is not None]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says two things under one name."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("duplicate key")
    return fields


def _refuse_constant(name: str) -> Never:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise ValueError(name)


def _read_finite(digits: str) -> float:
    """Refuse numbers that overflow, such as 1e999."""
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("number overflows")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_constant=_refuse_constant,
    parse_float=_read_finite,
    strict=False,  # a raw line break inside a string is harmless and common among small models
)


def build_beginning(fields: Mapping[str, Any], sentences: int) -> Draft | None:
    """Build headline and statements from the fields of an unfinished answer; None without a headline."""
    headline = _clean(fields.get("headline"), "headline")
    if not isinstance(headline, str) or not headline:
        return None
    return Draft(headline=headline, statements=_read_statements(fields, sentences))


def build_draft(answer: object, sentences: int) -> Draft:
    """Build the draft from what holds; raises EngineGarbled without a headline or any statement."""
    fields = as_object(answer)
    draft = build_beginning(fields, sentences)
    if draft is None or not draft.statements:
        raise EngineGarbled("no headline or no statements")
    absent = [_clean(party, "absent") for party in _as_list(fields, "absent")]
    return Draft(
        headline=draft.headline,
        statements=draft.statements,
        flags=_read_items(fields, "flags", DraftFlag, lambda item: _read_located(item, sentences)),
        loaded=_read_items(fields, "loaded", Loaded, lambda item: _read_located(item, sentences)),
        absent=tuple(party for party in absent if isinstance(party, str) and party),
    )


def build_answer(answer: object, sentences: int) -> Draft:
    """Build the answer to a question, which may be that there is none; raises EngineGarbled."""
    fields = as_object(answer)
    statements = _read_statements(fields, sentences)
    if not statements and fields.get("statements") != []:
        raise EngineGarbled("no statements, nor that there are none")
    return Draft(headline="", statements=statements[:MOST_ANSWERED])


def _read_statements(fields: Mapping[str, Any], sentences: int) -> tuple[DraftStatement, ...]:
    """Read the statements."""
    return _read_items(fields, "statements", DraftStatement, lambda item: _read_statement(item, sentences))


def _read_items(
    fields: Mapping[str, Any],
    name: str,
    model: type[_Item],
    read: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> tuple[_Item, ...]:
    """Read the list `name`, leaving out the items that do not validate."""
    items: list[_Item] = []
    for raw in _as_list(fields, name):
        cleaned = {key: _clean(as_object(raw).get(key), key) for key in model.model_fields}
        try:
            items.append(model.model_validate(read(cleaned)))
        except ValidationError:
            continue
    return tuple(items)


def _read_statement(item: Mapping[str, Any], sentences: int) -> dict[str, Any]:
    """Keep the citations that name a sentence; a statement without text or citation is none."""
    cited = item["sentences"] if isinstance(item["sentences"], list) else [item["sentences"]]
    numbers = [
        number for number in map(_read_number, cited) if number is not None and 1 <= number <= sentences
    ]
    kept = tuple(dict.fromkeys(numbers))[:_MAX_CITED]
    return {"text": item["text"] or None, "sentences": kept or None}


def _read_located(item: Mapping[str, Any], sentences: int) -> dict[str, Any]:
    """Keep an item that stands in a sentence of the article; an empty text counts as none."""
    number = _read_number(item["sentence"])
    located = number if number is not None and 1 <= number <= sentences else None
    texts = {key: value or None for key, value in item.items()}
    if not isinstance(texts.get("translation"), str):
        texts.pop("translation", None)  # a flag is as good without it
    return {**texts, "sentence": located}


def _read_number(value: object) -> int | None:
    """Read a sentence number, also one in quotation marks or brackets."""
    if isinstance(value, str) and re.fullmatch(r"\[?\d{1,6}\]?", value):
        return int(value.strip("[]"))
    return value if type(value) is int else None


def _as_list(fields: Mapping[str, Any], name: str) -> list[Any]:
    """Return the list `name` up to its limit, or an empty one."""
    value = fields.get(name)
    return value[: _MAX_ITEMS[name]] if isinstance(value, list) else []


def _clean(value: object, name: str) -> object:
    """Make one showable line of a text, or _TOO_LONG when it is too long for its field; other values pass."""
    if not isinstance(value, str):
        return value
    line = " ".join(_UNSHOWABLE.sub("", _BLANK.sub(" ", value)).split())
    return line if len(line) <= _MAX_CHARS.get(name, 0) else _TOO_LONG
