"""Passages that give orders to a machine by their form: turns of a chat, ready-made answers, ciphers.

What addresses a model in plain words is found by the lexicons' `reader` lists.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

_FORMS = re.compile(
    r"(?=[<>\[\"!#]|^)(?:<\|[^|>\n]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?(?:start|end)_of_turn>"
    r"|^\W{0,3}(?:SYSTEM|DEVELOPER|ASSISTANT)\s*:|^#+\s*(?i:system|developer|assistant|instructions?)\s*:"
    r"|\"(?:headline|statements|sentences|callback_data|reply_markup)\"\s*:|(?:<<<|>>>)[0-9a-f]{0,64}$"
    r"|!?\[[^\]\n]{0,80}\]\((?:https?|tg|javascript):)"
    r"|\b(?=\w)(?:(?i:(?:task|instructions?|orders?) for the (?:assistant|model|ai)"
    r"|(?:tarea|instrucci[oó]n\w*) para el (?:asistente|modelo)"
    r"|(?:задач\w+|инструкци\w+|указани\w+) для (?:ассистента|модели)"
    r"|(?:завдання|інструкці\w+) для (?:асистента|моделі)"
    r"|(?:aufgabe|anweisung\w*) (?:für|an) (?:den assistenten|das modell)"
    r"|(?:tâche|consigne\w*) pour (?:l.assistant|le modèle)"
    r"|in your summary|the summary (?:must|should) (?:contain|say|state|include|mention|not)"
    r"|en tu resumen|en su resumen,? (?:afirme|indique|diga|mencione|incluya)|dans (?:ton|votre) résumé"
    r"|in (?:deiner|eurer) zusammenfassung|в (?:сво[её]м|тво[её]м|вашем) (?:резюме|пересказе)"
    r"|у (?:своєму|твоєму|вашому) (?:резюме|переказі))"
    r"|\d+ of \d+ statements traced)\b",
    re.MULTILINE,
)
"""Edges of chat turns, our own answer's form, the marker's form, links in markup; a new task, wishes for a
summary, our footer."""

_PLANTED = re.compile(
    r"\b(?i:(?:when|if|whenever)\b[^.!?]{0,30}\bask(?:ed|s)?\b[^.!?]{0,80}, (?:answer|reply|respond|say)"
    r"|(?:wenn|falls|sobald)\b[^.!?]{0,80}\b(?:fragt|gefragt)\b[^.!?]{0,30}, (?:antworte|sag)\w{0,3}"
    r"|(?:cuando|si)\b[^.!?]{0,30}\bpregunt\w+[^.!?]{0,80}, (?:responde|responda|di|diga)"
    r"|(?:quand|lorsqu|si)\b[^.!?]{0,30}\b(?:demand|interrog)\w+[^.!?]{0,80}, (?:répond(?:s|ez)|dis|dites)"
    r"|(?:если|когда)\b[^.!?]{0,30}\b(?:спро|спраш)\w+[^.!?]{0,80}, (?:ответь|отвечай|скажи|говори)(?:те)?"
    r"|(?:якщо|коли)\b[^.!?]{0,30}\b(?:запит|спит)\w+[^.!?]{0,80}, (?:відпові(?:дай|ж)|скажи|кажи)(?:те)?)"
    r"(?: that| dass|,? dass| que| qu.|,? что|,? що|:|\b ?[“\"«„])"
)
"""What a page wants answered to questions about it."""

_CIPHER = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{24,}={0,2}(?![\w+/])")
_ORDERLY = frozenset(
    {"ignore", "disregard", "previous", "instructions", "override", "system", "prompt", "all"}
)
_LEAST_SCRAMBLED = 2
"""Scrambled words of an order in one paragraph: one may be a slip of the pen."""


def find_orders(text: str, addresses: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Yield start and end of every paragraph with an order's form; `addresses` knows plain orders."""
    start = 0
    for paragraph in text.split("\n\n"):
        if is_order(paragraph, addresses):
            yield start, start + len(paragraph)
        start += len(paragraph) + 2


def is_order(paragraph: str, addresses: Callable[[str], bool]) -> bool:
    """Whether a paragraph has an order's form, or is a plain order in disguise."""
    if (
        _FORMS.search(paragraph)
        or _PLANTED.search(paragraph)
        or any(map(_is_ciphered, _CIPHER.findall(paragraph[:20_000])))
    ):
        return True
    if not paragraph.isascii():
        plain = unicodedata.normalize("NFKC", paragraph)
        if plain.casefold() != paragraph.casefold() and addresses(plain):
            return True
    return _is_scrambled(paragraph[:5_000])


def _is_ciphered(token: str) -> bool:
    """Whether a token is base64 of a text with spaces."""
    if token.isdigit() or token.islower() or token.isupper():
        return False
    try:
        decoded = base64.b64decode(token + "=" * (-len(token) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return " " in decoded and decoded.isprintable()


def _is_scrambled(paragraph: str) -> bool:
    """Whether words of an order stand there with their inner letters exchanged."""
    words = re.findall(r"[a-z]{5,14}", paragraph.lower())
    scrambled = {wanted for word in words if (wanted := _unscramble(word)) not in {None, word}}
    return len(scrambled) >= _LEAST_SCRAMBLED


@lru_cache(maxsize=16_384)
def _unscramble(word: str) -> str | None:
    """Return the word of an order that a word is, its inner letters in any order."""
    return next((wanted for wanted in _ORDERLY if _bones(word) == _bones(wanted)), None)


def _bones(word: str) -> tuple[str, str, str]:
    return word[0], "".join(sorted(word[1:-1])), word[-1]
