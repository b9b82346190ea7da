"""Invented briefs and feed entries, to compose digests from."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from bot.article.models import PUBLIC, Article, Kind, Sentence
from bot.briefing.models import Brief, Checks, Flag, FlagKind, Statement
from bot.digest.compose import compose_digest
from bot.digest.models import Announced, Digest, Entry, Material, Read, Told

NOW: Final = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
DAY: Final = date(2026, 3, 2)

FERRY_EN = (
    "The ferry Nordlys ran aground near Skarnes on Monday with 212 people aboard, the coastguard said.",
    "Coastguard commander Pia Vollan said the hull was intact and nobody was hurt.",
)
FERRY_TIDE = (
    "The ferry Nordlys hit a sandbank outside Skarnes harbour on Monday with 212 people aboard.",
    "A sailor on board said the captain had ignored two radar warnings before the impact.",
    "Coastguard commander Pia Vollan said the hull was intact and nobody was hurt.",
)
FERRY_DE = (
    "Die Fähre Nordlys ist am Montag vor Skarnes mit 212 Menschen an Bord auf Grund gelaufen.",
    "Die Reederei Sundlinie rechnet mit einem Schaden von 14 Millionen Kronen.",
)
FERRY_RU = (
    "Паром «Нордлюс» сел на мель у Скарнеса, на борту находились 212 человек.",
    "По словам спасателей, 37 пассажиров доставили в больницу Скарнеса.",
)
SAILOR = "the captain had ignored two radar warnings before the impact"


def article(
    sentences: Sequence[str],
    *,
    site: str | None,
    title: str,
    url: str | None,
    language: str = "en",
    kind: Kind = "link",
    partial: bool = False,
) -> Article:
    """Return an article of these sentences, one a paragraph."""
    text = "\n\n".join(sentences)
    starts = [sum(len(one) + 2 for one in sentences[:place]) for place in range(len(sentences))]
    return Article(
        kind=kind,
        text=text,
        sentences=tuple(
            Sentence(number=number, start=start, end=start + len(one))
            for number, (start, one) in enumerate(zip(starts, sentences, strict=True), 1)
        ),
        title=title,
        site=site,
        url=url,
        published="2026-03-02",
        language=language,
        partial=partial,
    )


def brief(
    sentences: Sequence[str],
    *,
    site: str | None = "Harlow Courier",
    title: str = "Ferry Nordlys aground off Skarnes",
    url: str | None = None,
    language: str = "en",
    kind: Kind = "link",
    scope: str = PUBLIC,
    flags: Sequence[tuple[str, FlagKind, str | None]] = (),
    headline: str | None = None,
    partial: bool = False,
) -> Brief:
    """Return a brief whose statements are the article's sentences."""
    name = hashlib.sha256(f"{site}{title}{scope}{sentences}".encode()).hexdigest()[:16]
    host = (site or "").lower().replace(" ", "")
    of = article(
        sentences,
        site=site,
        title=title,
        url=url or (f"https://{host}.example/{name[:6]}" if kind == "link" else None),
        language=language,
        kind=kind,
        partial=partial,
    )
    return Brief(
        id=name,
        scope=scope,
        article=of,
        engine="offline",
        prompt_version="rules-1",
        language=language,
        headline=headline or title,
        statements=tuple(Statement(text=one, sentences=(n,)) for n, one in enumerate(sentences, 1)),
        flags=tuple(_flag(of, quote, kind, speaker) for quote, kind, speaker in flags),
        checks=Checks(statements=len(sentences), traced=len(sentences)),
    )


def _flag(of: Article, quote: str, kind: FlagKind, speaker: str | None) -> Flag:
    start = of.text.index(quote)
    holding = next(one.number for one in of.sentences if one.start <= start < one.end)
    return Flag(
        quote=quote,
        start=start,
        end=start + len(quote),
        sentence=holding,
        speaker=speaker,
        kind=kind,
        why="Nobody else says so",
        would_verify="The ship's log",
    )


def entry(
    title: str,
    lead: str = "",
    *,
    outlet: str = "Harlow Courier",
    language: str = "en",
    hour: int = 6,
    brief: Brief | None = None,
) -> Announced:
    """Return what a feed brought."""
    host = outlet.lower().replace(" ", "")
    page = hashlib.sha256(title.encode()).hexdigest()[:8]
    url = brief.article.url if brief and brief.article.url else f"https://{host}.example/{page}"
    published = datetime(2026, 3, 2, hour, tzinfo=UTC)
    return Announced(
        entry=Entry(url=url, title=title, lead=lead, published=published),
        outlet=outlet,
        language=language,
        brief=brief,
    )


def courier() -> Brief:
    return brief(FERRY_EN)


def tide() -> Brief:
    flag: tuple[str, FlagKind, str | None] = (SAILOR, "unnamed_source", "A sailor")
    return brief(FERRY_TIDE, site="The Tide", title="Nordlys stranded outside Skarnes", flags=[flag])


def kueste() -> Brief:
    return brief(FERRY_DE, site="Küstenblatt", title="Fähre Nordlys vor Skarnes gestrandet", language="de")


def berega() -> Brief:
    return brief(FERRY_RU, site="Берега", title="Паром «Нордлюс» сел на мель у Скарнеса", language="ru")


def read(*briefs: Brief, scopes: Sequence[str] = ()) -> Material:
    return Material(read=tuple(Read(brief=one) for one in briefs), scopes=frozenset(scopes))


def compose(material: Material, told: Sequence[Told] = (), *, language: str | None = None) -> Digest | None:
    return compose_digest(material, told, now=NOW, day=DAY, language=language)


def composed(material: Material, told: Sequence[Told] = (), *, language: str | None = None) -> Digest:
    digest = compose(material, told, language=language)
    assert digest is not None
    return digest


def tell(digest: Digest) -> list[Told]:
    return [story.told for story in digest.stories]


TOPICS: Final = """
Harlow, tram line, Rauch
Ebersund, flood wall, Dahl
Pellin, bribery inquiry, Torgau
Lomar, recount, Okoro
Orlen, dam spillway, Sarbruck
Velland, rail strike, Mertens
Brenn, malaria vaccine, Achterberg
Norrvik, football final, Lund
Dorvat, market shelling, Kessia
Ishara, ceremonial masks, Rehm
Bantal, rice harvest, Sumardi
Quenby, library roof, Ashdown
Tarvik, salmon farm, Eikeland
Moxley, hospital merger, Pritchard
Zelenhof, wolf pack, Novotny
Castrel, wine tariff, Beaumont
Puerto Alba, lighthouse fire, Quintana
Grindal, gold mine, Stavros
Ostermark, teacher shortage, Vogel
Kirovsk, ice road, Belov
Lindow, heat pumps, Farrow
Marrakel, date palms, Benali
Tulsk, violin theft, Petrenko
Winmere, bus depot, Clegg
Asterby, seed bank, Holm
Corvane, chip factory, Nakamura
Drumlin, peat bog, Gallagher
Ferncliff, cable car, Rossi
Gallow Bay, oyster ban, Tremain
Hexworth, radar mast, Underhill
""".strip().splitlines()
"""A place, a matter and a person each: thirty stories that have nothing in common."""


def many(count: int = 30) -> list[Announced]:
    """Return entries about as many different stories."""
    topics = (topic.split(", ") for topic in TOPICS[:count])
    return [entry(f"{place} {matter}: {who}", outlet=f"{place} Post") for place, matter, who in topics]
