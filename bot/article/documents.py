"""A pasted text, a forwarded post, a file or a fetched page → an Article. Runs in a worker."""

import re

from markdown_it import MarkdownIt

from bot.article.archives import Unpacked
from bot.article.authors import MAX_AUTHORS, split_names
from bot.article.charset import decode_text
from bot.article.datelines import find_date, read_dateline
from bot.article.invisible import strip_invisible
from bot.article.language import detect_language
from bot.article.mediatypes import DOCX, EPUB, PACKED, PDF, sniff_binary, sniff_locked, sniff_packed
from bot.article.models import Article, Kind, Origin, count_words
from bot.article.orders import gives_orders
from bot.article.plaintext import read_paragraphs, split_paragraphs, yearless_date
from bot.article.sentences import split_sentences
from bot.article.smuggled import decode_smuggled
from bot.article.word import read_docx, read_odt
from bot.errors import FileEmpty, FileLocked, FileTooLarge, FileUnsupported

FILE_LIMIT_BYTES = 20 << 20
"""What Telegram lets a bot download."""
_STATED_TITLE_WORDS = 4  # what programs put there is mostly a file name
_HTML = re.compile(r"<(?:!doctype html|html|body|article)\b", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"---\n(.{0,4000}?)\n---\n", re.DOTALL)


def read_text(text: str, kind: Kind, origin: Origin | None) -> Article:
    """Read a pasted text or a forwarded post; raises NothingToBrief or TextTooShort."""
    return _tell_hidden(read_paragraphs(split_paragraphs(text), kind=kind, origin=origin), [text])


def read_file(data: bytes, name: str) -> Article:
    """Read a file by what is in it; raises the errors of files, of pages, or TextTooShort."""
    if len(data) > FILE_LIMIT_BYTES:
        raise FileTooLarge(f"{len(data)} bytes", limit_mb=FILE_LIMIT_BYTES >> 20)
    if not data.strip():
        raise FileEmpty("no bytes")
    if data.startswith(b"%PDF-"):
        return _read_pdf(data, "file")
    if (packed := sniff_packed(data)) is not None:
        return _read_packed(data, packed, "file")
    if sniff_locked(data):
        raise FileLocked("encrypted package")
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
    return read_text(text, "file", None)


def read_transcript(paragraphs: list[str], title: str | None, site: str | None, date: str | None) -> Article:
    """Read what a model found in pictures, like a pasted text; raises NothingToBrief or TextTooShort."""
    source = "\n\n".join(paragraphs)
    heading = strip_invisible(title)[0] if title else None
    article = read_paragraphs(split_paragraphs(source), kind="image", origin=None, title=heading or None)
    stated = find_date(date) if date else None
    return _tell_hidden(article, [source, title or ""]).model_copy(
        update={
            "site": strip_invisible(site)[0] or None if site else article.site,
            "published": stated.iso if stated and stated.iso else article.published,
        }
    )


def read_page(body: bytes, content_type: str, charset: str | None, final_url: str, url: str) -> Article:
    """Read a fetched page; `url` is its canonical address. Raises the errors of pages, or TextTooShort."""
    if content_type == PDF:
        return _read_pdf(body, "link").model_copy(update={"url": url})
    if content_type in PACKED:
        return _read_packed(body, content_type, "link").model_copy(update={"url": url})
    text = decode_text(body, charset)
    if content_type == "text/plain" and not _HTML.search(text[:2_000]):
        return read_text(text, "link", None).model_copy(update={"url": url})
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
    stated = title if title and count_words(title) >= _STATED_TITLE_WORDS else None
    told = _tell_hidden(article, lines)
    return told.model_copy(update={"title": article.title or stated, "partial": is_cut})


def _read_packed(data: bytes, media_type: str, kind: Kind) -> Article:
    """Read a word processor's file or an EPUB."""
    found = _unpack(data, media_type)
    lines = [strip_invisible(line)[0] for line in found.paragraphs]
    if not any(map(str.isalnum, "".join(lines))):
        raise FileEmpty("no words")
    stated = found.title if found.title and count_words(found.title) >= _STATED_TITLE_WORDS else None
    article = read_paragraphs(lines, kind=kind, origin=None, title=stated)
    shown = " ".join(lines).casefold()
    credited = [name for stated in found.authors for name in split_names(stated)]
    told = _tell_hidden(article, found.paragraphs, found.hidden)
    return told.model_copy(
        update={
            "site": article.site or found.site,
            "authors": tuple(name for name in credited if name.casefold() in shown)[:MAX_AUTHORS],
            "partial": found.is_cut,
        }
    )


def _unpack(data: bytes, media_type: str) -> Unpacked:
    """Read a zip file by what it holds."""
    if media_type == EPUB:
        from bot.article.epub import read_epub  # noqa: PLC0415 -- its parsers load for half a second

        return read_epub(data)
    return read_docx(data) if media_type == DOCX else read_odt(data)


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
        modified=found.modified,
        published_at=found.published_at,
        modified_at=found.modified_at,
        authors=found.authors,
        dateline=yearless_date(dateline) if not published else None,
        language=language,
        partial=found.partial,
        hidden_words=found.hidden_words,
        hidden_characters=found.hidden_characters,
        hidden_orders=found.hidden_orders,
    )


def _read_markdown(source: str) -> Article:
    """Read Markdown: the first heading is the headline, markup goes, front matter is used for its title."""
    from bot.article.body import visible_text  # noqa: PLC0415 -- its parsers load for half a second
    from bot.article.hidden import parse_html, strip_hidden  # noqa: PLC0415 -- as above

    front = _FRONT_MATTER.match(source.replace("\r\n", "\n"))
    body = source.replace("\r\n", "\n")[front.end() :] if front else source
    title = _front_title(front[1]) if front else None
    tree = parse_html(f"<body>{MarkdownIt('commonmark').render(body)}")
    if tree is None:
        raise FileEmpty("no words")
    hidden = strip_hidden(tree)
    lines = visible_text(tree).split("\n\n")
    heading = next((" ".join(one.text_content().split()) for one in tree.iter("h1", "h2")), None)
    if title is None and heading == lines[0]:
        title = heading
    article = read_paragraphs(
        [line for line in lines if line != title], kind="file", origin=None, title=title
    )
    return _tell_hidden(article, [body], hidden.text)


def _tell_hidden(article: Article, sources: list[str], hidden: str = "") -> Article:
    """Add to an article what its sources spell in characters that show nothing, and what else was hidden."""
    counts = {source: strip_invisible(source)[1] for source in sources}
    spelled = [decode_smuggled(source) for source, count in counts.items() if count]
    said = "\n".join(dict.fromkeys(filter(None, [hidden, *spelled])))
    return article.model_copy(
        update={
            "hidden_characters": sum(counts.values()),
            "hidden_words": count_words(said),
            "hidden_orders": gives_orders(said),
        }
    )


def _front_title(front: str) -> str | None:
    """Return the title that front matter states."""
    match = re.search(r"^title:\s*[\"']?(.+?)[\"']?\s*$", front, re.MULTILINE)
    return match[1] if match else None
