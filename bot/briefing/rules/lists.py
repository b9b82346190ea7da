"""What the lists of a language pack are, one field a list."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot.article.models import Frozen


def _split(value: object) -> object:
    """Read "said, told" as two phrases; a pack writes its lists that way."""
    if isinstance(value, str):
        return tuple(part for part in (" ".join(raw.split()) for raw in value.split(",")) if part)
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_split), Field(min_length=1)]


OptionalWords = Annotated[tuple[str, ...], BeforeValidator(_split)]


class Verbs(Frozen):
    """Reporting verbs, in every form news uses."""

    say: Words
    accuse: Words
    """Verbs whose object is what somebody is accused of ("accused the firm of …")."""
    call: Words
    """Verbs that say what something is without a "that" ("called the plan …", "blamed … on")."""
    loaded: dict[str, str]
    """Verbs that imply truth or guilt, each with a neutral form for the same place; "" where none fits."""
    mild: Words
    """Loaded verbs that mostly report a detail ("confirmed"): alone they make no claim of it."""
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
    sites: Words
    """Words behind which a name is an outlet's, though they also stand for records ("site")."""
    accuser: Words
    """Prosecutors, indictments, lawsuits: what they hold is an allegation until a court finds it."""


class People(Frozen):
    """Words around names."""

    titles: Words
    bodies: Words
    """Words that make a capitalised run the name of a body, not of a person."""
    roles: Words
    """"the minister": whom the text has called so, else perhaps the person named last."""
    callings: Words
    """Roles that somebody has besides an office: a minister is "the diplomat", too, and no mayor is."""
    relations: Words
    """Whom somebody has ("his lawyer", "a spokesman for Orme"): who speaks for or about that one.

    The checks read this list and the next two, as well."""
    circles: Words
    """The same of several people and of bodies ("her family", "Orme's office")."""
    possessives: Words
    pronouns: Words
    """Singular, for people."""
    others: Words
    """Pronouns for groups and bodies."""
    objects: OptionalWords = ()
    """Pronouns that stand between an accusing verb and its subject ("wirft ihm X vor")."""
    auxiliaries: Words
    """Words between a subject and its verb."""
    prepositions: Words
    openers: Words
    """Words that open "As X reported, …"."""
    adverbs: Words
    """Words that may open a sentence before its subject or its verb ("later", "zugleich")."""
    joints: Words
    """Conjunctions and other words that may open a clause before its subject."""
    turns: Words
    """Words behind a comma with which somebody else may take the word ("but")."""
    relatives: Words
    """Words that open an aside about somebody named before ("who")."""
    whats: OptionalWords = ()
    """Words that open what somebody calls something ("after what witnesses described as a swarm")."""
    finite: OptionalWords = ()
    """Verbs by which a clause is told from a noun phrase, where "that" may be left out (English)."""
    genitives: OptionalWords = ()
    """Words that go on a noun phrase without a comma (German "des")."""
    indefinite: Words
    quantifiers: Words
    """Words that open a group nobody can find ("several dealers")."""
    bare_complement: Literal["verb", "comma", "none"]
    """What was said may follow its verb directly (English), after a comma (German), or only after "that"."""
    particles: OptionalWords = ()
    """Lower-case parts of names ("von", "de")."""
    impersonal: OptionalWords = ()
    """Verbs whose source stands behind a preposition ("ідеться у звіті")."""
    places: OptionalWords = ()
    """Prepositions before a body that speaks without a subject (Russian "отметили в ведомстве")."""
    reported_mood: OptionalWords = ()
    """Verb forms that report without naming anybody (German "habe"): somebody cited before still speaks."""
    infinitives: OptionalWords = ()
    """Verbs that open what somebody says to have done ("affirme lui avoir écrit")."""
    clitics: OptionalWords = ()
    """Small words that may stand before those."""
    elided_endings: OptionalWords = ()
    """How a verb ends whose subject, one person or body, may be left out ("Aseguró que …")."""
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
    asking: Words
    """Who asks asserts nothing."""
    agent: Words
    """What stands before who did it ("killed by …")."""
    toll: Words
    """Deaths and injuries as an event left them: who only counts them accuses nobody."""
    exonerating: Words
    """How a prosecutor says that there is nothing against somebody."""
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
    because: Words
    """Words that open a reason: a speaker who gives one claims a cause."""
    evaluative: Words
    contentious: Words
    coloured: Words
    """Wording that a summary sets in quotation marks, though no sentence is flagged for it."""
    sweeping: Words
    harm: Words
    stakes: Words
    """What makes an assertion matter: damage, danger, civilians."""
    assurance: Words
    """What those who answer for a danger say of it: that limits were kept, that nobody is at risk."""
    insider: Words
    """Turns of phrase of those who claim to look behind the scenes."""
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
