"""Language packs: everything the rules know about a language, as data."""

import tomllib
from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from bot.article.models import Frozen
from bot.briefing.rules.lexicon import Lexicon

_FOLDER = files("bot.briefing").joinpath("packs")


def _split(value: object) -> object:
    """Read "said, told" as two phrases; a pack writes its lists that way."""
    if isinstance(value, str):
        return tuple(part for part in (" ".join(raw.split()) for raw in value.split(",")) if part)
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_split), Field(min_length=1)]

_ONLY_SETS = frozenset(
    {"titles", "bodies", "joints", "openers", "relatives", "genitives", "indefinite", "quantifiers"}
    | {"particles", "places", "plural_endings"}
)
"""Lists that are looked up by word, see `Pack.words`; to search texts for them would be for nothing."""

OptionalWords = Annotated[tuple[str, ...], BeforeValidator(_split)]


class Verbs(Frozen):
    """Reporting verbs, in every form news uses."""

    say: Words
    accuse: Words
    """Verbs whose object is what somebody is accused of ("accused the firm of …")."""
    loaded: dict[str, str]
    """Verbs that imply truth or guilt, each with a neutral form for the same place; "" where none fits."""
    addressed: OptionalWords = ()
    """Verbs whose first object is whom it was told to ("told the paper that …")."""


class Sources(Frozen):
    """Who or what can stand behind an assertion."""

    before: Words
    """Phrases that name the source after them ("according to")."""
    after: OptionalWords = ()
    """Words that name the source before them (German "zufolge")."""
    theirs: Words
    """Phrases that stand for a speaker named before ("in her view")."""
    that: Words
    """Words that open what was said."""
    document: Words
    neutral: Words
    """Bodies that report what they measured, counted, received or decided."""
    interested: Words
    """Roles and bodies with a stake."""
    unnamed: Words
    relayed: Words
    accuser: Words
    """Prosecutors, indictments, lawsuits: what they hold is an allegation until a court finds it."""


class People(Frozen):
    """Words around names."""

    titles: Words
    bodies: Words
    """Words that make a capitalised run the name of a body, not of a person."""
    roles: Words
    """"the diplomat": resolved to the person named last."""
    pronouns: Words
    """Singular, for people."""
    others: Words
    """Pronouns for groups and bodies."""
    auxiliaries: Words
    """Words between a subject and its verb."""
    prepositions: Words
    openers: Words
    """Words that open "As X reported, …"."""
    joints: Words
    """Conjunctions and other words that may open a clause before its subject."""
    relatives: Words
    """Words that open an aside about somebody named before ("who")."""
    genitives: OptionalWords = ()
    """Words that go on a noun phrase without a comma (German "des")."""
    indefinite: Words
    quantifiers: Words
    """Words that open a group nobody can find ("several dealers")."""
    bare_complement: Literal["verb", "comma", "none"]
    """What was said may follow its verb directly (English), after a comma (German), or only after "that"."""
    particles: OptionalWords = ()
    """Lower-case parts of names ("von", "de")."""
    places: OptionalWords = ()
    """Prepositions before a body that speaks without a subject (Russian "отметили в ведомстве")."""
    reported_mood: OptionalWords = ()
    """Verb forms that report without naming anybody (German "habe"): somebody cited before still speaks."""
    plural_endings: OptionalWords = ()
    """How verbs without a subject end."""
    in_turn: Words
    """Words between a verb and the speaker behind it ("for his part")."""
    sides: Words
    """"side", "delegation": what follows the name of a party."""


class Marks(Frozen):
    """Words that show what sort of assertion a sentence makes."""

    accusation: Words
    finding: Words
    denial: Words
    negation: Words
    forecast: Words
    scheduled: Words
    conditional: Words
    myself: Words
    """"I": what begins with them is what a speaker saw, did or felt."""
    anaphora: Words
    """Openings by which a count goes on from the sentence before ("of these")."""
    decided: Words
    """What an official body did by vote or decree: the figures behind it are part of the decision."""
    backed: Words
    """Words by which a speaker points to a document."""
    battle: Words
    """What only the sides of a fight report: gains, losses, targets."""
    judging: Words
    """Turns of phrase that judge without a loaded word ("pay the price")."""
    selves: Words
    """"we", "I": what begins with them is about the speaker."""
    motive: Words
    cause: Words
    evaluative: Words
    contentious: Words
    sweeping: Words
    harm: Words
    stakes: Words
    """What makes an assertion matter: damage, danger, civilians."""
    trend: Words
    universal: Words
    """Subjects that no one could check ("nobody", "everyone")."""
    superlative: Words
    """Rankings ("the strictest"): nothing ranks by itself."""
    stance: Words
    """Turns of phrase that argue ("once again", "as if"); weak: they count only where nobody is cited."""
    feeling: Words
    """What speakers say of their own hopes, demands, plans and feelings."""
    reply: Words
    """Somebody else's answer, or its refusal: what stands before it was an accusation."""
    unbacked: Words
    """The speaker's own refusal to show or name anything."""
    hedge: Words
    gap: Words
    """What the article itself says is missing, refused or unchecked."""
    procedural: Words
    """What a speaker says about its own next step or its silence."""
    law: Words
    certain: Words
    """Words of proof and effect that a headline may only use when the text does."""
    limit: Words
    """Words by which a text limits what can be concluded."""
    approximate: Words
    quantity: Words
    """Units, multipliers and counted things that make a number a figure."""
    numeral: Words
    figure: Words
    """Phrases that are a figure without a number ("the third such")."""
    relays: Words
    """Words by which the article passes something on ("shared", "appears to show")."""
    unnamed_verb: Words
    """Words that lean on nobody in particular ("is widely seen")."""
    dated: Words
    """Weekdays, months and other words that date an event."""


class Machine(Frozen):
    """Phrases that speak to a program instead of a reader."""

    address: Words
    order: Words
    mark: Words


class Reason(Frozen):
    """What a flag says, with `{speaker}` where there is one."""

    said: str
    own: str
    verify: str


class Phrases(Frozen):
    """Sentences and words the engine writes."""

    side: str
    """With `{party}`."""
    party: str
    """With `{party}`."""
    independent: str
    accused: str
    connectives: Words
    """Words that tie a sentence to the one before; cut when they open a statement and a comma follows."""
    open_quote: str
    close_quote: str


class Pack(Frozen):
    """One language."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    nouns_capitalised: bool = False
    inflected: bool = False
    """Names change their endings: compare stems."""
    verbs: Verbs
    sources: Sources
    people: People
    marks: Marks
    machine: Machine
    phrases: Phrases
    reasons: dict[str, Reason]
    stop: Words

    @cached_property
    def lexicon(self) -> Lexicon:
        """Every word list, by name of the list."""
        entries: dict[str, tuple[str, ...]] = {
            "say": self.verbs.say,
            "accuse": self.verbs.accuse,
            "loaded_verb": tuple(self.verbs.loaded),
        }
        for group in (self.sources, self.people, self.marks):
            entries |= {
                name: phrases
                for name, phrases in group
                if isinstance(phrases, tuple) and name not in _ONLY_SETS
            }
        return Lexicon(entries)

    @cached_property
    def words(self) -> Mapping[str, frozenset[str]]:
        """The words around names as sets, by name of the list."""
        return {name: frozenset(phrases) for name, phrases in self.people if isinstance(phrases, tuple)}

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """Words that carry no content."""
        return frozenset(self.stop)


LANGUAGES = ("en", "de", "es", "fr", "ru", "uk")
"""Languages with a pack; a text in any other gets a summary without flags."""


def _read(language: str) -> dict[str, Any]:
    return tomllib.loads(_FOLDER.joinpath(f"{language}.toml").read_text(encoding="utf-8"))


@cache
def load_pack(language: str) -> Pack | None:
    """Return the pack of an ISO 639-1 language, None when there is none; ValidationError for a bad one."""
    code = language.casefold()[:2]
    return Pack.model_validate(_read(code)) if code in LANGUAGES else None


@cache
def machine_lexicon() -> Lexicon:
    """Every language's phrases that address a program: an attack need not be in the article's language."""
    entries: dict[str, list[str]] = {}
    for language in LANGUAGES:
        pack = load_pack(language)
        for name, phrases in pack.machine if pack else ():
            entries.setdefault(name, []).extend(phrases)
    return Lexicon(entries)
