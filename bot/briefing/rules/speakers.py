"""Speakers: the name behind a noun phrase."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.briefing.rules.lexicon import Token, fold
from bot.briefing.rules.names import Name, People, capitalised_runs, person_in
from bot.briefing.rules.offices import Offices
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.relations import has_owner, relation_in
from bot.briefing.rules.standings import Standing, head_of, named_sites, standing_of

_NEAR = 60
"""Characters around a name in which its role may stand."""
_POSSESSIVE = re.compile(r"['’]s$")
_LONG_PHRASE = 9
_ARTICLE = 4
"""Characters of an article before an office, with the space."""
_OPENING_WORDS = 4
"""Words of a sentence before the name it is about."""
_FACELESS: tuple[Standing, ...] = ("unnamed", "document")
"""What such a word is part of is no person's name, however it is capitalised ("Fuentes de la Consejería")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """The source of an assertion as the text names it."""

    name: str
    standing: Standing
    pronoun: Span | None = None
    """Where a pronoun or a role stands in place of the name."""
    certain: bool = True
    """Whether only one person can be meant."""


@dataclass(slots=True)
class Register:
    """Who has spoken so far."""

    pack: Pack
    people: People
    offices: Offices
    last: Speaker | None = None
    person: str | None = None
    standings: dict[str, Standing] = field(default_factory=dict)

    def name(self, passage: Passage, phrase: Span) -> Speaker:
        """Name the speaker behind a noun phrase; pronouns, roles and surnames become full names."""
        phrase = self._without_place(passage, phrase)
        pronoun = self._pronoun(passage, phrase)
        if pronoun:
            return pronoun
        if self._is_outlet(passage, phrase):
            return Speaker(name=_with_marks(passage, phrase), standing="relayed")
        text = passage.slice(phrase)
        person = person_in(text, phrase.start, self.pack)
        faceless = [hit for standing in _FACELESS for hit in passage.find(standing, phrase)]
        if person and any(_is_apart(passage, hit, person.span) for hit in faceless):
            person = None
        is_faceless = bool(faceless)
        name = self.people.full_name(person.text) if person else None if is_faceless else self._known(text)
        relation = relation_in(passage, phrase, self.people, self.pack)
        if name is None or relation:
            speaker = self._unknown(passage, phrase)
            self.person = speaker.name if relation == "one" else self.person
            return speaker
        self.person = name
        standing = self.standings.setdefault(name, self._standing_of_person(passage, phrase))
        return Speaker(name=name, standing=standing)

    def _is_outlet(self, passage: Passage, phrase: Span) -> bool:
        return any(site.end < phrase.end for site in named_sites(passage, self.pack) if phrase.holds(site))

    def _without_place(self, passage: Passage, phrase: Span) -> Span:
        """Cut "in a talk with the paper" off "he" and off a role."""
        words = passage.words_in(phrase)
        head = head_of(passage, phrase, self.pack)
        is_named = person_in(passage.slice(phrase), phrase.start, self.pack, anywhere=True)
        if is_named or relation_in(passage, phrase, self.people, self.pack):
            return phrase
        is_short = len(passage.words_in(head)) <= 2 and len(words) > len(passage.words_in(head))
        if is_short and (
            words[0].word in self.pack.words["pronouns"] or self._role(passage, _trimmed(passage, head))
        ):
            return _trimmed(passage, head)
        return phrase

    def opening(self, passage: Passage, verb: Span) -> Span | None:
        """Return a surname with particles that opens a sentence before a verb ("Von der Heide sagte …").

        Only one met before counts: "Von der Partei sagte niemand etwas" begins alike.
        """
        words = passage.words_in(Span(passage.span.start, verb.start))
        if len(words) < 2 or words[0].word not in self.pack.words["prepositions"]:
            return None
        phrase = Span(words[0].start, words[-1].end)
        text = passage.slice(phrase)
        full = self._known(text)
        return phrase if full is not None and full.casefold().endswith(f" {text.casefold()}") else None

    def mentioned(self, marker: Span) -> Speaker | None:
        """Return who "in her view" stands for: the last to speak, or who was named when that was a record."""
        if self.last and self.last.standing == "document" and self.person:
            standing = self.standings.get(self.person, "interested")
            return Speaker(name=self.person, standing=standing, pronoun=marker, certain=False)
        return replace(self.last, pronoun=marker, certain=False) if self.last else None

    def meet(self, passage: Passage, runs: Sequence[Name]) -> None:
        """Remember who is named in a sentence, and as what."""
        self.people.meet(runs)
        self.offices.meet(passage, self._people_in(passage, runs))

    def _people_in(self, passage: Passage, runs: Sequence[Name]) -> list[Name]:
        found = [
            person_in(passage.slice(run.span), run.span.start, self.pack) for run in runs if " " in run.text
        ]
        return [person for person in found if person]

    def notice(self, passage: Passage, runs: Sequence[Name]) -> None:
        """Remember the person a sentence without a speaker begins with: the next "she" is likely that one."""
        people = self._people_in(passage, runs)
        if not people and passage.tokens and not self._notice_surname(passage):
            self._notice_office(passage)
        if len(people) == 1:
            person = people[0]
            if len(passage.words_in(Span(passage.span.start, person.span.start))) < _OPENING_WORDS:
                self._take_up(person.text)

    def _notice_office(self, passage: Passage) -> None:
        """Take an office that opens a sentence for who speaks in the next ("The artist did not wait.")."""
        roles = [hit for hit in passage.outside("roles") if passage.words_in(hit)]
        opening = next((hit for hit in roles if 0 < hit.start - passage.span.start <= _ARTICLE), None)
        if opening:
            phrase = Span(passage.tokens[0].start, opening.end)
            if self._role(passage, phrase):
                self.last = self._office(passage, phrase) or self.last

    def _notice_surname(self, passage: Passage) -> bool:
        """Take the person a sentence opens with, by surname, for the one that the next "he" means."""
        first = passage.tokens[0]
        surname = passage.slice(Span(first.start, first.end))
        full = self.people.full_name(surname) if surname[0].isupper() else surname
        if full != surname:
            self._take_up(full)
        return full != surname

    def _take_up(self, name: str) -> None:
        """Take the person a sentence is about for the one that "he" means, and who goes on speaking."""
        self.person = name
        self.last = Speaker(name=name, standing=self.standings.get(name, "interested"), certain=False)

    def _pronoun(self, passage: Passage, phrase: Span) -> Speaker | None:
        words = passage.words_in(phrase)
        if len(words) > 2 and self._opens_clause(words):
            return self._pronoun(passage, Span(words[0].start, words[0].end))
        if len(words) > 2:
            return None
        if any(word.word in self.pack.words["pronouns"] for word in words):
            return self._stand_in(passage, phrase, self.person or self._only_person())
        if words[0].word in self.pack.words["others"]:
            return self._stand_in(passage, phrase, self.last.name if self.last else None)
        return None

    def unsaid(self, passage: Passage, verb: Span) -> Speaker | None:
        """Return who goes on speaking where a verb leaves out its subject, None where nobody has spoken."""
        name = self.last.name if self.last else self.person
        return replace(self._stand_in(passage, verb, name), certain=False) if name else None

    def _opens_clause(self, words: Sequence[Token]) -> bool:
        """Whether words are a pronoun and what it does, behind which a second verb has the same subject."""
        first, second = words[0].word, words[1].word
        return first in self.pack.words["pronouns"] and second not in self.pack.words["joints"]

    def _only_person(self) -> str | None:
        """Return the one person named so far, None when there are none or several."""
        return self.people.first if self.people.count == 1 else None

    def _stand_in(self, passage: Passage, phrase: Span, name: str | None) -> Speaker:
        if name is None:
            return Speaker(name=passage.slice(phrase), standing="interested", pronoun=phrase, certain=False)
        is_last = self.last is not None and self.last.name == name
        standing = self.standings.get(name, self.last.standing if self.last and is_last else "interested")
        return Speaker(name=name, standing=standing, pronoun=phrase, certain=self._only_person() == name)

    def _office(self, passage: Passage, phrase: Span) -> Speaker | None:
        """Name who was called what a phrase says, else who was named last and called nothing else."""
        role = self._role(passage, phrase)
        if role is None:
            return None
        called = passage.slice(role)
        if holder := self.offices.holder(called):
            speaker = self._stand_in(passage, phrase, holder)
            return replace(speaker, certain=not self.offices.is_shared(called))
        is_calling = fold(called) in self.pack.words["callings"]
        if self.person is None or (self.person in self.offices.people and not is_calling):
            return None
        speaker = self._stand_in(passage, phrase, self.person)
        return replace(speaker, certain=speaker.certain and is_calling)

    def _known(self, text: str) -> str | None:
        """Return the full name of a person met before whom a short phrase mentions by surname."""
        if len(text.split()) > _LONG_PHRASE:
            return None
        for run in capitalised_runs(text, 0, self.pack):
            full = self.people.full_name(run.surname)
            if " " in full:
                return full
        return None

    def _unknown(self, passage: Passage, phrase: Span) -> Speaker:
        """Name a body, a group, a document, or the person a role stands for."""
        standing = standing_of(passage, phrase, self.pack)
        is_office = standing in {"interested", "neutral"}
        if is_office and (speaker := self._office(passage, phrase)):
            return speaker
        text = _POSSESSIVE.sub("", _with_marks(passage, phrase))
        known = self.standings.setdefault(text, standing)
        return Speaker(name=text, standing=known if standing == "interested" else standing)

    def _role(self, passage: Passage, phrase: Span) -> Span | None:
        """Return the role of an article and a role and nothing else ("the diplomat", "губернатор")."""
        count = len(passage.words_in(phrase))
        if passage.words_in(phrase)[0].word in self.pack.words["indefinite"]:
            return None
        hits = (
            hit
            for hit in passage.find("roles", phrase)
            if count - len(passage.words_in(hit)) <= 1
            and hit.end == phrase.end
            and not has_owner(passage, phrase, hit, self.people, self.pack)
        )
        return next(hits, None)

    def _standing_of_person(self, passage: Passage, phrase: Span) -> Standing:
        """Judge a named person by the role that stands near the name; an unnamed group there says nothing."""
        wide = Span(max(passage.span.start, phrase.start - _NEAR), min(passage.span.end, phrase.end + _NEAR))
        if any(phrase.end - outlet.end > 0 for outlet in passage.find("relayed", phrase)):
            return "relayed"
        own = [quotation for quotation in passage.quotations if quotation.meets(wide)]
        for place in (phrase, wide):
            for standing in ("accuser", "neutral", "interested"):
                hits = passage.find(standing, place)
                if standing == "neutral":
                    offices = passage.find("interested", place)
                    hits = tuple(hit for hit in hits if not any(o.holds(hit) and o != hit for o in offices))
                if any(not any(q.holds(hit) for q in own) for hit in hits):
                    return standing
        return "interested"


def _is_apart(passage: Passage, faceless: Span, name: Span) -> bool:
    """Whether a name is not that of a faceless source: part of its word, or behind "close to" or "der"."""
    if name.meets(faceless):
        return True
    between = passage.slice(Span(faceless.end, name.start)) if faceless.end <= name.start else ""
    return bool(between.strip(" ,")) or passage.slice(name)[0].islower()


def _with_marks(passage: Passage, phrase: Span) -> str:
    """Return a phrase with the mark that closes the name it ends in."""
    text = passage.slice(phrase).strip()
    end = passage.slice(Span(phrase.end, passage.span.end))[:1]
    is_open = {"»": text.count("«") > text.count("»"), "”": text.count("“") > text.count("”")}
    is_open |= {"“": text.count("„") > text.count("“"), '"': text.count('"') % 2 == 1}
    return text + end if is_open.get(end) else text


def _trimmed(passage: Passage, phrase: Span) -> Span:
    words = passage.words_in(phrase)
    return Span(words[0].start, words[-1].end)
