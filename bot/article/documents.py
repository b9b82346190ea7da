"""A pasted text, a forwarded post, a file or a fetched page → an Article. Runs in a worker."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.article.charset import decode_text
from bot.article.datelines import read_dateline
from bot.article.invisible import strip_invisible
from bot.article.language import detect_language
from bot.article.mediatypes import PDF, sniff_binary
from bot.article.models import Article, Kind, Origin, count_words
from bot.article.plaintext import read_paragraphs, split_paragraphs, yearless_date
from bot.article.sentences import split_sentences
from bot.errors import FileEmpty, FileTooLarge, FileUnsupported

FILE_LIMIT_BYTES = 20 << 20
"""What Telegram lets a bot download."""
_PDF_TITLE_WORDS = 4  # what programs put there is mostly a file name
_HTML = re.compile(r"<(?:!doctype html|html|body|article)\b", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"---\n(.{0,4000}?)\n---\n", re.DOTALL)


def read_text(text: str, kind: Kind, origin: Origin | None) -> Article:
    """Read a pasted text or a forwarded post; raises NothingToBrief or TextTooShort."""
    return read_paragraphs(split_paragraphs(text), kind=kind, origin=origin)


def read_file(data: bytes, name: str) -> Article:
    """Read a file by what is in it; raises the errors of files, of pages, or TextTooShort."""
    if len(data) > FILE_LIMIT_BYTES:
        raise FileTooLarge(f"{len(data)} bytes", limit_mb=FILE_LIMIT_BYTES >> 20)
    if not data.strip():
        raise FileEmpty("no bytes")
    if data.startswith(b"%PDF-"):
        return _read_pdf(data, "file")
    if sniff_binary(data):
        raise FileUnsupported("binary")
    text = decode_text(data)
    extension = name.rpartition(".")[2].lower()
    if extension in ("htm", "html", "xhtml") or _HTML.search(text[:2_000]):
        return _read_saved_page(text)
    if not any(map(str.isalnum, text)):
        raise FileEmpty("no words")
    if extension in ("md", "markdown"):
        return _read_markdown(text)
    return read_paragraphs(split_paragraphs(text), kind="file", origin=None)


def read_page(body: bytes, content_type: str, charset: str | None, final_url: str, url: str) -> Article:
    """Read a fetched page; `url` is its canonical address. Raises the errors of pages, or TextTooShort."""
    if content_type == PDF:
        return _read_pdf(body, "link").model_copy(update={"url": url})
    text = decode_text(body, charset)
    if content_type == "text/plain" and not _HTML.search(text[:2_000]):
        article = read_paragraphs(split_paragraphs(text), kind="link", origin=None)
        return article.model_copy(update={"url": url})
    article = _from_page(text, final_url)
    return article.model_copy(update={"kind": "link", "url": article.url or url})


def _read_pdf(data: bytes, kind: Kind) -> Article:
    """Read a PDF; one without a text layer is a picture of an article."""
    from bot.article.pdf import read_pdf  # noqa: PLC0415 -- loads for a quarter of a second, seldom needed

    lines, title, is_cut = read_pdf(data)
    paragraphs = [strip_invisible(line)[0] for line in lines]
    if not any(map(str.isalnum, "".join(paragraphs))):
        raise FileEmpty("no text layer")
    article = read_paragraphs(paragraphs, kind=kind, origin=None)
    stated = title if title and count_words(title) >= _PDF_TITLE_WORDS else None
    return article.model_copy(update={"title": article.title or stated, "partial": is_cut})


def _read_saved_page(source: str) -> Article:
    """Read a page that was saved as a file."""
    return _from_page(source, "").model_copy(update={"kind": "file", "url": None})


def _from_page(source: str, url: str) -> Article:
    """Make an Article of what was found on a page."""
    from bot.article.extract import extract_page  # noqa: PLC0415 -- its parsers load for half a second

    found = extract_page(source, url)
    dateline = read_dateline(found.text)
    language = detect_language(found.text, found.language)
    published = found.published or (dateline.date.iso if dateline and dateline.date else None)
    return Article(
        kind="link",
        text=found.text,
        sentences=split_sentences(found.text, language),
        title=found.title,
        site=found.site,
        url=found.canonical,
        published=published,
        dateline=yearless_date(dateline) if not published else None,
        language=language,
        partial=found.partial,
        hidden_words=found.hidden_words,
        hidden_orders=found.hidden_orders,
    )


def _read_markdown(source: str) -> Article:
    """Read Markdown: the first heading is the headline, markup goes, front matter is used for its title."""
    front = _FRONT_MATTER.match(source.replace("\r\n", "\n"))
    body = source.replace("\r\n", "\n")[front.end() :] if front else source
    title = _front_title(front[1]) if front else None
    paragraphs: list[str] = []
    tokens = MarkdownIt("commonmark", {"html": False}).parse(body)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type != "inline":
            continue
        line = " ".join(strip_invisible(_plain(token))[0].split())
        if title is None and not paragraphs and before and before.type == "heading_open":
            title = line
        elif line and line != title:
            paragraphs.append(line)
    return read_paragraphs(paragraphs, kind="file", origin=None, title=title or None)


def _front_title(front: str) -> str | None:
    """Return the title that front matter states."""
    match = re.search(r"^title:\s*[\"']?(.+?)[\"']?\s*$", front, re.MULTILINE)
    return match[1] if match else None


def _plain(inline: Token) -> str:
    """Return inline Markdown without its markup; images are left out."""
    parts = (
        " " if token.type in ("softbreak", "hardbreak") else token.content
        for token in inline.children or []
        if token.type != "image"
    )
    return "".join(parts)
