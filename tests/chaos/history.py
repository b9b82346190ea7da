"""What happened, as records, and the verdict on it: was every update answered, and once?

The checker knows nothing of the bot: it reads who sent what, and what stood in the chats in the end.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Kind = Literal["start", "help", "privacy", "talk", "article", "group"]

ANSWERS: dict[str, Kind] = {
    "I read a news article for you": "start",
    "Send me one of these": "help",
    "What I keep": "privacy",
    "Send me a link to a news article": "talk",
}
"""How answers begin, by what they answer; a brief is known by its last line."""

IN_DOUBT = "My connection broke while I was "
"""A word on an answer that may have arrived."""

TRACED = "traced"
UNDER_WAY = "…"
"""How a placeholder ends."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message of a person's."""

    chat: int
    message: int
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message of the bot's, as it stood in the end."""

    chat: int
    message: int
    reply_to: int | None
    what: str
    """The kind that it answers, "in doubt", "reaction", or how an unexpected one begins."""


@dataclass(frozen=True, kw_only=True)
class Disrupted:
    """Something that was done to the bot."""

    at_s: float
    what: str
    replica: int | None = None


Record = Sent | Said | Disrupted


@dataclass(kw_only=True)
class Verdict:
    """The counts; `faults` names what is wrong, by chat and message."""

    updates: int = 0
    answered: int = 0
    """Answered once, and that is all."""
    asked: int = 0
    """Answered, and asked about besides whether the answer came."""
    recovered: int = 0
    """Not answered but told so: the answer was in doubt when its worker died, and had not arrived.

    By a word, or, where that was in doubt as well, by a reaction to the message.
    """
    lost: int = 0
    asked_again: int = 0
    """Asked so twice."""
    placeholders: int = 0
    """A placeholder that stays beside the answer: it was in doubt."""
    duplicated: int = 0
    unexpected: int = 0
    disordered: int = 0
    disruptions: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, said twice, out of order or out of place."""
        return not (self.lost or self.duplicated or self.unexpected or self.disordered)

    @property
    def visible(self) -> int:
        """How often people saw something twice."""
        return self.duplicated + self.placeholders + self.asked_again


def classify(text: str) -> str:
    """Name what a message of the bot's is."""
    if text.startswith(IN_DOUBT):
        return "in doubt"
    if TRACED in text:
        return "article"
    if text.endswith(UNDER_WAY):
        return "placeholder"
    return next((kind for begins, kind in ANSWERS.items() if text.startswith(begins)), text[:40])


def judge(records: Iterable[Record]) -> Verdict:
    """Return the verdict on a history."""
    verdict = Verdict()
    sent: dict[tuple[int, int], Sent] = {}
    said: dict[tuple[int, int], list[Said]] = {}
    for record in records:
        match record:
            case Sent():
                sent[record.chat, record.message] = record
            case Said():
                said.setdefault((record.chat, record.reply_to or 0), []).append(record)
            case Disrupted():
                verdict.disruptions[record.what] += 1
    verdict.updates = len(sent)
    for key, messages in said.items():
        if key not in sent:
            _blame(verdict, "unexpected", key, messages)
    for key, update in sent.items():
        _judge_one(verdict, key, update, said.get(key, []))
    _judge_order(verdict, sent, said)
    return verdict


def _judge_one(verdict: Verdict, key: tuple[int, int], update: Sent, messages: list[Said]) -> None:
    wanted = "article" if update.kind == "group" else update.kind
    answers = [m for m in messages if m.what == wanted]
    words = [m for m in messages if m.what == "in doubt"]
    marks = [m for m in messages if m.what == "reaction"]
    left = [m for m in messages if m.what == "placeholder"]
    others = [m for m in messages if m not in (*answers, *words, *marks, *left)]
    verdict.asked_again += max(len(words) - 1, 0)
    if others:
        _blame(verdict, "unexpected", key, others)
    if left and (answers or words):
        _blame(verdict, "placeholders", key, messages)
    if len(answers) > 1:
        _blame(verdict, "duplicated", key, messages)
    elif answers and (words or marks):
        verdict.asked += 1
    elif answers:
        verdict.answered += 1
    elif words or marks:
        verdict.recovered += 1
    elif not others:
        _blame(verdict, "lost", key, [])


def _judge_order(
    verdict: Verdict, sent: dict[tuple[int, int], Sent], said: dict[tuple[int, int], list[Said]]
) -> None:
    """Within a chat, messages are answered in the order in which they came; commands may overtake."""
    last: dict[tuple[int, bool], int] = {}
    for key in sorted(sent):
        update = sent[key]
        lane = key[0], update.kind in {"start", "help", "privacy"}
        answers = [m for m in said.get(key, []) if m.what not in {"in doubt", "reaction"}]
        if len(answers) < len(said.get(key, [])):
            continue  # in doubt: it was asked about, and came late
        first = min((m.message for m in answers), default=None)
        if first is None:
            continue
        if first < last.get(lane, 0):
            _blame(verdict, "disordered", key, said[key])
        last[lane] = max(first, last.get(lane, 0))


def _blame(verdict: Verdict, fault: str, key: tuple[int, int], messages: list[Said]) -> None:
    setattr(verdict, fault, getattr(verdict, fault) + 1)
    verdict.faults.append(
        f"{fault}: chat {key[0]}, message {key[1]}: {[(m.message, m.what) for m in messages]}"
    )


def write_history(path: Path, records: Iterable[Record]) -> None:
    """Write the records, one a line."""
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps({"event": type(record).__name__} | asdict(record)) + "\n")


def read_history(path: Path) -> list[Record]:
    """Read what `write_history` wrote."""
    events: dict[str, type[Any]] = {"Sent": Sent, "Said": Said, "Disrupted": Disrupted}
    lines = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [events[line.pop("event")](**line) for line in lines]
