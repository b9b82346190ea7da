"""Gold articles: a file with one JSON object a line, and the articles in it."""

from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.models import FlagKind
from bot.errors import SaysoError


class Marked(TypedDict):
    """A quotation that a brief should flag, the kinds that fit it, and whose words it is."""

    quote: str
    kinds: list[FlagKind]
    speaker: str | None


@with_config(ConfigDict(extra="allow"))
class Gold(TypedDict):
    """An article, and what a good brief of it flags and says; other keys are kept as they are.

    `optional` may be flagged or not, `clean` must not be; each of `facts` lists wordings, one of which a
    brief should hold; `loaded` words must stand inside quotation marks.
    """

    id: str
    lang: str
    title: str | None
    site: str | None
    url: str | None
    published: str | None
    text: str
    flags: list[Marked]
    optional: list[Marked]
    clean: list[str]
    facts: list[list[str]]
    loaded: list[str]


class GoldUnreadable(SaysoError):
    """A file of gold articles that is not there or not as it should be."""

    template = "{problem}"


_GOLD = TypeAdapter(Gold)


def read_gold(path: Path) -> list[Gold]:
    """Read a file of gold articles; raises GoldUnreadable, which names the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise GoldUnreadable(type(exc).__name__, problem=f"{path}: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise GoldUnreadable(type(exc).__name__, problem=f"{path} is no text in UTF-8.") from exc
    golds = [_read_line(line, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip()]
    if not golds:
        raise GoldUnreadable("empty", problem=f"{path} holds no article.")
    return golds


def _read_line(line: str, where: str) -> Gold:
    """Read one gold article."""
    try:
        gold = _GOLD.validate_json(line)
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        what = ".".join(map(str, first["loc"]))
        raise GoldUnreadable("shape", problem=f"{where}: {f'{what}: ' * bool(what)}{first['msg']}.") from None
    if not gold["text"].strip():
        raise GoldUnreadable("no text", problem=f"{where}: text: there is none.")
    return gold


def build_article(gold: Gold) -> Article:
    """Build the article of a gold entry."""
    return Article(
        kind="text",
        text=gold["text"],
        sentences=split_sentences(gold["text"], gold["lang"]),
        title=gold["title"],
        site=gold["site"],
        url=gold["url"],
        published=gold["published"],
        language=gold["lang"],
    )
