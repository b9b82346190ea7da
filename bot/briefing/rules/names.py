"""Names of people and bodies, as capitalised runs, and what a short mention stands for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.briefing.rules.lexicon import fold
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span

_ENDING = re.compile(r"(?:ого|ому|ой|ою|ым|им|их|ым|ей|ем|ом|ам|ах|ов|ев|ові|єві|а|я|у|ю|е|є|о|и|і|ї|ы|й|ь)$")
"""Case endings of Russian and Ukrainian names."""
_PATRONYMIC = re.compile(r"(?:вич|вна|чна|ич|івна|ївна|йович|вича|вичем|вну|вны|вной|вною|вні)$")
_RUN = re.compile(r"[^\W\d_][\w.]*(?:[’'‑-]\w+)*|[^\s\w]|@\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A run of capitalised words that may name a person: offsets and text."""

    span: Span
    text: str

    @property
    def surname(self) -> str:
        """The last word."""
        return self.text.split()[-1]


def stem(word: str, pack: Pack) -> str:
    """Return what stays of a name when its ending changes."""
    folded = fold(re.sub(r"[’']s$", "", word))
    if not pack.inflected or len(folded) < 4:
        return folded
    return _ENDING.sub("", folded) or folded


def capitalised_runs(text: str, offset: int, pack: Pack) -> list[Name]:
    """Find the runs of capitalised words in a text, name particles included."""
    runs: list[Name] = []
    parts: list[tuple[str, int]] = []
    particles = pack.words["particles"]
    for match in _RUN.finditer(text):
        word = match.group()
        is_name_word = word[0].isupper() and (len(word) > 1 or len(parts) > 0)
        if is_name_word or (parts and fold(word) in particles):
            parts.append((word, match.start()))
        elif parts:
            _close_run(runs, parts, offset, pack)
            parts = []
    _close_run(runs, parts, offset, pack)
    return runs


def _close_run(runs: list[Name], parts: list[tuple[str, int]], offset: int, pack: Pack) -> None:
    """Strip what is no name from both ends of a run and keep the rest."""
    if not parts:
        return
    while parts and (fold(parts[0][0]) in pack.stop_words or fold(parts[0][0]) in pack.words["particles"]):
        parts = parts[1:]
    while parts and fold(parts[-1][0]) in pack.words["particles"]:
        parts = parts[:-1]
    if parts:
        text = re.sub(r"[’']s$", "", " ".join(word for word, _ in parts)).rstrip(".") or parts[0][0]
        if re.search(r"\b\w$", text) and parts[-1][0].endswith("."):
            text += "."
        start = parts[0][1] + offset
        runs.append(Name(span=Span(start, start + len(text)), text=text))


def strip_titles(name: Name, pack: Pack) -> Name:
    """Drop offices from the beginning of a name ("Deputy Foreign Minister Anton Brezny")."""
    words = name.text.split()
    titles = [
        index for index, word in enumerate(words[:-1]) if fold(word.rstrip(".")) in pack.words["titles"]
    ]
    kept = words[titles[-1] + 1 :] if titles else words
    text = " ".join(kept)
    start = name.span.end - len(text)
    return Name(span=Span(start, name.span.end), text=text)


def is_person(name: Name, pack: Pack) -> bool:
    """Whether a run reads like a first name and a surname: two or three words, none of them of a body."""
    words = name.text.split()
    return 2 <= len(words) <= 4 and not any(
        fold(word.rstrip(".")) in pack.words["bodies"] or fold(word) in pack.words["titles"] for word in words
    )


def person_in(text: str, offset: int, pack: Pack, *, anywhere: bool = False) -> Name | None:
    """Return the person a noun phrase is about; one that follows a preposition is not, unless `anywhere`."""
    candidates = []
    for run in capitalised_runs(text, offset, pack):
        name = strip_titles(run, pack)
        if len(name.text.split()) > 2 and (pack.nouns_capitalised or _begins_with_place(name, pack)):
            name = _last_words(name, 2)
        before = fold(text[: run.span.start - offset]).split()
        if is_person(name, pack):
            candidates.append((bool(before) and before[-1] in pack.words["prepositions"], name))
    plain = [name for after_preposition, name in candidates if anywhere or not after_preposition]
    return plain[-1] if plain else None


def _begins_with_place(name: Name, pack: Pack) -> bool:
    """Whether the first of three words is no first name ("министр Дравии Вера Ольшанич"); patronymics are."""
    words = name.text.split()
    return pack.inflected and len(words) == 3 and not _PATRONYMIC.search(fold(words[1]))


def _last_words(name: Name, count: int) -> Name:
    text = " ".join(name.text.split()[-count:])
    return Name(span=Span(name.span.end - len(text), name.span.end), text=text)


@dataclass(slots=True)
class People:
    """Who has been named so far, so that a surname can be given its full name."""

    pack: Pack
    by_surname: dict[str, str] = field(default_factory=dict)

    def meet(self, names: Sequence[Name]) -> None:
        """Remember the full names of a sentence."""
        for run in names:
            name = strip_titles(run, self.pack)
            if is_person(name, self.pack):
                self.by_surname.setdefault(stem(name.surname, self.pack), name.text)

    def full_name(self, mention: str) -> str:
        """Return the full name behind a surname, else the mention itself."""
        words = mention.split()
        if len(words) != 1:
            return mention
        return self.by_surname.get(stem(words[0], self.pack), mention)
