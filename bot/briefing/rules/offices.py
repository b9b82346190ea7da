"""Who was called what: "the minister" is whom the text has called minister, and nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.briefing.rules.names import Name, stem
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage

_NEAR = 3
"""Words between an office and its holder's name at most ("the mayor of New Linden, Ann Poole")."""


@dataclass(slots=True)
class Offices:
    """The offices of the people named so far."""

    pack: Pack
    holders: dict[str, dict[str, None]] = field(default_factory=dict)
    """Names by office, in the order in which they were called so."""
    people: set[str] = field(default_factory=set)
    """Who was called anything."""

    def meet(self, passage: Passage, people: Sequence[Name]) -> None:
        """Remember the offices that stand beside the names of a sentence."""
        for place, person in enumerate(people):
            start = people[place - 1].span.end if place else passage.span.start
            end = people[place + 1].span.start if place + 1 < len(people) else passage.span.end
            before, after = Span(start, person.span.start), Span(person.span.end, end)
            for role in (*passage.find("roles", before)[-1:], *passage.find("roles", after)[:1]):
                if self._belongs(passage, role, person.span):
                    self.holders.setdefault(self._key(passage.slice(role)), {})[person.text] = None
                    self.people.add(person.text)

    def holder(self, role: str) -> str | None:
        """Return who was called this last, or None."""
        names = self.holders.get(self._key(role))
        return next(reversed(names)) if names else None

    def is_shared(self, role: str) -> bool:
        """Whether several were called this."""
        return len(self.holders.get(self._key(role), ())) > 1

    def _belongs(self, passage: Passage, role: Span, name: Span) -> bool:
        """Whether an office is the name's: next to it, or behind its comma."""
        between = Span(role.end, name.start) if role.end <= name.start else Span(name.end, role.start)
        text = passage.slice(between).strip()
        is_near = len(passage.words_in(between)) <= _NEAR
        if role.end <= name.start:
            return is_near and ("," not in text or text.endswith(","))
        return is_near and text.startswith(",") and "," not in text[1:]

    def _key(self, role: str) -> str:
        return " ".join(stem(word, self.pack) for word in role.split())
