"""What stands in the inbox, and what becomes of it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An update as received, with the name of its lane."""

    update_id: int
    payload: bytes
    lane: str


@dataclass(slots=True, eq=False)
class Lane:
    """A lane held by this process: its entry in the stream proves that. `last_read` is where to read on."""

    name: str
    entry_id: str
    last_read: str = "0-0"


@dataclass(slots=True)
class Noted:
    """What is known of the answers to an update, by part: what earlier tries have noted, and this one."""

    answers: dict[int, int] = field(default_factory=dict)
    is_stored: bool = True
    """False when the store was away for a note, and so may know less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One update to answer."""

    entry_id: str
    update_id: int
    payload: bytes
    noted: Noted = field(default_factory=Noted, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What became of an update that failed; `left` is how many its lane still holds."""

    tries: int
    is_dead: bool
    left: int


@dataclass(frozen=True, slots=True)
class Buried:
    """An update that has just gone to the dead letters."""

    update_id: int
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits for an answer, on all replicas together."""

    entries: int
    oldest_s: float
    """Age of the oldest entry; 0 when there is none."""
    dead_letters: int
