"""Briefs to render, from small to as large as the contract allows."""

from bot.article.models import PUBLIC, Article, Kind, Sentence
from bot.briefing.models import Brief, Checks, Flag, FlagKind, Loaded, Note, Source, Statement, Usage

BRIEF_ID = "0123456789abcdef"
QUOTE = "There are no threats whatsoever to the civilian population."
URL = "https://news.example/politics/1417001"


def article(
    text: str = "",
    *,
    kind: Kind = "link",
    url: str | None = URL,
    site: str | None = "TASS",
    language: str = "en",
) -> Article:
    body = text or f"{QUOTE} " + "Talks go on in a third place with others. " * 70
    whole = Sentence(number=1, start=0, end=len(body))
    return Article(
        kind=kind,
        text=body,
        sentences=(whole,),
        title="A title",
        site=site,
        url=url,
        published="2022-03-05",
        language=language,
    )


def flag(quote: str = QUOTE, *, kind: FlagKind = "unattributed", speaker: str | None = None) -> Flag:
    return Flag(
        quote=quote,
        start=0,
        end=len(quote),
        sentence=1,
        speaker=speaker,
        kind=kind,
        why="Nobody is named for it",
        would_verify="Records of casualties",
    )


def brief(
    *,
    headline: str = "Moscow hopes for a third round of talks",
    statements: tuple[str, ...] = ("A diplomat told TASS that talks go on.", "He set two conditions."),
    flags: tuple[Flag, ...] = (),
    of: Article | None = None,
    scope: str = PUBLIC,
    **fields: object,
) -> Brief:
    return Brief.model_validate(
        {
            "id": BRIEF_ID,
            "scope": scope,
            "article": of or article(),
            "engine": "offline",
            "prompt_version": "rules-1",
            "language": "en",
            "headline": headline,
            "statements": tuple(Statement(text=text, sentences=(1,)) for text in statements),
            "flags": flags,
            "checks": Checks(statements=len(statements), traced=len(statements)),
            **fields,
        }
    )


def full_brief() -> Brief:
    return brief(
        flags=(flag(), flag("Officials say the bridge is safe", kind="unnamed_source", speaker="Officials")),
        loaded=(
            Loaded(term="special operation", sentence=1, neutral="war"),
            Loaded(term="regime", sentence=1),
        ),
        absent=("the other side", "any independent observer"),
        notes=(
            Note(
                text="A corridor lets people leave.",
                source=Source(
                    title="Wikipedia: Corridor", url="https://wiki.example/Corridor", date="12 Nov 2026"
                ),
            ),
        ),
        engine="gpt-x",
        usage=Usage(model_calls=1, input_tokens=900, cached_tokens=100, output_tokens=80),
    )
