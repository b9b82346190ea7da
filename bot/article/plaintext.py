"""Plain text → headline, dateline and report.

A pasted text begins with whatever was copied along: navigation, the headline, a subhead, a byline, a date.
"""

import re

from bot.article.datelines import Dateline, find_date, read_dateline
from bot.article.invisible import fold_spaces, strip_invisible
from bot.article.language import detect_language
from bot.article.models import Article, Kind, Origin, count_words
from bot.article.sentences import split_sentences
from bot.errors import NothingToBrief, TextTooShort

MIN_WORDS = 40

_TITLE_WORDS = range(4, 31)
_LEAD_LINES = 6  # lines before the report begins: navigation, headline, subhead, byline, date
_BODY_WORDS = 15  # a line of so many words that ends a sentence is the report itself
_WRAPPED = range(45, 101)  # characters of a line in text broken to a fixed width
_BYLINE = re.compile(
    r"(?:by|from|von|por|par|автор|текст|фото|photo|foto|reporting by|written by)\b:?\s", re.IGNORECASE
)
_BREADCRUMB = re.compile(r"\S+(?: \S+){0,2}(?:\s+[>»›/|•·]\s+\S+(?: \S+){0,2}){1,6}")
_DATE_NOISE = re.compile(
    r"\b(?:published|updated|posted|last|modified|on|at|am|pm|utc|gmt|cet|cest|est|edt|msk|uhr|um|stand|vom|"
    r"veröffentlicht|aktualisiert|publicado|actualizado|el|publié|mis|à|jour|le|опубликовано|обновлено|"
    r"опубліковано|оновлено|мск|в|о|h|min read|\d+ min)\b",
    re.IGNORECASE,
)


def split_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of plain text, whose lines may be wrapped or not parted by blank lines."""
    visible, _ = strip_invisible(text)
    blocks = [block.split("\n") for block in re.split(r"\n\n+", fold_spaces(visible).strip("\n"))]
    inner = [line for block in blocks for line in block[:-1]]
    broken = sum(len(line) in _WRAPPED and line[-1:].isalnum() for line in inner)
    is_wrapped = broken > 0.5 * len(inner)
    paragraphs = (
        [" ".join(block) for block in blocks] if is_wrapped else [line for block in blocks for line in block]
    )
    return [paragraph for paragraph in paragraphs if paragraph]


def read_paragraphs(
    paragraphs: list[str], *, kind: Kind, origin: Origin | None, title: str | None = None
) -> Article:
    """Tell headline, dateline and report apart and make an Article; raises NothingToBrief or TextTooShort."""
    words = sum(map(count_words, paragraphs))
    if words == 0:
        raise NothingToBrief("no words")
    if words < MIN_WORDS:
        raise TextTooShort(f"{words} words", words=words, minimum=MIN_WORDS)
    lead = paragraphs[: _body_start(paragraphs)]
    title = title or _find_title(lead)
    stated = next(filter(None, map(_published_line, lead)), None)
    kept = [line for line in lead if line != title and not is_furniture(line)]
    text = "\n\n".join([*kept, *paragraphs[len(lead) :]])
    dateline = read_dateline("\n\n".join(paragraphs[len(lead) : len(lead) + 1]))
    published = stated or (dateline.date.iso if dateline and dateline.date else None)
    language = detect_language(text)
    return Article(
        kind=kind,
        text=text,
        sentences=split_sentences(text, language),
        title=title,
        site=origin.name if origin else dateline.agency if dateline else None,
        url=origin.url if origin else None,
        published=origin.posted[:10] if origin and origin.posted else published,
        dateline=yearless_date(dateline) if not published else None,
        language=language,
    )


def _body_start(paragraphs: list[str]) -> int:
    """Return the index of the paragraph with which the report itself begins."""
    for index, paragraph in enumerate(paragraphs[:_LEAD_LINES]):
        is_sentence = len(paragraph.split()) >= _BODY_WORDS and paragraph.endswith(
            (".", "!", "?", ".”", '."', ".»")
        )
        if is_sentence or read_dateline(paragraph):
            return index
    return 0


def _find_title(lead: list[str]) -> str | None:
    """Return the first line before the report that can be a headline."""
    for line in lead:
        if len(line.split()) in _TITLE_WORDS and not line.endswith(".") and not is_furniture(line):
            return line
    return None


def is_furniture(line: str) -> bool:
    """Tell whether a line is navigation, a byline or a date rather than something the article says."""
    words = line.split()
    if _published_line(line) or _is_date_line(line):
        return True
    if _BYLINE.match(line) and len(words) <= 10:
        return True
    is_menu = len(words) <= 3 and not line.endswith((".", "!", "?", ":"))
    return is_menu or _BREADCRUMB.fullmatch(line) is not None


def _published_line(line: str) -> str | None:
    """Return the ISO date of a line that states day, month and year and little else."""
    date = find_date(line) if len(line) <= 120 else None
    return date.iso if date and date.iso and _is_date_line(line) else None


def _is_date_line(line: str) -> bool:
    """Tell whether a line is a date, perhaps with a time and the words around them."""
    date = find_date(line) if len(line) <= 120 else None
    if date is None:
        return False
    rest = _DATE_NOISE.sub(" ", line[: date.start] + " " + line[date.end :])
    return len(re.findall(r"[^\W\d_]{2,}", rest)) <= 2


def yearless_date(dateline: Dateline | None) -> str | None:
    """Return a dateline's date as worded, when it lacks its year."""
    return dateline.date.words if dateline and dateline.date and dateline.date.year is None else None
